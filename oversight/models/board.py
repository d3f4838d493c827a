"""Figures of the managers' board: debts, moves and vacant dwellings of each sector.

The figures are stored already rounded, and without those that are too small to be displayed. Numbers about several
sectors are sums of stored figures, so subtracting two numbers never gives an exact or hidden one (decision 67).
"""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.models.place import below
from access.permissions import Permission
from access.reach import paths_held
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import FOLLOW_UP
from privacy.retention import DataPolicy
from privacy.retention_periods import BOARD

# The SQL function `oversight_measure_board` repeats DEBTS_FROM, MOVES_FROM, STEP and CENTS_STEP.
DEBTS_FROM = 10  # A figure about debts counts at least ten accounts.
MOVES_FROM = 5  # A figure about arrivals or departures counts at least five households.
STEP = 5  # Numbers of accounts and households are rounded down to a multiple of five.
CENTS_STEP = 100_000  # Sums are rounded to the nearest thousand euros.


class BoardKind(models.TextChoices):
    # Debts are those of the first night of the month, by the age of the oldest unpaid charge.
    DEBT_RECENT = "debt_recent", _("moins d’un mois")
    DEBT_1_MONTH = "debt_1_month", _("d’un à trois mois")
    DEBT_3_MONTHS = "debt_3_months", _("de trois à six mois")
    DEBT_6_MONTHS = "debt_6_months", _("plus de six mois")
    # `ARRIVED` and `LEFT` count the moves of a month that is over.
    # `ARRIVING` and `LEAVING`, counted on the first night of a month, are the moves planned for that month.
    # `ARRIVING_LATER` and `LEAVING_LATER`, counted on that night too, are the moves planned for the two months after.
    ARRIVED = "arrived", _("arrivées")
    LEFT = "left", _("départs")
    ARRIVING = "arriving", _("arrivées prévues ce mois-ci")
    LEAVING = "leaving", _("départs prévus ce mois-ci")
    ARRIVING_LATER = "arriving_later", _("arrivées prévues les deux mois suivants")
    LEAVING_LATER = "leaving_later", _("départs prévus les deux mois suivants")
    # Numbers of dwellings are counted each night, and stored without rounding.
    DWELLINGS = "dwellings", _("logements")
    VACANT_RECENT = "vacant_recent", _("moins d’un mois")
    VACANT_1_MONTH = "vacant_1_month", _("d’un à trois mois")
    VACANT_3_MONTHS = "vacant_3_months", _("plus de trois mois")
    VACANT_UNKNOWN = "vacant_unknown", _("depuis une date inconnue")


DEBTS = (BoardKind.DEBT_RECENT, BoardKind.DEBT_1_MONTH, BoardKind.DEBT_3_MONTHS, BoardKind.DEBT_6_MONTHS)
MOVES = (
    BoardKind.ARRIVED,
    BoardKind.LEFT,
    BoardKind.ARRIVING,
    BoardKind.LEAVING,
    BoardKind.ARRIVING_LATER,
    BoardKind.LEAVING_LATER,
)
VACANT = (
    BoardKind.VACANT_RECENT,
    BoardKind.VACANT_1_MONTH,
    BoardKind.VACANT_3_MONTHS,
    BoardKind.VACANT_UNKNOWN,
)


class BoardFigureQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the figures of the sectors at or below the places for which the person reads the board."""
        if compartment is not Compartment.ASSIGNMENTS:
            return self.none()
        return self.filter(below(paths_held(person.pk, [Permission.BOARD_READ]), "place__"))


class BoardFigure(models.Model):
    """One number about a sector.

    `number`: None if it is too small to be displayed.
    `cents`: the sum that the counted accounts owe.
    `place`: the sector, which is the level of places directly above estates and buildings.
    """

    privacy = dict.fromkeys(("id", "place", "kind", "month", "counted_on", "number", "cents"), DataClass.PLAIN)
    data_policy = DataPolicy(FOLLOW_UP, BOARD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=BoardKind.choices)
    month = models.DateField()
    counted_on = models.DateField()
    number = models.PositiveIntegerField(null=True)
    cents = models.BigIntegerField(null=True)

    objects = BoardFigureQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind", "month"],
                name="board_figure_once",
                violation_error_message=_("Ce nombre a déjà été compté."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BoardKind.values),
                name="board_kind_known",
                violation_error_message=_("Ce nombre n’est pas un nombre du tableau de bord."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=DEBTS) | Q(number__isnull=True) | Q(number__gte=DEBTS_FROM),
                name="board_debts_of_ten_accounts",
                violation_error_message=_("Un nombre d’impayés compte au moins dix comptes."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=MOVES) | Q(number__isnull=True) | Q(number__gte=MOVES_FROM),
                name="board_moves_of_five_households",
                violation_error_message=_("Un nombre d’arrivées ou de départs compte au moins cinq foyers."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=(*DEBTS, *MOVES)) | Q(number__isnull=True) | Q(number=F("number") / STEP * STEP),
                name="board_numbers_are_rounded",
                violation_error_message=_("Ce nombre doit être arrondi à un multiple de cinq."),
            ),
            models.CheckConstraint(
                condition=Q(cents__isnull=True)
                | Q(kind__in=DEBTS, number__isnull=False, cents=F("cents") / CENTS_STEP * CENTS_STEP),
                name="board_sum_of_displayed_debts",
                violation_error_message=_("Une somme accompagne un nombre d’impayés, au millier d’euros."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="board_month_begins_it",
                violation_error_message=_("Un mois est désigné par son premier jour."),
            ),
        ]

    def __str__(self) -> str:
        return f"board figure {self.pk}"

    def subject(self) -> None:
        """Return no resident as the subject of audit events, because each figure sums up many households."""

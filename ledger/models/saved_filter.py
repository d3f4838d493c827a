"""Filters of the lists of accounts that an employee saved under a name. Nobody else reads them."""

import uuid
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from formats.money import plain
from privacy.classes import DataClass
from privacy.identifiers import find_identifiers
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import SAVED_FILTER
from privacy.screened import Clean, Refused, ScreenedText, require_allowed_text
from screening import Context

MOST = 10  # maximum number of filters that a person may save for each list
LONGEST_NAME = 60


class AccountList(models.TextChoices):
    """The lists of accounts that have filters. The values are part of the URLs of the pages of saved filters."""

    ALL = "tous", _("Tous les comptes")
    TO_CONTACT = "a-contacter", _("À contacter")
    FORMER = "partis", _("Locataires partis")

    @property
    def page(self) -> str:
        """The URL name of the list, which is also its code in audit events."""
        return {"tous": "accounts", "a-contacter": "accounts_to_contact", "partis": "accounts_former"}[self.value]


class ListState(models.TextChoices):
    """The states by which a list of accounts can be filtered. The values are those in the list's URL."""

    OWING = "du", _("En impayé")
    IN_CREDIT = "avoir", _("En avance")
    ARRIVALS = "arrivees", _("Arrivées")
    DEPARTURES = "departs", _("Départs")


class SavedFilterQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(person=person)

    def of(self, listed: str) -> Self:
        return self.filter(list=listed).select_related("place").order_by("name", "id")


class SavedFilter(models.Model):
    """A filter of a list. It has only what the list's form accepts, each value in its own column.

    `slot` is a number from 1 to MOST, which no other filter of the person and the list has. So the database limits
    their number, also if two are saved at the same time. A trigger on people deletes the filters of a closed sign-in.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "list": DataClass.PERSONAL,
        "slot": DataClass.PLAIN,
        "name": DataClass.PERSONAL,
        "state": DataClass.PERSONAL,
        "place": DataClass.PERSONAL,
        "at_least": DataClass.PERSONAL,
        "at_most": DataClass.PERSONAL,
        "months": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, SAVED_FILTER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, editable=False
    )
    list = models.CharField(_("liste"), max_length=16, choices=AccountList.choices)
    slot = models.PositiveSmallIntegerField(editable=False)
    name = ScreenedText(_("nom"), max_length=LONGEST_NAME)
    state = models.CharField(_("comptes"), max_length=8, choices=ListState.choices, blank=True)
    # The building whose accounts the filter lists.
    # A building that the person may no longer see gives the same error as an unknown one.
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    at_least = models.PositiveIntegerField(_("minimum, en centimes"), null=True)
    at_most = models.PositiveIntegerField(_("maximum, en centimes"), null=True)
    months = models.PositiveSmallIntegerField(_("mois de dette"), null=True)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "list", "slot"],
                name="saved_filter_slot_once",
                violation_error_message=_("Un autre filtre vient d’être enregistré : recommencez."),
            ),
            models.UniqueConstraint(
                fields=["person", "list", "name"],
                name="saved_filter_name_once",
                violation_error_message=_("Vous avez déjà un filtre de ce nom pour cette liste."),
            ),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=MOST),
                name="saved_filter_at_most_ten",
                violation_error_message=_("Vous avez déjà dix filtres pour cette liste : supprimez-en un."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & Q(list__in=AccountList.values) & Q(state__in=["", *ListState.values]),
                name="saved_filter_known",
                violation_error_message=_("Un filtre enregistré a un nom, une liste et un état connus."),
            ),
            models.CheckConstraint(
                condition=~Q(state="")
                | Q(place__isnull=False)
                | Q(at_least__isnull=False)
                | Q(at_most__isnull=False)
                | Q(months__isnull=False),
                name="saved_filter_filters",
                violation_error_message=_("Filtrez d’abord la liste : il n’y a aucun filtre à enregistrer."),
            ),
        ]

    def __str__(self) -> str:
        return f"saved filter {self.pk}"

    @property
    def query(self) -> str:
        """The query string of the filtered list."""
        values = {
            "batiment": self.place.code if self.place else "",
            "solde": self.state,
            "minimum": plain(self.at_least) if self.at_least else "",
            "maximum": plain(self.at_most) if self.at_most else "",
            "mois": self.months or "",
        }
        return urlencode({name: value for name, value in values.items() if value})

    def subject(self) -> None:
        """Return None: a filter concerns no resident."""


@sensitive_variables("name", "findings")
def allowed_name(name: str, known: Context | None) -> Clean:
    """Return a name that may be stored, or raise ValidationError with the reasons, which do not repeat the name.

    The screening ignores the capital of a text's first word, so it would accept a filter named "Dupont". The name is
    therefore also screened after the word "filtre".
    """
    try:
        allowed, findings = require_allowed_text(name, known, LONGEST_NAME), find_identifiers(f"filtre {name}", known)
    except Refused as refusal:
        findings = refusal.findings
    if findings:
        reasons = dict.fromkeys(finding.why for finding in findings)
        raise ValidationError(
            {"name": [gettext("Ce nom ne peut pas être enregistré : choisissez-en un autre."), *reasons]}
        )
    return allowed

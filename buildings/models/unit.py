"""Units that can be let: dwellings, annexes, parking spaces, shops. A field is empty if the imported file does not
contain its value."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.compartments import PLACED, Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from buildings.models.building import Building
from privacy.classes import DataClass
from privacy.processing_activities import PATRIMONY
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class UnitKind(models.TextChoices):
    DWELLING = "dwelling", _("logement")
    ANNEXE = "annexe", _("annexe")
    PARKING = "parking", _("stationnement")
    SHOP = "shop", _("local d’activité")


class UnitQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(within("building", person, compartment)) if compartment in PLACED else self

    def dwellings(self) -> Self:
        return self.filter(kind=UnitKind.DWELLING)

    def by_door(self) -> Self:
        """Order by staircase, then by floor from the top down, then by door, as in a drawing of the facade."""
        return self.order_by("staircase", models.F("floor").desc(nulls_last=True), "door", "id")


class Unit(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "building": DataClass.PLAIN,
        "kind": DataClass.PLAIN,
        "rpls_id": DataClass.PLAIN,
        "source_key": DataClass.PLAIN,
        "type": DataClass.PLAIN,
        "surface_m2": DataClass.PLAIN,
        "staircase": DataClass.PLAIN,
        "floor": DataClass.PLAIN,
        "door": DataClass.PLAIN,
        "door_key": DataClass.PLAIN,
    }
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="units")
    kind = models.CharField(_("nature"), max_length=16, choices=UnitKind.choices, default=UnitKind.DWELLING)
    rpls_id = models.CharField(_("identifiant RPLS"), max_length=20, null=True, blank=True)  # noqa: DJ001 (unique where known)
    # `source_key` is "programme#number": the housing programme, and the unit's number in it.
    # A repeated import finds an existing unit by its `source_key`.
    source_key = models.CharField(max_length=80, null=True, blank=True, editable=False)  # noqa: DJ001 (likewise)
    type = models.CharField(_("type"), max_length=4, blank=True)
    surface_m2 = models.DecimalField(_("surface (m²)"), max_digits=6, decimal_places=1, null=True, blank=True)
    staircase = models.CharField(_("escalier"), max_length=8, blank=True)
    floor = models.SmallIntegerField(_("étage"), null=True, blank=True)
    door = models.CharField(_("porte"), max_length=8, blank=True)
    # `door_key`, by which a search finds a door, is the door's last number without leading zeros, or else its letters.
    door_key = models.GeneratedField(
        expression=models.Func("door", function="buildings_door_key"),
        output_field=models.CharField(max_length=8),
        db_persist=True,
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["rpls_id"],
                name="unit_rpls_once",
                violation_error_message=_("Cet identifiant RPLS est déjà celui d’un autre logement."),
            ),
            models.UniqueConstraint(
                fields=["source_key"],
                name="unit_source_once",
                violation_error_message=_("Ce logement a déjà été importé."),
            ),
            # Foreign keys of other apps refer to (id, building), so that rows about a unit also contain its building.
            models.UniqueConstraint(
                fields=["id", "building"],
                name="unit_in_one_building",
                violation_error_message=_("Un logement ne peut être que dans un seul bâtiment."),
            ),
            models.CheckConstraint(
                condition=Q(surface_m2__isnull=True) | Q(surface_m2__gt=0),
                name="unit_surface_positive",
                violation_error_message=_("La surface doit être supérieure à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=UnitKind.values),
                name="unit_kind_known",
                violation_error_message=_("Cette nature de local n’existe pas."),
            ),
        ]
        indexes = [
            models.Index(fields=["building", "staircase", "floor", "door"], name="unit_by_door"),
            models.Index(fields=["door_key", "building"], name="unit_by_door_key"),
        ]

    def __str__(self) -> str:
        return f"unit {self.pk}"

    @property
    def door_name(self) -> str:
        """The staircase and the door, such as "escalier B, porte 12", or "" if both are unknown.

        The staircase is part of the name, because the doors of two staircases of a building may have the same number.
        """
        names = (
            gettext("escalier\u00a0%(name)s") % {"name": self.staircase} if self.staircase else "",
            gettext("porte\u00a0%(door)s") % {"door": self.door} if self.door else "",
        )
        return ", ".join(filter(None, names))

    def is_between_floors(self, lowest: int | None, highest: int | None) -> bool:
        """Whether the unit is on a floor from `lowest` to `highest`, both included. None means no limit. For a unit
        whose floor is unknown, True only if both limits are None."""
        if self.floor is None:
            return lowest is None and highest is None
        return (lowest is None or self.floor >= lowest) and (highest is None or self.floor <= highest)

    def subject(self) -> None:
        """Return None: audit events do not list the units on a page, because a unit without its residents is not
        personal data."""

"""Publicly funded housing programmes, imported from open data. A programme's kind, such as a hostel, may reveal who
lives there. So only the database role PATRIMONY, which cannot read residents, can read programmes."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from buildings.models.building import Building
from privacy.classes import DataClass
from privacy.processing_activities import PATRIMONY
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class ProgrammeQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self if compartment is Compartment.PATRIMONY else self.none()


class Programme(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "key": DataClass.PLAIN,
        "source_id": DataClass.PLAIN,
        "year": DataClass.PLAIN,
        "nature": DataClass.INFERABLE,
        "mode": DataClass.PLAIN,
        "dwellings": DataClass.PLAIN,
        "is_home": DataClass.INFERABLE,
        "buildings": DataClass.PLAIN,
    }
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    source_id = models.CharField(_("identifiant de livraison"), max_length=32)
    year = models.SmallIntegerField(_("année de financement"), null=True)
    nature = models.CharField(_("nature"), max_length=64, blank=True)
    mode = models.CharField(_("mode de réalisation"), max_length=64, blank=True)
    dwellings = models.PositiveIntegerField(_("logements"))
    is_home = models.BooleanField(_("foyer ou résidence"), default=False)
    buildings = models.ManyToManyField(Building, related_name="programmes", verbose_name=_("bâtiments"))

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="programme_once", violation_error_message=_("Ce programme est déjà importé.")
            ),
            models.CheckConstraint(
                condition=Q(dwellings__gt=0),
                name="programme_has_dwellings",
                violation_error_message=_("Un programme doit comporter au moins un logement."),
            ),
        ]

    def __str__(self) -> str:
        return f"programme {self.pk}"

    def subject(self) -> None:
        """Return None: audit events do not list the programmes on a page, because programmes are not personal data."""

"""Places: the landlord's organisation as a tree, from the organisation down to buildings.

Dwellings are not places; their model is in the app buildings.
"""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.permissions import Permission
from access.reach import paths_held
from access.roles import CARETAKER
from access.scope import ScopedQuerySet
from formats.telephone import validate_agency_phone
from privacy.classes import DataClass
from privacy.processing_activities import PATRIMONY
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END

if TYPE_CHECKING:
    from access.models.person import Person


class Level(models.TextChoices):
    """Levels of the tree of places, from the organisation to a building. A landlord need not use all of them."""

    ORGANISATION = "organisation", _("organisme")
    DIRECTORATE = "directorate", _("direction")
    AGENCY = "agency", _("agence")
    SECTOR = "sector", _("secteur")
    ESTATE = "estate", _("résidence")
    BUILDING = "building", _("bâtiment")


ORDER = list(Level)
SMALL = (Level.ESTATE, Level.BUILDING)  # The list of places shows no places of the levels in SMALL: there are too many.
# A person who has any permission in OVERSEEING at a place oversees the people, places and assignments below the place.
OVERSEEING = (Permission.RIGHTS_READ, Permission.ASSIGNMENTS_MANAGE, Permission.STAND_INS_GRANT)


def below(paths: Iterable[str], at: str = "") -> Q:
    """Return a filter for rows at or below one of the places with these paths. Without paths, no row matches.

    `at` is the prefix of lookups from the row to its place, such as `place__`.
    """
    rows = Q(pk__in=[])
    for path in paths:
        rows |= Q(**{f"{at}path__gte": path, f"{at}path__lt": path + "~"})
    return rows


class PlaceQuerySet(ScopedQuerySet):
    def visible_to(self, person: "Person", compartment: Compartment) -> Self:
        """Return the places that the person may see in views of this compartment.

        In the compartment ASSIGNMENTS, these are the places that the person oversees. In other compartments these are
        all places, because the tree of places is not personal data.
        """
        if compartment is not Compartment.ASSIGNMENTS:
            return self
        return self.filter(below(paths_held(person.pk, OVERSEEING)))

    def under(self, place: "Place") -> "PlaceQuerySet":
        """Return this place and all places below it in the tree."""
        return self.filter(path__gte=place.path, path__lt=place.path + "~")

    def above(self, place: "Place") -> "PlaceQuerySet":
        """Return this place and all places above it in the tree."""
        return self.filter(pk__in=place.steps)

    def buildings(self) -> "PlaceQuerySet":
        return self.filter(level=Level.BUILDING)


class Place(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "level": DataClass.PLAIN,
        "parent": DataClass.PLAIN,
        "name": DataClass.PLAIN,
        "code": DataClass.PLAIN,
        "phone": DataClass.PLAIN,
        "email": DataClass.PLAIN,
        "path": DataClass.PLAIN,
    }
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    level = models.CharField(_("niveau"), max_length=16, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("nom"), max_length=120)
    code = models.CharField(_("code"), max_length=32)
    # `phone` and `email` are the contact of an agency for tenants, never an employee's own number or address.
    phone = models.CharField(
        _("téléphone"), max_length=16, blank=True, default="", db_default="", validators=[validate_agency_phone]
    )
    email = models.EmailField(_("courriel"), blank=True, default="", db_default="")
    # A trigger sets `path` to the ids from the top of the tree down to this place: "/id/id/…/own id/".
    # `path` has the collation C, so that an index finds all places below one by the beginning of their paths.
    path = models.CharField(max_length=330, db_collation="C", editable=False, default="")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], name="place_code_once", violation_error_message=_("Ce code de lieu existe déjà.")
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(level=Level.ORGANISATION),
                name="place_hangs_somewhere",
                violation_error_message=_("Seul l’organisme peut n’être rattaché à aucun lieu."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="place_level_known",
                violation_error_message=_("Ce niveau de lieu n’existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^(\+[1-9][0-9]{7,14}|3[0-9]{3})$"),
                name="place_phone_is_a_number",
                violation_error_message=_("Ce numéro de téléphone n’est pas valide."),
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="place_path"),
            # The index contains `id`, so the query for the buildings that a person may see need not read the table.
            models.Index(
                fields=["path"], include=["id"], condition=Q(level=Level.BUILDING), name="place_building_path"
            ),
            models.Index(fields=["name", "id"], condition=Q(level=Level.BUILDING), name="place_building_name"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.code}"

    @property
    def steps(self) -> list[uuid.UUID]:
        """Ids of the places from the top of the tree down to this place."""
        return [uuid.UUID(step) for step in self.path.strip("/").split("/")]

    def takes_two(self, role: str) -> bool:
        """Return whether a second person must approve an assignment of this role at this place.

        The only exception is the role of caretaker at a single building.
        """
        return role != CARETAKER.code or self.level != Level.BUILDING

    def is_under(self, paths: Iterable[str]) -> bool:
        return any(self.path.startswith(path) for path in paths)

    def subject(self) -> None:
        """Return None, so that the audit log does not list each place shown: places are not personal data."""

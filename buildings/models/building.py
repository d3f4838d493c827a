"""Buildings and their addresses. Buildings are the lowest level of the tree of places, to which staff are assigned."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import PLACED, Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet, within
from privacy.classes import DataClass
from privacy.processing_activities import PATRIMONY
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class BuildingQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the buildings that a person may see in a compartment (a kind of data with its own database role).

        In the compartments listed in PLACED, a person sees the buildings of the places to which the person is assigned.
        In the other compartments, a person sees all buildings.
        """
        rows = self.select_related("place")
        return rows.filter(within("place", person, compartment)) if compartment in PLACED else rows


class Building(models.Model):
    """A place of the lowest level: the part of an estate that one caretaker looks after.

    If two caretakers share a tower, the tower is stored as two buildings with the same address.
    """

    # Number of the building's dwellings. The attribute exists only if the queryset annotates the number.
    dwellings: int

    privacy = {"place": DataClass.PLAIN}
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    place = models.OneToOneField(Place, models.PROTECT, primary_key=True, related_name="building")

    objects = BuildingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        # One django-guardian permission exists for each kind of data that people see only in their assigned buildings.
        permissions = [
            (compartment.codename, compartment.value) for compartment in Compartment if compartment in PLACED
        ]

    def __str__(self) -> str:
        return f"building {self.pk}"

    @property
    def building_id(self) -> UUID:
        """The id of the building's place. `@door`, the decorator of view functions, reads `building_id` of every
        object, to check whether the user is assigned to this building."""
        return self.place_id

    def subject(self) -> None:
        """Return None: audit events do not list the buildings on a page, because buildings are not personal data."""


class AddressQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(within("building", person, compartment)) if compartment in PLACED else self


class Address(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "building": DataClass.PLAIN,
        "number": DataClass.PLAIN,
        "street": DataClass.PLAIN,
        "postcode": DataClass.PLAIN,
        "city": DataClass.PLAIN,
        "search_key": DataClass.PLAIN,
        "ban_id": DataClass.PLAIN,
        "latitude": DataClass.PLAIN,
        "longitude": DataClass.PLAIN,
    }
    data_policy = DataPolicy(PATRIMONY, WITHOUT_END)

    building = models.ForeignKey(Building, models.CASCADE, related_name="addresses")
    number = models.CharField(_("numéro"), max_length=16, blank=True)
    street = models.CharField(_("voie"), max_length=120)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("commune"), max_length=60, blank=True)
    # The address in lowercase and without accents, so that searches ignore capitals and accents.
    search_key = models.CharField(max_length=160, editable=False)
    # Id of the address in the Base Adresse Nationale, the national list of addresses.
    ban_id = models.CharField(_("identifiant BAN"), max_length=40, blank=True, db_default="")
    # Position in degrees (WGS 84), from open data or from the landlord's file. Both are null if it is unknown.
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["building", "number", "street"],
                name="address_once_a_building",
                violation_error_message=_("Ce bâtiment a déjà cette adresse."),
            ),
            models.CheckConstraint(
                condition=Q(ban_id__regex=r"^[0-9A-Za-z_-]*$"),
                name="address_ban_id_well_formed",
                violation_error_message=_("Cet identifiant BAN n’existe pas : lettres, chiffres et tirets seulement."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, latitude__range=(-90, 90), longitude__isnull=False)
                & Q(longitude__range=(-180, 180)),
                name="address_position_whole",
                violation_error_message=_("La latitude et la longitude vont ensemble, en degrés."),
            ),
        ]

    def __str__(self) -> str:
        return f"address {self.pk}"

    @property
    def line(self) -> str:
        return f"{self.number}, {self.street}" if self.number else self.street

    def subject(self) -> None:
        """Return None: audit events do not list the addresses on a page, because an address alone is not personal
        data."""

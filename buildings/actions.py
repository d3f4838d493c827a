"""Adding a building, and re-cutting: dwellings pass to the next one, as when two caretakers part a tower otherwise."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Level, Person, Place
from access.oversight import must_oversee
from access.permissions import Permission
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from buildings.models import Address, Building, Unit


@all_or_nothing()
def recut(*, by: Person | str, units: Sequence[Unit], into: Building, context: Context = NOWHERE) -> Building:
    """All units of one building, into another of the same estate.

    Only the dwellings are written here: leases, residents, accounts and entries follow by the foreign keys that hold
    them to their dwelling's building, so the people change caretakers in the same statement. Sums and days stay.
    """
    origin = _only_building(units)
    if isinstance(by, Person):
        for building in (origin, into):
            must_oversee(by, Permission.PLACES_MANAGE, building.place)
    if origin.pk == into.pk:
        raise ValidationError(_("Ces logements sont déjà dans ce bâtiment."))
    if origin.place.parent_id != into.place.parent_id:
        raise ValidationError(_("On redécoupe entre bâtiments d’une même résidence."))
    moved = Unit._default_manager.filter(pk__in=[unit.pk for unit in units]).update(building=into)
    about = Subject("building", origin.pk)
    record(events.BUILDING_RECUT, by=by, about=about, place=origin.pk, context=context, units=moved, into=into.pk)
    return into


def _only_building(units: Sequence[Unit]) -> Building:
    origins: dict[UUID, Building] = {unit.building_id: unit.building for unit in units}
    if len(origins) != 1:
        raise ValidationError(_("On redécoupe un bâtiment à la fois, d’un logement au moins."))
    return next(iter(origins.values()))


@all_or_nothing()
def add_building(
    *, by: Person, parent: Place, name: str, code: str, address: Address | None = None, context: Context = NOWHERE
) -> Building:
    """A place of the lowest level and its building; `address` is not saved yet and gets its building here."""
    must_oversee(by, Permission.PLACES_MANAGE, parent)
    place = Place(level=Level.BUILDING, parent=parent, name=name.strip(), code=code.strip())
    place.clean_fields(exclude=["path"])
    if parent.level == Level.BUILDING:
        raise ValidationError(_("Un bâtiment ne se rattache pas à un bâtiment."))
    place.save(force_insert=True)
    place.refresh_from_db(fields=["path"])  # the database wrote it
    building = Building(place=place)
    building.save(force_insert=True)
    if address is not None:
        address.building = building
        address.save(force_insert=True)
    about = Subject("place", place.pk)
    record(events.PLACE_ADDED, by=by, about=about, place=parent.pk, context=context, level=Code(Level.BUILDING))
    return building

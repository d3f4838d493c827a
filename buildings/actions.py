"""Re-cutting: dwellings pass from one building to its neighbour, as when two caretakers part a tower otherwise."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, Subject, record
from buildings.models import Building, Unit


@all_or_nothing()
def recut(*, by: Person | str, units: Sequence[Unit], into: Building, context: Context = NOWHERE) -> Building:
    """All units of one building, into another of the same estate.

    Only the dwellings are written here: leases, residents, accounts and entries follow by the foreign keys that hold
    them to their dwelling's building, so the people change caretakers in the same statement. Sums and days stay.
    """
    origin = _only_building(units)
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

"""Adds buildings, imports places from a file, and moves dwellings between buildings. Each building has one caretaker.
When another caretaker takes dwellings over, the dwellings are moved to that caretaker's building."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, sentence_of
from access.grants.actions.exchange import NotAsShown, Rows
from access.grants.actions.places import add_place
from access.grants.grant_rules import must_oversee
from access.grants.names import plain_name
from access.models import Assignment, Level, Person, Place
from access.permissions import Permission
from access.reach import makers, today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from buildings.exchange import Cells, PlaceLine, address_of, depth, says_the_same
from buildings.models import Address, Building, Unit


@all_or_nothing()
def recut(*, by: Person | str, units: Sequence[Unit], into: Building, context: Context = NOWHERE) -> Building:
    """Move units of one building into another building of the same estate. Raises ValidationError.

    Only the units are updated: the foreign keys of leases, residents, accounts and entries follow by ON UPDATE CASCADE.
    So the caretaker of the new building gets access to the residents in the same SQL statement.
    """
    origins: dict[UUID, Building] = {unit.building_id: unit.building for unit in units}
    if len(origins) != 1:
        raise ValidationError(_("Choisissez au moins un logement, et des logements d’un seul bâtiment."))
    [origin] = origins.values()
    if isinstance(by, Person):
        for building in (origin, into):
            must_oversee(by, Permission.PLACES_MANAGE, building.place)
        # Users may not get access to residents by moving them to a building where they have an assignment.
        # The move is also refused if whoever requested, approved or created the user's sign-in has an assignment there.
        assignments = Assignment.objects.filter(place=into.place_id, person__in=[by.pk, *makers(by.pk)])
        if assignments.open_on(today()).exists():
            raise ValidationError(sentence_of("recut_for_others"), code="oneself")
    if origin.pk == into.pk:
        raise ValidationError(_("Ces logements sont déjà dans ce bâtiment."))
    if origin.place.parent_id != into.place.parent_id:
        raise ValidationError(_("Un redécoupage ne peut se faire qu’entre les bâtiments d’une même résidence."))
    moved = Unit._default_manager.filter(pk__in=[unit.pk for unit in units]).update(building=into)
    about = Subject("building", origin.pk)
    record(events.BUILDING_RECUT, by=by, about=about, place=origin.pk, context=context, units=moved, into=into.pk)
    return into


def recut_into_new(*, by: Person, units: Sequence[Unit], name: str, code: str, context: Context = NOWHERE) -> Building:
    """Create a building in the estate of the units' present building, and move the units into it. Raises
    ValidationError."""
    estate = units[0].building.place.parent
    assert estate is not None  # noqa: S101 (a constraint requires a parent)
    with transaction.atomic():
        into = add_building(by=by, parent=estate, name=name, code=code, context=context)
        return recut(by=by, units=units, into=into, context=context)


@all_or_nothing()
def add_building(
    *, by: Person, parent: Place, name: str, code: str, address: Address | None = None, context: Context = NOWHERE
) -> Building:
    """Create a building: its `Place` in the tree of places and its `Building` row. `address`, if given, must be
    unsaved; this function saves it. Raises ValidationError."""
    must_oversee(by, Permission.PLACES_MANAGE, parent)
    place = Place(level=Level.BUILDING, parent=parent, name=plain_name(name), code=plain_name(code))
    place.clean_fields(exclude=["path"])
    if parent.level == Level.BUILDING:
        raise ValidationError(_("Un bâtiment ne peut pas être rattaché à un autre bâtiment."))
    place.save(force_insert=True)
    # Read `path` from the database, where a trigger has set it to the ids of the place and of all places above it.
    place.refresh_from_db(fields=["path"])
    building = Building(place=place)
    building.save(force_insert=True)
    if address is not None:
        address.building = building
        address.save(force_insert=True)
    about = Subject("place", place.pk)
    record(events.PLACE_ADDED, by=by, about=about, place=parent.pk, context=context, level=Code(Level.BUILDING))
    return building


class _TakenBack(Exception):
    pass


def try_places(*, by: Person, rows: Rows) -> list[PlaceLine]:
    """Dry run of an import: add the place of each CSV line, then roll back. Each returned line says whether its place
    would be added, already exists, or is refused."""
    lines: list[PlaceLine] = []
    try:
        with transaction.atomic():
            lines = _bring(by, rows, NOWHERE)
            raise _TakenBack
    except _TakenBack:
        return lines


def bring_places(*, by: Person, rows: Rows, added: int, context: Context = NOWHERE) -> None:
    """Import all lines of a CSV file, or none. The user has seen a dry run (`try_places`) before. Raises NotAsShown if
    the number of places to add is no longer `added`, the number that the dry run showed."""
    with transaction.atomic():
        if sum(line.added for line in _bring(by, rows, context)) != added:
            raise NotAsShown


def _bring(by: Person, rows: Rows, context: Context) -> list[PlaceLine]:
    codes = {cells[name] for cells in rows for name in ("code", "code_parent")}
    known = {place.code: place for place in Place.objects.filter(code__in=codes).select_related("parent")}
    numbered = sorted(enumerate(rows, start=2), key=lambda line: depth(line[1]))
    lines = [_line(by, number, cells, known, context) for number, cells in numbered if any(cells.values())]
    return sorted(lines, key=lambda line: line.number)


def _line(by: Person, number: int, cells: Cells, known: dict[str, Place], context: Context) -> PlaceLine:
    try:
        if place := known.get(cells["code"]):
            if not says_the_same(cells, place):
                raise ValidationError(
                    _("Ce lieu existe avec d’autres informations, et un fichier ne peut pas les modifier.")
                )
            return PlaceLine(number, cells, known=True)
        parent = known.get(cells["code_parent"])
        if parent is None:
            raise ValidationError(_("Le lieu de rattachement n’existe pas, ni dans Loge ni dans le fichier."))
        names = {"name": cells["nom"], "code": cells["code"]}
        if cells["niveau"] == Level.BUILDING:
            address = address_of(cells)
            place = add_building(by=by, parent=parent, address=address, context=context, **names).place
        else:
            place = add_place(by=by, parent=parent, level=cells["niveau"], context=context, **names)
        known[cells["code"]] = place
    except ValidationError as error:
        return PlaceLine(number, cells, " ".join(error.messages))
    return PlaceLine(number, cells)

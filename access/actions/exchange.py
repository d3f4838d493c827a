"""Bringing assignments in from a file: each line becomes a request, for a second administrator to decide.

A dry run is the real run taken back, so it promises nothing that would be refused.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from access.actions.requests import Newcomer, ask
from access.compartments import Compartment
from access.exchange import Line, day_of
from access.models import Assignment, Person, Place
from access.reach import today
from access.terms import Terms
from audit import events
from audit.record import NOWHERE, Context, record

Rows = list[dict[str, str]]


class NotAsShown(Exception):
    """Since the dry run something has changed: nothing was asked."""


class _TakenBack(Exception):
    pass


def try_file(*, by: Person, rows: Rows) -> list[Line]:
    """What each line would become, found out by doing it and taking it back."""
    lines: list[Line] = []
    try:
        with transaction.atomic():
            lines = _file(by, rows, uuid4(), NOWHERE)
            raise _TakenBack
    except _TakenBack:
        return lines


def ask_from_file(*, by: Person, rows: Rows, asked: int, context: Context = NOWHERE) -> UUID:
    """Asks for what the dry run showed, all or nothing: `asked` is the number it announced. Returns the batch."""
    batch = uuid4()
    with transaction.atomic():
        lines = _file(by, rows, batch, context)
        if sum(line.asked for line in lines) != asked:
            raise NotAsShown
    return batch


def _file(by: Person, rows: Rows, batch: UUID, context: Context) -> list[Line]:
    known = Person.objects.visible_to(by, Compartment.ASSIGNMENTS)  # whom the page of a single request offers
    known = known.filter(is_machine=False)
    people = {p.email.lower(): p for p in known.filter(email__in=[r["courriel"].lower() for r in rows])}
    codes = {r.get(name, "") for r in rows for name in ("code_lieu", "code_rattachement")}
    places = {p.code: p for p in Place.objects.filter(code__in=codes)}
    lines = list(_each(by, rows, people, places, batch, context))
    asked, refused = sum(line.asked for line in lines), sum(bool(line.refused) for line in lines)
    record(events.ASSIGNMENTS_IMPORTED, by=by, context=context, asked=asked, refused=refused)
    return lines


def _each(
    by: Person, rows: Rows, people: dict[str, Person], places: dict[str, Place], batch: UUID, context: Context
) -> Iterator[Line]:
    given = _given(by, people)
    for number, cells in enumerate(rows, start=2):  # the first line of the file holds the names of the columns
        if not any(cells.values()):
            continue
        person, place = people.get(cells["courriel"].lower()), places.get(cells["code_lieu"])
        try:
            employed_at = places.get(cells.get("code_rattachement", ""))
            whose, terms = _read(cells, person or _newcomer(cells, employed_at), place)
            if person and (person.pk, terms) in given:
                yield Line(number, cells, "", person, place, known=True)
                continue
            ask(by=by, whose=whose, terms=terms, batch=batch, context=context)
        except ValidationError as error:
            yield Line(number, cells, " ".join(error.messages), person, place)
        else:
            yield Line(number, cells, "", person, place)


def _given(by: Person, people: dict[str, Person]) -> set[tuple[UUID, Terms]]:
    """What the file may only repeat. Who lost an access today may be given the same one again."""
    found = Assignment.objects.visible_to(by, Compartment.ASSIGNMENTS).filter(person__in=people.values())
    found = found.filter(Q(ended_on=None) | Q(first_day__lt=today())).select_related("place")
    return {(one.person_id, Terms(one.place, one.first_day, one.last_day, one.reason, one.role)) for one in found}


def _newcomer(cells: dict[str, str], employed_at: Place | None) -> Newcomer:
    """Somebody unknown comes with a name and a place of work, and is agreed on with the access."""
    if not cells.get("nom") or not cells.get("code_rattachement"):
        raise ValidationError(_("Personne ne se connecte avec cette adresse."))
    if employed_at is None:
        raise ValidationError(_("Ce code de rattachement n’existe pas."))
    return Newcomer(cells["nom"], cells["courriel"], employed_at)


def _read(cells: dict[str, str], person: Person | Newcomer, place: Place | None) -> tuple[Person | Newcomer, Terms]:
    if place is None:
        raise ValidationError(_("Ce code de lieu n’existe pas."))
    first_day, last_day = day_of(cells["premier_jour"]), day_of(cells["dernier_jour"])
    return person, Terms(place, first_day, last_day, cells["motif"], cells["role"])

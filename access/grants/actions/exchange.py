"""Import assignments from a file: each line becomes an access request, which a second administrator decides.

The dry run does the same as the import and then rolls back, so that the page of the dry run shows every error that the
import would have.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from access.compartments import Compartment
from access.grants.actions.requests import Newcomer, ask
from access.grants.exchange import Line, day_of
from access.grants.grant_terms import Terms
from access.models import Assignment, Person, Place
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record

Rows = list[dict[str, str]]


class NotAsShown(ValidationError):
    """Raised if data changed between the dry run and the import. Nothing is stored."""

    def __init__(self) -> None:
        super().__init__(
            _("Des données ont changé depuis l’essai : choisissez de nouveau le fichier. Rien n’est enregistré.")
        )


class _TakenBack(Exception):
    pass


def try_file(*, by: Person, rows: Rows) -> list[Line]:
    """Import the file and roll back. Returns, for each line, what the import would do."""
    lines: list[Line] = []
    try:
        with transaction.atomic():
            lines = _file(by, rows, uuid4(), NOWHERE)
            raise _TakenBack
    except _TakenBack:
        return lines


def ask_from_file(*, by: Person, rows: Rows, expected: int, context: Context = NOWHERE) -> UUID:
    """Create the access requests of a file, all or none. Returns the `batch` id that these requests share.

    `expected` is the number of new requests that the dry run showed. Raises NotAsShown if the import would create
    another number of requests.
    """
    batch = uuid4()
    with transaction.atomic():
        lines = _file(by, rows, batch, context)
        if sum(line.is_request for line in lines) != expected:
            raise NotAsShown
    return batch


def _file(by: Person, rows: Rows, batch: UUID, context: Context) -> list[Line]:
    known = Person.objects.visible_to(by, Compartment.ASSIGNMENTS)
    known = known.filter(is_machine=False)
    people = {p.email.lower(): p for p in known.filter(email__in=[r["courriel"].lower() for r in rows])}
    codes = {r.get(name, "") for r in rows for name in ("code_lieu", "code_rattachement")}
    places = {p.code: p for p in Place.objects.filter(code__in=codes)}
    lines = list(_each(by, rows, people, places, batch, context))
    requested, refused = sum(line.is_request for line in lines), sum(bool(line.refused) for line in lines)
    record(events.ASSIGNMENTS_IMPORTED, by=by, context=context, asked=requested, refused=refused)
    return lines


def _each(
    by: Person, rows: Rows, people: dict[str, Person], places: dict[str, Place], batch: UUID, context: Context
) -> Iterator[Line]:
    # An imported line that repeats an existing assignment creates no access request.
    # An imported line may grant again an assignment that was cancelled before its first day.
    granted = Assignment.objects.visible_to(by, Compartment.ASSIGNMENTS).filter(person__in=people.values())
    granted = granted.filter(Q(ended_on=None) | Q(first_day__lt=today())).select_related("place")
    existing = {(a.person_id, Terms(a.place, a.first_day, a.last_day, a.reason, a.role)) for a in granted}
    for number, cells in enumerate(rows, start=2):  # The first row is line 2 of the file, after the column names.
        if not any(cells.values()):
            continue
        person, place = people.get(cells["courriel"].lower()), places.get(cells["code_lieu"])
        try:
            whose = person or _newcomer(cells, places.get(cells.get("code_rattachement", "")))
            if place is None:
                raise ValidationError(_("Ce code de lieu n’existe pas."))
            days = day_of(cells["premier_jour"]), day_of(cells["dernier_jour"])
            terms = Terms(place, *days, cells["motif"], cells["role"])
            if person and (person.pk, terms) in existing:
                yield Line(number, cells, "", person, place, known=True)
                continue
            ask(by=by, whose=whose, terms=terms, batch=batch, context=context)
        except ValidationError as error:
            yield Line(number, cells, " ".join(error.messages), person, place)
        else:
            yield Line(number, cells, "", person, place)


def _newcomer(cells: dict[str, str], employed_at: Place | None) -> Newcomer:
    """Return the new person that a line with an unknown email address describes.

    Raises ValidationError if the line lacks the name, or the code of the place that employs the person.
    """
    if not cells.get("nom") or not cells.get("code_rattachement"):
        raise ValidationError(_("Aucune personne ne se connecte avec cette adresse."))
    if employed_at is None:
        raise ValidationError(_("Ce code de lieu de rattachement n’existe pas."))
    return Newcomer(cells["nom"], cells["courriel"], employed_at)

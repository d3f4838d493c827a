"""Assignments in and out as CSV. A dry run is the real run taken back, so it promises nothing that would be refused."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.actions.assignments import grant
from access.compartments import Compartment
from access.models import Assignment, Person, Place
from access.roles import ROLES
from access.sheets import harmless
from audit.record import NOWHERE, Context

COLUMNS = ("courriel", "role", "code_lieu", "premier_jour", "dernier_jour", "motif")
MOST_BYTES, MOST_LINES = 256 * 1024, 1000


@dataclass(frozen=True)
class Line:
    """One line of the file and what becomes of it; `refused` is empty when it is granted."""

    number: int
    cells: dict[str, str]
    refused: str = ""
    person: Person | None = None
    place: Place | None = None

    @property
    def role_name(self) -> str:
        code = self.cells["role"]
        return str(ROLES[code].name) if code in ROLES else code


class _TakenBack(Exception):
    pass


def decode(content: bytes) -> str:
    """UTF-8 with or without its mark, else Windows-1252 as spreadsheets write it. Raises ValidationError."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("Le fichier dépasse 256 ko."))
    if b"\0" in content:
        raise ValidationError(_("Ce n’est pas un fichier CSV."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of(text: str) -> list[dict[str, str]]:
    """Cells by column. Raises ValidationError when columns are missing or lines are too many."""
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        found = {(name or "").strip().lower() for name in reader.fieldnames or ()}
        if missing := [name for name in COLUMNS if name not in found]:
            raise ValidationError(_("Colonnes manquantes : %(names)s.") % {"names": ", ".join(missing)})
        rows = [_cells(row) for row in reader]
    except csv.Error as error:
        raise ValidationError(_("Ce n’est pas un fichier CSV.")) from error
    if len(rows) > MOST_LINES:
        raise ValidationError(_("Le fichier dépasse 1 000 lignes."))
    return rows


def dry_run(*, by: Person, rows: list[dict[str, str]]) -> list[Line]:
    """What each line would become, found out by doing it and taking it back."""
    lines: list[Line] = []
    try:
        with transaction.atomic():
            lines = run(by, rows, NOWHERE)
            raise _TakenBack
    except _TakenBack:
        return lines


def as_csv(assignments: Iterable[Assignment]) -> str:
    """The columns of an import first, so that the file can come back; then how each ended."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([*COLUMNS, "nom", "lieu", "fin_le", "motif_fin"])
    for a in assignments:
        ends = [a.ended_on.isoformat() if a.ended_on else "", a.end_reason]
        days = [a.first_day.isoformat(), a.last_day.isoformat()]
        row = [a.person.email, a.role, a.place.code, *days, a.reason, a.person.name, a.place.name, *ends]
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue()


def _cells(row: dict[str | None, str | list[str] | None]) -> dict[str, str]:
    plain = {(name or "").strip().lower(): value for name, value in row.items()}
    cells = {name: str(plain.get(name) or "").strip() for name in COLUMNS}
    # The apostrophe that made a cell harmless on its way out is taken off on its way in.
    return {name: cell[1:] if cell and harmless(cell[1:]) == cell else cell for name, cell in cells.items()}


def run(by: Person, rows: list[dict[str, str]], context: Context) -> list[Line]:
    known = Person.objects.visible_to(by, Compartment.ASSIGNMENTS)  # whom the page of a single grant offers
    people = {p.email.lower(): p for p in known.filter(email__in=[r["courriel"].lower() for r in rows])}
    places = {p.code: p for p in Place.objects.filter(code__in=[r["code_lieu"] for r in rows])}
    return list(_each(by, rows, people, places, context))


def _each(
    by: Person, rows: list[dict[str, str]], people: dict[str, Person], places: dict[str, Place], context: Context
) -> Iterator[Line]:
    for number, cells in enumerate(rows, start=2):  # the first line of the file holds the names of the columns
        person, place = people.get(cells["courriel"].lower()), places.get(cells["code_lieu"])
        try:
            _grant_line(by, cells, person, place, context)
        except ValidationError as error:
            yield Line(number, cells, " ".join(error.messages), person, place)
        else:
            yield Line(number, cells, "", person, place)


def _grant_line(
    by: Person, cells: dict[str, str], person: Person | None, place: Place | None, context: Context
) -> None:
    if person is None:
        raise ValidationError(_("Personne ne se connecte avec cette adresse."))
    if place is None:
        raise ValidationError(_("Ce code de lieu n’existe pas."))
    grant(
        by=by,
        person=person,
        role=cells["role"],
        place=place,
        first_day=_day(cells["premier_jour"]),
        last_day=_day(cells["dernier_jour"]),
        reason=cells["motif"],
        context=context,
    )


def _day(text: str) -> date:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    raise ValidationError(_("« %(text)s » n’est pas un jour : écrivez 2026-11-24 ou 24/11/2026.") % {"text": text})

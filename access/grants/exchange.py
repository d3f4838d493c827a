"""Converts assignments and people from and to CSV. The import of assignments is in actions/exchange.py."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.models import Assignment, Person, Place
from access.roles import ROLES
from formats.spreadsheets import harmless

COLUMNS = ("courriel", "role", "code_lieu", "premier_jour", "dernier_jour", "motif")
# If the email address in a line is unknown, the NEWCOMER columns describe a new person, whom the request also adds.
NEWCOMER = ("nom", "code_rattachement")
MOST_BYTES, MOST_LINES = 256 * 1024, 1000


@dataclass(frozen=True)
class Line:
    """Line of an imported file, with the result of importing it.

    `refused` says why the line is refused, or is empty. `known` is true if the line repeats an existing assignment.
    Otherwise the line becomes an access request.
    """

    number: int
    cells: dict[str, str]
    refused: str = ""
    person: Person | None = None
    place: Place | None = None
    known: bool = False

    @property
    def is_request(self) -> bool:
        return not self.refused and not self.known

    @property
    def role_name(self) -> str:
        code = self.cells["role"]
        return str(ROLES[code].name) if code in ROLES else code


def decode(content: bytes) -> str:
    """Decode an uploaded CSV file: as UTF-8 if it is valid, else as Windows-1252, which spreadsheets write.

    Raises ValidationError if the file is too large or contains null bytes.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(_("Le fichier dépasse 256 ko."))
    if b"\0" in content:
        raise ValidationError(_("Ce n’est pas un fichier CSV."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of(text: str, columns: Sequence[str] = COLUMNS, optional: Sequence[str] = NEWCOMER) -> list[dict[str, str]]:
    """Return the lines of an imported CSV file, each as a dict from column name to cell.

    Raises ValidationError for missing columns or too many lines.
    """
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in columns if name not in header]:
            raise ValidationError(_("Colonnes manquantes : %(names)s.") % {"names": ", ".join(missing)})
        # Empty lines of the file stay in `rows`, so that error messages give the line numbers of the file.
        rows = []
        for number, row in enumerate(reader, start=2):
            values = dict(zip(header, row, strict=False))
            cells = {name: values.get(name, "").strip() for name in (*columns, *optional)}
            if any(harmless(cell) != cell for cell in cells.values()):
                raise ValidationError(
                    _("Ligne %(number)d : une cellule commence comme une formule de tableur.") % {"number": number}
                )
            # Remove the apostrophe that an export by Loge puts before text that a spreadsheet would run as a formula.
            rows.append({name: cell[1:] if harmless(cell[1:]) == cell else cell for name, cell in cells.items()})
    except csv.Error as error:
        raise ValidationError(_("Ce n’est pas un fichier CSV.")) from error
    if len(rows) > MOST_LINES:
        raise ValidationError(_("Le fichier dépasse 1 000 lignes."))
    return rows


ASSIGNMENT_HEADER = (*COLUMNS, *NEWCOMER, "lieu", "fin_le", "motif_fin")
PEOPLE_HEADER = ("courriel", "nom", "code_lieu", "ouvert")


def assignment_cells(assignment: Assignment) -> list[str]:
    """Return the line of an assignment in an export. The columns of the import come first, so that the file can be
    imported again. Days are texts, because the import reads them in this form."""
    a = assignment
    ends = [a.ended_on.isoformat() if a.ended_on else "", a.end_reason]
    days = [a.first_day.isoformat(), a.last_day.isoformat()]
    who = [a.person.name, a.person.employed_at.code]
    return [a.person.email, a.role, a.place.code, *days, a.reason, *who, a.place.name, *ends]


def person_cells(person: Person) -> list[str]:
    """Return the line of a person in an export, with the columns of the staff file that landlords import."""
    return [person.email, person.name, person.employed_at.code, "oui" if person.is_active else "non"]


def day_of(text: str) -> date:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    raise ValidationError(
        _("« %(text)s » n’est pas une date valide : écrivez 2026-11-24 ou 24/11/2026.") % {"text": text}
    )

"""Data classes of exhibits: an exhibit is a numbered document that answers one question of an inspector with tables.

    Exhibit("E4", "Qui peut voir un locataire", tables, inputs=[("Référence", "T-7QK2-M9X4")], by=…, made_at=…, …)

The content depends only on the data, so making an exhibit again gives the same content if the data are unchanged.
`Exhibit.statement` says who made the exhibit and when, and contains the digest of the content.
`inspection/exhibits/files.py` writes an exhibit to signed files.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Self

from django.utils import timezone

from privacy.encryption.signing import canonical
from rights.disclosure.render import display


class EventId(str):
    """The id of an audit event. Pages, PDF files and printed letters display only its first eight characters."""

    __slots__ = ()

    def __new__(cls, key: object) -> Self:
        return super().__new__(cls, str(key))

    @property
    def number(self) -> str:
        return self[:8]


Cell = str | int | date | datetime | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """A table of an exhibit. `columns` are its headings, `note` an explanation for the reader.

    `people` are the ids of employees named in the table. The page links each of them to their audit events.
    `as_cards`: the cells are sentences, so the page shows each row as a card instead of a line.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    people: Collection[Any] = field(default=(), repr=False)
    as_cards: bool = False


@dataclass(frozen=True)
class Exhibit:
    """An exhibit that the employee `by` made at the time `made_at`, for the `inputs` (label, value) of its form.

    `checkpoint` is the newest signature over the audit log; empty if the log has never been signed.
    """

    number: str
    title: str
    tables: Sequence[Table]
    landlord: str
    by: str
    made_at: datetime
    inputs: Sequence[tuple[str, str]] = ()
    checkpoint: str = ""

    @property
    def lines(self) -> int:
        return sum(len(table.rows) for table in self.tables)

    @property
    def content(self) -> dict[str, Any]:
        """The exhibit's number, title and tables as JSON values. Days and times are in ISO 8601."""
        return {
            "number": self.number,
            "title": self.title,
            "tables": [
                {
                    "title": table.title,
                    "note": table.note,
                    "columns": [str(column) for column in table.columns],
                    "rows": [[plain(cell) for cell in row] for row in table.rows],
                }
                for table in self.tables
            ],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the content as canonical JSON: the same for an exhibit that is made again from unchanged data."""
        return sha256(canonical(self.content)).hexdigest()

    @property
    def statement(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "landlord": self.landlord,
            "made_at": timezone.localtime(self.made_at).isoformat(timespec="seconds"),
            "by": self.by,
            "asked": {str(name): value for name, value in self.inputs},
            "checkpoint": self.checkpoint,
            "sha256": self.digest,
        }


def displayed(cell: Cell) -> str:
    """Format the cell of a table for a page or a PDF file."""
    return display(cell.number if isinstance(cell, EventId) else cell)


def plain(cell: Cell) -> str | int | None:
    """Convert the cell of a table to a value that JSON can represent."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, int) else str(cell)

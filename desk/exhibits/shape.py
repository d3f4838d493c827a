"""What an exhibit is: tables under a number, who asked for what and when, under which checkpoint of the sealed log.

    Exhibit("E4", "Qui peut voir un locataire", tables, asked=[("Référence", "T-7QK2-M9X4")], by=…, made_at=…, …)

Its content says the same whenever nothing has changed; its statement says who had it made, and holds its digest.
`desk/exhibits/files.py` makes files of one, signed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils import timezone

from privacy.signing import canonical

Cell = str | int | date | datetime | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """`columns`: what stands at the head of each row, as many as its cells. `note`: what must be known to read it.
    `people`: ids of the colleagues it names one by one; a page leads from each to what they saw (E9)."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    people: Collection[Any] = field(default=(), repr=False)


@dataclass(frozen=True)
class Exhibit:
    """`asked`: (question, answer typed) pairs. `checkpoint`: the newest signed note of the log, "" before the first."""

    number: str
    title: str
    tables: Sequence[Table]
    landlord: str
    by: str
    made_at: datetime
    asked: Sequence[tuple[str, str]] = ()
    checkpoint: str = ""
    shown: Sequence[Any] = field(default=(), repr=False)  # ids of the tenants and accounts that it speaks of

    @property
    def lines(self) -> int:
        return sum(len(table.rows) for table in self.tables)

    @property
    def content(self) -> dict[str, Any]:
        """Days and instants as ISO 8601 has them."""
        return {
            "number": self.number,
            "title": self.title,
            "tables": [
                {
                    "title": table.title,
                    "note": table.note,
                    "columns": [str(one) for one in table.columns],
                    "rows": [[plain(cell) for cell in row] for row in table.rows],
                }
                for table in self.tables
            ],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the content in its one spelling: two makings of an unchanged exhibit have the same."""
        return sha256(canonical(self.content)).hexdigest()

    @property
    def statement(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "landlord": self.landlord,
            "made_at": timezone.localtime(self.made_at).isoformat(timespec="seconds"),
            "by": self.by,
            "asked": {str(name): said for name, said in self.asked},
            "checkpoint": self.checkpoint,
            "sha256": self.digest,
        }


def plain(cell: Cell) -> str | int | None:
    """One cell as JSON has it."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, int) else str(cell)

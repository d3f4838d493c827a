"""Writes the minutes of a session as the text that is signed.

The text has codes, numbers and ids but no names, so it is the same in every language, and stays the same if an
application is deleted or a person is renamed. Writing it again from the stored rows reproduces the signed digest.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

FORMAT = 1
ITEM_FACTS = ("position", "vacancy", "few_reason", "presided_by", "carried_reason", "key")
# Fields of a sheet that the minutes contain, in this order.
SHEET_FACTS = (
    *("prepared_on", "persons", "children", "category", "income_bracket", "ceiling_euros", "highest_ceiling_euros"),
    *("waited_months", "verified", "declared", "priority", "resources_cents", "aid_cents", "effort_permille"),
    *("residual_cents", "equipment_lacking", "documents_to_come", "owner_suited"),
)


Record = TypeVar("Record", "SeatRecord", "DecisionRecord")


@dataclass(frozen=True)
class SeatRecord:
    person_id: UUID
    voice: str
    chairs: bool
    casting: bool
    present: bool
    elected: bool
    released: str


@dataclass(frozen=True)
class DecisionRecord:
    kind: str
    rank: int | None
    motive: str
    figures: list[int]
    missing_document: str
    document_by: date | None
    outcome: str
    votes_for: int | None
    votes_against: int | None
    by_casting: bool


@dataclass(frozen=True)
class SheetRecord:
    """A sheet in the minutes. `rank` is the rank in the shortlist; `recused` has the ids of recused members;
    `decisions` are in the order in which they were proposed."""

    number: int
    candidacy: UUID
    rank: int | None
    facts: Mapping[str, Any]
    recused: list[UUID]
    decisions: list[DecisionRecord]


@dataclass(frozen=True)
class ItemRecord:
    """An agenda item in the minutes. `key` is the hexadecimal key that orders candidates with equal points and filing
    dates, or "" if there is none. `presided_by` is the member who replaced a recused chair. `carried_reason` says why
    the item was postponed, or ""."""

    position: int
    vacancy: UUID
    few_reason: str
    presided_by: UUID | None
    carried_reason: str
    key: str
    sheets: list[SheetRecord]


@dataclass(frozen=True)
class MinutesRecord:
    session: UUID
    held_at: datetime
    opened_at: datetime
    closed_at: datetime
    quorum: int
    seats: list[SeatRecord]
    items: list[ItemRecord]


def write_minutes(record: MinutesRecord) -> str:
    """Return the text of the minutes. It does not depend on the order in which seats, items, sheets and recusals are
    given."""
    head = {name: getattr(record, name) for name in ("session", "held_at", "opened_at", "closed_at", "quorum")}
    lines = [f"loge minutes {FORMAT}", _line("session", head)]
    lines += [_line("seat", _values(seat)) for seat in sorted(record.seats, key=lambda seat: seat.person_id.hex)]
    for item in sorted(record.items, key=lambda item: item.position):
        lines += item_lines(item)
    return "\n".join(lines) + "\n"


def digest_of(text: str) -> str:
    """Return the SHA-256 digest of the minutes, which is stored when they are signed."""
    return hashlib.sha256(text.encode()).hexdigest()


def item_lines(item: ItemRecord) -> Iterable[str]:
    yield _line("item", {name: getattr(item, name) for name in ITEM_FACTS})
    for sheet in sorted(item.sheets, key=lambda sheet: sheet.number):
        identity = {name: getattr(sheet, name) for name in ("number", "candidacy", "rank")}
        yield _line("sheet", identity | {name: sheet.facts[name] for name in SHEET_FACTS})
        for person in sorted(sheet.recused, key=lambda person: person.hex):
            yield _line("recusal", {"person": person})
        for decision in sheet.decisions:
            yield _line("decision", _values(decision))


def copied(record: type[Record], row: Any) -> Record:
    """Create a record from a stored row, by copying the fields of the same names."""
    return record(**{column.name: getattr(row, column.name) for column in fields(record)})


def _values(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in fields(row)}


def _line(kind: str, values: Mapping[str, Any]) -> str:
    return " ".join([kind, *(f"{name}={plain_value(value)}" for name, value in values.items())])


def plain_value(value: Any) -> str:
    match value:
        case None | "" | []:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case list():
            return ",".join(map(str, value))
        case _:
            return str(value)

"""The minutes of a session: the text to sign, read from the stored rows, and the same minutes with names for
display."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from access.guard.context import AccessContext
from allocations.committee.agenda import Rows, agenda_of, proposed_in, seats_of
from allocations.committee.minutes import (
    SHEET_FACTS,
    DecisionRecord,
    ItemRecord,
    MinutesRecord,
    SeatRecord,
    SheetRecord,
    copied,
    digest_of,
    write_minutes,
)
from allocations.committee.wording import decision_text
from allocations.models import AgendaItem, Candidacy, Decision, Recusal, Seat, Session
from allocations.queries import grouped


def record_of(session: Session, rows: Rows, keys: Mapping[UUID, str]) -> MinutesRecord:
    """Read the minutes of a closed session. `keys` maps a vacancy to the key that orders candidates with equal points
    and filing dates."""
    candidacies = rows(Candidacy).filter(item__session=session.pk).select_related("sheet").defer("application")
    decisions = proposed_in(session, rows)
    recusals = (
        rows(Recusal).filter(candidacy__item__session=session.pk, seat__session=session.pk).select_related("seat")
    )
    sheets: dict[UUID, list[SheetRecord]] = {}
    for row in candidacies:
        record = SheetRecord(
            number=row.number,
            candidacy=row.pk,
            rank=row.rank,
            facts={name: getattr(row.sheet, name) for name in SHEET_FACTS},
            recused=[recusal.seat.person_id for recusal in recusals if recusal.candidacy_id == row.pk],
            decisions=[copied(DecisionRecord, decision) for decision in decisions if decision.candidacy_id == row.pk],
        )
        sheets.setdefault(row.item_id, []).append(record)
    return MinutesRecord(
        session=session.pk,
        held_at=session.held_at,
        opened_at=session.opened_at,  # type: ignore[arg-type]  # a closed session was opened
        closed_at=session.closed_at,  # type: ignore[arg-type]
        quorum=session.quorum,  # type: ignore[arg-type]
        seats=[copied(SeatRecord, seat) for seat in rows(Seat).filter(session=session.pk)],
        items=[
            ItemRecord(
                position=row.position,
                vacancy=row.vacancy_id,
                few_reason=row.few_reason,
                presided_by=row.presided_by_id,
                carried_reason=row.carried_reason,
                key=keys.get(row.vacancy_id, ""),
                sheets=sheets.get(row.pk, []),
            )
            for row in rows(AgendaItem).filter(session=session.pk)
        ],
    )


def keys_of(session: Session) -> dict[UUID, str]:
    """Map each vacancy of a closed session to the key that orders candidates with equal points and filing dates. The
    result is empty for a person who is not a member of the session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT vacancy, key FROM allocations_keys_of(%s)", [session.pk])
        return dict(cursor.fetchall())


def names_after_vote(session: Session) -> dict[UUID, tuple[str, str]]:
    """Map each candidacy to the applicant's number and name. Candidacies from which the current person is recused are
    left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT candidacy, application, last_name, first_name FROM allocations_names_after_vote(%s)", [session.pk]
        )
        rows = cursor.fetchall()
    return {key: (grouped(number), f"{last} {first}".strip()) for key, number, last, first in rows}


@dataclass(frozen=True)
class MinutesLine:
    """A numbered sheet in the minutes. `application` and `name` are empty if the reader is recused or the application
    was deleted."""

    number: int
    application: str
    name: str
    decisions: list[tuple[str, Decision]]
    recused: list[str]


@dataclass(frozen=True)
class Minutes:
    """The minutes as a page displays them. `text` is the text that is signed."""

    seats: list[Seat]
    items: list[tuple[AgendaItem, str, list[MinutesLine]]]
    text: str

    @property
    def digest(self) -> str:
        return digest_of(self.text)


def minutes_of(access: AccessContext, session: Session) -> Minutes:
    keys, names, seats = keys_of(session), names_after_vote(session), seats_of(access, session)
    people = {seat.person_id: seat.person.name for seat in seats}
    record = record_of(session, access.rows, keys)
    decisions: dict[UUID, list[tuple[str, Decision]]] = {}
    for row in proposed_in(session, access.rows):
        decisions.setdefault(row.candidacy_id, []).append((decision_text(row), row))
    lines = {
        item.vacancy: [
            MinutesLine(
                sheet.number,
                *names.get(sheet.candidacy, ("", "")),
                decisions.get(sheet.candidacy, []),
                sorted(people[person] for person in sheet.recused),
            )
            for sheet in sorted(item.sheets, key=lambda sheet: sheet.number)
        ]
        for item in record.items
    }
    items = [(item, keys.get(item.vacancy_id, ""), lines[item.vacancy_id]) for item in agenda_of(access, session)]
    return Minutes(seats, items, write_minutes(record))

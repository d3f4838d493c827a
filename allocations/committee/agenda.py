"""Queries about a session of the allocation commission: the current person's seat, the quorum, the agenda, and the
candidates' anonymous sheets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models
from django.db.models import Count, Q

from access.guard.context import AccessContext
from access.models import Assignment, Person
from access.roles import COMMITTEE_CHAIR, COMMITTEE_MEMBER
from allocations.committee.sheets import SheetInWords
from allocations.committee.wording import decision_text
from allocations.models import (
    CURRENT,
    ENDED_SESSIONS,
    AgendaItem,
    Candidacy,
    Choice,
    Decision,
    Outcome,
    Recusal,
    Seat,
    Session,
    SessionState,
    Vacancy,
    Voice,
    Vote,
)
from allocations.models.figure import figure
from allocations.queries import Tally, tally
from audit import events
from audit.events import Outcome as Result
from audit.record import record_view

# Type of a function that returns the rows of a model which the current person may read.
Rows = Callable[[type[models.Model]], Any]
MOST_ENDED = 20
DWELLING = ("vacancy__unit__terms", "vacancy__building__place__parent", "vacancy__contingent")


@dataclass(frozen=True)
class Quorum:
    """The quorum of a session. `counted` is the number of voting members who are present, or who were convened if the
    session has not opened. `needed` is the required number, or None if the landlord has not entered it."""

    needed: int | None
    counted: int
    opened: bool

    @property
    def reached(self) -> bool:
        return self.needed is not None and self.counted >= self.needed


def quorum_of(access: AccessContext, session: Session, seats: Sequence[Seat]) -> Quorum:
    opened = session.opened_at is not None
    counted = [seat for seat in seats if seat.votes and (seat.present or not opened)]
    needed = session.quorum
    if needed is None:
        try:
            needed = figure("committee_quorum", access.day)
        except ValidationError:
            needed = None
    return Quorum(needed, len(counted), opened)


def seats_of(access: AccessContext, session: Session) -> list[Seat]:
    """Return the seats of a session: the chair first, then the other members in the order of the law, then released
    seats."""
    rows = access.rows(Seat).filter(session=session).select_related("person")
    return sorted(
        rows, key=lambda seat: (seat.released != "", not seat.chairs, Voice.values.index(seat.voice), seat.person.name)
    )


def own_seat(access: AccessContext, seats: Sequence[Seat]) -> Seat:
    """Return the current person's seat, found among `seats`. Raises PermissionDenied if the person has none."""
    for seat in seats:
        if seat.person_id == access.person.pk:
            return seat
    raise PermissionDenied


def require_chair(access: AccessContext, session: Session) -> Seat:
    """Return the current person's seat in a session. Raises PermissionDenied unless this seat chairs the session; the
    role of chair alone is not enough."""
    seat = own_seat(access, seats_of(access, session))
    if not seat.chairs:
        raise PermissionDenied
    return seat


def presides(access: AccessContext, item: AgendaItem, seat: Seat) -> bool:
    """Whether the current person, who has this seat, presides over an agenda item, as chair or in place of a recused
    chair."""
    return item.presided_by_id == access.person.pk if item.presided_by_id else seat.chairs


def may_take_chair(session: Session, seat: Seat, at: datetime) -> bool:
    """Whether the member may replace an absent chair. The SQL function allocations_take_chair() enforces the same
    rule."""
    own = seat.may_preside and not seat.chairs and session.held_at <= at
    return own and (session.state == SessionState.CONVENED or seat.present)


def require_president(access: AccessContext, item: AgendaItem) -> None:
    """Raise PermissionDenied unless the current person presides over the agenda item."""
    if not presides(access, item, own_seat(access, seats_of(access, item.session))):
        raise PermissionDenied


def own_sessions_of(access: AccessContext) -> list[tuple[Session, Seat]]:
    """Return the sessions in which the current person has a seat, with the seat. Sessions with signed minutes are
    excluded."""
    own = access.rows(Seat).filter(person=access.person.pk).select_related("session")
    seats = {seat.session_id: seat for seat in own}
    rows = access.rows(Session).filter(pk__in=seats).annotate(dwellings=Count("items")).order_by("held_at", "id")
    return [(session, seats[session.pk]) for session in rows]


def sessions_of(access: AccessContext) -> list[Session]:
    """Return the sessions that have not ended, followed by the most recent of those that were signed or cancelled."""
    counts = {"dwellings": Count("items", distinct=True), "members": Count("seats", distinct=True)}
    rows = access.rows(Session).annotate(**counts)
    current = rows.exclude(state__in=ENDED_SESSIONS).order_by("held_at", "id")
    return [*current, *rows.filter(state__in=ENDED_SESSIONS).order_by("-held_at", "id")[:MOST_ENDED]]


def possible_members(access: AccessContext, session: Session) -> tuple[list[Person], set[UUID]]:
    """Return the people who may be given a seat in a session, and the ids of the people who may chair it."""
    in_force = Assignment.objects.in_force(access.day).values_list("person_id", flat=True)
    chairs = set(in_force.filter(role=COMMITTEE_CHAIR.code))
    members = chairs | set(in_force.filter(role=COMMITTEE_MEMBER.code))
    seated = {seat.person_id for seat in seats_of(access, session) if not seat.released}
    people = access.rows(Person).filter(pk__in=members - seated, is_active=True)
    return list(people.order_by("name", "id")), chairs


def agenda_of(access: AccessContext, session: Session) -> list[Any]:
    """Return the agenda items (dwellings) of a session. Each item has three counts of candidates: all of them
    (`sheets`), those with an adopted decision (`decided`), and those from whom the current person is recused
    (`recused`)."""
    rows = access.rows(AgendaItem).filter(session=session).select_related(*DWELLING)
    own = Q(candidacies__recusals__seat__person=access.person.pk)
    counts = {
        "sheets": Count("candidacies", distinct=True),
        "decided": Count("candidacies", filter=~Q(candidacies__in=undecided_in(session.pk)), distinct=True),
        "recused": Count("candidacies", filter=own, distinct=True),
    }
    return list(rows.annotate(**counts).prefetch_related("vacancy__building__addresses").order_by("position"))


def undecided_in(session: UUID) -> list[UUID]:
    """Return the candidacies that wait for a decision in a session in which the current person has a seat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_undecided(%s)", [session])
        return [candidacy for (candidacy,) in cursor.fetchall()]


def dwellings_of(access: AccessContext, session: Session) -> list[AgendaItem]:
    """Return the agenda items of a session without their candidacies, which the manager who convenes it may not
    read."""
    rows = access.rows(AgendaItem).filter(session=session).select_related(*DWELLING)
    return list(rows.prefetch_related("vacancy__building__addresses").order_by("position"))


@dataclass(frozen=True)
class NumberedSheet:
    """A candidate's anonymous sheet with its decision, proposed or adopted, and the current member's vote."""

    candidacy: Candidacy
    decision: Decision | None = None
    rejected: Sequence[Decision] = ()
    own_choice: str = ""
    may_vote: bool = False

    @property
    def sheet(self) -> SheetInWords:
        return SheetInWords(self.candidacy.sheet)

    @property
    def decision_words(self) -> str:
        return decision_text(self.decision) if self.decision else ""

    @property
    def rejected_words(self) -> list[str]:
        return [decision_text(decision) for decision in self.rejected]

    @property
    def own_choice_words(self) -> str:
        return str(Choice(self.own_choice).label) if self.own_choice else ""


@dataclass(frozen=True)
class SheetTable:
    """The candidates' sheets of one dwelling that the current person may read. `recused` are the candidacies from which
    this person is recused."""

    session: Session
    seat: Seat
    sheets: list[NumberedSheet]
    recused: set[UUID]

    @property
    def keys(self) -> list[UUID]:
        return [sheet.candidacy.pk for sheet in self.sheets]

    @property
    def to_vote(self) -> list[NumberedSheet]:
        return [sheet for sheet in self.sheets if sheet.may_vote]


def proposed_in(session: Session, rows: Rows) -> Any:
    """Return the decisions proposed in this session, oldest first. Decisions that an earlier session proposed about the
    same candidates are excluded."""
    proposed = rows(Decision).filter(candidacy__item__session=session.pk, proposed_at__gte=session.opened_at)
    return proposed.order_by("proposed_at", "id")


def recused_from(access: AccessContext, item: UUID) -> set[UUID]:
    """Return the candidacies of a dwelling from which the current person is recused."""
    rows = Recusal._default_manager.filter(candidacy__item=item, seat__person=access.person.pk)
    return set(rows.values_list("candidacy", flat=True))


def sheets_of(access: AccessContext, item: AgendaItem) -> SheetTable:
    """Return the anonymous sheets of the candidates for a dwelling, except candidates from whom the current person is
    recused."""
    session, recused = item.session, recused_from(access, item.pk)
    seat = own_seat(access, seats_of(access, session))
    rows = access.rows(Candidacy).filter(item=item).exclude(pk__in=recused).select_related("sheet").order_by("number")
    decisions: dict[UUID, list[Decision]] = {row.pk: [] for row in rows}
    for decision in proposed_in(session, access.rows) if session.opened_at else ():
        if decision.candidacy_id in decisions:
            decisions[decision.candidacy_id].append(decision)
    votes = {vote.decision_id: vote.choice for vote in access.rows(Vote).filter(decision__candidacy__item=item)}
    votes_now = session.state == SessionState.OPEN and seat.present and seat.votes
    sheets = []
    for row in rows:
        current = next((each for each in decisions[row.pk] if each.outcome in CURRENT), None)
        rejected = [each for each in decisions[row.pk] if each.outcome == Outcome.REJECTED]
        choice = votes.get(current.pk, "") if current else ""
        open_now = bool(current and current.outcome == Outcome.PROPOSED)
        sheets.append(NumberedSheet(row, current, rejected, choice, votes_now and open_now and not choice))
    return SheetTable(session, seat, sheets, recused)


def may_preside_item(item: AgendaItem, table: "SheetTable") -> bool:
    """Whether the member may preside in place of a recused chair. The SQL function allocations_preside_item() enforces
    the same rule."""
    seat = table.seat
    own = seat.may_preside and seat.present and not seat.chairs and not table.recused
    if not own or item.carried_reason or item.presided_by_id == seat.person_id:
        return False
    of_chair = Recusal._default_manager.filter(
        candidacy__item=item.pk, seat__session=item.session_id, seat__chairs=True
    )
    return table.session.state == SessionState.OPEN and of_chair.exists()


def convened_item(access: AccessContext, vacancy: Vacancy) -> AgendaItem | None:
    """Return the vacancy's agenda item in a session that has not opened, or None."""
    rows = access.rows(AgendaItem).filter(vacancy=vacancy, session__state=SessionState.CONVENED)
    item: AgendaItem | None = rows.select_related("session").first()
    return item


def next_dwelling(access: AccessContext, item: AgendaItem) -> AgendaItem | None:
    """Return the next dwelling on the agenda, skipping those that were postponed to another session."""
    rows = access.rows(AgendaItem).filter(session=item.session_id, position__gt=item.position, carried_reason="")
    following: AgendaItem | None = rows.select_related(*DWELLING).order_by("position").first()
    return following


def blind_sheets(table: SheetTable) -> list[tuple[int, UUID, UUID | None]]:
    """Return each candidate without a decision from whom the chair is recused, as (sheet number, candidacy, proposed
    decision). The chair records what the other members propose, without reading the sheet."""
    undecided = table.recused.intersection(undecided_in(table.session.pk))
    rows = Candidacy._default_manager.filter(pk__in=undecided).order_by("number")
    proposed = Decision._default_manager.filter(candidacy__in=table.recused, outcome=Outcome.PROPOSED)
    decisions = dict(proposed.values_list("candidacy", "pk"))
    return [(number, pk, decisions.get(pk)) for number, pk in rows.values_list("number", "pk")]


def record_sheets(access: AccessContext, table: SheetTable) -> None:
    """Record an audit event for each candidate's sheet on the page. Call this before sending the page, because a member
    who has read a sheet may no longer declare a recusal: the trigger allocations_check_recusal rejects it if the event
    exists."""
    for sheet in table.sheets:
        record_view(
            events.SHEET_SHOWN,
            Result.SHOWN,
            by=access.by,
            about=sheet.candidacy.subject(),
            context=access.context,
            session=table.session.pk,
            number=sheet.candidacy.number,
        )


def candidacy_of(access: AccessContext, candidacy: UUID) -> Candidacy:
    rows = access.rows(Candidacy).select_related("item__session", "vacancy__building__place__parent", "vacancy__unit")
    row: Candidacy = rows.get(pk=candidacy)
    return row


@dataclass(frozen=True)
class VoteCount:
    """The votes on a decision, for the person who presides. Votes for and against are displayed only once all expected
    members have voted, because intermediate counts would disclose individual votes."""

    votes: Tally
    expected: int

    @property
    def cast(self) -> int:
        return self.votes.votes_for + self.votes.votes_against + self.votes.abstained

    @property
    def complete(self) -> bool:
        return self.cast >= self.expected


def count_of(access: AccessContext, decision: Decision, session: Session) -> VoteCount:
    recusals = Recusal._default_manager.filter(candidacy=decision.candidacy_id)
    recused = set(recusals.values_list("seat__person", flat=True))
    seats = seats_of(access, session)
    expected = [seat for seat in seats if seat.present and seat.votes and seat.person_id not in recused]
    return VoteCount(tally(decision), len(expected))


def lapsed_after(rejected: Decision) -> bool:
    """Whether later proposals for the same dwelling lapsed because this decision was rejected."""
    item = Candidacy._default_manager.filter(pk=rejected.candidacy_id).values("item")
    lapsed = Decision._default_manager.filter(candidacy__item__in=item, outcome=Outcome.LAPSED)
    return bool(lapsed.filter(proposed_at__gt=rejected.proposed_at).exists())


def fully_voted(access: AccessContext, table: SheetTable) -> set[UUID]:
    """Return the proposed decisions of a dwelling on which all expected members have voted, so that the votes can be
    counted."""
    proposed = Decision._default_manager.filter(
        candidacy__item__session=table.session.pk, outcome=Outcome.PROPOSED, candidacy__in=[*table.recused, *table.keys]
    )
    return {decision.pk for decision in proposed if count_of(access, decision, table.session).complete}

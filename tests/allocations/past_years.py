"""Creates allocations of past years: shortlists, candidacies, sheets, decisions, offers and signed leases.

The rows are inserted with the owner's login and without triggers, because real allocations would take a year.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from allocations.models import (
    AgendaItem,
    Candidacy,
    Contingent,
    Decision,
    Grid,
    HandOver,
    Offer,
    Session,
    Sheet,
    Shortlist,
    ShortlistLine,
    Vacancy,
)
from buildings.models import Unit
from tests.allocations.builders import give_terms, make_grid
from tests.builders import OWNER, paris_day, run

TABLES = ("vacancy", "agendaitem", "session", "candidacy", "sheet", "decision", "offer", "handover")


@dataclass(frozen=True)
class Case:
    """A candidate for a dwelling in a past year, from a shortlist or nominated by a reserving body.

    The booleans `designated`, `presented` and `offered` say how far the candidate got. `decision` is the kind of the
    commission's decision, with its motive if the decision is a refusal.
    """

    designated: bool = True
    presented: bool = True
    offered: bool = False
    priority: bool = False
    dalo: bool = False
    persons: int = 1
    children: int = 0
    years: int = 2
    bracket: int = 5
    decision: str = ""
    answer: str = ""
    signed: date | None = None
    quartile: int | None = 2
    in_qpv: bool = False
    pseudonym: UUID = field(default_factory=uuid4)


class PastYear:
    """Creates allocations in one year. All vacancies are of the same dwelling and ended in the middle of the year."""

    def __init__(self, landlord: Any, year: int, unit: Unit | None = None) -> None:
        self.year, self.middle = year, date(year, 6, 15)
        rows = Unit.objects.using(OWNER).filter(building__place__name="Glycines B", kind="dwelling")
        self.unit: Unit = unit or rows[0]
        if not hasattr(self.unit, "terms"):
            give_terms(self.unit)
        self.officer = landlord.person("aline")

    def let(self, cases: Iterable[Case], contingent: Contingent | None = None, outside_flow: str = "transfer") -> None:
        """Add a vacancy in the year `self.year`, with a candidate for each of `cases`.

        If no contingent is given, the vacancy gets a shortlist with the candidates in this order.
        """
        for table in TABLES:
            run(f"ALTER TABLE allocations_{table} DISABLE TRIGGER USER")
        self._let(list(cases), contingent, "" if contingent else outside_flow)
        for table in TABLES:
            run(f"ALTER TABLE allocations_{table} ENABLE TRIGGER USER")

    def _let(self, cases: list[Case], contingent: Contingent | None, outside_flow: str) -> None:
        moment = datetime(self.year, 6, 10, 10, tzinfo=UTC)
        session = Session(held_at=moment, state="closed", quorum=2, opened_at=moment, closed_at=moment)
        session.convened_on = self.middle
        session.save(using=OWNER)
        vacancy = Vacancy(unit=self.unit, building_id=self.unit.building_id, state="let", ended_on=self.middle)
        vacancy.available_on = vacancy.declared_on = vacancy.oriented_on = date(self.year, 1, 2)
        vacancy.contingent, vacancy.outside_flow = contingent, outside_flow
        vacancy.orientation_reason = "place" if contingent else ""
        vacancy.save(using=OWNER)
        item = AgendaItem.objects.using(OWNER).create(session=session, vacancy=vacancy, position=1)
        if not contingent:
            run_on, grid = date(self.year, 2, 1), Grid.objects.using(OWNER).first() or make_grid()
            Shortlist(vacancy=vacancy, grid=grid, run_on=run_on, eligible=len(cases)).save(using=OWNER)
            self._lines(vacancy, cases)
        rows = []
        for rank, case in enumerate(cases, 1):
            if case.designated:
                rank_of_list = None if contingent else rank
                rows.append((case, self._candidacy(vacancy, item, case, rank, rank_of_list, contingent)))
        self._outcomes(rows)

    def _lines(self, vacancy: Vacancy, cases: list[Case]) -> None:
        ShortlistLine.objects.using(OWNER).bulk_create(
            ShortlistLine(
                vacancy=vacancy,
                rank=rank,
                pseudonym=case.pseudonym,
                verified=0,
                declared=0,
                filed_on=date(self.year, 1, 1) - timedelta(days=366 * case.years),
                persons=case.persons,
                priority=case.priority,
                tie_break="0" * 64,
            )
            for rank, case in enumerate(cases, 1)
        )

    def _candidacy(
        self, vacancy: Vacancy, item: AgendaItem, case: Case, number: int, rank: int | None, by: Contingent | None
    ) -> Candidacy:
        state = "accepted" if case.signed else "offered" if case.offered else "ranked"
        return Candidacy(
            vacancy=vacancy,
            item=item if case.presented else None,
            number=number,
            rank=rank,
            contingent=by,
            designated_on=date(self.year, 3, 1),
            designated_by_id=self.officer.pk,
            state=state if case.presented else "withdrawn",
        )

    def _outcomes(self, rows: list[tuple[Case, Candidacy]]) -> None:
        presented = [(case, candidacy) for case, candidacy in rows if case.presented]
        Candidacy.objects.using(OWNER).bulk_create(candidacy for _case, candidacy in rows)
        Sheet.objects.using(OWNER).bulk_create(self._sheet(case, candidacy) for case, candidacy in presented)
        Decision.objects.using(OWNER).bulk_create(
            self._decision(case, candidacy) for case, candidacy in presented if case.decision
        )
        Offer.objects.using(OWNER).bulk_create(
            Offer(
                candidacy=candidacy,
                sent_on=date(self.year, 5, 1),
                sent_by_id=self.officer.pk,
                delay_days=10,
                delivery="handed",
                notified_on=date(self.year, 5, 1),
                answer_by=self.middle,
                answer=case.answer,
                answered_on=self.middle + timedelta(days=case.answer == "silent") if case.answer else None,
            )
            for case, candidacy in presented
            if case.offered
        )
        HandOver.objects.using(OWNER).bulk_create(
            HandOver(
                candidacy=candidacy,
                unit=self.unit,
                building_id=self.unit.building_id,
                handed_on=case.signed,
                handed_by_id=self.officer.pk,
                signed_on=case.signed,
                lease=uuid4(),
                in_qpv=case.in_qpv,
                quartile=case.quartile,
                priority=case.priority,
                dalo=case.dalo,
            )
            for case, candidacy in presented
            if case.signed
        )

    def _sheet(self, case: Case, candidacy: Candidacy) -> Sheet:
        return Sheet(
            candidacy=candidacy,
            prepared_on=date(self.year, 3, 2),
            prepared_by_id=self.officer.pk,
            persons=case.persons,
            children=case.children,
            income_bracket=case.bracket,
            waited_months=12 * case.years,
            priority=case.priority,
            equipment_lacking=False,
        )

    def _decision(self, case: Case, candidacy: Candidacy) -> Decision:
        kind, _space, motive = case.decision.partition(" ")
        return Decision(
            candidacy=candidacy,
            kind=kind,
            motive=motive,
            rank=None if motive else 1,
            missing_document="household" if kind == "c" else "",
            document_by=self.middle if kind == "c" else None,
            proposed_at=datetime(self.year, 6, 10, 10, tzinfo=UTC),
            proposed_by_id=self.officer.pk,
            outcome="adopted",
            votes_for=2,
            votes_against=0,
        )


def lease(signed: date, **values: Any) -> Case:
    return Case(offered=True, answer="accepted", signed=signed, **values)


def make_last_year(landlord: Any, unit: Unit, contingent: Contingent) -> PastYear:
    """Create enough candidacies and leases of last year for all statistics pages of the manager to show numbers."""
    day = date(paris_day().year - 1, 5, 4)
    past = PastYear(landlord, day.year, unit)
    signed = [lease(day, priority=number % 2 == 0, decision="b") for number in range(24)]
    declined = [Case(decision="d too_small", persons=3, priority=number % 3 == 0) for number in range(30)]
    past.let(signed + declined, contingent)
    return past

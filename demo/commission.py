"""Simulates the allocation commission: shortlists, candidates proposed by the City of Paris, and four sessions.

Rows are inserted as the database owner, who may set dates in the past. The functions and triggers of the database rank
and number the candidates and check all rows, as they do for users.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

from django.db import connections, models
from django.utils import timezone

from access.guard.context import AccessContext
from access.models import Person
from access.permissions import Permission
from allocations.assessment import verdicts
from allocations.committee.sheet_facts import Costs, band_facts, documents_to_come, household_facts, income_facts
from allocations.models import (
    Candidacy,
    Ceiling,
    Decision,
    FragileResidence,
    Ground,
    HolderKind,
    Income,
    LegalFigure,
    Priority,
    Recusal,
    Seat,
    Session,
    Sheet,
    Shortlist,
    Vacancy,
    Vote,
)
from allocations.rules.points import full_months
from allocations.rules.rows import Rows
from audit import events
from buildings.models import UnitTerms
from demo.applications import OFFICERS, enter_figures
from demo.vacancies import MANAGER, NOMINATOR
from formats.bulk_copy import JOBS

OWNER = "owner"
# EXAMPLE is the source (kind, number) of figures that are only examples: a real landlord must enter its own.
EXAMPLE = ("procedure", "2025-EXEMPLE")
QUORUM, OFFER_DAYS, POST_DAYS = 3, 10, 5
FIGURES = {
    "committee_quorum": QUORUM,
    "offer_delay_days": OFFER_DAYS,
    "answer_post_days": POST_DAYS,
    "claim_retention_years": 5,
    "effort_rate_limit_permille": 330,
    "residual_income_limit_cents_per_person": 36_000,
    **{f"persons_least_in_{rooms}_rooms": max(1, rooms - 1) for rooms in range(1, 7)},
    **{f"persons_most_in_{rooms}_rooms": rooms + 1 for rooms in range(1, 7)},
}
# CEILINGS lists income ceilings in euros by kind of financing: household categories 1 to 6, then each further person.
CEILINGS = {
    "PLAI": (14_811, 24_139, 31_642, 34_637, 41_204, 46_369, 5_166),
    "PLUS": (26_920, 40_233, 52_740, 62_968, 74_919, 84_304, 9_394),
}
CATEGORIES = ("1", "2", "3", "4", "5", "6", "extra")
CHAIR, OF_TENANTS, OF_MAYOR, OF_LANDLORD = "Camille Roux", "Mehdi Saïdi", "Marion Blanc", "Odile Faye"
# SEATS maps each member of the commission to the fields of the member's seat.
SEATS: dict[str, dict[str, Any]] = {
    CHAIR: {"voice": "landlord", "chairs": True},
    OF_TENANTS: {"voice": "tenants"},
    OF_MAYOR: {"voice": "mayor", "casting": True},
    OF_LANDLORD: {"voice": "landlord"},
}
CANDIDATES = 3
# VOTES gives the members' votes on each decision, in turn. The last item is a tie, which the mayor's vote decides.
VOTES = (
    {CHAIR: "for", OF_TENANTS: "for", OF_MAYOR: "for"},
    {CHAIR: "for", OF_TENANTS: "against", OF_MAYOR: "for"},
    {CHAIR: "against", OF_TENANTS: "for", OF_MAYOR: "for"},
    {CHAIR: "against", OF_TENANTS: "abstain", OF_MAYOR: "for"},
)
FRAGILE = "fragile_residence"
REFUSALS = ("paper_missing", "effort_rate", "too_large", "too_small", "other_ranked_before")
DOCUMENT_DAYS = 21
# Query for the number of vacancies that suit an application and are not in the building where it will be refused.
_SUITED_ELSEWHERE = """
    SELECT count(*) FROM allocations_poollink k CROSS JOIN allocations_vacancy v
    LEFT JOIN allocations_contingent g ON g.id = v.contingent_id
    LEFT JOIN allocations_shortlistline l ON l.vacancy_id = v.id AND l.pseudonym = k.pseudonym
    WHERE k.application_id = %s AND v.building_id <> %s AND (g.id IS NULL OR g.kind = 'landlord')
      AND (v.state = 'oriented' OR v.state = 'shortlisted' AND l.rank IS NOT NULL)
      AND EXISTS (SELECT allocations_suited(v.id, ARRAY[k.pseudonym]))
"""


def enter_rules(today: date) -> None:
    """Store the commission's rules of procedure, such as the quorum, and the income ceilings that Loge does not ship
    with."""
    enter_figures({code: (value, *EXAMPLE) for code, value in FIGURES.items()}, today)
    shipped, (kind, number) = Rows(), EXAMPLE
    for financing, ceilings in CEILINGS.items():
        for category, euros in zip(CATEGORIES, ceilings, strict=True):
            if not shipped.find("ceiling", financing, str(today.year), "paris", category, on=today):
                Ceiling.objects.using(JOBS).create(
                    year=today.year,
                    zone="paris",
                    financing=financing,
                    category=category,
                    euros=euros,
                    source_kind=kind,
                    source_number=number,
                    source_date=date(today.year - 1, 12, 19),
                    entered_on=today,
                )


class OwnerAccess(AccessContext):
    """Access context that reads the data for candidates' sheets as the database owner, who may read all rows.

    Income ceilings and legal figures are read only once.
    """

    @cached_property
    def rules(self) -> dict[type[models.Model], list[Any]]:
        return {model: list(model._default_manager.using(OWNER)) for model in (Ceiling, LegalFigure)}

    def rows(self, model: type[models.Model]) -> Any:
        return self.rules[model] if model in (Ceiling, LegalFigure) else model._default_manager.using(OWNER)


def ask(question: str, *params: Any) -> list[tuple[Any, ...]]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(question, params)
        return list(cursor.fetchall())


def act_as(person: str) -> None:
    """Make the database treat this person as the current user until the transaction ends."""
    ask("SELECT set_config('loge.person', %s, true)", person)


@dataclass
class Commission:
    people: dict[str, str]
    today: date
    # `engaged` contains the applications that are candidates already: none becomes a candidate twice.
    engaged: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.votes = cycle(VOTES)
        agency = (
            "SELECT b.id, a.name FROM access_place a JOIN access_place b ON starts_with(b.path, a.path)"
            " WHERE a.level = 'agency' AND b.level = 'building'"
        )
        self.agencies: dict[UUID, str] = dict(ask(agency))
        officer = Person.objects.using(OWNER).get(pk=self.people[MANAGER])
        permission, now = Permission.SHEET_PREPARE, timezone.now()
        self.access = OwnerAccess(officer, permission, events.SHEET_PREPARED, "", uuid4(), now, day=self.today)

    def officer(self, vacancy: Vacancy) -> str:
        return self.people[OFFICERS[self.agencies[vacancy.building_id]]]

    def designate(self, vacancy: Vacancy, day: date, sheets: bool = True) -> list[Candidacy]:
        """Designate the three best candidates for a vacancy, and prepare their sheets for the commission.

        The candidates come from the shortlist or, if an outside body has the right to propose them, from this body. If
        fewer than three applications are available, no candidate is designated.
        """
        contingent = vacancy.contingent
        if contingent and contingent.kind != HolderKind.LANDLORD:
            self._nominate(vacancy)
        else:
            self._shortlist(vacancy, day)
        rows = Candidacy.objects.using(OWNER).filter(vacancy=vacancy)
        rows.update(designated_on=day)
        candidacies = list(rows.select_related("vacancy", "application").order_by("number"))
        for candidacy in candidacies if sheets else ():
            self._prepare(candidacy, day)
        return candidacies

    def _nominate(self, vacancy: Vacancy) -> None:
        matches = (
            "SELECT k.application_id FROM allocations_matches(%s, 60) m"
            " JOIN allocations_poollink k ON k.pseudonym = m.pseudonym ORDER BY m.ranking_points DESC, k.application_id"
        )
        act_as(self.people[NOMINATOR])
        for application in self._engage([row[0] for row in ask(matches, vacancy.pk)]):
            ask("SELECT allocations_add_candidacy(%s, %s, NULL, %s)", vacancy.pk, application, vacancy.contingent_id)

    def _shortlist(self, vacancy: Vacancy, day: date) -> None:
        act_as(self.officer(vacancy))
        ask("SELECT allocations_draw_shortlist(%s)", vacancy.pk)
        Shortlist.objects.using(OWNER).filter(vacancy=vacancy).update(run_on=day)
        ranked = (
            "SELECT k.application_id, l.id FROM allocations_shortlistline l"
            " JOIN allocations_poollink k ON k.pseudonym = l.pseudonym WHERE l.vacancy_id = %s ORDER BY l.rank"
        )
        lines = dict(ask(ranked, vacancy.pk))
        for application in self._engage(list(lines)):
            ask("SELECT allocations_designate(%s)", lines[application])

    def _engage(self, applications: list[UUID]) -> list[UUID]:
        free = [application for application in applications if application not in self.engaged][:CANDIDATES]
        if len(free) < CANDIDATES:
            return []
        self.engaged |= {*free}
        return free

    def _prepare(self, candidacy: Candidacy, day: date) -> None:
        application, vacancy = candidacy.application, candidacy.vacancy
        if application is None:
            return
        terms = UnitTerms.objects.using(OWNER).get(unit=vacancy.unit_id)
        current = {"application": application, "ends_on__gte": self.today}
        recognised = any(model._default_manager.using(OWNER).filter(**current).exists() for model in (Priority, Ground))
        income = Income.objects.using(OWNER).filter(application=application).order_by("year").first()
        costs = Costs(income.rfr_cents // 11, 0) if income and candidacy.number > 1 else Costs()
        sheet = Sheet(
            candidacy=candidacy,
            prepared_on=day,
            prepared_by_id=self.officer(vacancy),
            waited_months=full_months(application.filed_on, day),
            priority=recognised,
            equipment_lacking=not set(application.equipment) <= set(terms.equipment),
            documents_to_come=documents_to_come(self.access, candidacy, day),
            **household_facts(self.access, candidacy),
            **income_facts(verdicts(self.access, application, terms.zone), terms.financing),
            **band_facts(self.access, candidacy),
            **costs.effort(terms),
        )
        sheet.save(using=OWNER, force_insert=True)

    def convene(self, day: date, hour: time, agenda: list[list[Candidacy]]) -> Session:
        """Create a session of the commission with all its members. `agenda` has one list of candidacies for each
        vacancy to decide on."""
        held_at = datetime.combine(day, hour, tzinfo=timezone.get_default_timezone())
        convened_on = min(self.today, day - timedelta(days=10))
        session = Session(held_at=held_at, convened_on=convened_on, convened_by_id=self.people[MANAGER])
        session.save(using=OWNER, force_insert=True)
        for name, seat in SEATS.items():
            Seat(session=session, person_id=self.people[name], **seat).save(using=OWNER, force_insert=True)
        for candidacies in agenda:
            vacancy = candidacies[0].vacancy
            act_as(self.officer(vacancy))
            ask("SELECT allocations_put_on_agenda(%s, %s, '')", vacancy.pk, session.pk)
        return session

    def open(self, session: Session, opened_at: datetime) -> None:
        seats = Seat.objects.using(OWNER).filter(session=session)
        seats.exclude(person=self.people[OF_LANDLORD]).update(present=True)
        session.state, session.quorum, session.opened_at = "open", QUORUM, opened_at
        session.save(using=OWNER)

    def propose(self, session: Session, candidacy: Candidacy, kind: str, **values: Any) -> Decision:
        proposed = {"proposed_at": session.opened_at, "proposed_by_id": self.people[CHAIR]}
        decision = Decision(candidacy=candidacy, kind=kind, **proposed, **values)
        decision.save(using=OWNER, force_insert=True)
        return decision

    def vote(self, session: Session, decision: Decision, choices: dict[str, str]) -> None:
        seats = dict(Seat.objects.using(OWNER).filter(session=session).values_list("person__name", "pk"))
        cast_at = session.opened_at or session.held_at
        votes = [
            Vote(decision=decision, seat_id=seats[name], choice=choice, cast_at=cast_at)
            for name, choice in choices.items()
        ]
        Vote.objects.using(OWNER).bulk_create(votes)

    def adopt(self, session: Session, candidacy: Candidacy, kind: str, **values: Any) -> None:
        decision, choices = self.propose(session, candidacy, kind, **values), next(self.votes)
        self.vote(session, decision, choices)
        cast = list(choices.values())
        decision.outcome, decision.votes_for, decision.votes_against = (
            "adopted",
            cast.count("for"),
            cast.count("against"),
        )
        decision.by_casting = decision.votes_for == decision.votes_against
        decision.save(using=OWNER)

    def name_residences(self, items: list[list[Candidacy]]) -> Vacancy:
        """Store two buildings as fragile residences, where the allocation agreement allows a special refusal.

        One is no longer fragile today. The other has a vacancy on the agenda, which is returned. Its third candidate
        will be refused and must then be examined first in another building. Therefore the vacancy is chosen whose third
        candidate suits the most vacancies in other buildings.
        """

        def suited(candidacies: list[Candidacy]) -> int:
            third = candidacies[-1]
            return int(ask(_SUITED_ELSEWHERE, third.application_id, third.vacancy.building_id)[0][0])

        chosen = max(items, key=suited)[0].vacancy
        others = (rows[0].vacancy for rows in items if rows[0].vacancy.building_id != chosen.building_id)
        this_year = self.today.year
        periods = ((next(others, chosen), this_year - 4, date(this_year - 2, 12, 31)), (chosen, this_year - 1, None))
        for vacancy, year, ended in periods:
            FragileResidence(
                building_id=vacancy.building_id,
                source_number=EXAMPLE[1],
                source_date=date(year - 1, 12, 10),
                first_day=date(year, 1, 1),
                last_day=ended,
                entered_on=date(year, 1, 2),
                entered_by_id=self.people[MANAGER],
            ).save(using=OWNER, force_insert=True)
        return chosen

    def decide(
        self,
        session: Session,
        candidacies: list[Candidacy],
        conditional: bool = False,
        refusals: tuple[str, ...] = REFUSALS,
    ) -> None:
        """Adopt the decisions on the three candidates for a dwelling: rank the first two, and refuse the third for the
        first of the motives in `refusals` whose condition holds.

        If `conditional` is true, the first rank depends on a missing document of the candidate, if there is one.
        """
        best, second, third = candidacies
        sheet = Sheet.objects.using(OWNER).get(candidacy=best)
        if conditional and sheet.documents_to_come:
            document_by = session.held_at.date() + timedelta(days=DOCUMENT_DAYS)
            condition = {"missing_document": sheet.documents_to_come[0], "document_by": document_by}
            self.adopt(session, best, "c", rank=1, **condition)
        else:
            self.adopt(session, best, "b", rank=1)
        self.adopt(session, second, "b", rank=2)
        holds = "SELECT m FROM unnest(%s) WITH ORDINALITY t (m, n) WHERE allocations_motive_figures(%s, m) IS NOT NULL"
        motive = ask(f"{holds} ORDER BY n LIMIT 1", list(refusals), third.pk)[0][0]
        self.adopt(session, third, "d", motive=motive)

    def sign(self, session: Session) -> None:
        session.state, session.closed_at = "closed", session.held_at + timedelta(hours=2)
        session.save(using=OWNER)
        session.state, session.signed_at = "signed", session.closed_at + timedelta(hours=1)
        session.signed_by_id, session.minutes_digest = self.people[CHAIR], sha256(str(session.pk).encode()).hexdigest()
        session.save(using=OWNER)


def hold_sessions(commission: Commission, vacancies: dict[str, list[Vacancy]]) -> None:
    """Create the four sessions of the commission, and take each vacancy to the step that the demonstration needs.

    Two past sessions have signed minutes. The dwellings of the older one have been offered or let since. One session is
    open today, and one is convened for next week.
    """
    today = commission.today

    def agenda(step: str, day: date, sheets: bool = True) -> list[list[Candidacy]]:
        return [rows for vacancy in vacancies[step] if (rows := commission.designate(vacancy, day, sheets))]

    for number, vacancy in enumerate(vacancies["shortlisted"]):
        commission.designate(vacancy, today - timedelta(days=6 - number), sheets=number > 1)
    convened = agenda("convened", today - timedelta(days=8))
    half = (len(convened) + 1) // 2
    hold_open_session(commission, convened[:half])
    commission.convene(working_day(today + timedelta(days=7)), time(14), convened[half:])
    # Only the newer session refuses an applicant for a fragile residence, whom the session after it must examine first.
    for ago, steps in ((26, ("offered", "let")), (8, ("decided",))):
        day = working_day(today - timedelta(days=ago))
        items = [rows for step in steps for rows in agenda(step, day - timedelta(days=9))]
        session = commission.convene(day, time(9, 30), items)
        commission.open(session, session.held_at)
        fragile = commission.name_residences(items) if steps == ("decided",) else None
        for number, candidacies in enumerate(items):
            refusals = (FRAGILE, *REFUSALS) if candidacies[0].vacancy == fragile else REFUSALS
            conditional = fragile is not None and number == 0
            commission.decide(session, candidacies, conditional=conditional, refusals=refusals)
        commission.sign(session)


def hold_open_session(commission: Commission, items: list[list[Candidacy]]) -> None:
    """Open today's session of the commission, and leave it half finished.

    The first vacancy is decided. The second has one decided candidate, and one on whom the vote has begun. In the
    third, a member is excluded (recused) from one candidate.
    """
    session = commission.convene(commission.today, time(9, 30), items)
    commission.open(session, timezone.now())
    for decided in items[:1]:
        commission.decide(session, decided)
    for first, second, _third in items[1:2]:
        commission.adopt(session, first, "b", rank=1)
        commission.vote(session, commission.propose(session, second, "b", rank=2), {OF_TENANTS: "for"})
    for first, *_others in items[2:3]:
        seat = Seat.objects.using(OWNER).get(session=session, person=commission.people[OF_TENANTS])
        Recusal(seat=seat, candidacy=first, declared_at=timezone.now()).save(using=OWNER, force_insert=True)


def working_day(day: date) -> date:
    """Return `day`, or the Friday before it if `day` is a Saturday or Sunday."""
    return day - timedelta(days=max(0, day.weekday() - 4))

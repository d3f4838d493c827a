"""Runs the allocation of a dwelling in tests, from a vacancy to a lease, by calling the application's actions.

Each action is called as a person whose role permits the action.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from access.models import Person
from access.permissions import Permission as P
from allocations.actions.decisions import count_votes, propose_decision, vote
from allocations.actions.occasions import open_designated
from allocations.actions.offers import (
    hand_over,
    record_answer,
    record_notification,
    record_renunciation,
    send_offer,
)
from allocations.actions.scores import compute_scores
from allocations.actions.sessions import (
    close_session,
    convene_session,
    give_seat,
    open_session,
    put_on_agenda,
    sign_minutes,
)
from allocations.actions.sheets import prepare_sheet
from allocations.actions.shortlist import designate, draw_shortlist, nominate
from allocations.actions.vacancies import declare_vacancy, orient_vacancy
from allocations.committee.sheet_facts import Costs
from allocations.committee.signing import minutes_of
from allocations.models import (
    AgendaItem,
    Application,
    Candidacy,
    Contingent,
    Decision,
    HandOver,
    Offer,
    Seat,
    Session,
    ShortlistLine,
    Vacancy,
)
from buildings.models import Unit
from tests.allocations.builders import (
    acting_as,
    declare_income,
    enter_figures,
    give_terms,
    later_today,
    make_application,
    make_grid,
)
from tests.builders import OWNER, paris_day, run

FIGURES = {
    "committee_quorum": 2,
    "offer_delay_days": 10,
    "answer_post_days": 3,
    "claim_retention_years": 5,
    "persons_least_in_2_rooms": 1,
    "persons_most_in_2_rooms": 3,
}


@dataclass
class Commission:
    """One allocation: its dwelling, applications and people, and its vacancy and commission session once they exist.

    `landlord` finds people and places of the test landlord by name.
    """

    landlord: Any
    unit: Unit
    applications: list[Application]
    vacancy: Vacancy | None = None
    session: Session | None = None
    # The candidates of the dwelling, once they have been designated.
    candidacies: list[Candidacy] = field(default_factory=list)
    # Name of the person who presides. If the chair is absent or recused, another member presides.
    chair: str = "camille"

    def person(self, name: str) -> Person:
        person: Person = self.landlord.person(name)
        return person

    def force(self, table: str, sql: str, *params: Any) -> None:
        """Run a statement with the owner's login, while the triggers of a table are disabled."""
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        run(sql, *params)
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def row(self, model: Any, pk: Any) -> Any:
        return model.objects.using(OWNER).get(pk=pk)

    def orient(self, contingent: Contingent | None = None, outside_flow: str = "transfer") -> Vacancy:
        aline, rosa = self.person("aline"), self.person("rosa")
        with acting_as(aline, P.VACANCY_DECLARE) as access:
            unit = access.rows(Unit).get(pk=self.unit.pk)
            declared = declare_vacancy(by=aline, unit=unit, available_on=paris_day(30), context=access.context)
        with acting_as(rosa, P.VACANCY_ORIENT) as access:
            vacancy = Vacancy._default_manager.get(pk=declared.pk)
            how: dict[str, Any] = {"outside_flow": outside_flow}
            if contingent:
                how = {"contingent": access.rows(Contingent).get(pk=contingent.pk), "reason": "behind"}
            orient_vacancy(by=rosa, vacancy=vacancy, context=access.context, **how)
        self.vacancy = self.row(Vacancy, declared.pk)
        return self.vacancy

    def shortlist(self) -> list[ShortlistLine]:
        aline = self.person("aline")
        with acting_as(aline, P.SHORTLIST_RUN) as access:
            assert self.vacancy
            draw_shortlist(by=aline, vacancy=access.rows(Vacancy).get(pk=self.vacancy.pk), context=access.context)
            rows = access.rows(ShortlistLine).filter(vacancy=self.vacancy.pk)
            return list(rows.defer("pseudonym").order_by("rank"))

    def designate(self, lines: Iterable[ShortlistLine]) -> list[Candidacy]:
        aline = self.person("aline")
        with acting_as(aline, P.CANDIDATE_DESIGNATE) as access:
            made = [designate(by=aline, line=line, context=access.context).pk for line in lines]
        return [self.row(Candidacy, pk) for pk in made]

    def prepare(self, candidacy: Candidacy, costs: Costs | None = None, **values: Any) -> None:
        aline = self.person("aline")
        with acting_as(aline, P.SHEET_PREPARE) as access:
            open_designated(by=aline, candidacy_id=candidacy.pk, context=access.context)
            row = access.rows(Candidacy).select_related("vacancy", "application").get(pk=candidacy.pk)
            prepare_sheet(
                by=aline, access=access, candidacy=row, costs=costs or Costs(), context=access.context, **values
            )

    def convene(self, few_reason: str = "") -> Session:
        rosa, aline = self.person("rosa"), self.person("aline")
        with acting_as(rosa, P.SESSION_CONVENE) as access:
            session = convene_session(by=rosa, held_at=later_today(), context=access.context)
            seats: tuple[tuple[str, str, dict[str, bool]], ...] = (
                ("camille", "landlord", {"chairs": True}),
                ("mehdi", "tenants", {}),
                ("marion", "mayor", {"casting": True}),
            )
            for name, voice, more in seats:
                person = self.person(name)
                person._state.db = "default"
                give_seat(by=rosa, session=session, person=person, voice=voice, context=access.context, **more)
        assert self.vacancy
        with acting_as(aline, P.VACANCY_CONVENE) as access:
            vacancy = access.rows(Vacancy).get(pk=self.vacancy.pk)
            put_on_agenda(by=aline, vacancy=vacancy, session=session, few_reason=few_reason, context=access.context)
        self.session = self.row(Session, session.pk)
        return self.session

    def present(self, count: int = 3, costs: Costs | None = None) -> list[Candidacy]:
        """Designate the first `count` lines of the shortlist, prepare their sheets and convene a session about them.

        A sheet has the facts about a candidate for the commission, without a name.
        """
        self.orient()
        candidacies = self.designate(self.shortlist()[:count])
        for candidacy in candidacies:
            self.prepare(candidacy, costs)
        self.convene()
        self.candidacies = candidacies
        return candidacies

    @property
    def item(self) -> AgendaItem:
        item: AgendaItem = AgendaItem.objects.using(OWNER).get(session=self.session)
        return item

    def open(self, *names: str) -> None:
        chair = self.person(self.chair)
        with acting_as(chair, P.COMMITTEE_CHAIR) as access:
            assert self.session
            session = access.rows(Session).get(pk=self.session.pk)
            people = [self.person(name).pk for name in names or ("camille", "mehdi", "marion")]
            present = list(access.rows(Seat).filter(session=session, person__in=people))
            open_session(by=chair, session=session, present=present, context=access.context)

    def propose(self, candidacy: Candidacy, kind: str, **values: Any) -> UUID:
        chair = self.person(self.chair)
        with acting_as(chair, P.COMMITTEE_CHAIR) as access:
            row = access.rows(Candidacy).get(pk=candidacy.pk)
            decision = propose_decision(by=chair, candidacy=row, kind=kind, context=access.context, **values)
        return decision.pk

    def vote(self, decision: UUID, name: str, choice: str = "for") -> None:
        person = self.person(name)
        with acting_as(person, P.COMMITTEE_SIT) as access:
            assert self.session
            seat = access.rows(Seat).get(session=self.session.pk, person=person)
            # A recused member cannot read the decision, so the decision is loaded with the owner's login.
            row = self.row(Decision, decision)
            row._state.db = "default"
            vote(by=person, decision=row, seat=seat, choice=choice, context=access.context)

    def count(self, decision: UUID) -> Decision:
        chair = self.person(self.chair)
        with acting_as(chair, P.COMMITTEE_CHAIR) as access:
            row = access.rows(Decision).get(pk=decision)
            count_votes(by=chair, decision=row, context=access.context)
        counted: Decision = self.row(Decision, decision)
        return counted

    def decide(self, candidacy: Candidacy, kind: str, **values: Any) -> Decision:
        decision = self.propose(candidacy, kind, **values)
        for name in ("camille", "mehdi"):
            self.vote(decision, name)
        return self.count(decision)

    def close(self) -> None:
        chair = self.person(self.chair)
        with acting_as(chair, P.COMMITTEE_CHAIR) as access:
            assert self.session
            close_session(by=chair, session=access.rows(Session).get(pk=self.session.pk), context=access.context)

    def sign(self) -> None:
        chair = self.person(self.chair)
        with acting_as(chair, P.COMMITTEE_CHAIR) as access:
            assert self.session
            session = access.rows(Session).get(pk=self.session.pk)
            text = minutes_of(access, session).text
            sign_minutes(by=chair, session=session, minutes=text, context=access.context)

    def nominate(self, application: Application, name: str = "nadia") -> Candidacy:
        """As a nominator, nominate an applicant.

        The vacancy must be reserved for the nominator's contingent (share of dwellings).
        """
        person = self.person(name)
        applicant = application.applicants.using(OWNER).get(tie="principal")
        with acting_as(person, P.CANDIDATE_NOMINATE) as access:
            assert self.vacancy and application.number
            vacancy = access.rows(Vacancy).get(pk=self.vacancy.pk)
            who = {"number": application.number, "last_name": applicant.last_name}
            made = nominate(by=person, vacancy=vacancy, context=access.context, **who).pk
        candidacy: Candidacy = self.row(Candidacy, made)
        return candidacy

    def rank(self, *ranked: Candidacy, declined: Iterable[Candidacy] = ()) -> None:
        """Hold and close a session that ranks `ranked` in this order and declines `declined`, and sign its minutes.

        Before the session, the candidates' sheets are prepared.
        """
        for candidacy in (*ranked, *declined):
            self.prepare(candidacy)
        self.convene("dalo" if len([*ranked, *declined]) < 3 else "")
        self.open()
        for place, candidacy in enumerate(ranked, start=1):
            self.decide(candidacy, "b", rank=place)
        for candidacy in declined:
            self.decide(candidacy, "d", motive="other_ranked_before")
        self.close()
        self.sign()

    def send(self, candidacy: Candidacy) -> Offer:
        return self._offer(candidacy, send_offer)

    def notify(self, candidacy: Candidacy, notified_on: date, delivery: str = "handed") -> Offer:
        return self._offer(candidacy, record_notification, delivery=delivery, notified_on=notified_on)

    def answer(self, candidacy: Candidacy, answer: str, answered_on: date) -> Offer:
        return self._offer(candidacy, record_answer, answer=answer, answered_on=answered_on)

    def renounce(self, candidacy: Candidacy, renounced_on: date) -> Offer:
        return self._offer(candidacy, record_renunciation, renounced_on=renounced_on)

    def _offer(self, candidacy: Candidacy, act: Callable[..., Offer], **values: Any) -> Offer:
        aline = self.person("aline")
        with acting_as(aline, P.OFFER_SEND) as access:
            open_designated(by=aline, candidacy_id=candidacy.pk, context=access.context)
            row = access.rows(Candidacy).get(pk=candidacy.pk)
            target = {"candidacy": row} if act is send_offer else {"offer": access.rows(Offer).get(candidacy=row)}
            offer = act(by=aline, context=access.context, **target, **values)
        stored: Offer = self.row(Offer, offer.pk)
        return stored

    def steps_to_an_offer(self) -> Iterator[Candidacy]:
        """Run the steps from a shortlist to an offer.

        After each step, yield the candidate who is or will be ranked first.
        """
        candidacies = self.designate(self.shortlist()[:3])
        first, *others = candidacies
        yield first
        for candidacy in candidacies:
            self.prepare(candidacy)
        yield first
        self.convene()
        yield first
        self.open()
        self.decide(first, "b", rank=1)
        self.decide(others[0], "b", rank=2)
        self.decide(others[1], "d", motive="other_ranked_before")
        yield first
        self.close()
        yield first
        self.sign()
        yield first
        self.send(first)
        yield first

    def accepted(self) -> Candidacy:
        """Run all steps for a new vacancy, until the candidate ranked first has accepted. Returns this candidacy."""
        self.orient()
        *_steps, candidacy = self.steps_to_an_offer()
        self.notify(candidacy, paris_day())
        self.answer(candidacy, "accepted", paris_day())
        return candidacy

    def hand_over(self, candidacy: Candidacy, **values: Any) -> HandOver:
        aline = self.person("aline")
        with acting_as(aline, P.OFFER_SEND) as access:
            open_designated(by=aline, candidacy_id=candidacy.pk, context=access.context)
            row = access.rows(Candidacy).select_related("vacancy", "application").get(pk=candidacy.pk)
            handed = hand_over(by=aline, candidacy=row, context=access.context, **values)
        stored: HandOver = self.row(HandOver, handed.pk)
        return stored


def make_applications(landlord: Any, count: int = 4, **figures: int) -> list[Application]:
    """Create legal figures, a points grid, and applications for a dwelling of two rooms.

    The applications are in the order of their filing dates.
    """
    enter_figures(**(FIGURES | figures))
    make_grid()
    place = landlord.place("Agence Belleville")
    applications = []
    for number in range(count):
        application = make_application(
            place, f"Candidat{number}", filed_on=paris_day(-1000 + number), rooms_from=2, rooms_to=2
        )
        declare_income(application, 15_000_00)
        applications.append(application)
    return applications


def make_commission(landlord: Any, applicants: int = 4, **figures: int) -> Commission:
    """Create a dwelling of two rooms, and applications for two rooms in the order of their filing dates.

    The scores of the applications are computed.
    """
    applications = make_applications(landlord, applicants, **figures)
    unit = Unit.objects.using(OWNER).filter(building__place__name="Glycines B", kind="dwelling")[0]
    assert unit
    Unit.objects.using(OWNER).filter(pk=unit.pk).update(type="T2")
    give_terms(unit)
    compute_scores(by="compute_scores")
    return Commission(landlord, Unit.objects.using(OWNER).get(pk=unit.pk), applications)


def make_presented(landlord: Any) -> Commission:
    """Create an allocation with three candidates on the agenda of a convened session."""
    commission = make_commission(landlord)
    commission.present()
    return commission


def make_ranked(landlord: Any) -> Commission:
    """Create an allocation with three candidates whom a session ranked. Its minutes are signed."""
    commission = make_commission(landlord)
    commission.orient()
    commission.candidacies = commission.designate(commission.shortlist()[:3])
    commission.rank(*commission.candidacies)
    return commission

"""Creates sessions of the allocation commission in different states, with the database owner's login."""

from typing import Any

from django.utils import timezone

from access.models import Person
from allocations.models import (
    AgendaItem,
    Application,
    Candidacy,
    Decision,
    LegalFigure,
    RankingKey,
    Seat,
    Session,
    Sheet,
    Vacancy,
    Vote,
)
from buildings.models import Unit
from tests.allocations.builders import give_terms, later_today
from tests.builders import OWNER, make_unit, paris_day, run
from tests.world import World


def make_session(chair: Person, *members: Person) -> Session:
    """Create a convened session, whose members are all marked as present."""
    source = {"source_kind": "code", "source_number": "R441-9", "source_date": paris_day(-400)}
    days = {"first_day": paris_day(-400), "entered_on": paris_day(-400)}
    LegalFigure.objects.using(OWNER).get_or_create(code="committee_quorum", defaults={"value": 2, **source, **days})
    session = Session(held_at=later_today(), convened_on=paris_day())
    session.save(using=OWNER)
    for person in (chair, *members):
        voice = "landlord" if person is chair else "tenants"
        Seat(session=session, person_id=person.pk, voice=voice, chairs=person is chair, present=True).save(using=OWNER)
    return session


def put_on_agenda(session: Session, unit: Unit, *applications: Application, by: Person) -> list[Candidacy]:
    """Put a dwelling on the agenda of a session, with a sheet for each application. Returns the candidacies.

    The dwelling has PLAI financing (very social), for which one candidate is sufficient.
    """
    give_terms(unit, financing="PLAI")
    vacancy = Vacancy(unit=unit, building_id=unit.building_id, available_on=paris_day(30), declared_on=paris_day())
    vacancy.save(using=OWNER)
    ready = {"state": "convened", "outside_flow": "transfer", "oriented_on": paris_day()}
    for state in ("oriented", "shortlisted", "convened"):
        Vacancy.objects.using(OWNER).filter(pk=vacancy.pk).update(**ready | {"state": state})
    RankingKey(vacancy=vacancy, key=bytes(32), drawn_on=paris_day()).save(using=OWNER)
    position = session.items.using(OWNER).count() + 1
    item = AgendaItem(session=session, vacancy=vacancy, position=position, few_reason="very_social")
    item.save(using=OWNER)
    return [_candidacy(item, number, application, by) for number, application in enumerate(applications, 1)]


def _candidacy(item: AgendaItem, number: int, application: Application, by: Person) -> Candidacy:
    candidacy = Candidacy(item=item, vacancy_id=item.vacancy_id, application=application, number=number, rank=number)
    candidacy.designated_on, candidacy.designated_by_id, candidacy.state = paris_day(), by.pk, "presented"
    candidacy.save(using=OWNER)
    facts: dict[str, Any] = {"persons": 2, "children": 1, "waited_months": 38, "priority": False}
    facts |= {"category": 2, "income_bracket": 6, "ceiling_euros": 24_139, "highest_ceiling_euros": 52_303}
    facts |= {"verified": 2, "declared": 3, "equipment_lacking": False, "documents_to_come": ["identity"]}
    sheet = Sheet(candidacy=candidacy, prepared_on=paris_day(), prepared_by_id=by.pk, **facts)
    sheet.save(using=OWNER)
    return candidacy


def open_now(session: Session) -> None:
    Session.objects.using(OWNER).filter(pk=session.pk).update(state="open", quorum=2, opened_at=timezone.now())


def close_now(session: Session) -> None:
    Session.objects.using(OWNER).filter(pk=session.pk).update(state="closed", closed_at=timezone.now())


def propose(candidacy: Candidacy, rank: int, by: Person, *voters: Person) -> Decision:
    """Propose a rank for a candidacy in an open session, and let `voters` vote for the proposal."""
    decision = Decision(candidacy=candidacy, kind="b", rank=rank, proposed_at=timezone.now(), proposed_by_id=by.pk)
    decision.save(using=OWNER)
    seats = Seat.objects.using(OWNER).filter(session__items__candidacies=candidacy)
    for seat in seats.filter(person__in=[voter.pk for voter in voters]):
        Vote(decision=decision, seat=seat, choice="for", cast_at=timezone.now()).save(using=OWNER)
    return decision


def adopt(decision: Decision) -> None:
    votes = decision.votes.using(OWNER).count()
    rows = Decision.objects.using(OWNER).filter(pk=decision.pk)
    rows.update(outcome="adopted", votes_for=votes, votes_against=0)


def declare_inadmissible(landlord: World, application: Application, motive: str = "no_right_of_residence") -> Candidacy:
    """Create a closed session that declared an application inadmissible.

    The trigger that checks the motive is disabled, so the application's documents do not matter.
    """
    camille, mehdi = landlord.person("camille"), landlord.person("mehdi")
    session = make_session(camille, mehdi)
    unit = make_unit(landlord.building("Glycines A"), f"7{session.pk.int % 10_000}", 7)
    [candidacy] = put_on_agenda(session, unit, application, by=landlord.person("aline"))
    open_now(session)
    run("ALTER TABLE allocations_decision DISABLE TRIGGER allocations_decision_holds")
    decided = {"proposed_at": timezone.now(), "proposed_by_id": camille.pk, "votes_for": 2, "votes_against": 0}
    decision = Decision(candidacy=candidacy, kind="e", motive=motive, outcome="adopted", **decided)
    decision.save(using=OWNER)
    run("ALTER TABLE allocations_decision ENABLE TRIGGER allocations_decision_holds")
    Candidacy.objects.using(OWNER).filter(pk=candidacy.pk).update(state="inadmissible")
    close_now(session)
    return candidacy

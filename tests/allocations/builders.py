"""Creates rows about housing applications for tests.

The rows are inserted with the database owner's login, without the application's actions, so no audit events are
written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from access.guard.context import AccessContext, as_database_role
from access.models import Person, Place
from access.permissions import Permission
from allocations.models import (
    AgendaItem,
    Applicant,
    Application,
    Candidacy,
    ClaimReading,
    Contingent,
    Convention,
    Decision,
    FlowBase,
    FlowYear,
    FragileResidence,
    Grid,
    GridLine,
    GridRubric,
    Ground,
    GroundCase,
    HandOver,
    HouseholdMember,
    Income,
    LegalFigure,
    Nominator,
    Occasion,
    Offer,
    PoolLink,
    RankingKey,
    Session,
    Sheet,
    Shortlist,
    ShortlistLine,
    SupportingDocument,
    Vacancy,
)
from allocations.vocabulary import GROUNDS
from audit import events
from buildings.models import Building, Unit, UnitTerms
from tests.builders import OWNER, paris_day, run

NUMBERS = iter(f"0751125{number:06}ABCDE" for number in range(1, 1_000_000))


def enter_figures(**values: int) -> None:
    """Enter the legal figures that are needed to register and review applications.

    Legal figures are numbers that a law or the landlord sets. `values` adds figures or replaces their defaults.
    """
    for code, value in ({"application_validity_months": 12, "document_delay_days": 30} | values).items():
        enter_figure(code, value)


def enter_figure(code: str, value: int) -> None:
    days = dict.fromkeys(("source_date", "first_day", "entered_on"), paris_day(-400))
    source = {"source_kind": "code", "source_number": "R441-2-7"}
    LegalFigure.objects.using(OWNER).create(code=code, value=value, **source, **days)


def make_application(place: Place, last_name: str = "Demande", by: Person | None = None, **fields: Any) -> Application:
    """Create a housing application of one adult, filed 100 days ago unless `fields` has another date."""
    values: dict[str, Any] = {
        "number": next(NUMBERS),
        "filed_on": paris_day(-100),
        "renew_by": paris_day(265),
        "registered_on": paris_day(-100),
        "registered_by": by,
    }
    application = Application.objects.using(OWNER).create(kept_at=place, **values | fields)
    Applicant(
        application=application,
        tie="principal",
        last_name=last_name,
        first_name="Anne",
        birth_date=paris_day(-13_000),
        phone="+33639981234",
        street="12 rue des Lilas",
        postcode="75020",
        city="Paris",
    ).save(using=OWNER)
    return application


def make_member(application: Application, tie: str = "child", custody: str = "full", **fields: Any) -> HouseholdMember:
    values = {"birth_date": paris_day(-3000), "custody": custody if tie == "child" else ""} | fields
    return HouseholdMember.objects.using(OWNER).create(application=application, tie=tie, **values)


def ask_long_ago(application: Application, by: Person, kind: str = "household") -> SupportingDocument:
    """Create a supporting document that was requested 40 days ago and is ten days overdue."""
    days = {"asked_on": paris_day(-40), "due_on": paris_day(-10)}
    return SupportingDocument.objects.using(OWNER).create(application=application, kind=kind, asked_by=by, **days)


def declare_income(application: Application, cents: int = 18_400_00) -> Income:
    year = paris_day().year
    return Income.objects.using(OWNER).create(
        application=application, signing_year=year, basis="n2", year=year - 2, rfr_cents=cents
    )


def give_terms(unit: Unit, **values: Any) -> UnitTerms:
    terms = {"financing": "PLUS", "zone": "paris", "qpv_on": paris_day(-100), "rent_cents": 45_000} | values
    return UnitTerms.objects.using(OWNER).create(unit=unit, building_id=unit.building_id, **terms)


def make_contingent(place: Place, holder: str = "Ville de Paris", kind: str = "commune", *people: Person) -> Contingent:
    """Create a contingent, for which the given people may nominate candidates from today.

    A contingent is the share of dwellings for which a reserving body, such as a city, may nominate candidates.
    """
    contingent = Contingent.objects.using(OWNER).create(kind=kind, holder=holder, place=place)
    days = {"first_day": paris_day(), "last_day": paris_day(300)}
    for person in people:
        Nominator(contingent=contingent, person_id=person.pk, **days).save(using=OWNER)
    return contingent


def make_base(lettings: int = 400, **values: int) -> FlowBase:
    counts = dict.fromkeys(("transfers", "rehousing", "sales", "identified"), 0) | values
    base = FlowBase(year=paris_day().year, lettings=lettings, entered_on=paris_day(), **counts)
    base.save(using=OWNER)
    return base


def give_share(contingent: Contingent, base: FlowBase, share_permille: int) -> None:
    FlowYear(contingent=contingent, base=base, share_permille=share_permille).save(using=OWNER)


def make_convention(contingent: Contingent, first: int, last: int) -> None:
    """Create a reservation convention that was signed 400 days ago.

    `first` and `last` are its first and last day, counted from today.
    """
    days = {"signed_on": paris_day(-400), "first_day": paris_day(first), "last_day": paris_day(last)}
    Convention(contingent=contingent, **days).save(using=OWNER)


def make_vacancy(unit: Unit, contingent: Contingent | None = None, **values: Any) -> Vacancy:
    """Create a vacancy of a dwelling that already has letting terms (rent and financing).

    If a contingent is given, the vacancy is reserved for it today: its reserving body nominates the candidates.
    """
    vacancy = Vacancy(
        unit=unit, building_id=unit.building_id, available_on=paris_day(30), declared_on=paris_day(), **values
    )
    vacancy.save(using=OWNER)
    if contingent:
        vacancy.state, vacancy.contingent, vacancy.oriented_on = "oriented", contingent, paris_day()
        vacancy.orientation_reason = "place"
        vacancy.save(using=OWNER)
    return vacancy


def make_vacancy_to_fill(unit: Unit, shortlisted: bool = False) -> Vacancy:
    """Create a vacancy for which the landlord's officers choose the candidates, with its ranking key.

    The ranking key is a secret that orders equal candidates.
    """
    vacancy = make_vacancy(unit)
    vacancy.state, vacancy.outside_flow, vacancy.oriented_on = "oriented", "transfer", paris_day()
    vacancy.save(using=OWNER)
    RankingKey.objects.using(OWNER).create(vacancy=vacancy, key=b"key" * 10, drawn_on=paris_day())
    if shortlisted:
        vacancy.state = "shortlisted"
        vacancy.save(using=OWNER)
    return vacancy


def make_shortlist(vacancy: Vacancy, grid: Grid, application: Application) -> ShortlistLine:
    """Create today's shortlist of a vacancy, with one application at rank 1. Returns its only line."""
    Shortlist.objects.using(OWNER).create(vacancy=vacancy, grid=grid, run_on=paris_day(), eligible=1)
    link = PoolLink.objects.using(OWNER).create(application=application)
    bands = {"verified": 2, "declared": 3}
    return ShortlistLine.objects.using(OWNER).create(
        vacancy=vacancy,
        rank=1,
        pseudonym=link.pk,
        filed_on=application.filed_on,
        persons=1,
        priority=False,
        tie_break="0" * 64,
        **bands,
    )


def make_candidacy(vacancy: Vacancy, application: Application, by: Person, number: int) -> Candidacy:
    return Candidacy.objects.using(OWNER).create(
        vacancy=vacancy, application=application, number=number, designated_on=paris_day(), designated_by=by
    )


def make_fragile(building: Building, first: int = -30, last: int | None = None) -> FragileResidence:
    """Register a building as a fragile residence, from day `first` to day `last`, counted from today.

    Only in a fragile residence may the commission refuse a candidate because of the residence.
    """
    days = {"first_day": paris_day(first), "last_day": None if last is None else paris_day(last)}
    source = {"source_number": "2025-12", "source_date": paris_day(-90), "entered_on": paris_day(min(first, 0))}
    row: FragileResidence = FragileResidence.objects.using(OWNER).create(building=building, **days, **source)
    return row


def make_claim(candidacy: Candidacy, by: Person, agreed_by: Person | None = None) -> ClaimReading:
    now = timezone.now()
    agreed = {"agreed_by": agreed_by, "agreed_at": now, "ends_at": now + timedelta(hours=24)} if agreed_by else {}
    rows = ClaimReading.objects.using(OWNER)
    claim: ClaimReading = rows.create(candidacy=candidacy, asked_by=by, asked_at=now, source="applicant", **agreed)
    return claim


def make_sheet(candidacy: Candidacy, by: Person) -> Sheet:
    """Create the numbered sheet (facts for the commission) of a candidate who lives alone, without income figures."""
    facts = {"persons": 1, "children": 0, "waited_months": 3, "priority": False, "equipment_lacking": False}
    return Sheet.objects.using(OWNER).create(candidacy=candidacy, prepared_on=paris_day(), prepared_by=by, **facts)


def later_today() -> datetime:
    """Return the time in an hour, but before midnight: a session of the next day waits for nobody today."""
    midnight = timezone.make_aware(datetime.combine(paris_day(1), time()))
    return min(timezone.now() + timedelta(hours=1), midnight - timedelta(seconds=1))


def make_session_to_come(by: Person) -> Session:
    held_at = timezone.now() + timedelta(days=7)
    return Session.objects.using(OWNER).create(held_at=held_at, convened_on=paris_day(), convened_by=by)


def make_ranked(application: Application, unit: Unit, by: Person) -> Candidacy:
    """Create the only candidacy for a dwelling, ranked first in a session whose minutes are signed."""
    now, today = timezone.now(), paris_day()
    vacancy = Vacancy(unit=unit, building_id=unit.building_id, available_on=paris_day(30), declared_on=today)
    vacancy.save(using=OWNER)
    dates: dict[str, Any] = {"convened_on": today, "held_at": now, "opened_at": now, "closed_at": now}
    signed: dict[str, Any] = {"signed_at": now, "signed_by_id": by.pk, "minutes_digest": "0" * 64}
    session = Session.objects.using(OWNER).create(state="signed", quorum=1, **dates, **signed)
    item = AgendaItem(session=session, vacancy=vacancy, position=1, few_reason="too_few")
    _without_triggers("allocations_agendaitem", lambda: item.save(using=OWNER))
    candidacy = Candidacy(vacancy=vacancy, item=item, application=application, number=1, rank=1, state="ranked")
    candidacy.designated_on, candidacy.designated_by_id = today, by.pk
    candidacy.save(using=OWNER)
    facts = dict.fromkeys(("persons", "children", "waited_months"), 1)
    flags = dict.fromkeys(("priority", "equipment_lacking"), False)
    Sheet(candidacy=candidacy, prepared_on=today, prepared_by_id=by.pk, **facts, **flags).save(using=OWNER)
    decision = Decision(candidacy=candidacy, kind="b", rank=1, proposed_at=now, proposed_by_id=by.pk)
    decision.outcome, decision.votes_for, decision.votes_against = "adopted", 2, 0
    _without_triggers("allocations_decision", lambda: decision.save(using=OWNER))
    step = "UPDATE allocations_vacancy SET state = 'decided', outside_flow = 'transfer', oriented_on = loge_today()"
    _without_triggers("allocations_vacancy", lambda: run(f"{step} WHERE id = %s", vacancy.pk))
    return candidacy


def _without_triggers(table: str, change: Callable[[], Any]) -> None:
    run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    change()
    run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def make_offer(candidacy: Candidacy) -> Offer:
    """Create an offer of a dwelling to a candidate, sent today."""
    offer = Offer(candidacy=candidacy, sent_on=paris_day(), sent_by_id=candidacy.designated_by_id, delay_days=10)
    offer.save(using=OWNER)
    return offer


def make_accepted(vacancy: Vacancy, application: Application, by: Person, number: int = 1) -> Candidacy:
    """Create a candidacy whose offer was accepted, without the preceding decision of the commission."""
    day = paris_day()
    candidacy = make_candidacy(vacancy, application, by, number)
    candidacy.state = "accepted"
    candidacy.save(using=OWNER)
    make_sheet(candidacy, by)
    days = {"sent_on": day, "notified_on": day, "answered_on": day, "answer_by": day + timedelta(days=11)}
    offer = Offer(candidacy=candidacy, sent_by=by, delay_days=10, delivery="handed", answer="accepted", **days)
    for table in ("vacancy", "offer"):
        run(f"ALTER TABLE allocations_{table} DISABLE TRIGGER USER")
    offer.save(using=OWNER)
    run(
        "UPDATE allocations_vacancy SET state = 'offered', outside_flow = 'identified', oriented_on = %s WHERE id = %s",
        day,
        vacancy.pk,
    )
    for table in ("vacancy", "offer"):
        run(f"ALTER TABLE allocations_{table} ENABLE TRIGGER USER")
    return candidacy


def make_hand_over(candidacy: Candidacy, by: Person, **values: Any) -> HandOver:
    """Create a hand-over: the candidate has accepted the dwelling, and the lease is to be signed."""
    where = {"unit": candidacy.vacancy.unit, "building_id": candidacy.vacancy.building_id}
    facts = dict.fromkeys(("in_qpv", "priority", "dalo"), False) | {"discreet": False}
    rows = HandOver.objects.using(OWNER)
    return rows.create(candidacy=candidacy, handed_on=paris_day(), handed_by=by, **where, **facts | values)


def open_occasion(application: Application, person: Person, minutes: int = 30, reason: str = "desk") -> Occasion:
    now = timezone.now()
    return Occasion.objects.using(OWNER).create(
        application=application, person=person, reason=reason, opened_at=now, ends_at=now + timedelta(minutes=minutes)
    )


@contextmanager
def acting_as(person: Person, permission: Permission = Permission.APPLICATION_CHANGE) -> Iterator[AccessContext]:
    """Run a block with the database role that a page with this permission has for this person."""
    # Use the web login's connection for `person`, even if the row was loaded with the database owner's login.
    person._state.db = "default"
    access = AccessContext(person, permission, events.FORM_SUBMITTED, "", uuid4(), timezone.now())
    with as_database_role(access, read_only=False):
        yield access


GRID_SOURCE = {"source_kind": "agreement", "source_number": "2025-12", "source_date": "2025-12-01"}
GRID_LINES: tuple[tuple[str, str, int, str, dict[str, Any]], ...] = (
    ("household", "large_family", 7, "number", {"feature": "children", "at_least": 2}),
    ("household", "lone_parent", 5, "flag", {}),
    ("waiting", "months_waited", 1, "months", {"bonus_beyond_months": 36, "bonus_points": 20}),
    ("priority", "dalo", 50, "flag", {}),
    ("priority", "trafficking", 30, "flag", {"sealed": True}),
    ("priority", "couple_violence", 40, "flag", {"sealed": True}),
)


def make_grid(version: int = 1, band_width: int = 20, adopted: bool = True) -> Grid:
    """Create a points grid: criteria on children, waiting time, legal priorities and two sealed grounds.

    Sealed grounds are sensitive priorities. Of all priorities, only the one with the most points counts.
    """
    rows = Grid.objects.using(OWNER)
    grid: Grid = rows.create(version=version, band_width=band_width, drafted_on=paris_day(-9), **GRID_SOURCE)
    modes = {"household": "sum", "waiting": "sum", "priority": "once"}
    rubrics = {
        code: GridRubric.objects.using(OWNER).create(grid=grid, code=code, mode=mode) for code, mode in modes.items()
    }
    for rubric, code, points, kind, rule in GRID_LINES:
        feature = {"feature": code} if kind == "flag" else {}
        GridLine.objects.using(OWNER).create(
            grid=grid, rubric=rubrics[rubric], code=code, points=points, kind=kind, **feature | rule
        )
    if adopted:
        rows.filter(pk=grid.pk).update(adopted_on=paris_day(-9))
    return grid


def make_case(application: Application, by: Person, examiner: Person | None = None, answer: str = "") -> GroundCase:
    """Create a case about a sealed ground (sensitive priority) that an officer referred three days ago.

    If `examiner` is given, this person took charge of it yesterday. If `answer` is given, the case was answered today.
    """
    taken = {"examiner": examiner, "taken_on": paris_day(-1)} if examiner else {}
    answered = {"answer": answer, "answered_on": paris_day()} if answer else {}
    rows = GroundCase.objects.using(OWNER)
    return rows.create(application=application, referred_by=by, referred_on=paris_day(-3), **taken, **answered)


def make_ground(application: Application, by: Person, code: str = "couple_violence", **days: Any) -> Ground:
    proof = GROUNDS.terms[code].row["proof"]
    dates = {"attested_on": paris_day(-20), "decided_on": paris_day(), "ends_on": paris_day(300)} | days
    return Ground.objects.using(OWNER).create(application=application, code=code, proof=proof, decided_by=by, **dates)

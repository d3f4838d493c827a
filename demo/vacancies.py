"""Creates the demonstration's vacancies (dwellings to let), letting terms, and reserving bodies with their shares.

A reserving body may propose applicants for a share of the vacancies (its contingent). To orient a vacancy means to
choose the contingent that the vacancy counts for.
"""

from datetime import date, timedelta
from random import Random

from allocations.models import (
    Contingent,
    Convention,
    FlowBase,
    FlowYear,
    Nominator,
    OrientationReason,
    RankingKey,
    Vacancy,
    VacancyState,
)
from buildings.models import UnitTerms
from buildings.vocabulary import EQUIPMENT
from demo.tree import Landlord
from formats.bulk_copy import JOBS, Copying

MANAGER, NOMINATOR = "Rosa Lopes", "Nadia Belhadj"
CITY = "Ville de Paris"
LANDLORD_HOLDER = "Office des Trois-Rives"
# HOLDERS maps each reserving body to its kind, its share of vacancies in permille, and when its agreement ends.
# The end of an agreement is given in days from today. None means that there is no agreement.
HOLDERS: dict[str, tuple[str, int, int | None]] = {
    "Préfecture de Paris": ("state_priority", 250, 700),
    "Préfecture de Paris, agents de l’État": ("state_agents", 50, 700),
    CITY: ("commune", 200, 400),
    "Action Logement Services": ("employers", 300, -12),
    LANDLORD_HOLDER: ("landlord", 200, None),
}
TRANSFER = ""
WITH_CANDIDATES = (LANDLORD_HOLDER, CITY, TRANSFER, LANDLORD_HOLDER, CITY, TRANSFER)
# For each step of the procedure, PLAN lists who may propose applicants for each vacancy at this step.
# Free dwellings beyond the number in PLAN are not declared vacant.
PLAN: dict[str, tuple[str, ...]] = {
    "declared": (TRANSFER,) * 6,
    "oriented": (CITY, "Préfecture de Paris", "Action Logement Services", CITY, LANDLORD_HOLDER, TRANSFER),
    **dict.fromkeys(("shortlisted", "convened", "decided", "offered"), WITH_CANDIDATES),
    "let": (LANDLORD_HOLDER, CITY, TRANSFER),
}
BASE = {"lettings": 96, "transfers": 12, "rehousing": 4, "sales": 2, "identified": 3}
RENT_CENTS_A_M2 = {"PLAI": 610, "PLUS": 690, "PLS": 1_030}
_FREE = """
    SELECT u.id, u.building_id FROM buildings_unit u
    WHERE u.kind = 'dwelling' AND NOT EXISTS (
        SELECT FROM tenants_leaseunit t JOIN tenants_lease l ON l.id = t.lease_id
        WHERE t.unit_id = u.id AND coalesce(t.last_day, l.ends_on, 'infinity') >= loge_today())
    ORDER BY u.building_id, u.staircase, u.floor, u.door
"""


def add_vacancies(
    copying: Copying, landlord: Landlord, people: dict[str, str], rng: Random, today: date
) -> dict[str, list[Vacancy]]:
    """Declare free dwellings vacant, and orient most of them (choose the body that may propose applicants). Return the
    vacancies by the step of the procedure to which `demo.commission` takes them afterwards."""
    add_terms(copying, rng, today)
    contingents = add_contingents(landlord, people, today)
    rows = copying.ask(_FREE)
    rng.shuffle(rows)
    free = iter(rows)
    vacancies: dict[str, list[Vacancy]] = {step: [] for step in PLAN}
    for number, (step, holders) in enumerate(PLAN.items()):
        for holder, (unit, building) in zip(holders, free, strict=False):
            declared_on = today - timedelta(days=10 * number + rng.randrange(2, 10))
            available_on = declared_on + timedelta(days=rng.randrange(20, 80))
            vacancy = Vacancy(unit_id=unit, building_id=building, declared_on=declared_on, available_on=available_on)
            vacancy.save(using=JOBS, force_insert=True)
            if step != "declared":
                _orient(vacancy, contingents.get(holder), people[MANAGER], rng)
            vacancies[step].append(vacancy)
    return vacancies


def add_terms(copying: Copying, rng: Random, today: date) -> None:
    """Store the letting terms of each dwelling: financing, rent, charges and equipment. All dwellings of a building
    have the same financing."""
    rows = copying.ask("SELECT id, building_id, surface_m2 FROM buildings_unit WHERE kind = 'dwelling' ORDER BY id")
    buildings = sorted({building for _unit, building, _surface in rows})
    financing = {pk: rng.choices(tuple(RENT_CENTS_A_M2), (3, 6, 2))[0] for pk in buildings}
    in_qpv = {pk for pk in buildings if rng.random() < 0.2}
    lifts = {pk for pk in buildings if rng.random() < 0.6}
    others = [code for code in EQUIPMENT.terms if code != "lift"]
    UnitTerms.objects.using(JOBS).bulk_create(
        [
            UnitTerms(
                unit_id=unit,
                building_id=building,
                financing=financing[building],
                zone="paris",
                qpv=building in in_qpv,
                qpv_on=date(today.year, 1, 1),
                rent_cents=int((surface or 50) * RENT_CENTS_A_M2[financing[building]]),
                charges_cents=int((surface or 50) * 190),
                equipment=["lift"] * (building in lifts) + (rng.sample(others, 1) if rng.random() < 0.1 else []),
            )
            for unit, building, surface in rows
        ],
        batch_size=500,
    )


def add_contingents(landlord: Landlord, people: dict[str, str], today: date) -> dict[str, Contingent]:
    base = FlowBase(year=today.year, entered_on=today, entered_by_id=people[MANAGER], **BASE)
    base.save(using=JOBS, force_insert=True)
    contingents = {}
    for holder, (kind, share, ends) in HOLDERS.items():
        contingent = Contingent(kind=kind, holder=holder, place_id=landlord.top)
        contingent.save(using=JOBS, force_insert=True)
        FlowYear(contingent=contingent, base=base, share_permille=share).save(using=JOBS, force_insert=True)
        if ends is not None:
            last = today + timedelta(days=ends)
            first = last - timedelta(days=3 * 365)
            days = {"signed_on": first - timedelta(days=20), "first_day": first, "last_day": last}
            Convention(contingent=contingent, **days).save(using=JOBS, force_insert=True)
        contingents[holder] = contingent
    Nominator(
        contingent=contingents[CITY],
        person_id=people[NOMINATOR],
        first_day=today,
        last_day=today + timedelta(days=365),
        named_by_id=people[MANAGER],
    ).save(using=JOBS, force_insert=True)
    return contingents


def _orient(vacancy: Vacancy, contingent: Contingent | None, manager: str, rng: Random) -> None:
    """Choose for whom a vacancy is reserved: for a contingent (share of a reserving body) or, if `contingent` is None,
    for a tenant of the landlord who moves. Also draw the secret key that orders equal candidates."""
    vacancy.state, vacancy.contingent = VacancyState.ORIENTED, contingent
    vacancy.orientation_reason = OrientationReason.BEHIND if contingent else ""
    vacancy.outside_flow = "" if contingent else "transfer"
    vacancy.oriented_on, vacancy.oriented_by_id = vacancy.declared_on + timedelta(days=1), manager
    vacancy.save(using=JOBS)
    key = RankingKey(vacancy=vacancy, key=rng.randbytes(32), drawn_on=vacancy.oriented_on)
    key.save(using=JOBS, force_insert=True)

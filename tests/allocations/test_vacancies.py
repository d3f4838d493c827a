"""Vacancies are declared when a tenant gives notice, and reserved for contingents within the legal shares.

Only the people concerned can see a vacancy.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from access.models import Place
from access.permissions import Permission
from allocations.actions.flow import add_contingent, end_contingent, name_nominator, set_flow_base, set_share
from allocations.actions.vacancies import declare_vacancy, orient_vacancy, set_unit_terms, withdraw_vacancy
from allocations.models import Contingent, FlowBase, Nominator, Vacancy
from buildings.models import Unit
from tests.allocations.builders import acting_as, give_terms
from tests.builders import OWNER, assign, events, make_person, make_unit, paris_day, run
from tests.database.test_policies import as_role

VACANCIES = "SELECT id FROM allocations_vacancy"


@pytest.fixture
def rosa(landlord):
    return landlord.person("rosa")


@pytest.fixture
def aline(landlord):
    return landlord.person("aline")


@pytest.fixture
def unit(landlord):
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    return unit


def declare(person, unit, available: int = 30) -> Vacancy:
    with acting_as(person, Permission.VACANCY_DECLARE) as access:
        dwelling = access.rows(Unit).get(pk=unit.pk)
        return declare_vacancy(by=person, unit=dwelling, available_on=paris_day(available), context=access.context)


def add(rosa, kind="commune", holder="Mairie du XXe") -> Contingent:
    with acting_as(rosa, Permission.FLOW_KEEP) as access:
        top = access.rows(Place).get(parent=None)
        return add_contingent(by=rosa, kind=kind, holder=holder, place=top, context=access.context)


def orient(rosa, **how) -> Vacancy:
    with acting_as(rosa, Permission.VACANCY_ORIENT) as access:
        if "contingent" in how:
            how["contingent"] = access.rows(Contingent).get(pk=how["contingent"].pk)
        return orient_vacancy(by=rosa, vacancy=access.rows(Vacancy).get(), context=access.context, **how)


def test_notices_name_free_dwellings_of_ones_places_and_nobody(landlord, aline, unit):
    notices = "SELECT unit, free_from FROM allocations_notices() ORDER BY 2"
    lease = landlord.account("Calme-Glycines A").lease_id
    run("UPDATE tenants_lease SET notice_on = loge_today() - 5, ends_on = loge_today() + 40 WHERE id = %s", lease)
    [(leaving,)] = run("SELECT main_unit_id FROM tenants_lease WHERE id = %s", lease)
    free_from = dict(as_role(Compartment.VACANCIES, aline.pk, notices))
    assert free_from[leaving] == paris_day(41) and free_from[unit.pk] == paris_day()
    buildings = {run("SELECT building_id FROM buildings_unit WHERE id = %s", pk)[0][0] for pk in free_from}
    assert landlord.building("Quai 9").pk not in buildings
    assert as_role(Compartment.VACANCIES, landlord.person("elise").pk, notices) == []
    declare(aline, unit)
    assert unit.pk not in dict(as_role(Compartment.VACANCIES, aline.pk, notices))


def test_officer_declares_in_her_places_only(landlord, aline, unit):
    declare(aline, unit)
    assert [event["facts"].keys() for event in events(kind="vacancy_declared")] == [{"vacancy"}]
    far = make_unit(landlord.building("Quai 9"), "99", 9)
    give_terms(far)
    insert = (
        "INSERT INTO allocations_vacancy (id, unit_id, building_id, available_on, declared_on, declared_by_id, state,"
        " outside_flow, orientation_reason) VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today(), %s,"
        " 'declared', '', '')"
    )
    # The officer cannot read this dwelling's terms. The trigger therefore finds none, and refuses the vacancy.
    with pytest.raises(DatabaseError, match="without terms"):
        as_role(Compartment.VACANCIES, aline.pk, insert, str(far.pk), str(far.building_id), str(aline.pk))


def test_vacancy_needs_terms_and_is_open_once(landlord, aline, unit):
    declare(aline, unit)
    with pytest.raises(ValidationError, match="déjà ouverte"):
        declare(aline, unit)
    bare = make_unit(landlord.building("Glycines A"), "98", 9)
    with pytest.raises(ValidationError, match="financement, zone, loyer"):
        declare(aline, bare)


def test_withdrawn_vacancy_leaves_room_for_another(aline, unit):
    declare(aline, unit)
    with acting_as(aline, Permission.VACANCY_DECLARE) as access:
        withdraw_vacancy(by=aline, vacancy=access.rows(Vacancy).get(), context=access.context)
    declare(aline, unit)


def test_officer_ends_a_vacancy_today_and_once(aline, unit):
    """An officer may end a vacancy only with today's date, and only once.

    The date decides how long votes are stored, and whether the dwelling's next vacancy keeps the ranking key (the
    secret that orders equal candidates).
    """
    declare(aline, unit)
    end = "UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today() {} RETURNING 1"
    for day in ("- 4000", "- 1", "+ 1"):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.VACANCIES, aline.pk, end.format(day))
    assert as_role(Compartment.VACANCIES, aline.pk, end.format("")) == [(1,)]
    assert as_role(Compartment.VACANCIES, aline.pk, end.format("- 4000")) == []


def test_manager_orients_to_a_contingent_for_a_reason_or_outside_the_flow(aline, rosa, unit):
    declare(aline, unit)
    commune = add(rosa)
    with pytest.raises(ValidationError, match="Choisissez"):
        orient(rosa)
    with pytest.raises(ValidationError, match="raison"):
        orient(rosa, contingent=commune)
    assert orient(rosa, contingent=commune, reason="behind").state == "oriented"
    again = orient(rosa, outside_flow="transfer")
    assert (again.contingent, again.outside_flow) == (None, "transfer")
    assert [event["facts"].get("reason") for event in events(kind="vacancy_oriented")] == ["behind", "transfer"]


def test_officer_cannot_orient(landlord, aline, unit):
    declare(aline, unit)
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.VACANCIES, aline.pk, "UPDATE allocations_vacancy SET outside_flow = 'transfer'")


@pytest.mark.parametrize(
    "change, rule",
    [
        ("state = 'let', ended_on = loge_today()", "does not follow"),
        ("state = 'oriented'", "vacancy_oriented_or_outside_the_flow"),
        ("orientation_reason = 'behind'", "vacancy_orientation_has_a_reason"),
        ("ended_on = loge_today()", "vacancy_ends_on_a_day"),
        ("building_id = gen_random_uuid()", "vacancy_stands_in_its_unit"),
    ],
)
def test_constraints_hold_against_raw_sql(aline, unit, change, rule):
    declare(aline, unit)
    with pytest.raises(IntegrityError, match=rule):
        run(f"UPDATE allocations_vacancy SET {change}")


@pytest.fixture
def nominator(landlord, rosa, aline, unit):
    """A nominator of the commune. The commune may nominate candidates for one of two vacancies."""
    person = make_person("Nadia Mairie", landlord.place("Office des Trois-Rives"))
    assign(person, "nominator", landlord.place("Office des Trois-Rives"))
    declare(aline, unit)
    commune = add(rosa)
    orient(rosa, contingent=commune, reason="place")
    other = make_unit(landlord.building("Glycines A"), "97", 9)
    give_terms(other)
    declare(aline, other)
    person._state.db = "default"
    with acting_as(rosa, Permission.FLOW_KEEP) as access:
        own_contingent = access.rows(Contingent).get(pk=commune.pk)
        days = {"first_day": paris_day(), "last_day": paris_day(300)}
        name_nominator(by=rosa, contingent=own_contingent, person=person, context=access.context, **days)
    return person


def test_nominator_sees_the_vacancies_of_the_own_contingent_and_nothing_else(landlord, rosa, nominator, unit):
    who = nominator.pk
    [(vacancy,)] = run("SELECT id FROM allocations_vacancy WHERE unit_id = %s", unit.pk)
    assert as_role(Compartment.CONTINGENT, who, VACANCIES) == [(vacancy,)]
    assert as_role(Compartment.CONTINGENT, who, "SELECT id FROM buildings_unit") == [(unit.pk,)]
    assert len(as_role(Compartment.CONTINGENT, who, "SELECT street FROM buildings_address")) == 1
    assert as_role(Compartment.CONTINGENT, who, "SELECT rent_cents FROM buildings_unitterms") == [(45_000,)]
    for table in ("allocations_application", "allocations_applicant", "tenants_lease", "tenants_tenant"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.CONTINGENT, who, f"SELECT * FROM {table}")
    assert [row.pk for row in Vacancy.objects.using(OWNER).visible_to(nominator, Compartment.CONTINGENT)] == [vacancy]


def test_nominator_sees_nothing_after_the_end_of_any_of_the_three(landlord, rosa, nominator):
    who = nominator.pk
    assert len(as_role(Compartment.CONTINGENT, who, VACANCIES)) == 1
    run("UPDATE allocations_nominator SET first_day = first_day - 9, last_day = loge_today() - 1")
    assert as_role(Compartment.CONTINGENT, who, VACANCIES) == []
    run("UPDATE allocations_nominator SET last_day = loge_today()")
    assert len(as_role(Compartment.CONTINGENT, who, VACANCIES)) == 1
    with acting_as(rosa, Permission.FLOW_KEEP) as access:
        end_contingent(by=rosa, contingent=access.rows(Contingent).get(), context=access.context)
    assert as_role(Compartment.CONTINGENT, who, VACANCIES) == []
    run("UPDATE allocations_contingent SET ended_on = NULL")
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'transfer' WHERE role = 'nominator'")
    assert as_role(Compartment.CONTINGENT, who, VACANCIES) == []


def test_nobody_names_oneself(rosa, nominator):
    with acting_as(rosa, Permission.FLOW_KEEP) as access, pytest.raises((ValidationError, DatabaseError)):
        days = {"first_day": paris_day(), "last_day": paris_day(3)}
        name_nominator(by=rosa, contingent=access.rows(Contingent).get(), person=rosa, context=access.context, **days)
    assert Nominator.objects.using(OWNER).count() == 1


def shares(rosa, *kinds: tuple[str, int]) -> None:
    with acting_as(rosa, Permission.FLOW_KEEP) as access:
        set_flow_base(
            by=rosa, year=2027, lettings=500, transfers=60, rehousing=20, sales=5, identified=15, context=access.context
        )
    for number, (kind, share) in enumerate(kinds):
        contingent = add(rosa, kind, f"Organisme {number}")
        with acting_as(rosa, Permission.FLOW_KEEP) as access:
            found, base = access.rows(Contingent).get(pk=contingent.pk), access.rows(FlowBase).get()
            set_share(by=rosa, contingent=found, base=base, share_permille=share, context=access.context)


def test_base_leaves_out_what_the_law_excludes(rosa):
    shares(rosa)
    assert FlowBase.objects.using(OWNER).get().base == 400
    with pytest.raises(IntegrityError, match="flow_base_excludes"):
        run("UPDATE allocations_flowbase SET transfers = 470")


@pytest.mark.parametrize(
    "kinds, refused",
    [
        ([("state_priority", 250), ("state_agents", 50)], ""),
        ([("state_priority", 251), ("state_agents", 50)], r"30\\xa0%"),
        ([("state_priority", 100), ("state_agents", 51)], r"30\\xa0%"),
        ([("commune", 700), ("employers", 300)], ""),
        ([("commune", 700), ("employers", 301)], "dépasse le flux"),
    ],
)
def test_shares_of_a_year_keep_the_legal_limits(rosa, kinds, refused):
    if refused:
        with pytest.raises(ValidationError, match=refused):
            shares(rosa, *kinds)
    else:
        shares(rosa, *kinds)


def test_manager_sets_terms_and_officer_reads_them(landlord, rosa, aline, unit):
    values = {
        "financing": "PLAI",
        "zone": "idf",
        "qpv": True,
        "qpv_on": paris_day(-30),
        "rent_cents": 30_000,
        "charges_cents": 5_000,
        "equipment": ["lift"],
        "first_letting": False,
    }
    with acting_as(rosa, Permission.TERMS_KEEP) as access:
        set_unit_terms(by=rosa, unit=access.rows(Unit).get(pk=unit.pk), context=access.context, **values)
    terms = "SELECT financing, qpv, equipment FROM buildings_unitterms"
    assert as_role(Compartment.VACANCIES, aline.pk, terms) == [("PLAI", True, ["lift"])]
    assert as_role(Compartment.VACANCIES, landlord.person("basile").pk, terms) == []


def test_caretaker_reads_no_vacancy(landlord, aline, unit):
    declare(aline, unit)
    for compartment in (Compartment.CARD, Compartment.HELP, Compartment.ACCOUNT):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(compartment, landlord.person("awa").pk, VACANCIES)

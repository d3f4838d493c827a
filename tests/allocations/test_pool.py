"""The pool of applications for matching: what an entry says about a household, pseudonyms that stay the same, and no
link from an entry to a name."""

import pytest
from django.db import DatabaseError

from access.compartments import Compartment
from allocations.actions.scores import compute_scores
from allocations.models import Application, HouseholdMember, PoolEntry
from allocations.rules.ceilings import FINANCINGS
from buildings.models.terms import Zone
from tests.allocations.builders import declare_income, make_application, make_grid, make_ground, make_member
from tests.allocations.commission import make_commission
from tests.builders import OWNER, paris_day, run
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")

EVERY = {f"{financing} {zone}" for financing in FINANCINGS for zone in Zone.values}
# Loge has no PLAI ceilings for this year, so no income exceeds them.
OPEN = {f"PLAI {zone}" for zone in Zone.values}


@pytest.fixture
def place(landlord):
    make_grid()
    return landlord.place("Agence Belleville")


def apply(place, income: int | None = None, **fields) -> Application:
    application = make_application(place, **{"rooms_from": 2, "rooms_to": 2} | fields)
    if income is not None:
        declare_income(application, income)
    return application


def entry_of(application: Application) -> PoolEntry:
    """Compute all scores, and return the application's only entry in the pool (applications under a pseudonym, from
    which candidates are chosen)."""
    compute_scores(by="test")
    [(pk,)] = run(
        "SELECT e.id FROM allocations_poolentry e JOIN allocations_poollink k USING (pseudonym)"
        " WHERE k.application_id = %s",
        application.pk,
    )
    entry: PoolEntry = PoolEntry.objects.using(OWNER).get(pk=pk)
    return entry


# Each case: an income in cents, and the one-person ceilings that it does not exceed (arrêté of 19 December 2025).
@pytest.mark.parametrize(
    ("income", "within"),
    [
        (23_403_00, EVERY),
        (23_404_00, EVERY - {"PLUS regions"}),
        (26_920_00, EVERY - {"PLUS regions"}),
        (26_920_01, EVERY - {"PLUS regions", "PLUS paris", "PLUS idf"}),
        (30_424_00, EVERY - {"PLUS regions", "PLUS paris", "PLUS idf"}),
        (30_425_00, EVERY - {"PLUS regions", "PLUS paris", "PLUS idf", "PLS regions"}),
        (34_996_00, EVERY - {"PLUS regions", "PLUS paris", "PLUS idf", "PLS regions"}),
        (34_997_00, OPEN),
        (900_000_00, OPEN),
        (None, EVERY),
    ],
)
def test_income_leaves_out_only_above_a_known_ceiling(place, income, within):
    assert set(entry_of(apply(place, income)).within_ceilings) == within


def test_income_that_was_proved_counts_before_the_declared_one(place):
    application = apply(place, 40_000_00)
    year = paris_day().year
    proof = "proof = 'tax_notice', assessed_on = loge_today(), assessed_by_id = (SELECT id FROM access_person LIMIT 1)"
    run(f"UPDATE allocations_income SET {proof}")
    run(
        "INSERT INTO allocations_income (id, application_id, signing_year, basis, year, rfr_cents, share_only, proof)"
        " VALUES (gen_random_uuid(), %s, %s, 'n1', %s, 2600000, false, '')",
        application.pk,
        year,
        year - 1,
    )
    assert "PLUS paris" not in entry_of(application).within_ceilings
    run(f"UPDATE allocations_income SET {proof}")
    assert "PLUS paris" in entry_of(application).within_ceilings


def test_income_of_another_signing_year_does_not_count(place):
    application = apply(place, 90_000_00)
    run("UPDATE allocations_income SET signing_year = signing_year - 1, year = year - 1")
    assert set(entry_of(application).within_ceilings) == EVERY


@pytest.mark.parametrize(
    ("members", "persons", "income", "suits"),
    [
        ([], 1, 26_920_00, True),
        ([], 1, 26_921_00, False),
        ([{"tie": "child"}], 2, 52_740_00, True),  # A lone parent with one child is in household category 3.
        ([{"tie": "child"}], 2, 52_741_00, False),
        ([{"tie": "child"}, {"tie": "child"}], 3, 62_968_00, True),
        ([{"tie": "child", "custody": "alternate"}], 2, 52_740_00, True),
    ],
)
def test_category_is_the_most_favourable_one_that_is_possible(place, members, persons, income, suits):
    application = apply(place, income)
    for member in members:
        make_member(application, **member)
    entry = entry_of(application)
    assert entry.persons == persons and ("PLUS paris" in entry.within_ceilings) is suits


def test_grown_up_child_whose_tax_notice_is_unknown_leaves_nobody_out(place):
    """It is unknown whether the grown-up child is a dependant, so the most favourable household category counts."""
    application = apply(place, 52_740_00)
    make_member(application, birth_date=paris_day(-9000), custody="full", on_tax_notice=True)
    assert "PLUS paris" in entry_of(application).within_ceilings


def test_entry_has_the_features_of_the_application(place):
    application = apply(place, 10_000_00, rooms_from=2, rooms_to=4, equipment=["lift", "shower"])
    compute_scores(by="test")
    rows = PoolEntry.objects.using(OWNER).order_by("rooms")
    assert [row.rooms for row in rows] == [2, 3, 4] and len({row.pseudonym for row in rows}) == 1
    for row in rows:
        assert (row.kept_at_id, row.filed_on, row.equipment) == (place.pk, application.filed_on, ["lift", "shower"])
        assert (row.persons, row.priority, row.verified, row.declared) == (1, False, 0, 0)


@pytest.mark.parametrize(("ends", "priority"), [(0, True), (-1, False)])
def test_priority_ends_with_its_ground(landlord, place, ends, priority):
    application = apply(place, 10_000_00)
    make_ground(application, landlord.person("sacha"), attested_on=paris_day(-40), ends_on=paris_day(30))
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    run("UPDATE allocations_ground SET decided_on = loge_today() - 2, ends_on = loge_today() + %s", ends)
    assert entry_of(application).priority is priority


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE allocations_application SET number = NULL",
        "UPDATE allocations_application SET rooms_from = NULL, rooms_to = NULL",
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'",
    ],
)
def test_application_that_cannot_be_a_candidate_is_not_in_the_pool(place, change):
    apply(place)
    run(change)
    compute_scores(by="test")
    assert run("SELECT count(*) FROM allocations_poolentry") == [(0,)]


def test_application_that_withdraws_its_wish_leaves_the_pool_and_keeps_its_pseudonym(place):
    application = apply(place)
    before = entry_of(application).pseudonym
    run("UPDATE allocations_application SET rooms_from = NULL, rooms_to = NULL")
    compute_scores(by="test")
    assert run("SELECT count(*) FROM allocations_poolentry") == [(0,)]
    run("UPDATE allocations_application SET rooms_from = 3, rooms_to = 3")
    entry = entry_of(application)
    assert entry.pseudonym == before and entry.rooms == 3


def test_pseudonyms_are_stable_and_entries_are_new_each_night(place):
    application = apply(place)
    first, second = entry_of(application), entry_of(application)
    assert first.pseudonym == second.pseudonym and first.pk != second.pk
    assert first.pseudonym not in (application.pk, application.applicants.using(OWNER).get().pk)


def test_no_column_of_the_pool_leads_to_a_name(place):
    """A pool entry has no foreign keys, and no value that identifies an application or an applicant."""
    application = apply(place, 12_345_00)
    make_member(application, birth_date=paris_day(-3000))
    entry_of(application)
    keys = "SELECT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"
    assert run(keys, "allocations_poolentry") == []
    assert run(keys, "allocations_shortlistline") == [("allocations_vacancy",)]
    columns = {
        name for (name,) in run("SELECT attname FROM pg_attribute WHERE attrelid = 'allocations_poolentry'::regclass"
                                " AND attnum > 0 AND NOT attisdropped")
    }  # fmt: skip
    assert columns == {"id", "pseudonym", "rooms", "kept_at_id", "ranking_points", "verified", "declared", "filed_on",
                       "persons", "priority", "equipment", "within_ceilings"}  # fmt: skip
    [(entry,)] = run("SELECT to_jsonb(e)::text FROM allocations_poolentry e")
    names = [application.pk, application.number, *run("SELECT id FROM allocations_applicant")[0]]
    names += [
        value
        for row in run("SELECT last_name, first_name, phone, birth_date FROM allocations_applicant")
        for value in row
    ]
    names += [
        *run("SELECT id FROM allocations_householdmember")[0],
        HouseholdMember.objects.using(OWNER).get().birth_date,
        1234500,
    ]
    assert [name for name in names if str(name) in entry] == []


def test_night_counts_the_matches_of_each_vacancy(landlord):
    commission = make_commission(landlord)
    commission.orient()
    assert run("SELECT eligible FROM allocations_vacancy") == [(None,)]
    compute_scores(by="test")
    assert run("SELECT eligible FROM allocations_vacancy") == [(4,)]


def test_nobody_calls_the_functions_of_the_night(landlord):
    for compartment in Compartment:
        for call in ("allocations_count_matches()", "allocations_expire_offers()"):
            with pytest.raises(DatabaseError, match="permission denied"):
                as_role(compartment, landlord.person("rosa").pk, f"SELECT {call}")

"""The command `populate`, which adds invented leases in bulk, and the exact balances of their accounts."""

import io
from datetime import date
from random import Random
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from access.models import RightsReview
from buildings.models import Unit
from demo.populate.calendar import Calendar, month_end, months_before
from demo.populate.filling import dwellings_needed, group_buildings, lettings
from demo.populate.ledgers import CALM, ENTRY, Habit, Ledgers, Tenancy
from demo.populate.names import Names
from demo.populate.numbers import Numbers
from formats.bulk_copy import cell, line
from formats.folding import folded
from ledger.balances import balance_of, with_balance
from ledger.models import Entry
from privacy.encryption.signing import is_signed
from tenants.models import Account
from tests.builders import OWNER, events, make_building, make_place, make_unit, paris_day, run
from tests.exchange.test_import_programmes import imported
from tests.exchange.test_programmes import written
from tests.resident_tables import PATTERNS

ACCOUNT, BUILDING = str(UUID(int=1)), str(UUID(int=2))
TABLES = {
    "tenants_tenant": "id, title, last_name, first_name, name_key, channel, phone, email, contact_name",
    "tenants_lease": "id, main_unit_id, building_id, starts_on, notice_on, ends_on",
    "tenants_account": "id, lease_id, reference, settled_on",
    "ledger_entry": "id, account_id, kind, label, amount_cents, effective_on, booked_on, period, reverses_id",
    "access_person": "id, email, name",
    "access_assignment": "id, person_id, role, place_id, first_day, last_day",
}


def populated(leases=300, seed=1, months=6):
    output = io.StringIO()
    call_command("populate", leases=leases, seed=seed, months=months, stdout=output)
    return output.getvalue()


def digest():
    """Return the row count and a hash of each table."""
    item = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT {} FROM {}) t"
    return [run(item.format(columns, table)) for table, columns in TABLES.items()]


@pytest.fixture
def town(bare):
    """Provide a database with 300 leases and 6 months of entries."""
    populated()


def test_command_adds_the_requested_number_of_leases(bare):
    output = populated()
    assert run("SELECT count(*) FROM tenants_lease") == [(300,)] and output.startswith("300 baux ajoutés")
    [event] = events(kind="populated")
    assert event["machine"] == "populate" and event["facts"] == {"leases": 300, "seed": 1}


def test_generated_rows_satisfy_every_constraint(town):
    """The generated rows must satisfy every constraint, which bulk loading may not have checked.

    The test drops each constraint and adds it again, because PostgreSQL then checks all rows.
    """
    constraints = run(
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('c', 'f') AND conrelid::regclass::text LIKE ANY (%s)",
        PATTERNS,
    )
    assert len(constraints) > 40
    for table, name, definition in constraints:
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def test_search_keys_match_names(town):
    rows = run("SELECT last_name, first_name, name_key FROM tenants_tenant")
    assert len(rows) > 300 and all(key == folded(f"{last} {first}") for last, first, key in rows)
    assert run("SELECT count(*) FROM tenants_residence r JOIN tenants_tenant t ON t.id = r.tenant_id"
               " WHERE t.name_key <> r.name_key") == [(0,)]  # fmt: skip


def test_balances_are_the_sums_of_their_entries(town):
    balances = {row.pk: balance_of(row) for row in with_balance(Account.objects.using(OWNER))}
    sums = dict(run("SELECT account_id, sum(amount_cents) FROM ledger_entry GROUP BY 1"))
    assert {account: sums.get(account, 0) for account in balances} == balances
    last = {entry.account_id: entry.running_cents for entry in Entry.objects.using(OWNER).running().in_order()}
    assert all(last[account] == balances[account] for account in last)


def test_one_in_five_has_a_debt_and_settled_accounts_have_none(town):
    balance = "(SELECT coalesce(sum(amount_cents), 0) FROM ledger_entry e WHERE e.account_id = a.id)"
    rows = run(
        f"SELECT a.settled_on, l.ends_on, {balance} FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id"
    )
    # Most tenants pay a month's rent by the twelfth of the next month. Until then, the query leaves this rent out.
    before = "AND e.period < date_trunc('month', loge_today() - 31)" if paris_day().day <= 12 else ""
    [(owing,)] = run(f"SELECT count(*) FROM tenants_account a WHERE {balance[:-1]} {before}) > 0")
    assert 0.05 < owing / len(rows) < 0.35
    assert all(balance == 0 for settled, _ends, balance in rows if settled)
    assert any(settled for settled, _ends, _balance in rows)
    assert any(ends and not settled and balance > 0 for settled, ends, balance in rows)


def test_returned_debit_cancels_its_payment(town):
    pairs = run("SELECT e.amount_cents, p.amount_cents, e.account_id = p.account_id FROM ledger_entry e"
                " JOIN ledger_entry p ON p.id = e.reverses_id")  # fmt: skip
    assert pairs and all(item == -other and same for item, other, same in pairs)


def test_nothing_is_dated_after_today(town):
    booked = "(booked_at AT TIME ZONE 'Europe/Paris')::date"
    assert run(f"SELECT count(*) FROM ledger_entry WHERE greatest(effective_on, {booked}) > loge_today()") == [(0,)]


def test_some_dwellings_stay_empty(town):
    empty = Unit.objects.using(OWNER).filter(lettings=None).count()
    assert 0 < empty / Unit.objects.using(OWNER).count() < 0.1


def test_every_building_has_a_caretaker_and_every_role_is_filled(town):
    assert run("SELECT count(*) FROM access_place b WHERE level = 'building' AND NOT EXISTS (SELECT FROM access_right r"
               " WHERE r.building = b.id AND r.role = 'caretaker')") == [(0,)]  # fmt: skip
    roles = {role for (role,) in run("SELECT DISTINCT role FROM access_assignment")}
    assert roles == {
        "caretaker",
        "data_steward",
        "on_call",
        "sector_manager",
        "officer",
        "accountant",
        "dpo",
        "access_administrator",
        "front_desk",
    }
    assert all(password.startswith("!") for (password,) in run("SELECT password FROM access_person"))


def test_each_sector_has_an_on_call_worker(town):
    duties = run(
        "SELECT a.place_id, a.last_day - loge_today(), a.nightly, EXISTS (SELECT FROM access_assignment m"
        " WHERE m.person_id = a.given_by_id AND m.role = 'sector_manager' AND m.place_id = a.place_id)"
        " FROM access_assignment a WHERE a.role = 'on_call' AND a.first_day = loge_today()"
    )
    assert duties and {tuple(rest) for _place, *rest in duties} == {(7, True, True)}
    assert len(duties) == len({place for place, *_rest in duties})


def test_most_managers_signed_their_review_and_others_are_late(town):
    """Most generated managers have signed the yearly review of their staff's access rights; the others must be late.

    `populate` must sign only for managers whom the same run has generated, never for people who existed before.
    """
    reviews = RightsReview.objects.using(OWNER).select_related("signed_by")
    assert all(is_signed(item.statement, item.key_id, item.signature) and item.statement["rights"] for item in reviews)
    days = run("SELECT last IS NULL, due < loge_today() FROM access_review_days()")
    assert {late for never, late in days if not never} == {False} and {late for never, late in days if never} == {True}
    assert len(days) >= 3 and sum(not never for never, _late in days) > len(days) / 2
    assert len(events(kind="rights_reviewed")) == len(reviews) >= 2
    signed = len(reviews)
    # Only managers whom the run has generated sign reviews. With one lease it generates no manager, and so no review.
    populated(leases=1)
    assert RightsReview.objects.using(OWNER).count() == signed


def test_same_seed_gives_the_same_landlord(bare, another_bare):
    populated(leases=80)
    first = digest()
    another_bare()
    populated(leases=80)
    assert digest() == first
    another_bare()
    populated(leases=80, seed=2)
    assert digest()[0] != first[0]


def test_second_run_fills_empty_dwellings(bare):
    populated(leases=60)
    populated(leases=40)
    assert run("SELECT count(*) FROM tenants_lease") == [(100,)] and len(events(kind="populated")) == 2


def test_homes_get_no_lease(bare, tmp_path):
    home = {"id_livraison": "2", "nature_programme": "maison relais", "nb_logements": "30", "adresse": "1 RUE CLER"}
    imported(written(tmp_path, {"nb_logements": "40"}, home))
    populated(leases=60)
    homes = "SELECT j.building_id FROM buildings_programme_buildings j JOIN buildings_programme p"
    homes += " ON p.id = j.programme_id WHERE p.is_home"
    assert run(f"SELECT count(*) FROM buildings_unit WHERE building_id IN ({homes})") == [(30,)]
    assert run(f"SELECT count(*) FROM tenants_leaseunit WHERE building_id IN ({homes})") == [(0,)]
    assert run("SELECT count(*) FROM tenants_lease") == [(60,)]


def test_failure_rolls_everything_back(bare, monkeypatch):
    monkeypatch.setattr("demo.populate.filling.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        populated(leases=20)
    assert run("SELECT (SELECT count(*) FROM access_place), (SELECT count(*) FROM tenants_lease)") == [(0, 0)]


@pytest.mark.parametrize("wrong", [{"leases": 0}, {"months": 0}, {"months": 1000}, {"seed": -1}])
def test_invalid_arguments_are_refused(bare, wrong):
    with pytest.raises(CommandError, match="au moins un bail"):
        populated(**wrong)


def test_landlord_with_few_levels_gets_staff(bare):
    house = make_building("Maison seule", make_place("organisation", "Petit bailleur"))
    for door in ("11", "12", "21", "22"):
        make_unit(house, door)
    populated(leases=3)
    assert {role for (role,) in run("SELECT role FROM access_right WHERE building = %s", house.pk)} >= {
        "caretaker",
        "officer",
    }
    assert run("SELECT count(*) FROM tenants_lease WHERE building_id = %s", house.pk) == [(3,)]


# The tests from here to the end of the module need no database.


def cells_of(row):
    """Return the columns of a row in COPY's binary format as bytes. Each has its length before it in four bytes."""
    cells, place = [], len(ENTRY.binary_head)
    while place < len(row):
        length = int.from_bytes(row[place : place + 4], signed=True)
        cells.append(row[place + 4 : place + 4 + max(length, 0)])
        place += 4 + max(length, 0)
    return dict(zip(ENTRY.columns, cells, strict=True))


def rows_of(habit, start=date(2020, 1, 1), end=None, today=date(2026, 11, 25)):
    charges = (("advance_general", 10_000),)
    tenancy = Tenancy(ACCOUNT, BUILDING, start, end, 50_000, charges, 0, habit, "direct_debit", 8)
    return [cells_of(row) for row in Ledgers(Calendar(today, 12), Numbers(1, "")).rows(tenancy)]


def cents(row):
    return int.from_bytes(row["amount_cents"], signed=True)


def balance(rows):
    return sum(map(cents, rows))


def test_debt_equals_the_missed_charges():
    assert balance(rows_of(CALM)) == 0
    months = {cell(date(2026, month, 1))[4:] for month in (9, 10)}
    newest = [row for row in rows_of(CALM) if row["kind"] == b"charge" and row["period"] in months]
    assert balance(rows_of(Habit(frozenset({0, 1})))) == balance(newest) > 0


def test_missed_charges_are_counted_from_the_end_of_the_lease():
    assert balance(rows_of(Habit(frozenset({0})), end=date(2026, 6, 10))) == 16_666 + 3_333


def test_first_and_last_months_are_charged_by_the_day():
    rows = rows_of(CALM, start=date(2026, 3, 16), end=date(2026, 6, 15))
    rent = [cents(row) for row in rows if row["label"] == b"rent"]
    assert rent == [50_000 * 16 // 31, 50_000, 50_000, 25_000]


def test_month_arithmetic():
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29) and month_end(date(2026, 12, 31)) == date(2026, 12, 31)
    assert months_before(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert months_before(date(2026, 11, 25), 23) == date(2024, 12, 1)


def test_copy_row_is_escaped_and_none_is_null():
    assert line(("a\tb", None, "", "c\\d\n", 3)) == "a\\tb\t\\N\t\tc\\\\d\\n\t3\n"


def test_generated_names_have_their_search_key():
    names, rng = Names(3), Random(3)
    assert Names(3).last == names.last and len(names.last) > 300
    for _ in range(500):
        name = names.person(rng)
        assert name.key == folded(f"{name.last} {name.first}")


def test_dwellings_needed_matches_the_random_lettings():
    needed, rng = dwellings_needed(500, Random(5)), Random(5)
    assert sum(lettings(rng) for _ in range(needed)) in {500, 501}


PLAN = Habit(frozenset({3}), extra=100, plan=3)


@pytest.mark.parametrize(
    ("habit", "back", "owed", "paid"),
    [
        (CALM, 0, 500, 500),
        (Habit(share=60), 0, 500, 300),
        (PLAN, 3, 500, 0),
        # Only 500 is paid: instalments of 100 are added to the three latest charges, and four charges follow this one.
        (PLAN, 4, 1_000, 500),
        (PLAN, 2, 1_000, 600),
        # The last instalment is 40 instead of 100, because a tenant who owes 540 must not pay 600.
        (PLAN, 0, 540, 540),
    ],
)
def test_habit_decides_how_much_of_a_charge_is_paid(habit, back, owed, paid):
    assert habit.paid(back, called=500, owed=owed) == paid


def test_buildings_are_grouped_until_they_have_enough_dwellings():
    assert list(group_buildings([("a", 1_500), ("b", 600), ("c", 10)])) == [["a", "b"], ["c"]]

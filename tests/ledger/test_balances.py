"""Stored balances of accounts: only a trigger may write them, and whoever reads an account may read its balance.

The stored balances, and the arrears computed from them, must equal what the entries say, also on later days.
"""

import io
import threading
from collections import Counter
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from access.compartments import Compartment as C
from access.guard.context import AccessContext, as_database_role
from access.permissions import Permission
from audit import events as kinds
from ledger.arrears import A_MONTH, former_accounts, late_accounts
from ledger.models import Balance, Entry
from tenants.models import Account, DiscreetMark
from tests.builders import OWNER, events, let, make_tenant, make_unit, paris_day, post, run, stand_wall
from tests.clock import stand_after_midnight
from tests.database.test_policies import as_role
from tests.ledger.test_entries import undo

ACCOUNT, OTHER = "Dette-Glycines A", "Calme-Glycines A"
DIFFERING = "SELECT ledger_differing_balances()"
SUM = "SELECT coalesce(sum(amount_cents), 0)::bigint FROM ledger_entry WHERE account_id = %s"
ENTRY = (
    "INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents, effective_on,"
    " booked_on, booked_at, period) SELECT gen_random_uuid(), id, building_id, %s, %s, 'bank', '', %s, loge_today(),"
    " loge_today(), now(), date_trunc('month', loge_today()) FROM tenants_account WHERE id = %s"
)
PLANT = (
    "INSERT INTO ledger_balance (account_id, building_id, balance_cents) SELECT id, building_id, 5"
    " FROM tenants_account WHERE id = %s"
)


@pytest.fixture
def account(landlord):
    return landlord.account(ACCOUNT)


def stored(account) -> int:
    """Return the stored balance of the account. An account without a row has the balance zero."""
    return sum(cents for (cents,) in run("SELECT balance_cents FROM ledger_balance WHERE account_id = %s", account.pk))


def summed(account) -> int:
    [(cents,)] = run(SUM, account.pk)
    return cents


def reverse(entry: Entry) -> Entry:
    reversal = Entry(account_id=entry.account_id, building_id=entry.building_id, kind=entry.kind, label="reversal")
    reversal.source, reversal.reason, reversal.reverses = "officer", "error", entry
    reversal.amount_cents, reversal.effective_on, reversal.booked_on = -entry.amount_cents, paris_day(), paris_day()
    reversal.period = paris_day().replace(day=1)
    reversal.save(using=OWNER)
    return reversal


def late_by_entries(day) -> dict:
    """Return the arrears of all accounts on a day, computed from all entries."""
    entries = list(Entry.objects.using(OWNER).all())
    undone = {entry.reverses_id for entry in entries}
    late: Counter = Counter()
    for entry in entries:
        at_once = entry.kind == "payment" or entry.amount_cents < 0
        if entry.reverses_id is None and entry.pk not in undone and (at_once or entry.effective_on <= day - A_MONTH):
            late[entry.account_id] += entry.amount_cents
    running = {
        account.pk
        for account in Account.objects.using(OWNER).select_related("lease").filter(settled_on=None)
        if account.lease.ends_on is None or account.lease.ends_on >= day
    }
    return {pk: cents for pk, cents in late.items() if cents > 0 and pk in running}


def late_by_balances(landlord) -> dict:
    """Return the arrears that the pages of Élise (housing officer) show."""
    passing = {"person": landlord.person("elise"), "permission": Permission.ACCOUNTS_LIST}
    access = AccessContext(kind=kinds.LIST_SHOWN, route="", request_id=uuid4(), at=timezone.now(), **passing)
    with as_database_role(access, read_only=True):
        late = late_accounts(access, former_accounts(access))
        return {account: owed.cents for account, owed in late.items()}


# --- The trigger -----------------------------------------------------------------------------------------------------


def test_each_entry_and_reversal_is_added(account):
    before = stored(account)
    assert before == summed(account) > 0
    charge = post(account, 12_345)
    assert stored(account) == before + 12_345
    reverse(charge)
    assert stored(account) == before == summed(account)
    payment = post(account, -before, "direct_debit", "payment", day=-3)
    assert run("SELECT count(*) FROM ledger_balance WHERE account_id = %s", account.pk) == [(0,)]
    reverse(payment)
    assert stored(account) == before and run(DIFFERING) == []


def test_officers_reversal_changes_the_balance(landlord, sign_in, account):
    payment = post(account, -5_000, "direct_debit", "payment", day=-3)
    before = stored(account)
    undo(sign_in("elise"), account, payment)
    assert stored(account) == before + 5_000 == summed(account)


def test_rolled_back_entry_leaves_the_balance(account):
    before = run("SELECT * FROM ledger_balance WHERE account_id = %s", account.pk)
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=OWNER):
        post(account, 500)
        assert run("SELECT * FROM ledger_balance WHERE account_id = %s", account.pk) != before
        raise ZeroDivisionError
    assert run("SELECT * FROM ledger_balance WHERE account_id = %s", account.pk) == before


def test_statement_with_many_entries_adds_all(landlord):
    every = ENTRY.replace("WHERE id = %s", "CROSS JOIN generate_series(1, 3)")
    before = {account.pk: stored(account) for account in Account.objects.using(OWNER).all()}
    run(every, "charge", "rent", 700)
    for account in Account.objects.using(OWNER).all():
        assert stored(account) == before[account.pk] + 2_100
    run(every, "payment", "bank_transfer", -700)
    assert run(DIFFERING) == []


def write_at_once(account_ids, number: int, writers: int) -> list[BaseException]:
    """Let `writers` threads book entries at the same time, each entry in its own transaction. Returns the errors."""
    begin, errors = threading.Barrier(writers), list[BaseException]()

    def write(seed: int) -> None:
        rng = Random(seed)
        try:
            begin.wait()
            for _each in range(number):
                kind, label, sign = rng.choice([("charge", "rent", 1), ("payment", "bank_transfer", -1)])
                run(ENTRY, kind, label, sign * rng.randint(1, 90_000), rng.choice(account_ids))
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_simultaneous_entries_on_one_account_are_all_added(account):
    assert write_at_once([account.pk], 25, 8) == []
    assert stored(account) == summed(account) and run(DIFFERING) == []


def test_first_entries_of_an_account_at_the_same_time_are_all_added(landlord):
    account = landlord.account(OTHER)
    post(account, -summed(account) or 1, "compensation", "adjustment")
    for _again in range(5):
        if summed(account):
            post(account, -summed(account), "compensation", "adjustment")
        assert write_at_once([account.pk], 1, 8) == []
        assert stored(account) == summed(account) and run(DIFFERING) == []


def test_second_entry_waits_and_reads_what_the_first_one_paid(account):
    """If two entries are written at the same time, the second must wait, and compute what is owed from both."""
    post(account, -summed(account), "direct_debit", "payment", day=-3)
    other = connections["jobs"].copy("late")
    with other.cursor() as cursor, transaction.atomic(using=OWNER):
        post(account, 1_000, day=0)
        waiting = threading.Thread(target=lambda: cursor.execute(ENTRY, ["payment", "bank_transfer", -300, account.pk]))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join()
    other.close()
    [(cents, since)] = run("SELECT balance_cents, owed_since FROM ledger_balance WHERE account_id = %s", account.pk)
    assert (cents, since) == (700, paris_day()) and run(DIFFERING) == []


# --- Arrears ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_arrears_equal_the_entries_on_each_later_day(landlord, seed):
    rng, today = Random(seed), paris_day()
    accounts = [landlord.account(f"{kind}-Glycines A") for kind in ("Dette", "Calme", "Arrive")]
    accounts.append(let(make_unit(landlord.building("Glycines A"), "99"), make_tenant("Sortant"), end=40))
    for _each in range(60):
        account, day = rng.choice(accounts), rng.randint(-75, 30)
        kind, label, sign = rng.choice(
            [("charge", "rent", 1)] * 3
            + [("payment", "bank_transfer", -1), ("payment", "debit_rejected", 1), ("adjustment", "compensation", -1)]
        )
        entry = post(account, sign * rng.randint(1, 40_000), label, kind, day=min(day, 0) if kind == "payment" else day)
        if rng.random() < 0.2:
            reverse(entry)
    assert run(DIFFERING) == []
    reached = {account.pk for account in Account.objects.using(OWNER).visible_to(landlord.person("elise"), C.ACCOUNT)}
    lengths = set()
    for later in (0, 1, 5, 29, 30, 31, 32, 61, 62):
        stand_after_midnight(today + timedelta(days=later))
        assert run(DIFFERING) == []
        expected = {pk: cents for pk, cents in late_by_entries(paris_day()).items() if pk in reached}
        assert late_by_balances(landlord) == expected
        lengths.add(len(expected))
    assert max(lengths) >= 3


def test_debt_without_a_charge_is_late_at_once(landlord):
    account = let(make_unit(landlord.building("Glycines A"), "99"), make_tenant("Nouveau"))
    post(account, 1_000, "refund", "payment", day=0)
    assert Balance.objects.using(OWNER).get(account=account).owed_since == date.min
    assert late_by_balances(landlord)[account.pk] == late_by_entries(paris_day())[account.pk] == 1_000


# --- Who may read and write ------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(landlord):
    """Hide one household in debt by a discreet mark, and another from two employees by a conflict of interest."""
    discreet, walled = landlord.account("Dette-Glycines B"), landlord.account(ACCOUNT)
    days = {"first_day": paris_day(-3), "last_day": paris_day(300)}
    DiscreetMark.objects.using(OWNER).create(lease=discreet.lease, building_id=discreet.building_id, **days)
    for name in ("elise", "helene"):
        stand_wall(walled.lease, landlord.person(name))


@pytest.mark.parametrize("compartment", [C.ACCOUNT, C.BOOKS])
def test_roles_read_the_balances_of_the_accounts_they_read(landlord, hidden, compartment):
    """Row-level security must show a person the balances of exactly the accounts that it shows to this person.

    The test queries the tables with SQL, so the checks in Python do not apply.
    """
    every = set(run("SELECT account_id FROM ledger_balance"))
    for name in ("elise", "denis", "fatou", "helene", "awa", "noel"):
        person = landlord.person(name)
        rows = set(as_role(compartment, person.pk, "SELECT account_id FROM ledger_balance"))
        assert rows == set(as_role(compartment, person.pk, "SELECT id FROM tenants_account")) & every
        assert 0 < len(rows) < len(every) or name not in ("elise", "fatou") or compartment is C.BOOKS


def test_only_two_roles_may_read_balances(landlord):
    rows = run(
        "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND starts_with(rolname, %s)"
        " AND has_any_column_privilege(rolname, 'ledger_balance', 'SELECT')",
        f"{settings.INSTANCE}_",
    )
    expected = {C.ACCOUNT.database_role, C.BOOKS.database_role}
    assert {name for (name,) in rows} - expected <= {f"{settings.INSTANCE}_{login}" for login in ("owner", "backup")}


@pytest.mark.parametrize("compartment", [C.ACCOUNT, C.BOOKS])
def test_queryset_shows_the_balances_of_the_accounts_it_shows(landlord, hidden, compartment):
    """The balances that `visible_to` shows to a person must be exactly those of the accounts that it shows.

    The queries run with the login of the tables' owner, to whom row-level security does not apply.
    """
    for name in ("elise", "denis", "fatou", "helene", "awa"):
        person = landlord.person(name)
        accounts = {row.pk for row in Account.objects.using(OWNER).visible_to(person, compartment)}
        balances = {row.pk for row in Balance.objects.using(OWNER).visible_to(person, compartment)}
        assert balances == accounts & {pk for (pk,) in run("SELECT account_id FROM ledger_balance")}


def test_settled_account_has_no_balance(landlord, account):
    post(account, -summed(account), "direct_debit", "payment", day=-3)
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", account.pk)
    assert run("SELECT count(*) FROM ledger_balance WHERE account_id = %s", account.pk) == [(0,)]


def test_no_login_and_no_role_may_write_a_balance(landlord):
    owner = f"{settings.INSTANCE}_owner"
    grants = run(
        "SELECT r.rolname, p.privilege FROM pg_roles r CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE',"
        " 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p (privilege) WHERE NOT r.rolsuper AND r.rolname <> %s"
        " AND starts_with(r.rolname, %s) AND has_table_privilege(r.rolname, 'ledger_balance', p.privilege)",
        owner,
        f"{settings.INSTANCE}_",
    )
    columns = run(
        "SELECT grantee, privilege_type FROM information_schema.column_privileges WHERE table_name = 'ledger_balance'"
        " AND privilege_type <> 'SELECT' AND grantee <> %s",
        owner,
    )
    assert (grants, columns) == ([], [])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_balance SET balance_cents = 0",
        "DELETE FROM ledger_balance",
        "INSERT INTO ledger_balance (account_id, building_id, balance_cents) SELECT id, building_id, 1"
        " FROM tenants_account LIMIT 1",
        "SELECT ledger_fill_balances()",
    ],
)
def test_officer_may_not_write_a_balance(landlord, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(C.ACCOUNT, landlord.person("elise").pk, statement)
    if "ledger_fill" not in statement:
        with pytest.raises(DatabaseError, match="permission denied"):
            run(statement, alias="jobs")


def test_balance_goes_with_its_account(landlord):
    account = let(make_unit(landlord.building("Glycines A"), "99"), make_tenant("Nouveau"))
    run(PLANT, account.pk)
    assert stored(account) == 5
    run("DELETE FROM tenants_account WHERE id = %s", account.pk)
    assert stored(account) == 0


# --- The nightly comparison ------------------------------------------------------------------------------------------


def check(*options: str) -> str:
    output = io.StringIO()
    call_command("check_balances", *options, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE ledger_balance SET balance_cents = balance_cents + 1 WHERE account_id = %s",
        "UPDATE ledger_balance SET owed_since = owed_since - 1 WHERE account_id = %s",
        "UPDATE ledger_balance SET recent_days = '{2100-01-01}', recent_cents = '{5}' WHERE account_id = %s",
        "DELETE FROM ledger_balance WHERE account_id = %s",
    ],
)
def test_nightly_comparison_reports_a_difference_until_it_is_corrected(account, harm):
    assert "aucun ne diffère" in check()
    run(harm, account.pk)
    with pytest.raises(CommandError, match="1"):
        check()
    assert [event["facts"] for event in events(kind="balances_checked")] == [{"differing": 0}, {"differing": 1}]
    assert "1" in check("--correct") and "aucun ne diffère" in check()
    assert [event["facts"] for event in events(kind="balances_corrected")] == [{"differing": 1}]
    assert stored(account) == summed(account)


def test_row_for_an_account_without_debt_is_a_difference(landlord):
    account = landlord.account(OTHER)
    if summed(account):
        post(account, -summed(account), "compensation", "adjustment")
    run(PLANT, account.pk)
    assert run(DIFFERING) == [(account.pk,)]

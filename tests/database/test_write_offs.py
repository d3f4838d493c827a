"""Write-offs above a limit need two people. The database must enforce this rule even without the checks in Python.

The tests bypass these checks: they run SQL as the database role for accounts.
"""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from access.compartments import Compartment
from access.database import apply_policies
from ledger.models import WriteOff
from tests.builders import OWNER, ask_write_off, assign, make_person, run
from tests.tenants.test_emergencies import advance_clock

BOOK = (
    "INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents, effective_on,"
    " booked_on, booked_at, period, posted_by_id, reverses_id)"
    " SELECT %(id)s, id, building_id, %(kind)s, %(label)s, 'officer', 'compensation', %(cents)s, loge_today(),"
    " loge_today() - %(ago)s::int, now(), date_trunc('month', loge_today()), %(by)s, %(reverses)s"
    " FROM tenants_account WHERE id = %(account)s"
)
ASK = (
    "INSERT INTO ledger_writeoff (id, account_id, building_id, kind, label, reason, amount_cents, effective_on,"
    " asked_by_id, asked_at, decision, decided_by_id, decided_at, refusal)"
    " SELECT gen_random_uuid(), id, building_id, 'adjustment', 'compensation', 'compensation', -30000, loge_today(),"
    " %s, now(), %s, %s, %s, '' FROM tenants_account WHERE id = %s"
)
ENDED = "UPDATE access_assignment SET last_day = loge_today() - 1 WHERE role = 'officer' AND person_id = %s"
DECIDE = "UPDATE ledger_writeoff SET decision = %s, decided_by_id = %s, decided_at = now(), refusal = %s WHERE id = %s"


def write(person, sql, params):
    """Run SQL with the database role and settings of a request by `person`. Returns the number of changed rows."""
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        role = Compartment.ACCOUNT.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(person.pk)]
        )
        cursor.execute(sql, params)
        return cursor.rowcount


def refused(name, person, sql, params):
    with pytest.raises(IntegrityError) as error:
        write(person, sql, params)
    assert error.value.__cause__.diag.constraint_name == name


@pytest.fixture
def account(landlord):
    return landlord.account("Dette-Tour haute")


@pytest.fixture
def elise(landlord):
    return landlord.person("elise")


@pytest.fixture
def denis(landlord):
    return landlord.person("denis")


@pytest.fixture
def entry(account):
    """Provide a function that returns the SQL parameters for posting an entry: `entry(elise, cents=-30000)`."""

    def parameters(by, **more):
        plain = {"kind": "adjustment", "label": "compensation", "cents": -30_000, "ago": 0, "reverses": None}
        return {"id": uuid4(), "account": account.pk, "by": by.pk, **plain, **more}

    return parameters


def decide(write_off, by, decision="approved", refusal=""):
    return DECIDE, (decision, by.pk, refusal, write_off.pk)


def test_entry_beyond_the_limit_needs_an_approved_request(elise, entry):
    for kind in ("adjustment", "charge"):
        refused("entry_takes_two", elise, BOOK, entry(elise, kind=kind))
        refused("entry_takes_two", elise, BOOK, entry(elise, kind=kind, cents=-15_001))
    assert write(elise, BOOK, entry(elise, cents=-10_000)) == 1
    refused("entry_takes_two", elise, BOOK, entry(elise, kind="charge", cents=-5_001))
    assert write(elise, BOOK, entry(elise, cents=-5_000)) == 1


def test_entry_must_be_in_own_name_and_booked_today(elise, denis, entry):
    for wrong in (entry(denis), {**entry(elise), "by": None}, entry(elise, ago=40), entry(elise, cents=-100, ago=40)):
        with pytest.raises(DatabaseError, match="row-level security"):
            write(elise, BOOK, wrong)


def test_write_off_is_booked_once_by_its_approver_as_requested(account, elise, denis, entry):
    write_off = ask_write_off(account, elise)
    # Before anybody has approved the request, the entry must be refused.
    refused("entry_takes_two", denis, BOOK, entry(denis, id=write_off.pk))
    assert write(denis, *decide(write_off, denis)) == 1
    # Only the person who approved the request may post the entry.
    refused("entry_takes_two", elise, BOOK, entry(elise, id=write_off.pk))
    for other in ({"cents": -30_001}, {"label": "goodwill"}, {"kind": "charge"}, {"id": uuid4()}):
        refused("entry_takes_two", denis, BOOK, entry(denis, **{"id": write_off.pk, **other}))
    assert write(denis, BOOK, entry(denis, id=write_off.pk)) == 1
    refused("ledger_entry_pkey", denis, BOOK, entry(denis, id=write_off.pk))


def test_requester_cannot_decide_a_write_off(account, elise, denis):
    write_off, another = ask_write_off(account, elise), "write_off_decided_by_another"
    refused(another, elise, *decide(write_off, elise))
    refused(another, elise, *decide(write_off, elise, "refused", "not_founded"))
    refused(another, denis, *decide(write_off, elise, "withdrawn"))
    refused(another, denis, *decide(write_off, denis, "withdrawn"))
    refused(another, elise, *decide(write_off, denis))  # Nobody may decide in another person's name.
    refused("write_off_refused_for_a_reason", denis, *decide(write_off, denis, "refused"))
    assert write(elise, *decide(write_off, elise, "withdrawn")) == 1
    # Élise (officer) has withdrawn her write-off request. This is final, so nobody can approve the request any more.
    refused(another, denis, *decide(write_off, denis))


def test_write_off_is_requested_in_own_name_and_undecided(account, elise, denis):
    for params in (
        (denis.pk, "", None, None, account.pk),
        (elise.pk, "approved", denis.pk, "2026-11-01", account.pk),
    ):
        with pytest.raises(DatabaseError, match="row-level security"):
            write(elise, ASK, params)
    assert write(elise, ASK, (elise.pk, "", None, None, account.pk)) == 1


def test_write_off_request_cannot_be_changed_or_deleted(account, elise, denis):
    write_off = ask_write_off(account, elise)
    for sql in ("UPDATE ledger_writeoff SET amount_cents = -90000", "DELETE FROM ledger_writeoff"):
        with pytest.raises(DatabaseError, match="permission denied"):
            write(denis, sql, None)
        with pytest.raises(IntegrityError):
            run(sql)
    assert WriteOff.objects.using(OWNER).get().amount_cents == write_off.amount_cents


def test_second_person_is_a_current_human_officer_of_the_place(landlord, account, elise, denis):
    write_off, agency = ask_write_off(account, elise), landlord.place("Agence Belleville")
    fatou = landlord.person("fatou")
    assert write(fatou, *decide(write_off, fatou)) == 0
    machine = make_person("Machine", agency, is_machine=True)
    assign(machine, "officer", agency)
    refused("write_off_decided_by_another", machine, *decide(write_off, machine))
    run(ENDED, denis.pk)
    assert write(denis, *decide(write_off, denis)) == 0


def test_write_off_request_expires_after_fourteen_days(account, elise, denis, entry):
    """For fourteen days, a write-off request can be decided, and its amount counts towards the limit of one person.

    After these days, the request can no longer be decided, and its amount no longer counts.
    """
    write_off, other = ask_write_off(account, elise), ask_write_off(account, elise, -20_000)
    advance_clock(days=13, hours=23, minutes=59)
    refused("entry_takes_two", elise, BOOK, entry(elise, cents=-1))
    assert write(denis, *decide(other, denis)) == 1
    advance_clock(days=14, minutes=1)
    refused("write_off_decided_by_another", denis, *decide(write_off, denis))
    refused("write_off_decided_by_another", elise, *decide(write_off, elise, "withdrawn"))
    assert write(elise, BOOK, entry(elise, cents=-15_000)) == 1


def test_reversing_a_reversal_does_not_bypass_the_limit(account, elise, entry):
    """One person must not write off twice the limit by reversing a reversal.

    The test lowers the debt, reverses this entry, lowers the debt again, and then tries to reverse the reversal.
    """
    first = entry(elise, cents=-15_000)
    assert write(elise, BOOK, first) == 1
    second = entry(elise, cents=15_000, reverses=first["id"])
    assert write(elise, BOOK, second) == 1
    assert write(elise, BOOK, entry(elise, cents=-14_000)) == 1
    refused("entry_takes_two", elise, BOOK, entry(elise, cents=-15_000, reverses=second["id"]))


def test_only_provisioning_sets_the_limit_of_one_person(settings, elise, entry):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        write(
            elise,
            "CREATE OR REPLACE FUNCTION ledger_single_officer_limit() RETURNS bigint LANGUAGE sql AS 'SELECT 9'",
            None,
        )
    assert run("SELECT ledger_single_officer_limit()") == [(settings.ADJUSTMENT_ALONE_UP_TO * 100,)] == [(15_000,)]
    settings.ADJUSTMENT_ALONE_UP_TO = 0
    with connections[OWNER].cursor() as cursor:
        apply_policies.replace_figures(cursor)
    assert run("SELECT ledger_single_officer_limit()") == [(0,)]
    refused("entry_takes_two", elise, BOOK, entry(elise, cents=-1))

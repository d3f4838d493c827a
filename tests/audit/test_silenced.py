"""A database owner who suppresses INSERTs into the audit log must not stay unnoticed.

Every request must then fail without showing or changing data, and the next verification must report the manipulation.
"""

import io

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, transaction

from access.startup import reasons_to_refuse_the_sealer, refuse_unsafe_house
from audit import events
from audit.events import Outcome
from audit.guard.inserts import RowNotStored
from audit.guard.shape import alterations
from audit.record import AuditLogUnavailable, record, record_view
from audit.sealed.sealing import LOGIN
from tests.audit.test_fail_closed import names_in
from tests.audit.test_tampering import seal, write
from tests.builders import post, run
from tests.housing.test_health import failing

# The login that writes events. PostgreSQL looks first in a schema with this name, where a false table could be.
TRACE = f"{settings.INSTANCE}_trace"
DROP = "CREATE FUNCTION dropped() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
CALL = "FOR EACH ROW EXECUTE FUNCTION dropped()"
MONTH = "(SELECT 'audit_event_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM'))"
IN_MONTH = "DO $do$ BEGIN EXECUTE replace($q${}$q$, 'THIS_MONTH', " + MONTH + "); END $do$"
DROPPING = {
    "a trigger": f"{DROP} CREATE TRIGGER gone BEFORE INSERT ON audit_event {CALL}",
    "a trigger on this month": DROP + IN_MONTH.format(f"CREATE TRIGGER gone BEFORE INSERT ON THIS_MONTH {CALL}"),
    "a trigger under a known name": f"{DROP} ALTER TABLE audit_event_other DISABLE TRIGGER USER;"
    f" CREATE TRIGGER audit_keep_row BEFORE INSERT ON audit_event {CALL}",
    "a rule": "CREATE RULE gone AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    "a rule for looks alone": "CREATE RULE gone AS ON INSERT TO audit_event WHERE NEW.outcome = 'shown'"
    " DO INSTEAD NOTHING",
}
# DIVERTING has SQL with which a hostile database owner diverts events, changes their values, or removes protection.
DIVERTING = {
    "a rule to another table": "CREATE TABLE elsewhere (LIKE audit_event); CREATE RULE diverted AS ON INSERT TO"
    " audit_event DO INSTEAD INSERT INTO elsewhere VALUES (NEW.*)",
    "another time by default": "ALTER TABLE audit_event ALTER COLUMN at SET DEFAULT now() - interval '5 hours'",
    "a default of a month": IN_MONTH.format("ALTER TABLE THIS_MONTH ALTER COLUMN at SET DEFAULT '2020-01-01'"),
    "a generated column": "ALTER TABLE audit_event ADD COLUMN odd text GENERATED ALWAYS AS (upper(kind)) STORED",
    "a guard that sleeps": "ALTER TABLE audit_event DISABLE TRIGGER audit_keep_table",
    "a guard that replicas skip": "ALTER TABLE audit_leaf ENABLE REPLICA TRIGGER audit_keep_rows",
    "a guard that guards nothing": "CREATE OR REPLACE FUNCTION loge_only() RETURNS trigger LANGUAGE plpgsql"
    " SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NEW; END'",
    "a guard taken away": "DROP TRIGGER audit_keep_rows ON audit_leaf",
    "a policy more": "CREATE POLICY more ON audit_event FOR SELECT USING (true)",
    "a policy that hides": "CREATE POLICY hides ON audit_event AS RESTRICTIVE FOR SELECT USING (kind <> 'x')",
    "a part for other days": "CREATE TABLE audit_event_199901 PARTITION OF audit_event FOR VALUES"
    " FROM ('1999-01-01+00') TO ('1999-01-02+00')",
    "a part of another name": "CREATE TABLE odd_part PARTITION OF audit_event FOR VALUES"
    " FROM ('1999-01-01+00') TO ('1999-02-01+00')",
    "a part in parts": "ALTER TABLE audit_event DETACH PARTITION audit_event_other; DROP TABLE audit_event_other;"
    " CREATE TABLE audit_event_other PARTITION OF audit_event DEFAULT PARTITION BY RANGE (at)",
    "a child by inheritance": "CREATE TABLE heir () INHERITS (audit_leaf)",
    "a table that a crash empties": "ALTER TABLE audit_leaf SET UNLOGGED",
    "rows that nothing locks": "ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY",
    "the same name in front": f"CREATE SCHEMA {TRACE}; CREATE TABLE {TRACE}.audit_event (id uuid)",
    "a question that answers nothing": "CREATE OR REPLACE FUNCTION audit_late_leaves(since timestamptz, OUT number"
    " bigint, OUT at timestamptz, OUT signed_at timestamptz, OUT signed_before timestamptz, OUT backdated boolean)"
    " RETURNS SETOF record LANGUAGE sql AS 'SELECT 1::bigint, now(), now(), now(), false WHERE false'",
    "a month that was taken out": IN_MONTH.format("ALTER TABLE audit_event DETACH PARTITION THIS_MONTH"),
    "a schema of a login": f"CREATE SCHEMA {TRACE}",
    "a search path": "DO $do$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = elsewhere, public',"
    " current_database()); END $do$",
    "leaves dropped": f"{DROP} CREATE TRIGGER gone BEFORE INSERT ON audit_leaf {CALL}",
}
LEDGER = {
    "entries dropped": f"{DROP} CREATE TRIGGER gone BEFORE INSERT ON ledger_entry {CALL}",
    "a rule on entries": "CREATE RULE gone AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
}

ALTERED: dict[str, str] = DROPPING | DIVERTING | LEDGER


@pytest.mark.parametrize("how", DROPPING)
def test_a_suppressed_event_gives_503_without_data(landlord, sign_in, how):
    client, account = sign_in("elise"), landlord.account("Dette-Glycines A")
    run(DROPPING[how])
    answer = client.get(f"/comptes/{account.reference}/")
    assert answer.status_code == 503 and not names_in(answer)
    landlord.found.unrecorded.clear()


@pytest.mark.parametrize("how", ALTERED)
def test_altered_tables_are_reported_by_health_start_up_and_check(landlord, how):
    write(2)
    seal()
    call_command("check_trace", stdout=io.StringIO())
    refuse_unsafe_house()
    assert failing("/sante") == []
    run(ALTERED[how])
    assert failing("/sante") != []
    assert list(reasons_to_refuse_the_sealer(LOGIN))
    with pytest.raises(ImproperlyConfigured, match=r"audit_|ledger_entry|heir|odd_part"):
        refuse_unsafe_house()
    with pytest.raises(CommandError):
        call_command("check_trace", stdout=io.StringIO())


def test_migrated_tables_have_the_expected_shape(bare):
    run("SELECT audit_make_months(14)", alias="prune")
    for alias in ("default", "trace", "seal", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET timezone = 'Europe/Paris'")
            assert list(alterations(cursor)) == []
            cursor.execute("RESET timezone")


def test_a_change_whose_event_is_suppressed_is_rolled_back(bare):
    run(f"{DROP} CREATE TRIGGER gone BEFORE INSERT ON audit_event {CALL}")
    with pytest.raises(AuditLogUnavailable), transaction.atomic(using="jobs"):
        record(events.TRACE_PRUNED, by="test", using="jobs", months=1)
    with pytest.raises(AuditLogUnavailable):
        record_view(events.LIST_SHOWN, Outcome.SHOWN, by="test", list="accounts")


@pytest.mark.parametrize("table", ["leaf", "checkpoint", "subtree", "pseudonym", "salt"])
def test_sealer_fails_if_its_inserts_are_suppressed(landlord, sign_in, table):
    sign_in("awa")
    write(256 if table == "subtree" else 1)
    run(f"{DROP} CREATE TRIGGER gone BEFORE INSERT ON audit_{table} {CALL}")
    with pytest.raises(OperationalError):
        seal()
    run(f"DROP TRIGGER gone ON audit_{table}")
    seal()


@pytest.mark.parametrize("how", LEDGER)
def test_a_suppressed_entry_is_not_acknowledged(landlord, how):
    account = landlord.account("Dette-Glycines A")
    run(LEDGER[how])
    with pytest.raises(RowNotStored):
        post(account, 100)

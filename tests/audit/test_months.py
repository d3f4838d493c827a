"""The audit log's monthly partitions must be created in advance and deleted after twelve months.

An event of a month without a partition must raise an alarm.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from time import sleep

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from audit import lock_timeouts
from audit.checks import months_are_ready
from audit.record import try_audit_log
from tests.audit.test_append_only import COLUMNS, VALUES
from tests.builders import OWNER, events, run


def command(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def months():
    names = run("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass ORDER BY 1")
    return [name for (name,) in names]


def make_month(first, following):
    """Create the monthly partition of a past month and store one event in it. Returns the partition's name."""
    name = f"audit_event_{first:%Y%m}"
    run(f"CREATE TABLE {name} PARTITION OF audit_event FOR VALUES FROM ('{first}+00') TO ('{following}+00')")
    run(f"SELECT audit_seal_table('{name}'::regclass)")
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('{first}+00', {VALUES})")
    return name


def months_ago(months, today=None):
    # The months are those of UTC, because the partitions of the audit log begin and end at midnight UTC.
    today = today or datetime.now(UTC).date().replace(day=1)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def test_missing_partitions_are_created_once_and_recorded(bare):
    before = len(months())
    command("make_months", "--ahead", "6")
    assert len(months()) == before + 3
    command("make_months", "--ahead", "6")
    [event] = events(kind="partitions_made")
    assert (event["machine"], event["facts"], event["outcome"]) == ("make_months", {"months": 3}, "changed")


def test_months_past_retention_are_deleted_and_recorded(bare):
    old = make_month(months_ago(14), months_ago(13))
    young = make_month(months_ago(12), months_ago(11))
    assert "1 mois à effacer" in command("prune_trace") and old in months()
    assert not events(kind="trace_pruned")
    command("prune_trace", "--apply")
    assert old not in months() and young in months()
    [event] = events(kind="trace_pruned")
    assert event["machine"] == "prune_trace" and event["facts"]["months"] == 1


def test_months_are_not_deleted_if_the_event_cannot_be_written(bare):
    old = make_month(months_ago(14), months_ago(13))
    run("ALTER TABLE audit_event ADD CONSTRAINT full_up CHECK (kind <> 'trace_pruned') NOT VALID")
    with pytest.raises(CommandError):
        command("prune_trace", "--apply")
    assert old in months()


def test_prune_login_cannot_delete_months_younger_than_a_year(bare):
    make_month(months_ago(2), months_ago(1))
    before = months()
    for day in ("now() - interval '11 months'", "now() + interval '1 month'"):
        with pytest.raises(DatabaseError, match="at least 12 months"):
            run(f"SELECT audit_drop_months(({day})::date)", alias="prune")
    assert months() == before


@pytest.mark.parametrize("alias", ["default", "trace", "jobs"])
def test_other_logins_cannot_delete_months(bare, alias):
    with pytest.raises(DatabaseError, match="permission denied"):
        run("SELECT audit_drop_months('2000-01-01')", alias=alias)


@pytest.mark.parametrize("alias", ["owner", "jobs", "prune"])
def test_system_check_warns_of_missing_partitions_only(bare, alias):
    assert months_are_ready(databases=[alias]) == []
    assert months_are_ready(databases=None) == months_are_ready(databases=["default"]) == []
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('2031-01-01', {VALUES})")
    for name in months():
        if name != "audit_event_other":
            run(f"DROP TABLE {name}")
    assert [problem.id for problem in months_are_ready(databases=[alias])] == ["audit.W001", "audit.W002"]


def test_system_check_passes_before_the_first_migration(bare):
    run("DROP FUNCTION audit_events_without_month()")
    assert months_are_ready(databases=["owner"]) == []


def test_audit_page_reports_events_outside_all_partitions(landlord, sign_in):
    client = sign_in("ines")
    assert "make_months" not in client.get("/trace/").content.decode()
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('2031-01-01', {VALUES})")
    assert "make_months" in client.get("/trace/").content.decode()


@contextmanager
def read_by_a_backup():
    """Hold the same lock on the table audit_event as a backup that reads the table.

    Meanwhile the logins have long lock timeouts (30 seconds for jobs, 8 seconds to write an event). A test then fails
    if a command does not set a shorter timeout itself.
    """
    with transaction.atomic(using=OWNER):
        run("LOCK TABLE audit_event IN ACCESS SHARE MODE")
        for alias, limit in (("jobs", "30s"), ("prune", "30s"), ("trace", "8s")):
            run(f"SET lock_timeout = '{limit}'", alias=alias)
        yield
        for alias in ("jobs", "prune", "trace"):
            run("RESET lock_timeout", alias=alias)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("prune_trace", "--apply"), "Les mentions anciennes"), (("make_months", "--ahead", "6"), "préparés")],
)
def test_a_change_waiting_for_a_lock_lets_writers_pass_and_retries(bare, monkeypatch, words, said):
    old, before = make_month(months_ago(14), months_ago(13)), months()
    monkeypatch.setattr(lock_timeouts, "TRIES", 2)
    with ThreadPoolExecutor(1) as threads, read_by_a_backup():
        changing = threads.submit(refused, *words)
        sleep(0.5)
        try_audit_log()  # While `prune_trace` or `make_months` waits for a lock, events are written without delay.
        assert said in changing.result(20) and "est occupée" in changing.result()
        assert months() == before and not events(kind="trace_pruned")
    command(*words)
    assert (old in months()) == (words[0] == "make_months") and months() != before


def refused(*words):
    try:
        command(*words)
    except CommandError as error:
        return str(error)
    finally:
        for alias in ("jobs", "prune"):
            connections[alias].close()
    return "nothing was refused"


def test_a_dry_run_of_pruning_takes_no_lock(bare):
    old = make_month(months_ago(14), months_ago(13))
    with read_by_a_backup():
        assert "1 mois à effacer" in command("prune_trace") and old in months()


def test_a_partition_that_cannot_be_created_is_an_error(bare):
    """If the partition of a month cannot be created, the command must report an error.

    In this test, an event of that month in the default partition prevents the creation.
    """
    [(first,)] = run("SELECT to_char(now() + interval '4 months', 'YYYY-MM-02')")
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('{first}', {VALUES})")
    with pytest.raises(CommandError, match="pas pu être préparés"):
        command("make_months", "--ahead", "6")

"""The health checks: live, ready, and what will fail unless somebody acts."""

import io
import os
import re
import time

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connections
from django.test import Client

from tests.audit.test_append_only import COLUMNS, VALUES
from tests.audit.test_fail_closed import FAULTS
from tests.builders import guards_asleep, run


def ask(path: str) -> tuple[int, dict[str, str]]:
    answer = Client().get(path, REMOTE_ADDR="127.0.0.1")
    lines = (line.partition(": ") for line in answer.content.decode().splitlines())
    return answer.status_code, {name: said for name, _colon, said in lines}


@pytest.fixture(autouse=True)
def watched(settings):
    settings.METRICS_ALLOW = ["127.0.0.1"]


@pytest.fixture
def sealed(house):
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES})")
    call_command("seal", "--once", stdout=io.StringIO())
    return house


def test_all_is_well(sealed):
    assert ask("/sante/vie") == (200, {"ok": ""})
    assert ask("/sante") == (200, dict.fromkeys(("connexion", "verrous", "migrations", "trace"), "ok"))
    assert ask("/sante/fond")[0] == 200


def test_the_process_lives_without_its_database(house, monkeypatch):
    for alias in ("default", "trace"):
        connections[alias].close()
        monkeypatch.setitem(connections[alias].settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connections[alias].settings_dict, "PORT", "9")
    assert ask("/sante/vie") == (200, {"ok": ""})
    assert ask("/sante") == (503, dict.fromkeys(("connexion", "verrous", "migrations", "trace"), "non"))


def failing(path: str) -> list[str]:
    status, told = ask(path)
    found = [name for name, said in told.items() if said == "non"]
    assert status == (503 if found else 200)
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_without_a_trace_nobody_is_sent_here(house, fault):
    with FAULTS[fault]():
        assert failing("/sante") == ["trace"]
    assert failing("/sante") == []


def test_trying_the_trace_leaves_no_line(house):
    [before] = run("SELECT count(*) FROM audit_event")
    ask("/sante")
    assert run("SELECT count(*) FROM audit_event") == [before]


@pytest.mark.parametrize("act", ["NO FORCE", "DISABLE"])
def test_a_table_without_its_policies_is_told(house, act):
    run(f"ALTER TABLE tenants_account {act} ROW LEVEL SECURITY")
    assert failing("/sante") == ["verrous"]


def test_a_missing_migration_is_told_and_one_ahead_is_not(house):
    """An upgrade migrates the database first, while the old code still runs."""
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('tenants', '9999_of_the_next_release', now())")
    assert failing("/sante") == []
    run("DELETE FROM django_migrations WHERE app = 'tenants' AND name LIKE '0001%%'")
    assert failing("/sante") == ["migrations"]


def test_a_login_that_passes_row_security_is_told(house, monkeypatch):
    for role, told in (("jobs", True), ("web_card", False)):
        connections["default"].close()
        monkeypatch.setitem(connections["default"].settings_dict, "USER", f"{configured.INSTANCE}_{role}")
        assert ("connexion" in failing("/sante")) == told
    connections["default"].close()


def test_an_old_server_is_told(house, monkeypatch):
    monkeypatch.setattr("housing.monitoring.health.OLDEST", 990000)
    assert failing("/sante") == ["connexion"]


def test_a_trace_without_its_next_month_is_told_before_anybody_is_hurt(sealed):
    run(
        "DO $$ DECLARE t text := 'audit_event_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYYMM');"
        " BEGIN EXECUTE format('ALTER TABLE audit_event DETACH PARTITION %I', t);"
        " EXECUTE format('DROP TABLE %I', t); END $$"
    )
    assert failing("/sante") == [] and failing("/sante/fond") == ["mois"]


def test_lines_that_nobody_seals_are_told(sealed):
    old = f"INSERT INTO audit_event (at, {COLUMNS}) VALUES (now() - interval '2 minutes', {VALUES})"
    with guards_asleep("audit_leaf"):
        run("UPDATE audit_leaf SET at = at - interval '1 hour'")  # no leaf in the last hour
    run(old)
    assert failing("/sante/fond") == ["sceau"]
    told = Client().get("/mesures", REMOTE_ADDR="127.0.0.1").content.decode()
    assert 120 <= float(re.search(r"^loge_seal_behind_seconds (\S+)$", told, re.M)[1]) < 180
    call_command("seal", "--once", stdout=io.StringIO())
    assert failing("/sante/fond") == []


def test_a_log_that_no_witness_has_seen_lately_is_told(sealed, settings, tmp_path):
    with guards_asleep("audit_checkpoint"):
        run("UPDATE audit_checkpoint SET at = at - interval '11 minutes'")
    assert failing("/sante/fond") == []
    settings.WITNESS_FILE = str(tmp_path / "witnesses")
    assert failing("/sante/fond") == ["temoins"]
    run("INSERT INTO audit_cosignature (size, witness, line) SELECT size, 'w', '' FROM audit_checkpoint")
    assert failing("/sante/fond") == []


def test_an_old_backup_is_told(sealed, settings, tmp_path):
    stamp = tmp_path / "stamp"
    settings.BACKUP_STAMP = str(stamp)
    assert failing("/sante/fond") == ["sauvegarde"]
    stamp.touch()
    assert failing("/sante/fond") == []
    os.utime(stamp, (time.time() - 27 * 3600,) * 2)
    assert failing("/sante/fond") == ["sauvegarde"]


def test_a_ring_that_does_not_open_is_told(sealed, settings, tmp_path):
    settings.KEY_FILE = str(tmp_path / "none.json")
    assert failing("/sante/fond") == ["trousseau"]

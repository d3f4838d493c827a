"""The health checks: the process is alive, it is ready, and nothing will fail soon unless somebody acts."""

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
def sealed(landlord):
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES})")
    call_command("seal", "--once", stdout=io.StringIO())
    return landlord


def test_all_health_checks_pass_on_a_sealed_database(sealed):
    assert ask("/sante/vie") == (200, {"ok": ""})
    assert ask("/sante") == (200, dict.fromkeys(("connexion", "verrous", "migrations", "trace"), "ok"))
    assert ask("/sante/fond")[0] == 200


def test_live_check_passes_without_the_database(landlord, monkeypatch):
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
def test_ready_check_fails_without_an_audit_log(landlord, fault):
    with FAULTS[fault]():
        assert failing("/sante") == ["trace"]
    assert failing("/sante") == []


def test_ready_check_leaves_no_event(landlord):
    [before] = run("SELECT count(*) FROM audit_event")
    ask("/sante")
    assert run("SELECT count(*) FROM audit_event") == [before]


@pytest.mark.parametrize("act", ["NO FORCE", "DISABLE"])
def test_ready_check_fails_for_a_table_without_row_security(landlord, act):
    run(f"ALTER TABLE tenants_account {act} ROW LEVEL SECURITY")
    assert failing("/sante") == ["verrous"]


def test_ready_check_fails_for_a_missing_migration_only(landlord):
    """A process must stay ready if the database is newer, because an upgrade migrates it while the old code
    still runs.
    """
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('tenants', '9999_of_the_next_release', now())")
    assert failing("/sante") == []
    run("DELETE FROM django_migrations WHERE app = 'tenants' AND name LIKE '0001%%'")
    assert failing("/sante") == ["migrations"]


def test_ready_check_fails_for_a_login_that_inherits_rights(landlord, monkeypatch):
    for role, told in (("jobs", True), ("web_card", False)):
        connections["default"].close()
        monkeypatch.setitem(connections["default"].settings_dict, "USER", f"{configured.INSTANCE}_{role}")
        assert ("connexion" in failing("/sante")) == told
    connections["default"].close()


def test_ready_check_fails_for_an_old_server(landlord, monkeypatch):
    monkeypatch.setattr("housing.monitoring.health.OLDEST", 990000)
    assert failing("/sante") == ["connexion"]


def test_deep_check_fails_without_the_next_month_s_partition(sealed):
    run(
        "DO $$ DECLARE t text := 'audit_event_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYYMM');"
        " BEGIN EXECUTE format('ALTER TABLE audit_event DETACH PARTITION %I', t);"
        " EXECUTE format('DROP TABLE %I', t); END $$"
    )
    assert failing("/sante") == [] and failing("/sante/fond") == ["mois"]


def test_deep_check_fails_for_unsealed_events(sealed):
    old = f"INSERT INTO audit_event (at, {COLUMNS}) VALUES (now() - interval '2 minutes', {VALUES})"
    with guards_asleep("audit_leaf"):
        run("UPDATE audit_leaf SET at = at - interval '1 hour'")  # Simulate that no event was sealed for an hour.
    run(old)
    assert failing("/sante/fond") == ["sceau"]
    told = Client().get("/mesures", REMOTE_ADDR="127.0.0.1").content.decode()
    assert 120 <= float(re.search(r"^loge_seal_behind_seconds (\S+)$", told, re.M)[1]) < 180
    call_command("seal", "--once", stdout=io.StringIO())
    assert failing("/sante/fond") == []


def test_deep_check_fails_without_a_recent_cosignature(sealed, settings, tmp_path):
    with guards_asleep("audit_checkpoint"):
        run("UPDATE audit_checkpoint SET at = at - interval '11 minutes'")
    assert failing("/sante/fond") == []
    settings.WITNESS_FILE = str(tmp_path / "witnesses")
    assert failing("/sante/fond") == ["temoins"]
    run("INSERT INTO audit_cosignature (size, witness, line) SELECT size, 'w', '' FROM audit_checkpoint")
    assert failing("/sante/fond") == []


def test_deep_check_fails_for_an_old_backup(sealed, settings, tmp_path):
    stamp = tmp_path / "stamp"
    settings.BACKUP_STAMP = str(stamp)
    assert failing("/sante/fond") == ["sauvegarde"]
    stamp.touch()
    assert failing("/sante/fond") == []
    os.utime(stamp, (time.time() - 27 * 3600,) * 2)
    assert failing("/sante/fond") == ["sauvegarde"]


def test_deep_check_fails_without_a_key_ring(sealed, settings, tmp_path):
    settings.KEY_FILE = str(tmp_path / "none.json")
    assert failing("/sante/fond") == ["trousseau"]

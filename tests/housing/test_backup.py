"""Restoring a backup on a server that has no database of Loge must bring back all data, roles and policies."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import product

import psycopg2
import pyrage
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg2.extensions import make_dsn

from access.database.provision import make_database
from housing.backup.state import differences, state_of
from housing.database import embedded
from housing.database.embedded import Cluster
from tests.builders import events, run

pytestmark = pytest.mark.xdist_group("backup")


# Names of the settings with the paths of two files: the list of erasures and the list of revoked accesses.
LISTS = ("ERASURES_FILE", "WITHDRAWN_FILE")


@pytest.fixture(scope="module")
def second(tmp_path_factory) -> Iterator[Cluster]:
    """Start another PostgreSQL server, which has neither Loge's database roles nor its databases."""
    cluster = embedded.find_cluster(os.environ, fast=True, project=tmp_path_factory.mktemp("second"))
    embedded.prepare_home(cluster)
    embedded.start(cluster)
    yield cluster
    embedded.stop(cluster)
    shutil.rmtree(cluster.home, ignore_errors=True)
    shutil.rmtree(cluster.sockets, ignore_errors=True)


@pytest.fixture
def backup_login(landlord, settings, tmp_path_factory):
    """Create empty lists of erasures and of revoked accesses, and return the database URL of the backup login."""
    kept = tmp_path_factory.mktemp("kept")
    for name in LISTS:
        (kept / name).touch()
        setattr(settings, name, str(kept / name))
    own = connections["owner"].settings_dict
    # Each test database is cloned from a template. Database privileges are not cloned, so they are granted again.
    make_database(os.environ["LOGE_SUPER_URL"], lambda message: None)
    url = make_dsn(os.environ["LOGE_SUPER_URL"], user=f"{settings.INSTANCE}_backup", dbname=own["NAME"])
    settings.OTHER_LOGINS = {**settings.OTHER_LOGINS, "backup": url}
    return url


@pytest.fixture
def empty_second(second, monkeypatch):
    """Make the command `restore` write to the second server, and drop the restored database after the test."""
    url = second.url("postgres", "postgres")
    monkeypatch.setenv("LOGE_SUPER_URL", url)
    yield url
    name = settings.DATABASES["owner"]["NAME"]
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def at(url: str, statement: str, **login: str) -> list[tuple]:
    there = make_dsn(url, dbname=settings.DATABASES["owner"]["NAME"], **login)
    with closing(psycopg2.connect(there)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


ROLES = (
    "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolinherit, rolcanlogin, rolreplication, rolbypassrls"
    f" FROM pg_roles WHERE rolname LIKE '{settings.INSTANCE}\\_%' AND rolname <> 'loge_blind_owner' ORDER BY 1"
)
MEMBERS = (
    "SELECT roleid::regrole::text, member::regrole::text,"
    " to_jsonb(m) ->> 'inherit_option', to_jsonb(m) ->> 'set_option'"
    f" FROM pg_auth_members m WHERE member::regrole::text LIKE '{settings.INSTANCE}\\_%' ORDER BY 1, 2"
)


def test_a_backup_is_restored_on_another_server(landlord, sign_in, backup_login, empty_second, tmp_path):
    sign_in("elise").get(f"/comptes/{landlord.account('Dette-Glycines A').reference}/")
    file = tmp_path / "house.backup"
    call_command("seal", "--once", verbosity=0)
    call_command("backup", str(file), verbosity=0)
    [(forgotten,)] = run("SELECT whose FROM audit_pseudonym LIMIT 1")
    call_command("forget_pseudonym", str(forgotten), verbosity=0)
    assert file.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".loge-*"))
    call_command("restore", str(file), verbosity=0)

    for question in (ROLES, MEMBERS):
        assert at(empty_second, question) == [tuple(row) for row in run(question.replace("%", "%%"))]
    assert len(at(empty_second, ROLES)) > 14
    entries = "SELECT count(*), sum(amount_cents) FROM ledger_entry"
    assert at(empty_second, entries) == run(entries) and run(entries)[0][0] > 10
    looks = "SELECT count(*) FROM audit_event WHERE kind = 'account_opened'"
    assert at(empty_second, looks) == [(1,)]
    assert at(empty_second, "SELECT count(*) FROM access_session") == [(0,)]
    forced = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    assert at(empty_second, forced) == run(forced) and run(forced)[0][0] > 30
    # The key of a pseudonym of the audit log was destroyed after the backup. The restore must not bring the key back.
    keys = "SELECT whose::text FROM audit_pseudonym ORDER BY 1"
    assert at(empty_second, keys) == run(keys) and len(run(keys)) >= 1
    assert at(empty_second, "SELECT count(*) FROM audit_erasure")[0][0] >= 1
    guardian = (
        "SELECT user_id::text, permission_id, content_object_id::text FROM buildings_user_permission ORDER BY 1, 2, 3"
    )
    assert at(empty_second, guardian) == run(guardian) and len(run(guardian)) > 20


def test_access_controls_hold_on_the_restored_server(landlord, sign_in, backup_login, empty_second, tmp_path):
    """The restored database must have the same roles, row-level security policies and triggers as the original.

    The database login of web processes must read no tenants by itself. After SET ROLE to the database role of resident
    cards, it must read only the buildings of the signed-in person. The audit log must be append-only.
    """
    sign_in("noel")  # Signing in writes an audit event. The database must refuse to delete this event.
    call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    call_command("restore", str(tmp_path / "house.backup"), verbosity=0)
    web = f"{settings.INSTANCE}_web"
    with pytest.raises(psycopg2.Error, match="permission denied"):
        at(empty_second, "SELECT count(*) FROM tenants_tenant", user=web)
    assert at(empty_second, "SELECT count(*) FROM access_person", user=web)[0][0] > 10
    worn = (
        f"SELECT set_config('role', '{settings.INSTANCE}_card', true), set_config('loge.person', '{{}}', true);"
        " SELECT count(DISTINCT building_id) FROM tenants_residence"
    )
    for name, buildings in (("awa", 1), ("georges", 2), ("noel", 0)):
        assert at(empty_second, worn.format(landlord.person(name).pk), user=web) == [(buildings,)], name
    with pytest.raises(psycopg2.Error, match="only ever added to"):
        at(empty_second, "DELETE FROM audit_event RETURNING 1")


def test_an_encrypted_backup_opens_only_with_its_key(landlord, backup_login, empty_second, tmp_path):
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, identity in (("key", key), ("other", other)):
        (tmp_path / name).write_text(f"# a comment\n{identity}\n")
    file = tmp_path / "house.age"
    call_command("backup", str(file), recipient=str(key.to_public()), verbosity=0)
    sealed = file.read_bytes()
    assert b"PGDMP" not in sealed and b"manifest" not in sealed
    with pytest.raises(CommandError, match="--identity"):
        call_command("restore", str(file), verbosity=0)
    with pytest.raises(CommandError, match="n’ouvre pas"):
        call_command("restore", str(file), identity=tmp_path / "other", verbosity=0)
    call_command("restore", str(file), identity=tmp_path / "key", verbosity=0)
    assert at(empty_second, "SELECT count(*) FROM ledger_entry")[0][0] > 10


def test_a_backup_is_recorded_and_refused_without_an_audit_log(landlord, backup_login, tmp_path):
    from tests.audit.test_fail_closed import revoked

    with revoked(), pytest.raises(CommandError, match="La trace ne répond pas"):
        call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    assert list(tmp_path.iterdir()) == []
    call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    [event] = events(kind="backup_taken")
    assert event["machine"] == "backup" and event["count"] > 200 and event["facts"] == {"encrypted": 0}


def test_the_stamp_is_touched_only_after_a_complete_backup(landlord, backup_login, settings, tmp_path):
    settings.BACKUP_STAMP = str(tmp_path / "stamp")
    with pytest.raises(CommandError, match="clé du destinataire"):
        call_command("backup", str(tmp_path / "house.backup"), recipient="age1faux", verbosity=0)
    assert not (tmp_path / "stamp").exists() and not (tmp_path / "house.backup").exists()
    call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    assert (tmp_path / "stamp").exists()


def test_a_restore_refuses_an_existing_database(landlord, backup_login, tmp_path):
    """A restore on the server that still has the database must be refused."""
    call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    with pytest.raises(CommandError, match="n’écrase rien"):
        call_command("restore", str(tmp_path / "house.backup"), verbosity=0)


def test_a_restore_refuses_missing_or_damaged_lists(landlord, backup_login, empty_second, settings, tmp_path):
    call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    damaged, kept = tmp_path / "damaged", {name: getattr(settings, name) for name in LISTS}
    damaged.write_text("a line that is not one\n")
    wrongs = {"": " manque", str(tmp_path / "not-mounted"): " est absent", str(damaged): " endommagée"}
    for name, (wrong, told) in product(LISTS, wrongs.items()):
        setattr(settings, name, wrong)
        with pytest.raises(CommandError, match=f"^Pas de restauration : .*{told}"):
            call_command("restore", str(tmp_path / "house.backup"), verbosity=0)
        with pytest.raises(CommandError, match=rf"^Rien n’a été refait\s: .*{told}"):
            call_command("after_restore", verbosity=0)
        setattr(settings, name, kept[name])
    with closing(psycopg2.connect(empty_second)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [settings.DATABASES["owner"]["NAME"]])
        assert cursor.fetchall() == []
    call_command("restore", str(tmp_path / "house.backup"), verbosity=0)


def test_a_failed_restore_can_be_repeated(landlord, backup_login, empty_second, monkeypatch, tmp_path):
    file = str(tmp_path / "house.backup")
    call_command("backup", file, verbosity=0)
    with monkeypatch.context() as without:
        without.setenv("LOGE_PG_BIN", str(tmp_path))
        with pytest.raises(CommandError, match=r"^Pas de restauration : No pg_dump and pg_restore"):
            call_command("restore", file, verbosity=0)
    call_command("restore", file, verbosity=0)


def test_a_damaged_or_foreign_file_is_refused(landlord, backup_login, empty_second, settings, tmp_path):
    file = tmp_path / "house.backup"
    call_command("backup", str(file), verbosity=0)
    whole = file.read_bytes()
    middle = len(whole) // 2
    for name, content in {
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "cut": whole[:middle],
        "other": b"PGDMP and no list",
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError, match=r"abîmée|coupée"):
            call_command("restore", str(tmp_path / name), verbosity=0)
    settings.INSTANCE = "autre"
    with pytest.raises(CommandError, match="LOGE_INSTANCE=loge"):
        call_command("restore", str(file), verbosity=0)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("DELETE FROM ledger_entry", "rows ledger_entry : diffère"),
        ("UPDATE ledger_entry SET amount_cents = amount_cents + 1", "sum of cents charge : diffère"),
        ("ALTER TABLE tenants_account NO FORCE ROW LEVEL SECURITY", "row security tenants_account : diffère"),
        ("GRANT SELECT ON tenants_account TO PUBLIC", "privilege tenants_account : diffère"),
        ("GRANT UPDATE (name) ON access_place TO loge_jobs", "column privilege access_place.name : manque"),
        ("ALTER TABLE audit_event DISABLE TRIGGER audit_keep_rows", "trigger audit_event.audit_keep_rows : diffère"),
        ("CREATE POLICY open ON tenants_account USING (true)", "policy tenants_account.open : manque"),
        ("GRANT EXECUTE ON FUNCTION access_unused() TO PUBLIC", "function privilege access_unused() : diffère"),
        ("DROP INDEX assignment_person", "index assignment_person : en trop"),
    ],
)
def test_each_difference_after_a_restore_is_reported(landlord, harm, told):
    """A restore ends by comparing the database with its state before the backup. It must report every difference."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("BEGIN")
        before = state_of(cursor)
        assert differences(before, before) == [] and sum(map(len, before.values())) > 500
        for table in ("ledger_entry",) if "ledger_entry" in harm else ():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(harm)
        assert told in differences(state_of(cursor), before)
        cursor.execute("ROLLBACK")

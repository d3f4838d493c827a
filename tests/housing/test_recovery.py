"""Recovery of PostgreSQL to an earlier time must not restore data that was deleted or access that was revoked since.

The test starts another server that archives its write-ahead log. It copies the database with pg_basebackup, recovers
it to a point in time, and then follows the steps of docs/operations/running.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from psycopg2.extensions import make_dsn

from audit.events import OWN_LOOKS_READ, Outcome
from audit.record import record_view
from audit.sealed import signing_keys
from housing.database import embedded
from housing.database.embedded import Cluster
from housing.database.postgres_binaries import execute, reachable_programs
from tests.audit.test_append_only import COLUMNS
from tests.audit.test_months import make_month, months_ago
from tests.builders import ask_about_look, make_inspection, run, seal_sentence, write_note
from tests.housing.test_backup import backup_login  # noqa: F401 - a fixture

pytestmark = pytest.mark.xdist_group("recovery")
# A marker word whose copies the test searches for. It is spelled like a code, because audit events store only codes.
CANARY = "canari.7QX9"
PLANTED = f"gen_random_uuid(), 'list_shown', 'shown', 'test', '{CANARY}', '', '', '', '{{}}', 0, '{{}}'"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Cluster]:
    """Start a server that archives its write-ahead log in a folder next to its data."""
    cluster = embedded.find_cluster(os.environ, fast=True, project=tmp_path_factory.mktemp("recovery"))
    embedded.prepare_home(cluster)
    archive = cluster.home / "archive"
    archive.mkdir()
    os.chown(archive, cluster.account.pw_uid, cluster.account.pw_gid)
    journal = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f", "wal_level": "replica"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "SETTINGS", embedded.SETTINGS | journal)
        embedded.start(cluster)
        yield cluster
        embedded.stop(cluster)
    for folder in (cluster.home, cluster.data, cluster.sockets):
        shutil.rmtree(folder, ignore_errors=True)


class House:
    """Runs management commands and SQL on the database of the server that archives its write-ahead log."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster, self.name = cluster, settings.DATABASES["owner"]["NAME"]
        self.url = make_dsn(cluster.url("postgres", "postgres"), dbname=self.name)
        logins = {
            variable: cluster.url(f"{settings.INSTANCE}_{login}", self.name)
            for variable, login in embedded.LOGINS.items()
        }
        files = {"LOGE_KEYS": settings.KEY_FILE, "LOGE_SEAL_KEYS": settings.SEAL_KEY_FILE}
        outside = {name: str(folder / name.lower()) for name in ("LOGE_ERASURES", "LOGE_WITHDRAWN", "LOGE_TILES")}
        self.environ = {
            **os.environ,
            **logins,
            **files,
            **outside,
            "LOGE_SECRET_KEY": "for this test",
            "LOGE_SECRET_KEY_FILE": "",
        }
        self.environ["LOGE_SUPER_URL"] = cluster.url("postgres", "postgres")
        self.told: list[str] = []  # Output of all management commands, which a real server would write to its log.

    def manage(self, *words: str, code: int = 0) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, env=self.environ, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        self.told.append(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def ask(self, statement: str, *params: object) -> list[tuple]:
        with closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, params or None)
                return cursor.fetchall() if cursor.description else []

    def tool(self, name: str, *words: object) -> bytes:
        folder = reachable_programs(self.cluster.programs, self.cluster.account, self.cluster.home)
        command = [str(folder / name), *map(str, words)]
        root, account = os.getuid() == 0, self.cluster.account
        user, group = (account.pw_uid, account.pw_gid) if root else (None, None)
        done = subprocess.run(
            command,
            user=user,
            group=group,
            extra_groups=[] if root else None,
            cwd="/",
            capture_output=True,
            timeout=300,
            check=True,
        )
        return done.stdout

    def forgets(self) -> None:
        """Run the nightly and the monthly deletions of expired data."""
        self.manage("expire_notes")
        self.manage("prune_trace", "--apply")
        self.manage("seal", "--once")

    def dumped(self) -> bytes:
        """Return a plain-text dump of the database."""
        dump = self.tool("pg_dump", "-h", self.cluster.sockets, "-U", "postgres", self.name)
        assert len(dump) > 100_000
        return dump

    def copy_base(self) -> Path:
        base = self.cluster.home / "archive" / "base"
        self.tool("pg_basebackup", "-D", base, "-h", self.cluster.sockets, "-U", "postgres", "-X", "none", "-c", "fast")
        return base

    def go_back(self, base: Path, moment: str) -> None:
        """Recover as docs/operations/running.md says: restore the base backup, and replay the log up to a moment."""
        with embedded.starting(self.cluster):
            account = self.cluster.account
            folder = reachable_programs(self.cluster.programs, account, self.cluster.home)
            execute([folder / "pg_ctl", "stop", "-D", self.cluster.data, "-m", "fast", "-s", "-w"], account)
        shutil.rmtree(self.cluster.data)
        subprocess.run(["cp", "-a", base, self.cluster.data], check=True)
        with (self.cluster.data / "postgresql.auto.conf").open("a") as conf:
            conf.write(f"restore_command = 'cp {base.parent}/%f %p'\nrecovery_target_time = '{moment}'\n")
            conf.write("recovery_target_action = 'promote'\n")
        (self.cluster.data / "recovery.signal").touch()
        for path in (self.cluster.data / "recovery.signal", self.cluster.data / "postgresql.auto.conf"):
            os.chown(path, self.cluster.account.pw_uid, self.cluster.account.pw_gid)
        embedded.start(self.cluster)
        until = time.monotonic() + 60
        while self.ask("SELECT pg_is_in_recovery()")[0][0]:
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.fixture
def recovered(landlord, server, backup_login, monkeypatch, tmp_path) -> Iterator[House]:  # noqa: F811
    """Provide the database on the archiving server. It has sealed audit events from fourteen months ago."""
    old = months_ago(14)
    make_month(old, months_ago(13))
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('{old}+00', {PLANTED})")
    plant_among_tenants(landlord)
    call_command("seal", "--once", verbosity=0)
    record_view(OWN_LOOKS_READ, Outcome.SHOWN, by=landlord.person("elise"))
    call_command("seal", "--once", verbosity=0)
    call_command("backup", str(tmp_path / "house.backup"), verbosity=0)
    monkeypatch.setenv("LOGE_SUPER_URL", server.url("postgres", "postgres"))
    call_command("restore", str(tmp_path / "house.backup"), verbosity=0)
    there = House(server, tmp_path)
    yield there
    remove(there)


def remove(there: House) -> None:
    server = there.cluster
    with closing(psycopg2.connect(server.url("postgres", "postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{there.name}" WITH (FORCE)')


# The tables in which `plant_among_tenants` stores the marker word unencrypted. Their rows are due for deletion.
PLACES = ("casework_accountnote", "oversight_lookquestion", "oversight_inspection")


def plant_among_tenants(landlord) -> None:
    """Store the marker word in a note, a question to an employee, a request to search texts for a word, and an
    encrypted sentence. The retention period of all four has expired, so they must be deleted.
    """
    account, elise = landlord.account("Dette-Glycines A"), landlord.person("elise")
    write_note(account, f"Rappelle le 5, {CANARY}.", written=-90, ends=-1)
    ask_about_look(elise, ago=367, kind=CANARY)
    make_inspection(landlord.person("ines"), [[CANARY, str(account.pk)]], asked=-8)
    seal_sentence(account, elise, f"Est malade, {CANARY}.", asked=-30)
    assert {table for (table,) in planted()} == set(PLACES)


def planted() -> list[tuple]:
    return [(table,) for table in PLACES if run(f"SELECT 1 FROM {table} t WHERE to_jsonb(t)::text LIKE '%{CANARY}%'")]


def end_access(there: House, assignment: object, person: object) -> None:
    """End an assignment and write the audit event, as `access.grants.actions.assignments.take_back` does."""
    there.ask(
        "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'departure' WHERE id = %s", assignment
    )
    [(today,)] = there.ask("SELECT loge_today()::text")
    facts = {"assignment": str(assignment), "person": str(person), "ended_on": today, "reason": "departure"}
    line = "gen_random_uuid(), 'assignment_ended', 'changed', 'test', '', '', '', 'assignment', '{}', 0, %s"
    there.ask(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({line})", json.dumps(facts))


def holds(there: House, assignment: object) -> bool:
    return there.ask("SELECT ended_on IS NULL FROM access_assignment WHERE id = %s", assignment)[0][0]


def months(there: House) -> int:
    return there.ask("SELECT count(*) FROM audit_event WHERE at < now() - interval '13 months'")[0][0]


def test_recovery_brings_back_neither_pruned_data_nor_ended_access(landlord, recovered, tmp_path):
    there, awa = recovered, landlord.person("awa")
    [(assignment,)] = run("SELECT id FROM access_assignment WHERE person_id = %s LIMIT 1", awa.pk)
    [(forgotten,)] = run("SELECT whose FROM audit_pseudonym WHERE whose <> %s LIMIT 1", awa.pk)
    there.manage("seal", "--once")
    assert CANARY.encode() in there.dumped()
    base = there.copy_base()
    [(moment,)] = there.ask("SELECT clock_timestamp()::text")
    assert months(there) >= 2 and holds(there, assignment)

    checkpoint = prune_and_withdraw(there, assignment, awa, forgotten, tmp_path)

    there.go_back(base, moment)
    # The recovery has brought back the deleted data, so the documented steps must delete it again.
    assert months(there) >= 2 and holds(there, assignment)
    assert there.ask("SELECT 1 FROM audit_pseudonym WHERE whose = %s", forgotten)
    told = there.manage("after_restore")
    assert re.match(r"1 clés détruites de nouveau, 1 accès repris", told)
    there.manage("expire_notes")
    there.manage("prune_trace", "--apply")
    assert months(there) == 0 and not holds(there, assignment)
    assert not there.ask("SELECT 1 FROM audit_pseudonym WHERE whose = %s", forgotten)
    assert "la base de données a été ramenée à un état antérieur" in there.manage(
        "check_trace", "--kept", str(checkpoint), code=1
    )

    # After a recovery, the audit log must continue with a new signing key, a new name and a new folder.
    # The command that seals audit events must refuse the old folder, because files in it were already published.
    assert "demande un autre dossier" in goes_on(there, tmp_path, 1)
    there.environ["LOGE_TILES"] = str(tmp_path / "tiles-2")
    goes_on(there, tmp_path, 0)
    there.manage("check_trace")
    assert (tmp_path / "tiles-2" / "checkpoint").read_text().startswith("tests/again\n")

    restored_backup_keeps_no_trace(there, tmp_path)
    # The recovery must not have changed the test suite's own database, which `run` queries.
    assert run("SELECT count(*) FROM audit_event WHERE role = %s", CANARY) == [(1,)]


def prune_and_withdraw(there: House, assignment, person, forgotten, tmp_path: Path) -> Path:
    """Delete expired data, destroy the key of a pseudonym in the audit log, and end an assignment.

    Returns a file with the newest checkpoint (signed state) of the audit log.
    """
    there.forgets()
    assert CANARY.encode() not in there.dumped()
    there.manage("forget_pseudonym", str(forgotten))
    end_access(there, assignment, person.pk)
    there.manage("seal", "--once")
    checkpoint = tmp_path / "kept.note"
    checkpoint.write_bytes(bytes(there.ask("SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")[0][0]))
    assert months(there) == 0 and not holds(there, assignment)
    assert str(assignment) in (tmp_path / "loge_withdrawn").read_text()
    there.ask("SELECT pg_switch_wal()")
    return checkpoint


def restored_backup_keeps_no_trace(there: House, tmp_path: Path) -> None:
    assert traces_of_the_word(there, tmp_path, "loge_tiles", "tiles-2") == []
    # After the restore of an earlier backup, the documented steps must remove every copy of the marker word.
    remove(there)
    call_command("restore", str(tmp_path / "house.backup"), verbosity=0)
    assert CANARY.encode() in there.dumped()
    there.environ |= {"LOGE_SEAL_KEYS": settings.SEAL_KEY_FILE, "LOGE_TILES": str(tmp_path / "tiles-3")}
    there.manage("after_restore")
    there.forgets()
    assert traces_of_the_word(there, tmp_path, "loge_tiles", "tiles-2", "tiles-3") == []


def traces_of_the_word(there: House, tmp_path: Path, *published: str) -> list[str]:
    """Return where the marker word occurs.

    The search covers a database dump, the published files of the audit log, the files of erasures and of revoked
    accesses, and all logs.
    """
    files = [path for name in published for path in (tmp_path / name).rglob("*") if path.is_file()]
    files += [tmp_path / "loge_withdrawn", tmp_path / "loge_erasures", there.cluster.log]
    written = {str(path): path.read_bytes() for path in files}
    written |= {"dump": there.dumped(), "what commands told": "\n".join(there.told).encode()}
    assert there.ask("SELECT count(*) FROM casework_contestedsentence") == [(0,)]
    assert len(written) > 8 and len(there.told) > 8
    return [name for name, content in written.items() if CANARY.encode() in content]


def goes_on(there: House, tmp_path: Path, code: int) -> str:
    new = tmp_path / "again.json"
    if not new.exists():
        signing_keys.new(new, "tests/again")
    there.environ["LOGE_SEAL_KEYS"] = str(new)
    return there.manage("seal", "--once", code=code)

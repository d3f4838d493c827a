"""Two people who share one connection, through PgBouncer in transaction mode, must never see each other's rows."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, connections
from django.test import Client

from access.compartments import Compartment
from access.database.web_logins import WEB_LOGINS
from tests.builders import events, run
from tests.sign_in import let_in, served_by

pytestmark = [pytest.mark.pooler, pytest.mark.unwatched("asks from eight threads at once")]
PORT = 6543


def config(folder: Path, server: dict) -> str:
    return f"""
[databases]
* = host={server["host"]} port={server.get("port", 5432)}
[pgbouncer]
listen_addr =
listen_port = {PORT}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder / "users"}
pool_mode = transaction
default_pool_size = 1
max_client_conn = 100
ignore_startup_parameters = extra_float_digits,options
pidfile = {folder / "pid"}
"""


@pytest.fixture
def pooler(landlord, tmp_path_factory) -> Iterator[Path]:
    """Start PgBouncer in front of the test server. Yields the folder of its socket."""
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    folder = Path("/tmp") / f"loge-pool-{os.getpid()}"
    folder.mkdir(mode=0o755)
    parameters = connections["default"].get_connection_params()
    users = [connections[alias].settings_dict["USER"] for alias in ("trace", "owner")]
    users += [f"{settings.INSTANCE}_{login.name}" for login in WEB_LOGINS]
    (folder / "users").write_text("".join(f'"{user}" ""\n' for user in users))
    (folder / "ini").write_text(config(folder, parameters))
    command = [program, "-q", str(folder / "ini")]
    if os.geteuid() == 0:  # PgBouncer refuses to run as root, so it runs as another user.
        account = next(name for name in ("postgres", "loge", "nobody") if _exists(name))
        shutil.chown(folder, account)
        command[1:1] = ["-u", account]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    _wait_for(folder / f".s.PGSQL.{PORT}", process)
    try:
        yield folder
    finally:
        process.terminate()
        process.communicate(timeout=10)
        shutil.rmtree(folder)


def _exists(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _wait_for(path: Path, process: subprocess.Popen) -> None:
    for _ in range(100):
        with socket.socket(socket.AF_UNIX) as probe:
            if not probe.connect_ex(str(path)):
                return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    raise AssertionError("PgBouncer did not start")


def go_through(folder: Path, monkeypatch) -> None:
    for alias in ("default", "trace"):
        connections[alias].close()
        options = {**connections[alias].settings_dict["OPTIONS"], "host": str(folder), "port": PORT}
        monkeypatch.setitem(connections[alias].settings_dict, "OPTIONS", options)
        monkeypatch.setitem(connections[alias].settings_dict, "HOST", "")
        monkeypatch.setitem(connections[alias].settings_dict, "PORT", "")


def test_interleaved_people_never_see_each_others_rows(landlord, sign_in, pooler, monkeypatch):
    accounts = {"elise": landlord.account("Dette-Glycines A"), "fatou": landlord.account("Dette-Quai 9")}
    own = {name: f"/comptes/{account.reference}/" for name, account in accounts.items()}
    browsers = {name: sign_in(name) for name in own}
    go_through(pooler, monkeypatch)

    def visit(turn: int) -> tuple[str, int, int, bytes]:
        name, other = ("elise", "fatou") if turn % 2 else ("fatou", "elise")
        try:
            mine, theirs = browsers[name].get(own[name]), browsers[name].get(own[other])
            listed = browsers[name].get("/comptes/")
            assert run("SELECT count(*) FROM pg_prepared_statements", alias="default") == [(0,)]
            return name, mine.status_code, theirs.status_code, listed.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        visits = list(crowd.map(visit, range(60)))
    foreign = {"elise": b"Quai 9", "fatou": b"Glycines"}
    assert {(mine, theirs) for _name, mine, theirs, _body in visits} == {(200, 404)}
    assert not [name for name, _mine, _theirs, body in visits if foreign[name] in body]
    assert all(accounts[name].reference.encode() in body for name, _mine, _theirs, body in visits)
    connections["owner"].close()
    people = {landlord.person(name).pk: name for name in own}
    opened = [(people[event["actor"]], event["about"]) for event in events(kind="account_opened")]
    assert len(opened) == 60 and set(opened) == {(name, account.pk) for name, account in accounts.items()}


def test_a_pooled_connection_keeps_the_login_of_its_process(landlord, pooler, monkeypatch):
    """Each login has its own pooled connections: a nominator's page never runs on an officer's connection."""
    nadia = landlord.person("nadia")
    officer, nominator = let_in(Client(), landlord.person("elise")), let_in(Client(), nadia)
    go_through(pooler, monkeypatch)
    try:
        visit_in_turn(officer, nominator)
    finally:
        connections.close_all()  # PgBouncer ends only after its last client has disconnected.


def visit_in_turn(officer: Client, nominator: Client) -> None:
    for _turn in range(3):
        assert officer.get("/comptes/").status_code == 200
        assert nominator.get("/ma-trace/").status_code == 200
        with served_by("web_contingent"), connections["default"].cursor() as cursor:
            cursor.execute("SELECT session_user, current_user, loge_person()")
            login = f"{settings.INSTANCE}_web_contingent"
            assert cursor.fetchone() == (login, login, None)
            with pytest.raises(ProgrammingError, match="permission denied to set role"):
                cursor.execute("SELECT set_config('role', %s, true)", [Compartment.ACCOUNT.database_role])

"""`./dev bench` compares the speed of Loge with that of a variant without access controls. This variant must work.

It also measures the parts of a page, and a server that gets too many requests. Without these tests, an error would only
be noticed when somebody runs the benchmark.
"""

import json
import subprocess
import sys
from dataclasses import asdict

from django.conf import settings
from django.db import connections

from access.guard.purpose import COOKIE
from tests.bench import page_parts
from tests.bench.clients import Load
from tests.bench.serving import GUARDED, UNGUARDED, environment, served, session_of
from tests.sign_in import held_by


def database():
    return connections["default"].settings_dict["NAME"]


def account_page(landlord):
    """Return the path of an account's page, and the cookies of an officer who opens it."""
    reference, officer = landlord.account("Dette-Glycines A").reference, landlord.person("elise")
    cookies = f"{settings.SESSION_COOKIE_NAME}={session_of(officer)}; {COOKIE}={held_by(officer, reference)}"
    return f"/comptes/{reference}/", cookies


def output_of(module, sent, *arguments):
    """Run a module of the benchmark in a process of its own, with JSON as its input and output."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    environ = environment(database())
    completed = subprocess.run(
        command, input=json.dumps(sent), env=environ, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(completed.stdout)


def test_the_house_without_locks_shows_what_the_locks_refuse(landlord):
    """In the variant without access controls, even a caretaker must see an account.

    Its view functions check no permission, and its database login bypasses the row-level security policies.
    """
    path, session = f"/comptes/{landlord.account('Dette-Quai 9').reference}/", session_of(landlord.person("awa"))
    with served(UNGUARDED, database()) as server:
        assert "Dette-Quai 9" in server.ask(path, session).decode()


def test_each_part_of_an_account_page_takes_time(landlord):
    parts = output_of("page_parts", [account_page(landlord)] * 3, "1")
    assert parts.keys() == {page_parts.STATEMENTS, page_parts.TEMPLATES, page_parts.DOOR, page_parts.REST}
    assert all(milliseconds > 0.1 for milliseconds in parts.values()), parts


def test_more_clients_than_the_queue_has_places_are_partly_refused(landlord, monkeypatch):
    for name in ("LOGE_WORKERS", "LOGE_THREADS"):
        monkeypatch.setenv(name, "1")
    with served(GUARDED, database(), queue=1) as server:
        people, nobody = [[account_page(landlord)]] * 8, [[("/entrer/", "")]]
        tally = output_of("clients", asdict(Load(server.port, 2, people, nobody, "/sante/vie")))
    assert tally["signed_in"]["times"] and tally["signed_in"]["refused"], tally
    assert len(tally["health"]) == 4, tally

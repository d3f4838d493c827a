"""Upgrades from the database of version 1.0.0 while people work.

The order is that of docs/operations/running.md: first the database is migrated, then one process after another.
"""

import io
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import translation

from tests.bench.serving import GUARDED, served, session_of
from tests.builders import run

EXPAND = "ALTER TABLE tenants_account ADD COLUMN next_release text"
FLOOR = 20  # Minimum number of pages that must be requested during the upgrade.


class Asking(threading.Thread):
    """A thread that requests one page after another until it is stopped, and records every failure."""

    def __init__(self, server, session: str) -> None:
        super().__init__(daemon=True)
        self.server, self.session = server, session
        self.done, self.answered = threading.Event(), 0
        self.failed: list[str] = []

    def run(self) -> None:
        while not self.done.is_set():
            try:
                self.server.ask("/comptes/", self.session)
                self.server.ask("/sante", self.session)
                self.answered += 2
            except (AssertionError, OSError) as error:
                self.failed.append(repr(error))


def workers(master: int) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()}


def until(happened) -> None:
    for _try in range(600):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within a minute")


def test_no_request_fails_during_an_upgrade(landlord):
    session = session_of(landlord.person("elise"))
    with served(GUARDED, connections["default"].settings_dict["NAME"]) as server:
        before, asking = workers(server.pid), Asking(server, session)
        asking.start()
        until(lambda: asking.answered)
        run(EXPAND)
        call_command("provision", verbosity=0)
        os.kill(server.pid, signal.SIGHUP)
        until(lambda: workers(server.pid) and not workers(server.pid) & before)
        until(lambda: asking.answered >= FLOOR)
        asking.done.set()
        asking.join(20)
    assert asking.failed == []
    assert len(before) >= 2


def before_the_baseline() -> None:
    run("UPDATE django_migrations SET name = '0001_trace' WHERE app = 'audit'")


def before_migrations_were_folded() -> None:
    """Give the migrations the names of a database from before the fold: other first migrations, and later ones."""
    run("UPDATE django_migrations SET name = '0001_initial' WHERE name = '0001_tables'")
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('access', '0003_sent_results', now())")


@pytest.mark.parametrize("make_older", [before_the_baseline, before_migrations_were_folded])
def test_a_database_from_before_version_1_is_refused_with_a_sentence(bare, make_older):
    make_older()
    with pytest.raises(CommandError, match=r"avant la version 1\.0\.0"):
        call_command("provision", verbosity=0, stdout=io.StringIO())
    with translation.override("en"), pytest.raises(CommandError, match=r"before version 1\.0\.0"):
        call_command("migrate", verbosity=0)


def test_a_database_that_a_later_release_upgraded_is_not_refused(bare):
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('tenants', '9999_of_the_next_release', now())")
    call_command("migrate", verbosity=0)

"""The shared cache has its own database login and table, so a rollback of a request does not remove cached values.

Values that somebody writes to the table directly are never executed.
"""

import base64
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connections, transaction
from django.test import Client

from access.guard import limits
from access.guard.limits import slow_down
from tests.builders import run


class RunsCode:
    """An object that creates a file when it is unpickled; the file would prove that code from the cache was run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def change(statement: str, *params: object) -> None:
    """Execute SQL as an attacker who has stolen the cache's database login."""
    run(statement, *params, alias="cache")


def test_a_cached_counter_survives_a_rollback(landlord):
    with transaction.atomic():
        cache.set("tried", 3)
        transaction.set_rollback(True)
    assert cache.get("tried") == 3


def test_concurrent_add_succeeds_once(landlord):
    def mark(_number: int) -> bool:
        try:
            return cache.add("served", "y", 30)
        finally:
            connections["cache"].close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(mark, range(12))) == 1


def test_cache_login_reaches_only_its_table(landlord):
    cache.set("tried", 1)
    reached = run(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
        " AND has_table_privilege(current_user, oid, 'SELECT, INSERT, UPDATE, DELETE')",
        alias="cache",
    )
    assert reached == [("shared_cache",)]
    for alias in ("default", "trace"):
        with pytest.raises(DatabaseError, match="permission denied"):
            run("SELECT count(*) FROM shared_cache", alias=alias)


def test_a_pickle_in_the_cache_table_is_never_executed(landlord, tmp_path):
    wrong = {"login": landlord.person("awa").email, "password": "au hasard, encore"}
    Client().post("/entrer/", wrong)
    made = tmp_path / "made"
    change("UPDATE shared_cache SET value = %s", base64.b64encode(pickle.dumps(RunsCode(made))).decode())
    answer = Client().post("/entrer/", wrong)
    assert answer.status_code == 200 and "L’adresse ou le mot de passe est incorrect" in answer.content.decode()
    assert not made.exists()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE shared_cache SET value = replace(value, '[1]', '[]')",
        "UPDATE shared_cache SET value = '[]'",
        "UPDATE shared_cache SET value = ''",
        "UPDATE shared_cache SET value = ':[1]'",
        "UPDATE shared_cache SET value = 'é' || value",
        "UPDATE shared_cache SET expires = expires + interval '1 hour'",
        "UPDATE shared_cache SET cache_key = ':1:other'",
    ],
)
def test_a_changed_moved_or_prolonged_value_counts_as_missing(landlord, tampering):
    cache.set("tried", [1], 60)
    assert cache.get("tried") == [1]
    change(tampering)
    assert cache.get("tried") is None and cache.get("other") is None and "tried" not in cache


def test_add_fails_for_an_existing_row_that_was_tampered_with(landlord):
    assert cache.add("used", "y", 60)
    change("UPDATE shared_cache SET value = 'x'")
    assert not cache.add("used", "y", 60)


def test_values_expire_are_touched_counted_and_deleted(landlord):
    cache.set("short", 1, -1)
    assert cache.get("short") is None and cache.add("short", 2, 60) and cache.get("short") == 2
    assert cache.touch("short", -1) and cache.get("short") is None and not cache.touch("short")
    cache.set_many({"a": 1, "b": [1.5, None, {"c": "é"}]}, None)
    assert cache.get_many(["a", "b", "short"]) == {"a": 1, "b": [1.5, None, {"c": "é"}]}
    assert cache.incr("a") == 2 and cache.get_or_set("d", 4) == 4
    cache.sweep()
    assert run("SELECT count(*) FROM shared_cache", alias="cache") == [(3,)]
    assert cache.delete("a") and not cache.delete("a")
    cache.clear()
    assert cache.get("b") is None


@pytest.mark.parametrize("value", [(1, 2), [(1, 2)], date(2026, 1, 1), {1: 2}, {1}, b"x", float("nan")])
def test_a_value_changed_by_json_is_refused(landlord, value):
    with pytest.raises(TypeError):
        cache.set("tried", value)
    assert cache.get("tried") is None


def test_an_overwritten_api_counter_restarts(landlord, monkeypatch):
    # API requests are counted per minute. The clock is stopped, so that both requests fall into the same minute.
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 2e9))
    awa = landlord.person("awa").pk
    slow_down(awa)
    change("UPDATE shared_cache SET value = 'many'")
    slow_down(awa)
    assert run("SELECT value FROM shared_cache", alias="cache") == [("1",)]

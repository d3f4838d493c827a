"""The shared cache: its own login, its own table, and a memory that no rollback takes away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connections, transaction

from tests.builders import run


def test_what_is_counted_outlives_a_rollback(house):
    with transaction.atomic():
        cache.set("tried", 3)
        transaction.set_rollback(True)
    assert cache.get("tried") == 3


def test_a_mark_is_made_once_whoever_asks_at_the_same_moment(house):
    def mark(_number: int) -> bool:
        try:
            return cache.add("served", "y", 30)
        finally:
            connections["cache"].close()

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(mark, range(12))) == 1


def test_its_login_has_that_table_and_no_other(house):
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

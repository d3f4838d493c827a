"""Rows in COPY's binary format must arrive as their values."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from psycopg2 import DatabaseError

from formats.bulk_copy import Copying, Table, bigint_cell, cell, loading

THINGS = Table("things", ("id", "day", "instant", "cents", "word"))
ROWS = [
    (UUID(int=1), date(2026, 2, 28), datetime(2026, 2, 28, 23, 59, 59, 999_999, UTC), -1, "é\t\\N"),
    (UUID(int=2**128 - 1), date(1936, 7, 1), datetime(1936, 7, 1, 5, 30, tzinfo=UTC), 2**63 - 1, ""),
    (UUID(int=3), date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC), -(2**63), None),
]


def binary(row: tuple[UUID, date, datetime, int, str | None]) -> bytes:
    number, day, instant, cents, word = row
    return b"".join((THINGS.binary_head, cell(number), cell(day), cell(instant), bigint_cell(cents), cell(word)))


def create_things(copying: Copying) -> None:
    copying.run("CREATE TEMP TABLE things (id uuid, day date, instant timestamptz, cents bigint, word text)")


def test_binary_rows_arrive_as_their_values(bare):
    with loading("owner") as copying:
        create_things(copying)
        copying.binary_rows(THINGS, map(binary, ROWS))
        assert copying.ask("SELECT id, day, instant, cents, word FROM things ORDER BY day DESC") == sorted(
            ROWS, key=lambda row: row[1], reverse=True
        )
        assert copying.counts == {"things": len(ROWS)}


def test_binary_row_with_another_number_of_cells_is_refused(bare):
    with pytest.raises(DatabaseError, match="field count"), loading("owner") as copying:
        create_things(copying)
        copying.binary_rows(THINGS, [binary(ROWS[0]) + cell("more")])

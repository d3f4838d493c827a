"""Functions that violate a rule of the database, as its owner, for test_constraints.py."""

from collections.abc import Callable

from tests.builders import run
from tests.world import World

Break = Callable[[World], object]
NEW = "gen_random_uuid()"


def change(table: str, assignments: str, where: str = "true") -> Break:
    return lambda landlord: run(f"UPDATE {table} SET {assignments} WHERE {where}")


def move(table: str) -> Break:
    """Return a function that violates a database rule by setting another building in the rows of a table.

    Rows of other tables that belong to the same lease or dwelling still have the old building, so the database must
    refuse the update.
    """

    def act(landlord):
        source, target = str(landlord.building("Glycines A").pk), str(landlord.building("Glycines B").pk)
        run(f"UPDATE {table} SET building_id = %s WHERE building_id = %s", target, source)

    return act


def copy(table: str, where: str = "true", keyless: bool = False, **other: object) -> Break:
    """Return a function that inserts a copy of a row, with changed values for the columns in `other`.

    The values are SQL expressions, in which `t` is the copied row.
    """

    def act(landlord):
        # A copy with the same id would violate the primary key first, so `keyless` drops the primary key constraint.
        if keyless:
            run(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE")
        columns = [
            name
            for (name,) in run(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = ''",
                table,
            )
        ]
        values = ", ".join(str(other.get(name, f"t.{name}")) for name in columns)
        run(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t WHERE {where} LIMIT 1")

    return act


def both(first: Break, second: Break) -> Break:
    return lambda landlord: (first(landlord), second(landlord))

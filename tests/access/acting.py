"""Acts without a page before them, in the database role their door would wear: only the act itself can refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from access.compartments import Compartment
from access.models.person import passwords_left_out


@contextmanager
def acting(person, compartment: Compartment = Compartment.ASSIGNMENTS) -> Iterator[None]:
    """As `person`, in a compartment, for one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        role = compartment.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(person.pk)]
        )
        with passwords_left_out():
            yield

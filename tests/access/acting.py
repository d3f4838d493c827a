"""Runs actions without a page, in the database role of their door, so that only the action itself can refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from access.compartments import Compartment
from access.models.person import passwords_left_out


@contextmanager
def acting(person, compartment: Compartment = Compartment.ASSIGNMENTS) -> Iterator[None]:
    """One transaction as `person`, in a compartment's database role."""
    with transaction.atomic(), connection.cursor() as cursor:
        role = compartment.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(person.pk)]
        )
        with passwords_left_out():
            yield

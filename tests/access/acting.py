"""Lets tests call actions (functions that change data) without a view function, in the view function's database role.

So a refusal in such a test comes from the action or the database, not from a form or the decorator `@door`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from access.compartments import Compartment
from access.models.person import passwords_left_out


@contextmanager
def acting(person, compartment: Compartment = Compartment.ASSIGNMENTS) -> Iterator[None]:
    """Open a transaction as `person`, in the database role of a compartment (kind of data)."""
    with transaction.atomic(), connection.cursor() as cursor:
        role = compartment.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(person.pk)]
        )
        with passwords_left_out():
            yield

"""The last exports to the national register, and the number of rows that wait. The number is not divided by kind or
motive (decision record 0052)."""

from django.db import connection

from access.guard.context import AccessContext
from allocations.models import RegistryRun

MOST_RUNS = 100


def last_runs(access: AccessContext) -> list[RegistryRun]:
    return list(access.rows(RegistryRun).order_by("-number")[:MOST_RUNS])


def rows_to_send() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_rows_to_send()")
        return int(cursor.fetchone()[0])

"""Counts the rows to be sent to the national register. The count is not divided by kind or motive (decision record
0052)."""

from django.db import connection


def rows_to_send() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_rows_to_send()")
        return int(cursor.fetchone()[0])

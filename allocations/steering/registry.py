"""How many rows wait to leave for the national register. Their kinds and motives are not counted (decision 52)."""

from django.db import connection


def rows_to_send() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_rows_to_send()")
        return int(cursor.fetchone()[0])

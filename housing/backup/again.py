"""What was destroyed or taken back since a copy was made, done again in it: the lists outlive every copy."""

from contextlib import closing

import psycopg2

from access import withdrawn
from audit.sealed.forgetting import destroy, list_path, read_list


def do_again(url: str) -> tuple[int, int]:
    """How many keys of pseudonyms, and how many accesses. Sessions end: whoever signs in proves who they are."""
    digests = read_list(list_path())
    rows = withdrawn.read(file) if (file := withdrawn.path()) else []
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
        destroyed = destroy(cursor, digests) if digests else 0
        return destroyed, withdrawn.withdraw_again(cursor, rows)

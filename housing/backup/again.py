"""Repeats erasures and revocations on a restored database. Otherwise a restore would bring back erased personal data
and revoked permissions, and show hidden households, because the backup is older.

The list of erasures and the list of revocations are files, stored outside the database.
"""

from contextlib import closing

import psycopg2

from access.grants import revocation_list
from audit.sealed.forgetting import ListRefused, destroy, list_path, read_list
from housing.backup.erasures import erase_again
from housing.backup.households import hide_again
from housing.backup.restrictions import restrict_again

# The list of erasures (digests of pseudonyms whose keys were destroyed) and the list of revoked permissions.
Lists = tuple[list[str], list[revocation_list.Row]]


def read_lists() -> Lists:
    """Read the list of erasures and the list of revocations. Raises ListRefused if one is missing or damaged.

    Call this function before a backup is loaded, so that a missing list stops the restore at once.
    """
    revocations = revocation_list.path()
    if revocations is None:
        raise ListRefused("LOGE_WITHDRAWN manque : le fichier qui garde, hors de la base, les accès repris.")
    destroyed = list_path()
    for path in (destroyed, revocations):
        # Refuse a missing file: its disk may not be mounted. Treating the file as empty would bring back erased data.
        if not path.exists():
            raise ListRefused(f"{path} est absent : s’il n’y a rien à y écrire, créez un fichier vide.")
    return read_list(destroyed), revocation_list.read_list(revocations)


def do_again(url: str, lists: Lists) -> tuple[int, int]:
    """Delete all sessions, then repeat the erasures and revocations in the restored database. Return how many
    encryption keys were destroyed, and how many permissions were withdrawn, households hidden, people's data restricted
    and requests for erasure repeated."""
    digests, rows = lists
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_session")
        destroyed = destroy(cursor, digests) if digests else 0
        done = revocation_list.withdraw_again(cursor, rows) + hide_again(cursor, rows)
        return destroyed, done + restrict_again(cursor, rows) + erase_again(cursor, rows)

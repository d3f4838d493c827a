"""What was destroyed or taken back since a copy was made, done again in it: the lists outlive every copy."""

from contextlib import closing

import psycopg2

from access import withdrawn
from audit.sealed.forgetting import ListRefused, destroy, list_path, read_list

# Digests of what was destroyed, and lines of what was taken back.
Lists = tuple[list[str], list[withdrawn.Row]]


def read_lists() -> Lists:
    """Read before anything is loaded or changed: what cannot be done again must not come back first."""
    ended = withdrawn.path()
    if ended is None:
        raise ListRefused("LOGE_WITHDRAWN manque : le fichier qui garde, hors de la base, les accès repris.")
    destroyed = list_path()
    for path in (destroyed, ended):
        if not path.exists():  # a disk that is not mounted says the same as a list never begun
            raise ListRefused(f"{path} n’est pas là : s’il n’y eut jamais rien à y écrire, un fichier vide le dit.")
    return read_list(destroyed), withdrawn.read_list(ended)


def do_again(url: str, lists: Lists) -> tuple[int, int]:
    """How many keys of pseudonyms, and how many accesses. Sessions end: whoever signs in proves who they are."""
    digests, rows = lists
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_session")
        destroyed = destroy(cursor, digests) if digests else 0
        return destroyed, withdrawn.withdraw_again(cursor, rows)

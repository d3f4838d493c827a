"""Three questions of whoever watches the machines. The answers are lines of a closed list and name nobody.

live: does the process answer? It asks no database, so a database that is away restarts no process.
ready: would a page be answered, and would it be safe? The proxy sends people elsewhere while it is not.
deep: what will go wrong if nobody does anything? For an alert in working hours; only watchers may ask.
"""

import re
import time
from collections.abc import Callable
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from access.locks import all_locks
from access.provision import OLDEST
from audit.guard.shape import alterations
from audit.record import TraceUnavailable, try_the_trace
from audit.sealed.state import recently_late, seal_state
from audit.sealed.witnesses import UNSEEN_SECONDS
from housing.watchers import is_watcher
from privacy import keys

BEHIND_SECONDS = 60  # a leaf comes within one
BACKUP_HOURS = 26  # a backup a day, and two hours of grace
_LOGIN = """SELECT current_setting('server_version_num')::int, current_setting('row_security'),
    rolsuper OR rolbypassrls OR rolinherit FROM pg_roles WHERE rolname = current_user"""
_OPEN_TABLES = """SELECT count(*) FROM pg_class WHERE oid = ANY (
    SELECT to_regclass(name) FROM unnest(%s) name) AND NOT (relrowsecurity AND relforcerowsecurity)"""
_NEXT_MONTH = """SELECT to_regclass(
    'audit_event_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYYMM')) IS NOT NULL"""

Check = Callable[[], bool]


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    return _answer(READY)


@require_safe
def deep(request: HttpRequest) -> HttpResponse:
    """404 to whoever is not a watcher: the age of the backups is nobody else's business."""
    return _answer(READY | DEEP) if is_watcher(request) else HttpResponseNotFound()


def _answer(checks: dict[str, Check]) -> HttpResponse:
    """One line a check; 503 when one of them failed."""
    found = {name: _holds(check) for name, check in checks.items()}
    text = "".join(f"{name}: {'ok' if well else 'non'}\n" for name, well in found.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=200 if all(found.values()) else 503)


def _holds(check: Check) -> bool:
    try:
        return check()
    except (Error, TraceUnavailable, keys.KeyRingRefused, OSError):
        return False


def _login_is_plain() -> bool:
    """The web's login on a server new enough, which inherits nothing and passes no row policy."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGIN)
        version, row_security, more = cursor.fetchone()
    return version >= OLDEST and row_security == "on" and not more


def _rows_are_locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_TABLES, [[lock.table for lock in all_locks() if not lock.view]])
        return bool(cursor.fetchone()[0] == 0)


def _alterations() -> list[str]:
    """Unexpected or missing rules, triggers and the like on guarded tables. While the database is ahead of the code, as
    during an upgrade (docs/running.md), only kinds that no release adds."""
    with connection.cursor() as cursor:
        differences = list(alterations(cursor))
    if differences and not _applied_migrations() <= _known_migrations():
        differences = [alteration for alteration in differences if re.search(r": \+ (rule|sleeping) ", alteration)]
    return differences


def _migrations_are_applied() -> bool:
    """All that this code knows. The database may be ahead of it: that is how an upgrade runs (docs/running.md)."""
    return _known_migrations() <= _applied_migrations()


def _applied_migrations() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


@once
def _known_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    return frozenset((app, name) for app, name in loader.disk_migrations if app in loader.migrated_apps)


def _trace_takes_a_line() -> bool:
    try_the_trace()
    return not _alterations()


def _trace_has_room_ahead() -> bool:
    with connections["trace"].cursor() as cursor:
        cursor.execute(_NEXT_MONTH)
        return bool(cursor.fetchone()[0])


def _backup_is_young() -> bool:
    """The backup command touches the stamp once an archive is whole. Without a stamp nobody promised a backup."""
    if not settings.BACKUP_STAMP:
        return True
    return time.time() - Path(settings.BACKUP_STAMP).stat().st_mtime < BACKUP_HOURS * 3600


def _seal_keeps_up() -> bool:
    """The log is sealed in time, and no event was antedated recently."""
    return seal_state().behind < BEHIND_SECONDS and not any(leaf.backdated for leaf in recently_late(days=1))


def _witnesses_look() -> bool:
    """Without a witness nobody promised one."""
    return not settings.WITNESS_FILE or seal_state().unseen < UNSEEN_SECONDS


def _cache_keeps() -> bool:
    """Without it nobody signs in: a limit that cannot be counted lets nobody past."""
    cache.set("health", 1, 60)
    return bool(cache.get("health") == 1)


def _keys_open() -> bool:
    return bool(keys.ring().current)


READY: dict[str, Check] = {
    "connexion": _login_is_plain,
    "verrous": _rows_are_locked,
    "migrations": _migrations_are_applied,
    "trace": _trace_takes_a_line,
}
DEEP: dict[str, Check] = {
    "mois": _trace_has_room_ahead,
    "sceau": _seal_keeps_up,
    "temoins": _witnesses_look,
    "sauvegarde": _backup_is_young,
    "trousseau": _keys_open,
    "partage": _cache_keeps,
}

"""Health checks for monitoring, at three URLs. The answers list one check per line: its name, and whether it passed.

`live` answers "ok" if the process runs, without a query: a database outage must not make anything restart the process.
`ready` checks that pages work safely. While a check fails, the proxy should send requests to another server.
`deep` also checks for what will soon fail unless somebody acts, such as a missing backup. Only monitoring may read it.
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
from django.urls import get_resolver
from django.views.decorators.http import require_safe

from access.database.provision import OLDEST
from access.policies import all_policies
from audit.guard.shape import alterations
from audit.record import AuditLogUnavailable, try_audit_log
from audit.sealed.state import recently_late, seal_state
from audit.sealed.witnesses import UNSEEN_SECONDS
from housing.monitoring.access import is_watcher
from privacy.encryption import keys

# Maximum seconds until a new audit event enters the sealed audit log. Normally this takes less than a second.
BEHIND_SECONDS = 60
# Maximum age of the newest backup in hours: backups are made once a day, and a backup may be two hours late.
BACKUP_HOURS = 26
_LOGIN = """SELECT current_setting('server_version_num')::int, current_setting('row_security'),
    rolsuper OR rolbypassrls OR rolinherit FROM pg_roles WHERE rolname = current_user"""
_OPEN_TABLES = """SELECT count(*) FROM pg_class WHERE oid = ANY (
    SELECT to_regclass(name) FROM unnest(%s) name) AND NOT (relrowsecurity AND relforcerowsecurity)"""
_NEXT_MONTH = """SELECT to_regclass(
    'audit_event_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYYMM')) IS NOT NULL"""

Check = Callable[[], bool]


def prepare() -> None:
    """Import the views, and read the list of migrations, before a process answers its first request.

    A health check that waited for this work would look as if the server were broken.
    """
    get_resolver().url_patterns  # noqa: B018 - the property imports the modules of all views
    _known_migrations()


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    return _answer(READY)


@require_safe
def deep(request: HttpRequest) -> HttpResponse:
    """Answer 404 to everybody except monitoring, because nobody else should learn, for example, the age of backups."""
    return _answer(READY | DEEP) if is_watcher(request) else HttpResponseNotFound()


def _answer(checks: dict[str, Check]) -> HttpResponse:
    """Run the checks and list each result on a line. The status is 503 if a check fails, otherwise 200."""
    results = {}
    for name, check in checks.items():
        try:
            results[name] = check()
        except (Error, AuditLogUnavailable, keys.KeyRingRefused, OSError):
            results[name] = False
    text = "".join(f"{name}: {'ok' if passed else 'non'}\n" for name, passed in results.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=200 if all(results.values()) else 503)


def login_is_plain() -> bool:
    """Whether PostgreSQL is recent enough, and the database login of the web process inherits no privileges and cannot
    bypass row-level security."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGIN)
        version, row_security, has_more_rights = cursor.fetchone()
    return version >= OLDEST and row_security == "on" and not has_more_rights


def rows_are_locked() -> bool:
    """Whether row-level security is enabled and forced on every table that has policies."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_TABLES, [[policy.table for policy in all_policies() if not policy.view]])
        return bool(cursor.fetchone()[0] == 0)


def migrations_are_applied() -> bool:
    """Whether all migrations of this code are applied. During an upgrade, migrations of the next release may be applied
    too, which is allowed (docs/operations/running.md)."""
    return _known_migrations() <= _applied_migrations()


def _applied_migrations() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


@once
def _known_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None)
    return frozenset((app, name) for app, name in loader.disk_migrations if app in loader.migrated_apps)


def trace_takes_a_line() -> bool:
    """Whether an audit event can be written, and the protected tables have exactly the expected rules and triggers.

    During an upgrade, the database may already have triggers of the next release. Then only an added rule or a disabled
    trigger fails the check, because no release adds rules or disables triggers.
    """
    try_audit_log()
    with connection.cursor() as cursor:
        differences = list(alterations(cursor))
    if differences and not _applied_migrations() <= _known_migrations():
        differences = [alteration for alteration in differences if re.search(r": \+ (rule|sleeping) ", alteration)]
    return not differences


def trace_has_room_ahead() -> bool:
    """Whether the table of audit events already has a partition for next month."""
    with connections["trace"].cursor() as cursor:
        cursor.execute(_NEXT_MONTH)
        return bool(cursor.fetchone()[0])


def backup_is_young() -> bool:
    """Whether the newest backup is at most 26 hours old. Its age is that of the file BACKUP_STAMP. True if no such file
    is configured."""
    if not settings.BACKUP_STAMP:
        return True
    return time.time() - Path(settings.BACKUP_STAMP).stat().st_mtime < BACKUP_HOURS * 3600


def seal_keeps_up() -> bool:
    """Whether new audit events enter the sealed audit log within a minute, and no event of the last day was
    backdated."""
    return seal_state().behind < BEHIND_SECONDS and not any(leaf.backdated for leaf in recently_late(days=1))


def witnesses_look() -> bool:
    """Whether the witnesses (outside servers that countersign the state of the sealed audit log) have done so recently.
    True if no witness is configured."""
    return not settings.WITNESS_FILE or seal_state().unseen < UNSEEN_SECONDS


def cache_keeps() -> bool:
    """Whether the shared cache works. The cache counts failed sign-ins, so nobody can sign in without the cache."""
    cache.set("health", 1, 60)
    return bool(cache.get("health") == 1)


def keys_open() -> bool:
    """Whether the file of encryption keys can be read and has a current key."""
    return bool(keys.ring().current)


READY: dict[str, Check] = {
    "connexion": login_is_plain,
    "verrous": rows_are_locked,
    "migrations": migrations_are_applied,
    "trace": trace_takes_a_line,
}
DEEP: dict[str, Check] = {
    "mois": trace_has_room_ahead,
    "sceau": seal_keeps_up,
    "temoins": witnesses_look,
    "sauvegarde": backup_is_young,
    "trousseau": keys_open,
    "partage": cache_keeps,
}

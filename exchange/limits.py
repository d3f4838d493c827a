"""Limits of imports from the browser: files and lines per day, and the duration of a database statement."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.database.timeouts import INTAKE_STATEMENT

# The daily number of files and lines is limited, because import reports reveal which keys of leases and tenants exist.
# In files of housing applications, each line of a CSV file and each application of an XML file counts as one line.
FILES_A_DAY, LINES_A_DAY = 80, 200_000
# Files of at most so many lines are imported in the request, in a second or two. Larger ones go to the background.
LINES_AT_ONCE = 500
_TRY_TO_BE_THE_ONLY_IMPORT = "SELECT pg_try_advisory_xact_lock(hashtext('loge loading'))"


def require_daily_allowance() -> None:
    """Raise ValidationError if the person has exceeded the daily limit. Record the audit event of the new file before
    this call, because the limit counts audit events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_intake_within(%s, %s)", [FILES_A_DAY, LINES_A_DAY])
        (within,) = cursor.fetchone()
    if not within:
        raise ValidationError(
            _(
                "Limite atteinte : %(files)s fichiers et %(lines)s lignes par jour, essais compris. Continuez "
                "demain, ou faites l’import sur le serveur."
            )
            % {"files": FILES_A_DAY, "lines": LINES_A_DAY},
            code="too_many",
        )


def allow_long_statements() -> None:
    """Extend the time limits of the current database transaction, because an import takes longer than other pages."""
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = '{INTAKE_STATEMENT}'")


def may_run_at_once(lines: int) -> bool:
    """Return whether files with so many lines are imported in the current request, instead of in the background.

    If another import runs, which may take minutes, small files go to the background, too: only one import runs at a
    time.
    """
    if lines > LINES_AT_ONCE:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_TRY_TO_BE_THE_ONLY_IMPORT)
        return bool(cursor.fetchone()[0])

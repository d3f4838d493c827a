"""Limits of an import from the browser: files and lines in a day, and the time that a statement may take."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.database.timeouts import INTAKE_STATEMENT

# The daily number of files and lines is limited, because import reports reveal which keys of leases and tenants exist.
# Files of applications count too: one line for each line of a CSV file, and for each application of an XML file.
FILES_A_DAY, LINES_A_DAY = 80, 200_000


def require_daily_allowance() -> None:
    """Raise ValidationError above the daily limit. The file's event must be recorded before."""
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
    """Let this transaction take longer than a page may."""
    with connection.cursor() as cursor:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = '{INTAKE_STATEMENT}'")

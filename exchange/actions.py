"""Import of a landlord's files from the browser."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.events import Code, Outcome
from audit.record import NOWHERE, Context, record, record_view
from exchange.portfolio.importing import Imported, facts_of, read_in
from exchange.portfolio.upload import Sent

# The daily number of files and lines is limited, because import reports reveal which keys of leases and tenants exist.
FILES_A_DAY, LINES_A_DAY = 80, 200_000


@all_or_nothing()
def take_in(*, by: Person, files: Sent, dry: bool, context: Context = NOWHERE) -> Imported:
    """Import the files completely, or import nothing. The row-level security policies of a data steward apply.

    An audit event for each file is recorded before the file is read, even in a dry run. Raises ValidationError above
    the daily limit of files or lines.
    """

    def tell(done: Imported) -> None:
        record(events.PORTFOLIO_IMPORTED, by=by, context=context, **facts_of(done))

    for sheet, file in files.items():
        lines = file.content.count(b"\n")
        record_view(
            events.PORTFOLIO_TRIED, Outcome.ATTEMPTED, by=by, context=context, count=lines, sheet=Code(sheet.file)
        )
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
    return read_in(files, dry=dry, tell=tell, using="default")

"""Imports a landlord's portfolio files that a user uploads in the browser."""

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.events import Code, Outcome
from audit.record import NOWHERE, Context, record, record_view
from exchange.limits import require_daily_allowance
from exchange.portfolio.importing import Imported, facts_of, read_in
from exchange.portfolio.upload import Sent


@all_or_nothing()
def take_in(*, by: Person, files: Sent, dry: bool, context: Context = NOWHERE) -> Imported:
    """Import uploaded portfolio files: all of them, or nothing after an error.

    An audit event is recorded for each file before the file is read, even in a dry run. Raises ValidationError above
    the daily limit of files or lines.
    """

    def tell(done: Imported) -> None:
        record(events.PORTFOLIO_IMPORTED, by=by, context=context, **facts_of(done))

    for sheet, file in files.items():
        lines = file.content.count(b"\n")
        record_view(
            events.PORTFOLIO_TRIED, Outcome.ATTEMPTED, by=by, context=context, count=lines, sheet=Code(sheet.file)
        )
    require_daily_allowance()
    return read_in(files, dry=dry, tell=tell, using="default")

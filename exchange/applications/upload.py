"""A file of applications that a browser sends: its event, and the limits of a day."""

from access.constraints import all_or_nothing
from access.models import Person, Place
from audit import events
from audit.events import Outcome
from audit.record import NOWHERE, Context, record_view
from exchange.applications.importing import Imported, run_import
from exchange.applications.reader import is_xml
from exchange.limits import allow_long_statements, require_daily_allowance
from exchange.portfolio.upload import MemoryFile


@all_or_nothing()
def take_in_applications(
    *, by: Person, file: MemoryFile, place: Place, dry: bool, context: Context = NOWHERE
) -> Imported:
    """Import the file completely, or import nothing. `place` keeps the applications that are new.

    An audit event is recorded before the file is read, even in a dry run. Raises ValidationError above the daily limit
    of files or lines, or if a legal figure is missing.
    """
    record_view(
        events.APPLICATIONS_TRIED, Outcome.ATTEMPTED, by=by, place=place.pk, context=context, count=size_in_lines(file)
    )
    require_daily_allowance()
    allow_long_statements()
    return run_import(file, by=by, place=place, dry=dry, context=context)


def size_in_lines(file: MemoryFile) -> int:
    """Return the number of lines of a CSV file, or of applications of an XML file, which may be all in one line."""
    return (file.content.count(b"demandeLogement") + 1) // 2 if is_xml(file) else file.content.count(b"\n")

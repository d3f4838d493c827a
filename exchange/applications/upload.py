"""Imports a file of housing applications that a user uploads in the browser, within the daily limits."""

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
    """Import an uploaded file completely, or import nothing. New applications are managed at `place`.

    An audit event is recorded before the file is read, even in a dry run. Raises ValidationError above the daily limit
    of files or lines, or if the landlord has not entered how long applications are valid.
    """
    record_attempt(by, file, place, context)
    require_daily_allowance()
    allow_long_statements()
    return run_import(file, by=by, place=place, dry=dry, context=context)


def record_attempt(by: Person, file: MemoryFile, place: Place, context: Context) -> None:
    record_view(
        events.APPLICATIONS_TRIED, Outcome.ATTEMPTED, by=by, place=place.pk, context=context, count=size_in_lines(file)
    )


def size_in_lines(file: MemoryFile) -> int:
    """Return the size of a file for the daily limit: the lines of a CSV file, or the applications of an XML file, which
    may be a single line."""
    return (file.content.count(b"demandeLogement") + 1) // 2 if is_xml(file) else file.content.count(b"\n")

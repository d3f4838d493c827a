"""What is done across steps in a person's name: a landlord's files, brought in from a browser."""

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record
from desk.portfolio.importing import Imported, facts_of, read_in
from desk.portfolio.upload import Sent


@all_or_nothing()
def take_in(*, by: Person, files: Sent, dry: bool, context: Context = NOWHERE) -> Imported:
    """Under the policies of the data steward's compartment, all or nothing. Tried, it leaves no event and no row."""

    def tell(done: Imported) -> None:
        record(events.PORTFOLIO_IMPORTED, by=by, context=context, **facts_of(done))

    return read_in(files, dry=dry, tell=tell, using="default")

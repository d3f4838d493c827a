"""Nightly job that computes the points and bands (ranges of points) of all open applications, and then prepares the
pool from which shortlists are drawn."""

from allocations.matching import prepare_pool
from allocations.models import Grid
from allocations.scoring import write_scores
from audit import events
from audit.record import record
from formats.bulk_copy import JOBS, loading


def compute_scores(*, by: str) -> int | None:
    """Compute the points of all open applications by the grid in force, and prepare the pool from which shortlists are
    drawn. Returns the number of applications, or None if no grid is in force."""
    with loading() as copying:
        grid = Grid._default_manager.using(JOBS).in_force().first()
        if grid is None:
            return None
        (day,) = copying.ask("SELECT loge_today()")[0]
        number = write_scores(copying, grid, day)
        record(events.SCORES_COMPUTED, by=by, using=JOBS, grid=grid.version, applications=number)
        entries = prepare_pool(copying)
        record(events.POOL_PREPARED, by=by, using=JOBS, entries=entries)
    return number

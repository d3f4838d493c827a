"""Bringing assignments in from a file that was read and tried before: all that was shown, or nothing."""

from django.db import transaction

from access.exchange import Line, run
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record


class NotAsShown(Exception):
    """Since the dry run something has changed: nothing was granted."""


def import_assignments(
    *, by: Person, rows: list[dict[str, str]], granted: int, context: Context = NOWHERE
) -> list[Line]:
    """Grants what the dry run showed, all or nothing: `granted` is the number it announced."""
    with transaction.atomic():
        lines = run(by, rows, context)
        done = sum(not line.refused for line in lines)
        if done != granted:
            raise NotAsShown
        record(events.ASSIGNMENTS_IMPORTED, by=by, context=context, granted=done, refused=len(lines) - done)
    return lines

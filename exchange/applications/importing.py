"""Imports a file of housing applications: all of them, or nothing after an error."""

import time
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from access.models import Person, Place
from access.models.place import Level
from access.reach import today
from allocations.actions.intake import import_applications
from audit.record import NOWHERE, Context
from exchange.applications.reader import read_applications
from exchange.applications.report import RefusedFile, Report
from exchange.portfolio.reader import Source, Step

# Levels of places that may manage applications. Buildings may not, because an applicant has no dwelling yet.
LEVELS = (Level.ORGANISATION, Level.DIRECTORATE, Level.AGENCY)
OUTCOMES = {
    "added": _("demandes ajoutées"),
    "updated": _("demandes mises à jour"),
    "unchanged": _("demandes inchangées"),
    "closed": _("demandes radiées aujourd’hui, laissées de côté"),
}


class _DryRun(Exception):
    """Raised to roll back the transaction of a dry run."""


@dataclass
class Imported:
    """The result of an import. `counts` has the number of applications for each key of OUTCOMES, and is empty if the
    file is refused."""

    dry: bool
    report: Report = field(default_factory=Report)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def taken(self) -> bool:
        return not self.dry and not self.report.rejects.listed

    @property
    def changes(self) -> bool:
        return bool(self.counts["added"] or self.counts["updated"])

    def sums(self) -> list[tuple[str, int]]:
        """Return pairs of an outcome, in the current language, and its number of applications."""
        return [(gettext(words), self.counts[name]) for name, words in OUTCOMES.items() if self.counts[name]]


def run_import(
    source: Source,
    *,
    by: Person | str,
    place: Place,
    dry: bool,
    using: str = "default",
    context: Context = NOWHERE,
    step: Step = lambda _n: None,
) -> Imported:
    """Import a file of housing applications. A dry run executes the same statements and is then rolled back.

    Raises ValidationError if the landlord has not entered how long applications are valid, or if a database constraint
    refuses a value.
    """
    start, done = time.monotonic(), Imported(dry)
    records = read_applications(source, today=today(using), report=done.report, step=step)
    try:
        with transaction.atomic(using=using):
            counts = import_applications(
                by=by,
                records=records,
                kept_at=place,
                dropped=lambda: done.report.dropped.total,
                using=using,
                context=context,
            )
            done.counts = counts
            if dry:
                raise _DryRun
    except (RefusedFile, _DryRun):
        pass
    done.seconds = time.monotonic() - start
    return done

"""Import of housing applications from a file. One SQL function stores all of them or none."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.db import connections

from access.constraints import all_or_nothing
from access.models import Person, Place
from access.reach import today
from allocations.models import Tie
from allocations.models.figure import figure
from allocations.records import ApplicationRecord
from audit import events
from audit.record import NOWHERE, Context, record
from formats.folding import folded

BATCH = 1000
BY_SERVER, BY_PERSON = "allocations_take_in", "allocations_take_in_by_person"


def import_applications(
    *,
    by: Person | str,
    records: Iterable[ApplicationRecord],
    kept_at: Place,
    dropped: Callable[[], int] = lambda: 0,
    using: str = "default",
    context: Context = NOWHERE,
) -> Counter[str]:
    """Store the applications of a file, and return how many were added, updated, unchanged or closed.

    `dropped` is called after the last record and returns how many values the reader of the file discarded. `using` is
    the database connection: "jobs" for a command on the server.
    """
    months = figure("application_validity_months", today(using), using)
    function = BY_PERSON if isinstance(by, Person) else BY_SERVER
    counts: Counter[str] = Counter()
    with all_or_nothing(using), connections[using].cursor() as cursor:
        for batch in _batches(records):
            cursor.execute(
                f"SELECT outcome, times FROM {function}(%s, %s, %s)",  # noqa: S608 - one of two names above
                [json.dumps(batch, default=str), kept_at.pk, f"{months} months"],
            )
            counts.update(dict(cursor.fetchall()))
        facts = {outcome: counts[outcome] for outcome in ("added", "updated", "unchanged")}
        record(
            events.APPLICATIONS_IMPORTED,
            by=by,
            place=kept_at.pk,
            using=using,
            context=context,
            dropped=dropped(),
            **facts,
        )
    return counts


def _batches(records: Iterable[ApplicationRecord]) -> Iterator[list[dict[str, Any]]]:
    rows = map(_row, records)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _row(entry: ApplicationRecord) -> dict[str, Any]:
    first, last = entry.rooms or (None, None)
    address = {"street": entry.street, "postcode": entry.postcode, "city": entry.city}
    nowhere = dict.fromkeys(address, "")
    return {
        **asdict(entry),
        "rooms_from": first,
        "rooms_to": last,
        "equipment": None if entry.equipment is None else sorted(entry.equipment),
        "applicants": [
            {
                **asdict(applicant),
                **(address if applicant.tie == Tie.PRINCIPAL else nowhere),
                "name_key": folded(f"{applicant.last_name} {applicant.first_name}"),
            }
            for applicant in entry.applicants
        ],
    }

"""What pages read about sealed grounds through functions of the database, none of which tells a ground of a person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from allocations.models import Application
from allocations.vocabulary import GROUNDS, SEALED_GROUNDS

# Numbers of recognised grounds are rounded down to a multiple of this. The database tells none below it.
ROUNDED_TO = 5


@dataclass(frozen=True)
class Waiting:
    """A case of the examiner's queue, which has neither number nor name."""

    case: UUID
    referred_on: date


@dataclass(frozen=True)
class GroundCount:
    """How many grounds of one code are recognised, rounded down, or None below five."""

    label: str
    at_least: int | None


def ground_queue() -> list[Waiting]:
    """Return the cases that nobody has taken where the current person examines, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ground_case, referred_on FROM allocations_ground_queue()")
        return [Waiting(*row) for row in cursor.fetchall()]


def ground_counts() -> list[GroundCount]:
    """Return the number of recognised grounds for every code, also those for which the database tells none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, times FROM allocations_ground_counts()")
        times = dict(cursor.fetchall())
    rounded = {code: number // ROUNDED_TO * ROUNDED_TO for code, number in times.items() if number}
    return [GroundCount(GROUNDS.label(code), rounded.get(code)) for code in SEALED_GROUNDS]


def priority_recognised(application: Application) -> bool:
    """Return whether a priority is recognised today, sealed or not, in an application that is open to the person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_priority_recognised(%s)", [application.pk])
        (recognised,) = cursor.fetchone()
    return bool(recognised)

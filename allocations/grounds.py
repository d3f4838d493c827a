"""Queries about sealed grounds (sensitive priorities). They call SQL functions, none of which returns the ground of a
person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from allocations.models import Application
from allocations.vocabulary import GROUNDS, SEALED_GROUNDS

# The counts of recognised sensitive priorities are rounded down to a multiple of five, and hidden below five.
ROUNDED_TO = 5


@dataclass(frozen=True)
class Waiting:
    """A case waiting in the examiner's queue, without the application number or the name."""

    case: UUID
    referred_on: date


@dataclass(frozen=True)
class GroundCount:
    """How many sensitive priorities ("sealed grounds") of one kind were recognised.

    `at_least` is rounded down to a multiple of five, and None below five.
    """

    label: str
    at_least: int | None


def ground_queue() -> list[Waiting]:
    """Return the unassigned cases at the places where the current person is an examiner, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ground_case, referred_on FROM allocations_ground_queue()")
        return [Waiting(*row) for row in cursor.fetchall()]


def ground_counts() -> list[GroundCount]:
    """Return how many sensitive priorities ("sealed grounds") of each kind were recognised, rounded down to a multiple
    of five. The database hides counts below five."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, times FROM allocations_ground_counts()")
        times = dict(cursor.fetchall())
    rounded = {code: number // ROUNDED_TO * ROUNDED_TO for code, number in times.items() if number}
    return [GroundCount(GROUNDS.label(code), rounded.get(code)) for code in SEALED_GROUNDS]


def priority_recognised(application: Application) -> bool:
    """Return whether any priority, sealed or not, is recognised today. The application must be open to the current
    person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_priority_recognised(%s)", [application.pk])
        (recognised,) = cursor.fetchone()
    return bool(recognised)

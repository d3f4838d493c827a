"""Finds which assignments (a role at a place for a period) give a person access to a building today, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from access.grants.reasons import STAND_IN_REASONS
from access.models import Person, Place
from access.permissions import Permission
from access.roles import roles_with


@dataclass(frozen=True)
class Mandate:
    """An assignment of a person: the place to which it gives access, and the last day on which it is valid."""

    place: Place
    last_day: date
    is_stand_in: bool


def mandates(
    person: Person, permission: Permission, day: date, buildings: Iterable[Place] | None = None
) -> list[Mandate]:
    """Return the person's valid assignments whose role has the permission, sorted by last day, latest first.

    With `buildings`, only those that give access to one of these buildings.
    """
    assignments = person.assignments.in_force(day).filter(role__in=roles_with(permission)).select_related("place")
    if buildings is not None:
        assignments = assignments.filter(place__in={step for building in buildings for step in building.steps})
    ends = [(row, row.ended_on - timedelta(days=1) if row.ended_on else row.last_day) for row in assignments]
    coverage = [Mandate(row.place, last_day, row.reason in STAND_IN_REASONS) for row, last_day in ends]
    return sorted(coverage, key=lambda mandate: mandate.last_day, reverse=True)


def over(sorted_mandates: Iterable[Mandate], place: Place) -> Mandate | None:
    """Return the assignment that gives access to this place for the longest time, or None. `sorted_mandates` must have
    the order of `mandates()`: latest last day first."""
    return next((mandate for mandate in sorted_mandates if place.path.startswith(mandate.place.path)), None)

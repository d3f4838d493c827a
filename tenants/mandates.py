"""By which assignment a building is someone's today, and until which day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from access.grants.reasons import STAND_IN_REASONS
from access.models import Person, Place
from access.permissions import Permission
from access.roles import roles_with


@dataclass(frozen=True)
class Mandate:
    """`last_day` is included."""

    place: Place
    last_day: date
    is_stand_in: bool


def mandates(person: Person, permission: Permission, day: date) -> list[Mandate]:
    """The person's assignments in force that carry the permission, those that last longest first."""
    held = person.assignments.in_force(day).filter(role__in=roles_with(permission)).select_related("place")
    ends = [(one, one.ended_on - timedelta(days=1) if one.ended_on else one.last_day) for one in held]
    found = [Mandate(one.place, last, one.reason in STAND_IN_REASONS) for one, last in ends]
    return sorted(found, key=lambda mandate: mandate.last_day, reverse=True)


def over(held: Iterable[Mandate], place: Place) -> Mandate | None:
    """The one that opens this place longest."""
    return next((mandate for mandate in held if place.path.startswith(mandate.place.path)), None)

"""Queries of assignments that several pages share."""

from datetime import date
from typing import Any

from access.grants.grant_terms import SOON
from access.models import Place
from access.models.place import below


def ending_soon(assignments: Any, day: date) -> Any:
    """Return the assignments that end within 30 days of `day`, ordered by last day."""
    return assignments.ending_within(day, day + SOON).order_by("last_day", "person__name")


def filter_assignments(assignments: Any, criteria: dict[str, Any], places: dict[str, Place], day: date) -> Any:
    """Filter and sort assignments by `criteria`, the cleaned data of `ListFilter`.

    `places` maps ids to the places among which the person could choose.
    """
    if place := places.get(criteria.get("place") or ""):
        assignments = assignments.filter(below([place.path], "place__"))
    if role := criteria.get("role"):
        assignments = assignments.filter(role=role)
    if criteria.get("when") == "ending":
        return ending_soon(assignments, day)
    if criteria.get("when") == "over":
        return assignments.exclude(pk__in=assignments.open_on(day)).order_by("-last_day", "person__name")
    return assignments.open_on(day).order_by("person__name", "place__name", "first_day")

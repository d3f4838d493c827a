"""Reads of assignments: the list and what several pages share."""

from datetime import date
from typing import Any

from access.grants.grant_terms import SOON
from access.models import Place
from access.models.place import below


def ending_soon(assignments: Any, day: date) -> Any:
    """Those of the assignments that end within 30 days of `day`, the next one to end first."""
    return assignments.ending_within(day, day + SOON).order_by("last_day", "person__name")


def filter_assignments(assignments: Any, criteria: dict[str, Any], places: dict[str, Place], day: date) -> Any:
    """Those that match the values of `ListFilter`, in the order of the list. `places`: those that it offers, by id."""
    if place := places.get(criteria.get("place") or ""):
        assignments = assignments.filter(below([place.path], "place__"))
    if role := criteria.get("role"):
        assignments = assignments.filter(role=role)
    if criteria.get("when") == "ending":
        return ending_soon(assignments, day)
    if criteria.get("when") == "over":
        return assignments.exclude(pk__in=assignments.open_on(day)).order_by("-last_day", "person__name")
    return assignments.open_on(day).order_by("person__name", "place__name", "first_day")

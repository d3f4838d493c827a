"""Actions on several access requests or assignments in one transaction: all of them are changed, or none."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.grants.actions.assignments import end, extend
from access.grants.actions.requests import approve, refuse
from access.models import AccessRequest, Assignment, Person
from audit.record import NOWHERE, Context

Row = TypeVar("Row", AccessRequest, Assignment)


def approve_all(*, by: Person, access_requests: Sequence[AccessRequest], context: Context = NOWHERE) -> None:
    _for_each(access_requests, lambda row: approve(by=by, access_request=row, context=context))


def refuse_all(
    *, by: Person, access_requests: Sequence[AccessRequest], reason: str, context: Context = NOWHERE
) -> None:
    _for_each(access_requests, lambda row: refuse(by=by, access_request=row, reason=reason, context=context))


def extend_all(*, by: Person, assignments: Sequence[Assignment], last_day: date, context: Context = NOWHERE) -> None:
    _for_each(assignments, lambda row: extend(by=by, assignment=row, last_day=last_day, context=context))


def end_all(
    *, by: Person, assignments: Sequence[Assignment], ended_on: date, reason: str, context: Context = NOWHERE
) -> None:
    _for_each(assignments, lambda row: end(by=by, assignment=row, ended_on=ended_on, reason=reason, context=context))


def _for_each(rows: Sequence[Row], act: Callable[[Row], Any]) -> None:
    """Call `act` for each row. If one row is refused, the error names its person and place, and no row is changed.

    The rows are locked in the order of their ids, so that two people with the same selection do not block each other.
    """
    with transaction.atomic():
        for row in sorted(rows, key=lambda row: row.pk):
            try:
                act(row)
            except ValidationError as error:
                who = row.whose if isinstance(row, AccessRequest) else row.person.name
                why = {"who": who, "place": row.place.name, "why": " ".join(error.messages)}
                raise ValidationError(_("%(who)s, %(place)s : %(why)s") % why) from error

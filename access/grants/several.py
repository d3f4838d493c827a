"""Runs an action on several access requests or assignments in one transaction: on all of them, or on none."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.models import AccessRequest, Assignment

Row = TypeVar("Row", AccessRequest, Assignment)


def for_each(rows: Sequence[Row], act: Callable[[Row], Any]) -> None:
    """Call `act` for each row. If one row is refused, the error names its person and place, and no row is changed.

    Rows are locked in the order of their ids, so that two people with the same selection do not block each other.
    """
    with transaction.atomic():
        for row in sorted(rows, key=lambda row: row.pk):
            try:
                act(row)
            except ValidationError as error:
                who = row.whose if isinstance(row, AccessRequest) else row.person.name
                why = {"who": who, "place": row.place.name, "why": " ".join(error.messages)}
                raise ValidationError(_("%(who)s, %(place)s : %(why)s") % why) from error

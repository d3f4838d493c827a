"""Saves, renames and deletes the filters that an employee keeps for the lists of accounts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing, sentence_of
from access.models import Person
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from ledger.account_list import Criteria
from ledger.models import AccountList, SavedFilter
from ledger.models.saved_filter import MOST, allowed_name
from screening import Context as Known


@sensitive_variables("name")
@all_or_nothing()
def save_filter(
    *,
    by: Person,
    listed: AccountList,
    name: str,
    criteria: Criteria,
    known: Known | None = None,
    context: Context = NOWHERE,
) -> SavedFilter:
    """Save a filter under a name. Raises ValidationError if the name may not be stored or is taken, if the filter is
    empty, or if the person already has ten filters for this list.

    `known` contains the streets that a name may contain, and the residents whom it may not name.
    """
    taken = set(SavedFilter.objects.filter(person=by, list=listed).values_list("slot", flat=True))
    slot = next((slot for slot in range(1, MOST + 1) if slot not in taken), None)
    if slot is None:
        raise ValidationError(sentence_of("saved_filter_at_most_ten"))
    values: dict[str, Any] = {"at_least": criteria.at_least, "at_most": criteria.at_most, "months": criteria.months}
    saved = SavedFilter(person=by, list=listed, slot=slot, state=criteria.state, place_id=criteria.building, **values)
    saved.name = allowed_name(name, known)
    saved.save(force_insert=True)
    record(events.FILTER_SAVED, by=by, context=context, list=Code(listed.page), filters=Code(criteria.code or ""))
    return saved


@sensitive_variables("name")
@all_or_nothing()
def rename_filter(
    *, by: Person, saved: SavedFilter, name: str, known: Known | None = None, context: Context = NOWHERE
) -> SavedFilter:
    """Change the name of a filter. Raises ValidationError if the name may not be stored or is taken."""
    saved.name = allowed_name(name, known)
    saved.save(update_fields=["name"])
    record(events.FILTER_RENAMED, by=by, context=context, list=Code(AccountList(saved.list).page))
    return saved


@all_or_nothing()
def delete_filter(*, by: Person, saved: SavedFilter, context: Context = NOWHERE) -> None:
    listed = AccountList(saved.list)
    saved.delete()
    record(events.FILTER_DELETED, by=by, context=context, list=Code(listed.page))

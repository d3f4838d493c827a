"""Writes and withdraws notes on an account. Each note is screened when it is written, and can never be edited."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

import screening
from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from casework.models import AccountNote, FactCode
from privacy.screened import require_allowed_text
from tenants.models import Account


@sensitive_variables("text")
@all_or_nothing()
def write_note(
    *,
    by: Person | str,
    account: Account,
    code: FactCode,
    reason: str,
    text: str,
    ends_on: date,
    known: screening.Context | None = None,
    replaces: AccountNote | None = None,
    context: Context = NOWHERE,
) -> AccountNote:
    """Write a note. Raises Refused if the screening refuses its text.

    `known` contains the names and streets of the account, which the screening accepts.
    """
    day = today()
    AccountNote.check_end(ends_on, day)
    note = AccountNote(account=account, building_id=account.building_id, code=code, reason=reason)
    note.text, note.ends_on, note.written_on = require_allowed_text(text, known), ends_on, day
    note.written_by, note.written_at = by if isinstance(by, Person) else None, timezone.now()
    if replaces is not None:
        note.replaces = replaces.pk
        _take_back(by, replaces, day)
    note.save(force_insert=True)
    kind = events.NOTE_REPLACED if replaces else events.NOTE_WRITTEN
    facts: dict[str, Any] = {"fact": Code(code.pk), "reason": Code(reason), "until": ends_on}
    record(kind, by=by, about=account.subject(), place=account.building_id, context=context, **facts)
    return note


@all_or_nothing()
def withdraw_note(*, by: Person | str, note: AccountNote, context: Context = NOWHERE) -> AccountNote:
    _take_back(by, note, today())
    about, place = note.subject(), note.building_id
    record(events.NOTE_WITHDRAWN, by=by, about=about, place=place, context=context, fact=Code(note.code_id))
    return note


def _take_back(by: Person | str, note: AccountNote, day: date) -> None:
    note.withdrawn_on = day
    note.withdrawn_by = by if isinstance(by, Person) else None
    note.save(update_fields=["withdrawn_on", "withdrawn_by"])

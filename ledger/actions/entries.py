"""Entries: charges, payments, adjustments and reversals. Each action books one entry and records one event.

The idempotency key comes from the form. If a form is sent twice, even at the same moment, only one entry is booked and
both requests return it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, record
from ledger.balances import check_cash, check_received
from ledger.entry_builders import drafted, drafted_adjustment, drafted_reversal, key_reused, must_be_known
from ledger.models import Entry, EntryKind, WriteOff
from ledger.models.entry import GIVEN_BACK
from tenants.models import Account


def post_charge(
    *,
    by: Person | str,
    account: Account,
    label: str,
    cents: int,
    effective_on: date,
    key: UUID,
    context: Context = NOWHERE,
) -> Entry:
    """Charge a sum to the tenant. `cents` is positive."""
    must_be_known(label, EntryKind.CHARGE)
    entry = drafted(by, account, EntryKind.CHARGE, label, abs(cents), effective_on, key)
    return _book(events.CHARGE_POSTED, entry, by=by, context=context)


def take_payment(
    *,
    by: Person | str,
    account: Account,
    label: str,
    cents: int,
    effective_on: date,
    key: UUID,
    context: Context = NOWHERE,
) -> Entry:
    """Book a payment. `cents` is positive; `label` decides whether the money was received or returned."""
    must_be_known(label, EntryKind.PAYMENT)
    check_cash(label, cents)
    check_received(account, effective_on, today())
    signed = abs(cents) if label in GIVEN_BACK else -abs(cents)
    entry = drafted(by, account, EntryKind.PAYMENT, label, signed, effective_on, key)
    return _book(events.PAYMENT_TAKEN, entry, by=by, context=context)


def post_adjustment(
    *,
    by: Person | str,
    account: Account,
    label: str,
    cents: int,
    reason: str,
    effective_on: date,
    key: UUID,
    context: Context = NOWHERE,
) -> Entry:
    """Book an adjustment. A positive amount in `cents` raises the debt, a negative one lowers it.

    Raises ValidationError with the code `entry_takes_two` if one person alone may not lower the debt by this amount.
    """
    entry = drafted_adjustment(by, account, label, cents, reason, effective_on, key)
    return _book(events.ADJUSTMENT_POSTED, entry, by=by, context=context, reason=Code(reason))


def reverse_entry(
    *, by: Person | str, entry: Entry, reason: str, key: UUID | None = None, context: Context = NOWHERE
) -> Entry:
    """Cancel an entry by booking a new entry of the opposite amount, which is called its reversal.

    The reversal takes effect today, or on the day of the cancelled entry if that day is later.
    """
    mirror = drafted_reversal(by, entry, reason, key)
    if (again := _sent_before(mirror)) is not None:
        return again
    if sentence := entry.why_not_reversed():
        raise ValidationError(sentence, code="already")
    return _book(events.ENTRY_REVERSED, mirror, by=by, context=context, reverses=entry.pk, reason=Code(reason))


def book_write_off(*, by: Person, write_off: WriteOff, context: Context = NOWHERE) -> Entry:
    """Book an approved write-off in the name of the person who approved it.

    The entry has the same id as the write-off request, so a request cannot be booked twice.
    """
    terms = write_off.label, write_off.amount_cents, write_off.effective_on, write_off.idempotency_key, write_off.reason
    entry = drafted(by, write_off.account, EntryKind(write_off.kind), *terms)
    entry.pk, undone = write_off.pk, write_off.reverses
    if undone is None:
        return _book(events.ADJUSTMENT_POSTED, entry, by=by, context=context, reason=Code(write_off.reason))
    if sentence := undone.why_not_reversed():
        raise ValidationError(sentence, code="already")
    entry.reverses, entry.period = undone, undone.period
    return _book(
        events.ENTRY_REVERSED, entry, by=by, context=context, reverses=undone.pk, reason=Code(write_off.reason)
    )


def _book(kind: Kind, entry: Entry, *, by: Person | str, context: Context, **facts: UUID | Code) -> Entry:
    with transaction.atomic():
        if (again := _sent_before(entry)) is not None:
            return again
        try:
            with all_or_nothing():
                entry.save(force_insert=True)
        except ValidationError:
            # If a simultaneous request has booked the same form first, the entry of that request is returned.
            if (again := _sent_before(entry)) is not None:
                return again
            raise
        details: dict[str, Any] = {"entry": entry.pk, "cents": entry.amount_cents, **facts}
        if not entry.reverses_id:
            details["label"] = Code(entry.label)
        record(kind, by=by, about=entry.subject(), place=entry.building_id, context=context, **details)
    return entry


def _sent_before(entry: Entry) -> Entry | None:
    """Return the entry that was already booked with this entry's idempotency key, or None.

    Raises ValidationError if the content of the two entries differs.
    """
    if entry.idempotency_key is None:
        return None
    again: Entry | None = entry.account.entries.filter(idempotency_key=entry.idempotency_key).first()
    if again is not None and not again.same_as(entry):
        raise key_reused()
    return again

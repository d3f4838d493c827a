"""Entries: charges, payments, adjustments, reversals. Each action is one transaction, one entry, one event.

The key comes from the form: sent twice, even at the same moment, it books once, and both get the entry that was booked.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, record
from tenants.ledger import first_of
from tenants.models import Account, Entry, EntryKind
from tenants.models.entry import GIVEN_BACK, Source
from tenants.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS

_FROM_CAF = {"apl", "apl_back_payment", "aid_refunded", "rls", "aid_recalled"}
_AT_THE_COUNTER = {"cheque", "cash_counter", "money_order", "card", "refund", "deposit_refund"}


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
    """`cents` above zero: what is called from the tenant."""
    _must_be_known(label, EntryKind.CHARGE)
    entry = _draft(by, account, EntryKind.CHARGE, label, abs(cents), effective_on, key)
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
    """`cents` above zero; the label says whether it came in (less is owed) or went back out."""
    _must_be_known(label, EntryKind.PAYMENT)
    account.check_received(effective_on, today())
    signed = abs(cents) if label in GIVEN_BACK else -abs(cents)
    entry = _draft(by, account, EntryKind.PAYMENT, label, signed, effective_on, key)
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
    """`cents` signed: above zero raises what is owed."""
    _must_be_known(label, EntryKind.ADJUSTMENT)
    if reason not in ADJUSTMENTS.terms:
        raise ValidationError({"reason": _("Ce motif n’est pas dans la liste.")})
    entry = _draft(by, account, EntryKind.ADJUSTMENT, label, cents, effective_on, key, reason)
    return _book(events.ADJUSTMENT_POSTED, entry, by=by, context=context, reason=Code(reason))


def reverse_entry(
    *, by: Person | str, entry: Entry, reason: str, key: UUID | None = None, context: Context = NOWHERE
) -> Entry:
    """The same amount with the other sign, today, or on the entry's own day if that is still to come."""
    if reason not in REVERSALS.terms:
        raise ValidationError({"reason": _("Ce motif n’est pas dans la liste.")})
    account, day = entry.account, max(today(), entry.effective_on)
    mirror = _draft(by, account, EntryKind(entry.kind), "reversal", -entry.amount_cents, day, key, reason)
    mirror.reverses, mirror.period = entry, entry.period
    if (again := _sent_before(mirror)) is not None:
        return again
    if sentence := entry.why_not_reversed():
        raise ValidationError(sentence, code="already")
    return _book(events.ENTRY_REVERSED, mirror, by=by, context=context, reverses=entry.pk, reason=Code(reason))


def _must_be_known(label: str, kind: EntryKind) -> None:
    term = ENTRY_LABELS.terms.get(label)
    if term is None or term.row["kind"] != kind or label == "reversal":
        raise ValidationError({"label": _("Ce libellé n’est pas de cette nature.")})


def _draft(
    by: Person | str,
    account: Account,
    kind: EntryKind,
    label: str,
    cents: int,
    effective_on: date,
    key: UUID | None,
    reason: str = "",
) -> Entry:
    day = today()
    account.check_day(effective_on, day)
    return Entry(
        account=account,
        building_id=account.building_id,
        kind=kind,
        label=label,
        source=_source_of(kind, label),
        reason=reason,
        amount_cents=cents,
        effective_on=effective_on,
        booked_on=day,
        period=first_of(effective_on),
        posted_by=None if isinstance(by, str) else by,
        idempotency_key=key,
    )


def _source_of(kind: EntryKind, label: str) -> Source:
    if label in _FROM_CAF:
        return Source.CAF
    if kind is not EntryKind.PAYMENT or label == "reversal":
        return Source.OFFICER
    return Source.COUNTER if label in _AT_THE_COUNTER else Source.BANK


def _book(kind: Kind, entry: Entry, *, by: Person | str, context: Context, **facts: UUID | Code) -> Entry:
    with transaction.atomic():
        if (again := _sent_before(entry)) is not None:
            return again
        try:
            with all_or_nothing():
                entry.save(force_insert=True)
        except ValidationError:
            if (again := _sent_before(entry)) is not None:  # the same form, sent at the same moment, was first
                return again
            raise
        what: dict[str, Any] = {"entry": entry.pk, "cents": entry.amount_cents, **facts}
        if not entry.reverses_id:
            what["label"] = Code(entry.label)
        record(kind, by=by, about=entry.subject(), place=entry.building_id, context=context, **what)
    return entry


def _sent_before(entry: Entry) -> Entry | None:
    """The entry this form has booked already; a form that came back with something else in it is refused."""
    if entry.idempotency_key is None:
        return None
    again: Entry | None = entry.account.entries.filter(idempotency_key=entry.idempotency_key).first()
    if again is not None and not again.same_as(entry):
        raise ValidationError(
            _("Ce formulaire a déjà servi à une autre écriture : rouvrez-le depuis le compte."), code="key_reused"
        )
    return again

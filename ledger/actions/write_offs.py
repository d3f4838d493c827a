"""Write-offs that are too large for one person: one person requests the entry, and another approves or refuses it.

The database function ledger_may_lower_debt decides which amounts are too large for one person. If an action of
entries.py fails with the error code `TAKES_TWO`, the user requests the same entry here instead.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, sentence_of
from access.models import Decision, Person
from access.reach import apart
from audit import events
from audit.events import Code, Kind
from audit.record import NOWHERE, Context, record
from ledger.actions.entries import book_write_off
from ledger.entry_builders import drafted_adjustment, drafted_reversal, key_reused
from ledger.models import Entry, WriteOff
from ledger.vocabulary import WRITE_OFF_REFUSALS
from tenants.models import Account

TAKES_TWO = "entry_takes_two"
# _COMPARED: fields that must be equal if the form of a request is sent again with the same idempotency key.
# `effective_on` is not compared: the form of a reversal has another day if the form is sent again after midnight.
_COMPARED = ("kind", "label", "reason", "amount_cents", "reverses_id")


def ask_adjustment(
    *,
    by: Person,
    account: Account,
    label: str,
    cents: int,
    reason: str,
    effective_on: date,
    key: UUID,
    context: Context = NOWHERE,
) -> WriteOff:
    """Request an adjustment that lowers the debt, which a second person must approve. `cents` is negative."""
    return _ask(by, drafted_adjustment(by, account, label, cents, reason, effective_on, key), context)


def ask_reversal(*, by: Person, entry: Entry, reason: str, key: UUID, context: Context = NOWHERE) -> WriteOff:
    if sentence := entry.why_not_reversed():
        raise ValidationError(sentence, code="already")
    return _ask(by, drafted_reversal(by, entry, reason, key), context)


def _ask(by: Person, entry: Entry, context: Context) -> WriteOff:
    write_off = WriteOff(
        account=entry.account,
        building_id=entry.building_id,
        asked_by=by,
        effective_on=entry.effective_on,
        idempotency_key=entry.idempotency_key,
        **{name: getattr(entry, name) for name in _COMPARED},
    )
    with transaction.atomic():
        if (again := _asked_before(write_off)) is not None:
            return again
        same = {name: getattr(write_off, name) for name in ("account", "label", "amount_cents", "reverses")}
        if WriteOff.objects.filter(**same).open_at(timezone.now()).exists():
            raise ValidationError(_("La même demande est déjà en attente d’une décision."), code="already")
        try:
            with all_or_nothing():
                write_off.save(force_insert=True)
        except ValidationError:
            # If a simultaneous request has saved the same form first, the write-off of that request is returned.
            if (again := _asked_before(write_off)) is not None:
                return again
            raise
        terms = {"label": Code(write_off.label), "cents": write_off.amount_cents, "reason": Code(write_off.reason)}
        _record(events.WRITE_OFF_ASKED, by, write_off, context, **terms)
    return write_off


def _asked_before(write_off: WriteOff) -> WriteOff | None:
    """Return the account's write-off request with the same idempotency key, or None.

    Raises ValidationError if the content of that request differs.
    """
    again: WriteOff | None = write_off.account.write_offs.filter(idempotency_key=write_off.idempotency_key).first()
    if again is not None and any(getattr(again, name) != getattr(write_off, name) for name in _COMPARED):
        raise key_reused()
    return again


def approve_write_off(*, by: Person, write_off: WriteOff, context: Context = NOWHERE) -> Entry:
    """Approve a write-off request as the second person, and book the requested entry.

    Raises ValidationError if the request is decided or expired, or if `by` is not independent of the requester.
    """
    with all_or_nothing():
        locked = _lock_open(write_off)
        _must_be_another(by, locked)
        _decide(locked, by, Decision.APPROVED)
        _record(events.WRITE_OFF_APPROVED, by, locked, context, person=locked.asked_by_id)
        return book_write_off(by=by, write_off=locked, context=context)


def refuse_write_off(*, by: Person, write_off: WriteOff, reason: str, context: Context = NOWHERE) -> WriteOff:
    if reason not in WRITE_OFF_REFUSALS.terms:
        raise ValidationError({"reason": _("Ce motif n’est pas dans la liste.")})
    with all_or_nothing():
        locked = _lock_open(write_off)
        _must_be_another(by, locked)
        _decide(locked, by, Decision.REFUSED, reason)
        _record(events.WRITE_OFF_REFUSED, by, locked, context, reason=Code(reason))
    return locked


def withdraw_write_off(*, by: Person, write_off: WriteOff, context: Context = NOWHERE) -> WriteOff:
    with all_or_nothing():
        locked = _lock_open(write_off)
        if locked.asked_by_id != by.pk:
            raise ValidationError(sentence_of("write_off_withdrawn_by_who_asked"))
        _decide(locked, by, Decision.WITHDRAWN)
        _record(events.WRITE_OFF_WITHDRAWN, by, locked, context)
    return locked


def _lock_open(write_off: WriteOff) -> WriteOff:
    """Read the write-off again and lock it for the transaction. Of two simultaneous decisions only one succeeds."""
    rows = WriteOff.objects.select_for_update(of=("self",)).select_related("account", "reverses")
    locked: WriteOff | None = rows.filter(pk=write_off.pk).first()
    if locked is None or locked.decision:
        raise ValidationError(_("Une décision a déjà été prise sur cette demande."), code="already")
    if not locked.is_open(timezone.now()):
        raise ValidationError(sentence_of("request_lapses"))
    return locked


def _must_be_another(by: Person, write_off: WriteOff) -> None:
    """Check that `by` may decide on the request. The database repeats this check, but its error gives no reason."""
    if by.pk == write_off.asked_by_id:
        raise ValidationError(sentence_of("write_off_takes_two"), code="oneself")
    if not apart(write_off.asked_by_id, by.pk):
        raise ValidationError(sentence_of("request_decided_apart"))


def _decide(write_off: WriteOff, by: Person, decision: Decision, refusal: str = "") -> None:
    """Save all fields of the decision in one statement, because a trigger refuses to change a decided write-off."""
    write_off.decision, write_off.decided_by, write_off.decided_at, write_off.refusal = (
        decision,
        by,
        timezone.now(),
        refusal,
    )
    write_off.save(update_fields=["decision", "decided_by", "decided_at", "refusal"])


def _record(kind: Kind, by: Person, write_off: WriteOff, context: Context, **facts: Any) -> None:
    record(
        kind,
        by=by,
        about=write_off.subject(),
        place=write_off.building_id,
        context=context,
        write_off=write_off.pk,
        **facts,
    )

"""Less owed without money, past what one person does alone: asked by one, decided by another, booked as it was asked.

The database says when that is (tenants_lowers_alone): an act of entries.py refused as `TAKES_TWO` is asked here.
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
from tenants.actions.entries import book_write_off
from tenants.drafts import drafted_adjustment, drafted_reversal, key_reused
from tenants.models import Account, Entry, WriteOff
from tenants.vocabulary import WRITE_OFF_REFUSALS

TAKES_TWO = "entry_takes_two"
# Not the day: nobody says that of a reversal, which is that of its sending.
_SAID = ("kind", "label", "reason", "amount_cents", "reverses_id")


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
    """`cents` below zero."""
    return _ask(by, drafted_adjustment(by, account, label, cents, reason, effective_on, key), context)


def ask_reversal(*, by: Person, entry: Entry, reason: str, key: UUID, context: Context = NOWHERE) -> WriteOff:
    if sentence := entry.why_not_reversed():
        raise ValidationError(sentence, code="already")
    return _ask(by, drafted_reversal(by, entry, reason, key), context)


def _ask(by: Person, entry: Entry, context: Context) -> WriteOff:
    asked = WriteOff(
        account=entry.account,
        building_id=entry.building_id,
        asked_by=by,
        effective_on=entry.effective_on,
        idempotency_key=entry.idempotency_key,
        **{name: getattr(entry, name) for name in _SAID},
    )
    with transaction.atomic():
        if (again := _asked_before(asked)) is not None:
            return again
        _not_asked_twice(asked)
        try:
            with all_or_nothing():
                asked.save(force_insert=True)
        except ValidationError:
            if (again := _asked_before(asked)) is not None:  # the same form, sent at the same moment, was first
                return again
            raise
        what = {"label": Code(asked.label), "cents": asked.amount_cents, "reason": Code(asked.reason)}
        _say(events.WRITE_OFF_ASKED, by, asked, context, **what)
    return asked


def _asked_before(asked: WriteOff) -> WriteOff | None:
    """What this form has asked already; a form that came back with something else in it is refused."""
    again: WriteOff | None = asked.account.write_offs.filter(idempotency_key=asked.idempotency_key).first()
    if again is not None and any(getattr(again, name) != getattr(asked, name) for name in _SAID):
        raise key_reused()
    return again


def _not_asked_twice(asked: WriteOff) -> None:
    same = {name: getattr(asked, name) for name in ("account", "label", "amount_cents", "reverses")}
    if WriteOff.objects.filter(**same).open_at(timezone.now()).exists():
        raise ValidationError(_("La même demande attend déjà une décision."), code="already")


def approve_write_off(*, by: Person, asked: WriteOff, context: Context = NOWHERE) -> Entry:
    """The second of two books what was asked, word for word. Raises ValidationError: decided, lapsed, one's own."""
    with all_or_nothing():
        held = _still_open(asked)
        _must_be_another(by, held)
        _decide(held, by, Decision.APPROVED)
        _say(events.WRITE_OFF_APPROVED, by, held, context, person=held.asked_by_id)
        return book_write_off(by=by, asked=held, context=context)


def refuse_write_off(*, by: Person, asked: WriteOff, reason: str, context: Context = NOWHERE) -> WriteOff:
    if reason not in WRITE_OFF_REFUSALS.terms:
        raise ValidationError({"reason": _("Ce motif n’est pas dans la liste.")})
    with all_or_nothing():
        held = _still_open(asked)
        _must_be_another(by, held)
        _decide(held, by, Decision.REFUSED, reason)
        _say(events.WRITE_OFF_REFUSED, by, held, context, reason=Code(reason))
    return held


def withdraw_write_off(*, by: Person, asked: WriteOff, context: Context = NOWHERE) -> WriteOff:
    with all_or_nothing():
        held = _still_open(asked)
        if held.asked_by_id != by.pk:
            raise ValidationError(sentence_of("write_off_withdrawn_by_who_asked"))
        _decide(held, by, Decision.WITHDRAWN)
        _say(events.WRITE_OFF_WITHDRAWN, by, held, context)
    return held


def _still_open(asked: WriteOff) -> WriteOff:
    """The row as it is now, held until the act is done: of two decisions at once one is too late."""
    rows = WriteOff.objects.select_for_update(of=("self",)).select_related("account", "reverses")
    held: WriteOff | None = rows.filter(pk=asked.pk).first()
    if held is None or held.decision:
        raise ValidationError(_("Cette demande est déjà décidée."), code="already")
    if not held.is_open(timezone.now()):
        raise ValidationError(sentence_of("request_lapses"))
    return held


def _must_be_another(by: Person, held: WriteOff) -> None:
    """What the database asks again, where it has one sentence for all of it."""
    if by.pk == held.asked_by_id:
        raise ValidationError(sentence_of("write_off_takes_two"), code="oneself")
    if not apart(held.asked_by_id, by.pk):
        raise ValidationError(sentence_of("request_decided_apart"))


def _decide(held: WriteOff, by: Person, decision: Decision, refusal: str = "") -> None:
    """One statement: once decided, the row is nobody's to change."""
    held.decision, held.decided_by, held.decided_at, held.refusal = decision, by, timezone.now(), refusal
    held.save(update_fields=["decision", "decided_by", "decided_at", "refusal"])


def _say(kind: Kind, by: Person, asked: WriteOff, context: Context, **facts: Any) -> None:
    record(kind, by=by, about=asked.subject(), place=asked.building_id, context=context, write_off=asked.pk, **facts)

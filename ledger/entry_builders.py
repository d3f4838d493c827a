"""Builds entries without saving them. Checks the label of the entry and the day on which it takes effect."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.models import Person
from access.reach import today
from ledger.balances import check_day
from ledger.models import Entry, EntryKind
from ledger.models.entry import Source
from ledger.register import first_of
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS
from tenants.models import Account


def drafted_adjustment(
    by: Person | str, account: Account, label: str, cents: int, reason: str, effective_on: date, key: UUID
) -> Entry:
    must_be_known(label, EntryKind.ADJUSTMENT)
    if reason not in ADJUSTMENTS.terms:
        raise ValidationError({"reason": _("Ce motif n’est pas dans la liste.")})
    return drafted(by, account, EntryKind.ADJUSTMENT, label, cents, effective_on, key, reason)


def drafted_reversal(by: Person | str, entry: Entry, reason: str, key: UUID | None) -> Entry:
    if reason not in REVERSALS.terms:
        raise ValidationError({"reason": _("Ce motif n’est pas dans la liste.")})
    account, day = entry.account, max(today(), entry.effective_on)
    mirror = drafted(by, account, EntryKind(entry.kind), "reversal", -entry.amount_cents, day, key, reason)
    mirror.reverses, mirror.period = entry, entry.period
    return mirror


def must_be_known(label: str, kind: EntryKind) -> None:
    term = ENTRY_LABELS.terms.get(label)
    if term is None or term.row["kind"] != kind or label == "reversal":
        raise ValidationError({"label": _("Ce libellé ne correspond pas à cette nature d’écriture.")})


def drafted(
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
    check_day(account, effective_on, day)
    return Entry(
        account=account,
        building_id=account.building_id,
        kind=kind,
        label=label,
        source=Source.of_posted(kind, label),
        reason=reason,
        amount_cents=cents,
        effective_on=effective_on,
        booked_on=day,
        period=first_of(effective_on),
        posted_by=None if isinstance(by, str) else by,
        idempotency_key=key,
    )


def key_reused() -> ValidationError:
    """Return the error for a form whose idempotency key was already used for another entry."""
    sentence = _("Ce formulaire a déjà été utilisé pour une autre écriture : rouvrez-le depuis le compte.")
    return ValidationError(sentence, code="key_reused")

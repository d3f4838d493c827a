"""Clears an incoming payment: assigns the payment to an account and books an entry on this account."""

from uuid import uuid4

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record
from ledger.actions.entries import take_payment
from ledger.models import Clearing, Entry, Receipt
from tenants.models import Account

# Label of the entries that are booked for cleared payments. It is a code in entry_labels.csv.
FROM_SUSPENSE = "suspense"


@all_or_nothing()
def clear_receipt(*, by: Person, receipt: Receipt, account: Account, context: Context = NOWHERE) -> Entry:
    """Book the payment on the account and return the entry. A reversal of this entry makes the payment unassigned
    again.

    The entry takes effect on the day the payment was received, or on the account's first day if that is later.
    """
    entry = take_payment(
        by=by,
        account=account,
        label=FROM_SUSPENSE,
        cents=receipt.amount_cents,
        effective_on=max(receipt.received_on, account.opened_on),
        key=uuid4(),  # A random idempotency key is enough, because ledger_may_clear() refuses a second clearing.
        context=context,
    )
    Clearing(receipt=receipt, entry=entry, cleared_by=by).save(force_insert=True)
    record(
        events.RECEIPT_CLEARED,
        by=by,
        about=receipt.subject(),
        place=receipt.agency_id,
        context=context,
        receipt=receipt.pk,
        entry=entry.pk,
        cents=receipt.amount_cents,
    )
    return entry

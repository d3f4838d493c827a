"""Records that the receipt of a cash payment was handed out. Receipts printed later are duplicates."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record
from ledger.models import CashReceipt


@all_or_nothing()
def issue_cash_receipt(*, by: Person, receipt: CashReceipt, context: Context = NOWHERE) -> bool:
    """Record that the original of the receipt is handed out now. Returns False if it was handed out before, even by a
    simultaneous request.

    Raises ValidationError if the payment was cancelled.
    """
    if receipt.reversal is not None:
        raise ValidationError(_("Ce paiement est annulé : son reçu ne peut plus être remis."), code="cancelled")
    rows = CashReceipt._default_manager.filter(pk=receipt.pk, issued_at=None)
    if not rows.update(issued_at=timezone.now()):
        return False
    record(
        events.CASH_RECEIPT_ISSUED,
        by=by,
        about=receipt.subject(),
        place=receipt.entry.building_id,
        context=context,
        entry=receipt.entry_id,
        year=receipt.year,
        number=receipt.number,
    )
    return True

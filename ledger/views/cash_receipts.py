"""The receipt of a cash payment, and the list of today's receipts with its export."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from formats.spreadsheets import Cents, download, kind_of
from ledger.actions.cash_receipts import issue_cash_receipt
from ledger.models import CashReceipt
from ledger.queries import Row, addresses_of, head_of, rows_of
from tenants.models import Account
from tenants.models.account import PLACED_BY


@door(
    Permission.ENTRY_POST,
    model=Account,
    lookup="reference",
    select_related=PLACED_BY,
    get_event=events.STATEMENT_PRINTED,
    post_event=events.CASH_RECEIPT_ISSUED,
    purpose=Purpose.PAYMENT,
)
def cash_receipt(request: DoorRequest, account: Account, payment: UUID) -> HttpResponse:
    """Show a receipt. POST hands out the original, which the page shows for some minutes; after that, a duplicate."""
    access, refusal = request.access, ""
    rows = access.rows(CashReceipt).filter(entry=payment, entry__account=account)
    receipt = rows.select_related("agency", "entry__posted_by", "entry__reversed_by").first()
    if receipt is None:
        raise Http404
    if request.method == "POST":
        try:
            issue_cash_receipt(by=access.person, receipt=receipt, context=access.context)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            return redirect(request.path)
    context = {
        "receipt": receipt,
        "is_original": receipt.is_original(access.at),
        "refusal": refusal,
        "address": addresses_of(access, [account]).get(account.building_id, ""),
    }
    return render(request, "ledger/cash_receipt.html", {**head_of(access, account), **context})


@door(Permission.ENTRY_POST, get_event=events.LIST_SHOWN)
def cash_receipts(request: DoorRequest) -> HttpResponse:
    """List today's receipts of the person's buildings and their sum, to count the cash."""
    request.access.note(list="cash_receipts")
    receipts = _of_today(request.access)
    total = sum(receipt.cents for receipt, _row in receipts if receipt.reversal is None)
    context = {"receipts": receipts, "sum": total, "day": request.access.day, "tab": "cash_receipts"}
    return render(request, "ledger/cash_receipts.html", context)


@door(Permission.ACCOUNTS_EXPORT, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def cash_receipts_export(request: DoorRequest) -> HttpResponse:
    """Export today's receipts. The audit log records each account and person in the file."""
    access, kind = request.access, kind_of(request)
    access.note(format=kind)
    header = [
        _("Agence"),
        _("Numéro"),
        _("Date comptable"),
        _("Référence"),
        _("Titulaires"),
        _("Montant"),
        _("Reçu par"),
        _("État"),
    ]
    cells = [
        [
            receipt.agency.name,
            receipt.code,
            receipt.day,
            row.account.reference if row else "",
            row.who if row else _("Compte soldé"),
            Cents(receipt.cents),
            receipt.received_by,
            _("annulé") if receipt.reversal else "",
        ]
        for receipt, row in _of_today(access)
    ]
    return download(kind, _("recus-%(day)s") % {"day": f"{access.day:%Y-%m-%d}"}, header, cells)


def _of_today(access: AccessContext) -> list[tuple[CashReceipt, Row | None]]:
    """Return today's receipts by agency and number, each with the list row of its account.

    The row is None if the account was settled (closed) after the payment. Its receipt is still listed, so that the sum
    equals the cash received and no number is missing.
    """
    receipts = list(access.rows(CashReceipt).of_day(access.day))
    accounts = list(access.rows(Account).with_place().filter(pk__in={receipt.entry.account_id for receipt in receipts}))
    rows = {row.account.pk: row for row in rows_of(access, accounts)}
    return [(receipt, rows.get(receipt.entry.account_id)) for receipt in receipts]

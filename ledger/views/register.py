"""The page of an account with its ledger, and the forms that post or reverse an entry."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import result_of, run_or_add_errors
from access.pages.fragment import fragment
from access.pages.panels import load_panels
from access.pages.read_back import correcting, is_confirmed, read_back, token_for
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from buildings.models.unit import Unit, UnitKind
from ledger import read_back_entries, register
from ledger.actions.entries import post_adjustment, post_charge, reverse_entry, take_payment
from ledger.actions.settling import settle_account
from ledger.actions.write_offs import TAKES_TWO, ask_adjustment, ask_reversal
from ledger.balances import check_cash, check_received, rows_beside
from ledger.forms.entries import (
    AdjustmentForm,
    ChargeForm,
    KeyedForm,
    PaymentAtHandForm,
    PaymentForm,
    ReversalForm,
)
from ledger.models import CashReceipt, Entry, WriteOff
from ledger.models.cash_receipt import CASH
from ledger.models.write_off import alone_up_to
from ledger.queries import head_of, months_shown, named, since_of
from ledger.register import Ledger
from ledger.vocabulary import ENTRY_LABELS
from tenants.account_queue import pile_of, standing
from tenants.models import Account, Lease, LeaseUnit
from tenants.models.account import PLACED_BY
from tenants.queries import former_names_of

# --- The account -----------------------------------------------------------------------------------------------------


@door(
    Permission.ACCOUNT_VIEW,
    model=Account,
    lookup="reference",
    get_event=events.ACCOUNT_OPENED,
    select_related=PLACED_BY,
    narrowed=True,
    from_standby=True,
)
def account(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    posted = _just_posted(request, account)
    context = head_of(access, account, fresh=True, since=posted.effective_on if posted else since_of(request))
    ledger = named(context["ledger"], account.reference)
    months = months_shown(request, ledger)
    if request.htmx:
        return fragment(request, "ledger/account_months.html", months)
    tenants = [tenant.pk for tenant in context["tenants"]]
    beside, beside_panels = rows_beside(account, tenants)
    write_offs = access.rows(WriteOff).filter(account=account).lately(access.at) if beside.write_offs else []
    may_post = access.may(Permission.ENTRY_POST, account.building_id)
    units = units_of(access, account.lease) if beside.other_units else [account.lease.main_unit]
    context |= {
        **months,
        **_undo(request, ledger, posted),
        "pile": standing(pile_of(request, access.person, account.reference), account.reference),
        "write_offs": write_offs,
        "panels": load_panels("account", access, account, beside_panels),
        "former_names": former_names_of(access, tenants) if beside.former_names else [],
        "may_change_lease": access.may(Permission.LEASE_CHANGE, account.building_id),
        "form": PaymentAtHandForm(None, access.day, due_today(context)) if may_post else None,
        "points": register.points_of(ledger.lines, access.day),
        "opening": ledger.opening,
        "year": register.year_of(ledger, access.day),
        "ends": register.ends_of(ledger, access.day),
        "units": [(unit, UnitKind(unit.kind).label) for unit in units],
    }
    return render(request, "ledger/account.html", context)


def units_of(access: AccessContext, lease: Lease) -> list[Unit]:
    rows = access.rows(LeaseUnit).filter(lease=lease).order_by("unit__kind", "first_day", "id")
    return [row.unit for row in rows]


def due_today(head: dict[str, Any]) -> int:
    cents: int = head["ledger"].balance_on(head["day"])
    return cents


def _just_posted(request: DoorRequest, account: Account) -> Entry | None:
    """Return the entry whose id is in the URL, if the user posted this entry today. Otherwise return None."""
    try:
        wanted = UUID(request.GET.get("inscrite", ""))
    except ValueError:
        return None
    access = request.access
    mine = access.rows(Entry).filter(account=account, posted_by=access.person, booked_on=access.day)
    posted: Entry | None = mine.filter(pk=wanted, reverses__isnull=True).first()
    return posted


def _undo(request: DoorRequest, ledger: Ledger, posted: Entry | None) -> dict[str, Any]:
    """Return the line of the entry that the user has just posted, a form to reverse the entry, and its receipt.

    Returns an empty dict if there is no such entry or it is already reversed.
    """
    for line in ledger.lines if posted else ():
        if line.entry == posted and not line.struck:
            undo = ReversalForm(None, request.access.day, auto_id=False)
            return {"posted": line, "undo": undo, "receipt": _receipt_of(request, line.entry)}
    return {}


def _receipt_of(request: DoorRequest, entry: Entry) -> CashReceipt | None:
    """Return the receipt of a cash payment, or None for other entries and imported ones."""
    if entry.label != CASH:
        return None
    receipt: CashReceipt | None = request.access.rows(CashReceipt).filter(entry=entry).first()
    return receipt


# --- Entries ---------------------------------------------------------------------------------------------------------


@door(
    Permission.ENTRY_POST,
    model=Account,
    lookup="reference",
    get_event=events.FORM_SHOWN,
    post_is_search=True,
    purpose=Purpose.PAYMENT,
)
def entry_review(request: DoorRequest, account: Account) -> HttpResponse:
    """Ask the user to confirm a payment, or show the form again for corrections. Nothing is saved."""
    access, typed = request.access, request.POST
    head = head_of(access, account)
    if not typed or "corriger" in typed:
        form = PaymentAtHandForm(None, access.day, 0 if typed else due_today(head), initial=typed.dict())
    else:
        form = PaymentAtHandForm(typed, access.day)
    is_checked = (
        form.is_bound
        and form.is_valid()
        and run_or_add_errors(form, lambda: check_cash(form.cleaned_data["label"], form.cleaned_data["cents"]))
        and run_or_add_errors(form, lambda: check_received(account, form.cleaned_data["effective_on"], access.day))
    )
    context = {
        **head,
        "form": form,
        "read": is_checked,
        "after": head["balance"] - (form.cleaned_data["cents"] if is_checked else 0),
    }
    if is_checked:
        context["means"] = ENTRY_LABELS.label(form.cleaned_data["label"])
        context["token"] = token_for(request, reverse("entry_payment", args=[account.reference]), form.cleaned_data)
    if request.htmx:
        return fragment(request, "ledger/account_pay.html", context)
    return render(request, "ledger/entry_review.html", context)


@door(
    Permission.ENTRY_POST,
    model=Account,
    lookup="reference",
    get_event=events.PAYMENT_TAKEN,
    post_event=events.PAYMENT_TAKEN,
    purpose=Purpose.PAYMENT,
)
def entry_payment(request: DoorRequest, account: Account) -> HttpResponse:
    form = PaymentForm(request.POST or None, request.access.day)
    return _entry(request, account, form, take_payment, "ledger/entry_payment.html")


@door(
    Permission.ENTRY_POST,
    model=Account,
    lookup="reference",
    get_event=events.CHARGE_POSTED,
    post_event=events.CHARGE_POSTED,
)
def entry_charge(request: DoorRequest, account: Account) -> HttpResponse:
    form = ChargeForm(request.POST or None, request.access.day)
    return _entry(request, account, form, post_charge, "ledger/entry_charge.html")


@door(
    Permission.ENTRY_POST,
    model=Account,
    lookup="reference",
    get_event=events.ADJUSTMENT_POSTED,
    post_event=events.ADJUSTMENT_POSTED,
)
def entry_adjustment(request: DoorRequest, account: Account) -> HttpResponse:
    form = AdjustmentForm(request.POST or None, request.access.day)
    act = partial(_or_ask, post_adjustment, ask_adjustment)
    return _entry(request, account, form, act, "ledger/entry_adjustment.html", alone=alone_up_to())


def _entry(
    request: DoorRequest,
    account: Account,
    form: KeyedForm,
    act: Callable[..., Entry | WriteOff],
    template: str,
    **more: int,
) -> HttpResponse:
    access, ready = request.access, form.is_valid() and not correcting(request)
    if ready and (posted := result_of(form, act, request, account=account, **form.cleaned_data)):
        if not is_confirmed(request, form.cleaned_data):
            access.note(events.FORM_SHOWN)
            return read_back(request, read_back_entries.entry(access, account, posted), form.cleaned_data)
        if isinstance(posted, WriteOff):
            return _asked(request, account)
        messages.success(request, _("L’écriture est enregistrée dans le compte."))
        address = reverse("account", kwargs={"reference": account.reference})
        return redirect(f"{address}?inscrite={posted.pk}")
    access.note(events.FORM_SHOWN)
    return render(request, template, {**head_of(access, account), "form": form, **more})


def _or_ask(post: Callable[..., Entry], ask: Callable[..., WriteOff], **arguments: Any) -> Entry | WriteOff:
    """Post the entry if one person alone may do so. Otherwise save a write-off request, which another person
    decides."""
    try:
        return post(**arguments)
    except ValidationError as refusal:
        if getattr(refusal, "code", "") != TAKES_TWO:
            raise
    return ask(**arguments)


def _asked(request: DoorRequest, account: Account) -> HttpResponse:
    messages.success(
        request, _("La demande est enregistrée. Le compte ne changera qu’après l’approbation d’une autre personne.")
    )
    return redirect("account", reference=account.reference)


@door(
    Permission.ENTRY_REVERSE,
    model=Account,
    lookup="reference",
    get_event=events.ENTRY_REVERSED,
    post_event=events.ENTRY_REVERSED,
)
def entry_reverse(request: DoorRequest, account: Account, entry: UUID) -> HttpResponse:
    """Show one entry, and the form to reverse it."""
    access = request.access
    posted = access.rows(Entry).filter(account=account, pk=entry).first()
    if posted is None:
        raise Http404
    form = ReversalForm(request.POST or None, access.day)
    act = partial(_or_ask, reverse_entry, ask_reversal)
    if form.is_valid() and (booked := result_of(form, act, request, entry=posted, **form.cleaned_data)):
        if isinstance(booked, WriteOff):
            return _asked(request, account)
        messages.success(request, _("L’écriture est annulée par une écriture contraire."))
        return redirect("account", reference=account.reference)
    access.note(events.FORM_SHOWN)
    head = head_of(access, account, since=posted.effective_on)
    lines = named(head["ledger"], account.reference).lines
    line = next(line for line in lines if line.entry.pk == posted.pk)
    undone_by = next((other.entry for other in lines if other.entry.reverses_id == posted.pk), None)
    receipt = _receipt_of(request, posted)
    context = {
        "entry": posted,
        "receipt": receipt,
        "line": line,
        "undone_by": undone_by,
        "refusal": posted.why_not_reversed(),
    }
    return render(request, "ledger/entry_reverse.html", {**head, **context, "form": form})


# --- Settling --------------------------------------------------------------------------------------------------------


@door(
    Permission.ACCOUNT_SETTLE,
    model=Account,
    lookup="reference",
    get_event=events.ACCOUNT_SETTLED,
    post_event=events.ACCOUNT_SETTLED,
)
def account_settle(request: DoorRequest, account: Account) -> HttpResponse:
    access, refusal = request.access, ""
    if request.method == "POST":
        try:
            settle_account(by=access.person, account=account, context=access.context)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("Le compte est soldé."))
            return redirect("accounts_former")
    access.note(events.FORM_SHOWN)
    return render(request, "ledger/account_settle.html", {**head_of(access, account), "refusal": refusal})

"""The officer's accounts: list, ledger."""

from django.http import HttpResponse
from django.shortcuts import render

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from audit import events
from tenants.models import Account


@door(Permission.ACCOUNTS_LIST, records=events.LIST_SHOWN)
def accounts(request: DoorRequest) -> HttpResponse:
    request.look.note(list="accounts")
    return render(request, "tenants/accounts.html", {"accounts": request.look.rows(Account).with_balance()[:50]})


@door(Permission.ACCOUNT_VIEW, of=Account, by="reference", records=events.ACCOUNT_OPENED)
def account(request: DoorRequest, account: Account) -> HttpResponse:
    entries = account.entries.running().in_order()
    return render(request, "tenants/account.html", {"account": account, "entries": entries})

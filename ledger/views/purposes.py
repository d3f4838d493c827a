"""The page that asks for the purpose of opening an account, before it shows any data of the account.

The page is skipped if the list from which the account was opened implies the purpose.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from access.guard.context import DoorRequest
from access.guard.door import door
from access.guard.purpose import MINUTES, remember
from access.permissions import Permission
from audit import events
from audit.purposes import words_of
from ledger.queries import rows_of
from tenants.models import Account


@door(
    Permission.ACCOUNT_VIEW,
    model=Account,
    lookup="reference",
    get_event=events.FORM_SHOWN,
    post_is_search=True,
    purpose_required=False,
)
def account_purpose(request: DoorRequest, account: Account) -> HttpResponse:
    """Ask for the purpose of opening an account.

    The page shows the account's reference. It also shows household and dwelling if the person may see the list of
    accounts, which contains both.
    """
    access = request.access
    next_path = request.POST.get("suite", "") or request.GET.get("suite", "")
    leads = _door_of(next_path, account.reference)
    following = next_path if leads else reverse("account", kwargs={"reference": account.reference})
    offered = list(Account.ASK.offered(leads.permission if leads else Permission.ACCOUNT_VIEW))
    picked = request.POST.get("motif", "")
    if picked in offered:
        return remember(redirect(following), access.person, account.reference, picked)
    access.purpose = ""
    choices = [(number, code, words_of(code)) for number, code in enumerate(offered, start=1)]
    context = {"account": account, "choices": choices, "following": following, "minutes": MINUTES}
    if access.may(Permission.ACCOUNTS_LIST, account.building_id):
        [context["row"]] = rows_of(access, [access.rows(Account).with_place().get(pk=account.pk)])
    return render(request, "ledger/account_purpose.html", context)


def _door_of(path: str, reference: str) -> Any:
    """Return the arguments of the `@door` decorator of the view at `path`, if the purpose page may redirect to it.

    Return None if the view does not show the account `reference`, or needs no purpose.
    """
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return None
    spec = getattr(match.func, "door", None)
    return (
        spec if spec and spec.model is Account and spec.asking and match.kwargs.get("reference") == reference else None
    )

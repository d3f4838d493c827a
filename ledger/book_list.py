"""Columns, filters and order of an accountant's list of accounts, which names nobody."""

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.guard.context import DoorRequest
from access.pages.lists import Listing, note_listing
from access.pages.sorting import Column, Sorting, sorting_of
from ledger.account_list import has_many_buildings
from ledger.balances import with_balance
from ledger.forms.filters import BookFilter
from tenants.models import Account

COLUMNS = (
    Column("reference", _("Référence"), lambda _access: []),
    Column("ouvert", _("Ouvert"), lambda _access: [F("opened_on").asc()]),
    Column("cloture", _("Soldé"), lambda _access: [F("settled_on").asc(nulls_last=True)]),
    Column("solde", _("Solde"), lambda _access: [F("balance_cents").asc()], is_number=True, largest_first=True),
)
BALANCES = {
    "": Q(),
    "du": Q(balance_cents__gt=0),
    "avoir": Q(balance_cents__lt=0),
    "nul": Q(balance_cents=0),
}
STATES = {"": Q(), "ouverts": Q(settled_on=None), "soldes": Q(settled_on__isnull=False)}


def book_list(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list, and its accounts with their balances.

    A person with very many buildings can neither sort nor filter the list, because all accounts would be read.
    """
    access = request.access
    may_sort = not has_many_buildings(access)
    form = BookFilter(request.GET if may_sort else {})
    sorting = sorting_of(request, COLUMNS, "reference") if may_sort else Sorting(COLUMNS, "reference")
    if request.method != "POST":  # A search ignores filters and order.
        note_listing(request, form.code, sorting)
    listing, criteria = Listing(form, sorting, may_sort=may_sort), form.criteria
    rows = with_balance(access.rows(Account))
    rows = rows.filter(BALANCES[criteria.get("solde", "")], STATES[criteria.get("etat", "")])
    if at_least := criteria.get("minimum"):
        rows = rows.filter(Q(balance_cents__gte=at_least) | Q(balance_cents__lte=-at_least))
    if at_most := criteria.get("maximum"):
        rows = rows.filter(balance_cents__range=(-at_most, at_most))
    return listing, listing.sort(rows, access, unique="reference")

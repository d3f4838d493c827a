"""API endpoints for accounts: list, search and detail for housing officers, and accounts without names for
accountants."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.serializer_fields import Code, Id
from access.permissions import Permission
from audit import events
from buildings.api import BuildingOut, DoorOut
from ledger.balances import in_credit, owing, with_balance
from ledger.queries import rows_of
from ledger.views.accounts import FOUND
from tenants.api.residents import SearchBody
from tenants.models import Account
from tenants.search import Search

# --- Responses -------------------------------------------------------------------------------------------------------


class AccountOut(serializers.Serializer[Any]):
    reference = serializers.CharField(source="account.reference")
    holders = serializers.ListField(child=serializers.CharField())
    building = BuildingOut(source="account.building")
    unit = DoorOut(source="account.lease.main_unit")
    opened_on = serializers.DateField(source="account.opened_on")
    balance_cents = serializers.IntegerField(
        source="account.balance_cents", help_text=_("Un solde supérieur à zéro est dû par le locataire.")
    )


class AccountDetail(AccountOut):
    lease_starts_on = serializers.DateField(source="account.lease.starts_on")
    lease_ends_on = serializers.DateField(source="account.lease.ends_on", allow_null=True)


class BookOut(serializers.Serializer[Any]):
    reference = serializers.CharField()
    opened_on = serializers.DateField()
    settled_on = serializers.DateField(allow_null=True)
    balance_cents = serializers.IntegerField()


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class AccountsQuery(ListQuery):
    orders = {"reference": ("reference",), "opened_on": ("opened_on", "reference")}

    building = Id(required=False)
    balance = Code(choices=[("owing", _("en impayé")), ("in_credit", _("en avance"))], required=False)


class BooksQuery(ListQuery):
    orders = {"reference": ("reference",), "opened_on": ("opened_on", "reference")}


# --- Endpoints -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.ACCOUNTS_LIST,
    get_event=events.LIST_SHOWN,
    title=_("Comptes"),
    answers=AccountOut,
    query=AccountsQuery,
)
def accounts(request: ApiRequest) -> Page:
    access, query = request.access, request.query
    access.note(list="accounts")
    rows = access.rows(Account)
    if building := query.get("building"):
        rows = rows.filter(building=building)
    if balance := query.get("balance"):
        rows = {"owing": owing, "in_credit": in_credit}[balance](rows)
    accounts_page = page(request, with_balance(rows.with_place()))
    return Page(rows_of(access, accounts_page.items), accounts_page.next)


@endpoint(
    Permission.ACCOUNTS_SEARCH,
    get_event=events.SEARCH_RUN,
    post_is_search=True,
    title=_("Chercher un compte par nom, référence, téléphone, adresse ou porte : les 50 premiers"),
    answers=AccountOut,
    body=SearchBody,
    many=True,
)
def accounts_search(request: ApiRequest) -> Any:
    access = request.access
    matches = Search(access, request.body_data["q"]).accounts()
    access.note(count=matches.total, scope="accounts")
    return rows_of(access, matches.first(with_balance(access.rows(Account).with_place()), FOUND))


@endpoint(
    Permission.ACCOUNT_VIEW,
    model=Account,
    lookup="reference",
    get_event=events.ACCOUNT_OPENED,
    title=_("Un compte"),
    answers=AccountDetail,
)
def account(request: ApiRequest, account: Account) -> Any:
    detailed = with_balance(request.access.rows(Account).with_place()).get(pk=account.pk)
    return rows_of(request.access, [detailed])[0]


@endpoint(
    Permission.BOOKS_VIEW,
    get_event=events.LIST_SHOWN,
    title=_("Comptes par référence, sans nom, logement ni adresse"),
    answers=BookOut,
    query=BooksQuery,
)
def books(request: ApiRequest) -> Page:
    request.access.note(list="books")
    return page(request, with_balance(request.access.rows(Account)))

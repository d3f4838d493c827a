"""Columns, filters and sort orders of the lists of accounts. A list and its export read them from the query string."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, OrderBy, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext, DoorRequest
from access.models import Place
from access.pages.lists import Listing, note_listing
from access.pages.sorting import Column, Sorting, sorting_of
from formats.months import months_after
from ledger.arrears import former_leases
from ledger.forms.filters import SHORT_STATES, AccountFilter
from ledger.models import AccountList, Balance, SavedFilter
from ledger.queries import MOVES
from tenants.models import Account, LeaseParty, Residence
from tenants.models.account import door_order
from tenants.models.lease import Capacity

# For a person with more buildings than FEW, counting or sorting all accounts takes too long.
# A person with more than FEW buildings sees no total, and can sort only a list with few accounts (`Criteria.is_short`).
FEW = 100
BALANCES = ("", "du", "avoir")
STATES_OF: dict[AccountList, tuple[str, ...]] = {
    AccountList.ALL: (*BALANCES, *MOVES),
    AccountList.TO_CONTACT: (),
    AccountList.FORMER: BALANCES,
}


# --- Columns ---------------------------------------------------------------------------------------------------------


def by_name(access: AccessContext) -> list[OrderBy]:
    """Order accounts by the name of their first holder, the one that the list shows first (`tenants_of`)."""
    ends = Least(Coalesce(OuterRef("lease__ends_on"), Value(access.day)), Value(access.day))
    starts = Greatest(OuterRef("lease__starts_on"), Value(access.day))
    parties = LeaseParty._default_manager.visible_to(access.person, access.compartment).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=ends), lease=OuterRef("lease"), first_day__lte=starts
    )
    named = parties.exclude(capacity=Capacity.GUARANTOR).order_by("-capacity", "name_key", "id")
    return [Subquery(named.values("name_key")[:1]).asc(nulls_last=True)]


def by_dwelling(_access: AccessContext) -> list[Any]:
    """Order accounts by building and door.

    The building's name is read by a subquery instead of a join, because a join would apply the building's row-level
    policy to each account.
    """
    name = Place.objects.filter(pk=OuterRef("building")).values("name")
    return [Subquery(name).asc(), *door_order()[1:]]


NAME = Column("nom", _("Titulaires"), by_name)
DWELLING = Column("logement", _("Logement"), by_dwelling)
REFERENCE = Column("reference", _("Référence"), lambda _access: [])
END = Column("fin", _("Bail terminé"), lambda _access: [F("lease__ends_on").asc()])
BALANCE = Column(
    "solde",
    _("Solde"),
    lambda _access: [Coalesce(F("balance__balance_cents"), 0).asc()],
    is_number=True,
    largest_first=True,
)
ALL_COLUMNS = (NAME, DWELLING, REFERENCE, BALANCE)
FORMER_COLUMNS = (NAME, DWELLING, REFERENCE, END, BALANCE)


# --- Filters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Criteria:
    """The filters of a list of accounts. An unused filter is None, or "" for `state`.

    `at_least` and `at_most` limit a debt or an advance, in cents. `months` is the least age of the oldest unpaid
    charge.
    """

    state: str = ""
    building: UUID | None = None
    at_least: int | None = None
    at_most: int | None = None
    months: int | None = None

    @property
    def is_state_alone(self) -> bool:
        return self == Criteria(self.state)

    @property
    def is_short(self) -> bool:
        """Whether only few accounts pass the filters, and an index finds them. A sum or a debt alone is no such filter,
        because most accounts owe the rent of the month."""
        return bool(self.building or self.months or self.state in SHORT_STATES)

    @property
    def code(self) -> str | None:
        """Return the names of the filters used, for the audit event, without the values that the user typed."""
        used = {
            "building": self.building,
            "amount": self.at_least or self.at_most,
            "age": self.months,
            "state": self.state,
        }
        return ".".join(name for name, value in used.items() if value) or None

    def owes_since(self, access: AccessContext) -> Any:
        """Return the day on or before which the oldest unpaid charge must lie, or None without a filter by age."""
        return months_after(access.day, -self.months) if self.months else None

    def has_amount(self, cents: int) -> bool:
        return (self.at_least or 0) <= abs(cents) <= (self.at_most or abs(cents))

    @property
    def has_balance(self) -> bool:
        return bool(self.state in ("du", "avoir") or self.at_least or self.at_most or self.months)

    def balances(self, access: AccessContext) -> Any:
        """Return the balances that pass the filters, for the accounts that the person may see."""
        rows = Balance._default_manager.visible_to(access.person, access.compartment)
        if self.state == "du":
            rows = rows.filter(owed_since__isnull=False)
        if self.state == "avoir":
            rows = rows.filter(balance_cents__lt=0)
        if self.at_least:
            rows = rows.filter(Q(balance_cents__gte=self.at_least) | Q(balance_cents__lte=-self.at_least))
        if self.at_most:
            rows = rows.filter(balance_cents__range=(-self.at_most, self.at_most))
        if self.months:
            rows = rows.filter(owed_since__lte=self.owes_since(access))
        return rows


class AnyOf(Func):
    """SQL condition that a column is among the values of a query: `x = ANY (ARRAY (SELECT …))`.

    PostgreSQL executes the query first. With a join instead, it would often read all accounts and then look up the
    balance of each.
    """

    template, arg_joiner = "%(expressions)s)", " = ANY (ARRAY "
    output_field = BooleanField()

    def __init__(self, column: str, values: Any) -> None:
        super().__init__(F(column), Subquery(values))


@dataclass(frozen=True)
class Choice(Listing):
    """The filters and the sort order of a list of accounts, as read from the query string."""

    listed: AccountList
    criteria: Criteria
    is_wide: bool = False

    @property
    def is_default(self) -> bool:
        """Whether the user chose no sort order, and no filter except the state."""
        return not self.sorting.chosen and self.criteria.is_state_alone

    @property
    def is_first_rows(self) -> bool:
        """Whether the page reads only the first rows of the list, because the person has very many buildings, and the
        list is neither filtered nor sorted. Such a list is not counted."""
        return self.is_wide and self.form.is_valid() and not self.sorting.chosen and self.criteria == Criteria()

    def context(self, request: DoorRequest) -> dict[str, Any]:
        """Return the template context of the list, with the filters that the user saved for it."""
        saved = request.access.rows(SavedFilter).of(self.listed)
        return {
            **super().context(request),
            "listed": self.listed.value,
            "is_first_rows": self.is_first_rows,
            "saved_filters": [(row, criteria_of_saved(row) == self.criteria) for row in saved],
        }

    def narrowing(self, access: AccessContext) -> AbstractContextManager[None]:
        """Limit queries to the building that the user chose, if any."""
        return access.narrow_to([self.criteria.building]) if self.criteria.building else nullcontext()


def criteria_of(form: AccountFilter) -> Criteria:
    """Return the filters of a form, or no filters if one of them is invalid."""
    values: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    place = values.get("batiment")
    amounts = (values.get("minimum"), values.get("maximum"), values.get("mois"))
    return Criteria(values.get("solde", ""), place.pk if place else None, *amounts)


def criteria_of_saved(row: SavedFilter) -> Criteria:
    return Criteria(row.state, row.place_id, row.at_least, row.at_most, row.months)


def filter_form(data: Any, access: AccessContext, listed: AccountList, *, is_wide: bool) -> AccountFilter:
    """Return the form of a list's filters. `data` has the values that were sent.

    `is_wide` is True for a person with very many buildings. For such a person, the list of all accounts is very long,
    but not the other lists, such as that of former accounts.
    """
    is_long = is_wide and listed is AccountList.ALL
    return AccountFilter(data, access, states=STATES_OF[listed], is_wide=is_wide, is_long=is_long)


def choice_of(
    request: DoorRequest,
    listed: AccountList,
    columns: Sequence[Column],
    default: str,
    *,
    is_wide: bool,
    wide_default: str | None = None,
) -> Choice:
    """Read the filters and the order from the query string, and note their codes for the audit event.

    If a filter is invalid, no filter applies, and the form contains the errors. `wide_default` is the default order of
    the whole list for a person with very many buildings, if it differs from `default`.
    """
    access = request.access
    form = filter_form(request.GET, access, listed, is_wide=is_wide)
    criteria = criteria_of(form)
    if is_wide and wide_default is not None and criteria == Criteria():
        default = wide_default
    may_sort = form.is_valid() and (not form.is_long or criteria.is_short)
    sorting = sorting_of(request, columns, default) if may_sort else Sorting(columns, default)
    note_listing(request, form.code, sorting)
    return Choice(form, sorting, listed, criteria, is_wide, may_sort=may_sort)


# --- Lists -----------------------------------------------------------------------------------------------------------


def first_of_many(access: AccessContext) -> list[UUID]:
    """Return the first buildings, by name, of a person with more than FEW buildings. Return an empty list for anybody
    else."""
    first = access.first_buildings(FEW + 1)
    return first if len(first) > FEW else []


def has_many_buildings(access: AccessContext) -> bool:
    """Return whether the person has more than FEW buildings."""
    return access.reaches_more_than(FEW)


def all_accounts(request: DoorRequest, *, is_wide: bool) -> Choice:
    return choice_of(request, AccountList.ALL, ALL_COLUMNS, DWELLING.code, is_wide=is_wide)


def former_accounts_of(request: DoorRequest, *, is_wide: bool) -> Choice:
    return choice_of(
        request, AccountList.FORMER, FORMER_COLUMNS, END.code, is_wide=is_wide, wide_default=f"-{END.code}"
    )


def sorted_accounts(access: AccessContext, choice: Choice, *, former: bool = False) -> Any:
    """Return the accounts that pass the filters, in the chosen order. With `former`, return only those whose lease has
    ended.

    Callers first read only the ids of a page of accounts: joining each account with its dwelling would take three times
    as long.
    """
    rows, criteria = access.rows(Account), choice.criteria
    if criteria.building:
        rows = rows.filter(building=criteria.building)
    if criteria.state in MOVES:
        moving = MOVES[criteria.state](access.rows(Residence), access.day)
        rows = rows.filter(AnyOf("lease", moving.order_by().values("lease")))
    if criteria.has_balance:
        rows = rows.filter(AnyOf("pk", criteria.balances(access).values("account")))
    if former:
        rows = rows.filter(AnyOf("pk", former_leases(access).order_by().values("account")))
    return rows.order_by(*choice.sorting.order_by(access))

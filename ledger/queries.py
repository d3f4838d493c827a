"""Queries that several views share: lists of accounts, the head of an account page, and the ledger by months."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, Subquery, Sum, TextField
from django.db.models.functions import Cast, JSONObject
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.guard.compiled import CompiledRows
from access.guard.context import AccessContext, DoorRequest
from access.models import Person, Place
from access.pages.fields import plausible_day
from access.scope import Among
from buildings.models import Address
from formats.months import months_after
from ledger import register
from ledger.balances import in_credit, may_settle, owing
from ledger.models import Balance, Entry, EntryKind, WriteOff
from ledger.models.entry import Source
from ledger.register import Ledger
from ledger.vocabulary import ENTRY_LABELS
from tenants.models import Account, LeaseParty, Residence, Tenant
from tenants.models.lease import Capacity

REFERENCE_SIGNS = 4  # least number of characters to search a reference; fewer match too many accounts

TITLES = {
    "": _("Tous les comptes"),
    "du": _("Comptes en impayé"),
    "avoir": _("Comptes en avance"),
    "arrivees": _("Arrivées"),
    "departs": _("Départs"),
}

# Placeholders for an entry's id and an account's reference in a URL.
# reverse() is slow, so the URL is built once, and the placeholder is replaced for each row.
_ANY, _ANY_REFERENCE = UUID(int=0), "0000-0000-0000"

MOVES: dict[str, Callable[[Any, date], Any]] = {
    "arrivees": lambda rows, day: rows.arriving(day),
    "departs": lambda rows, day: rows.leaving(day),
}


@dataclass(frozen=True)
class Row:
    """An account in a list. `url` is the URL of its page. `address` is "" if its building has no address. `late_cents`
    is set only in lists of accounts to contact."""

    account: Account
    url: str
    holders: Sequence[str]
    address: str
    late_cents: int = 0

    @property
    def is_near(self) -> bool:
        """Whether a search found the account by a name that is only similar to the typed one."""
        return getattr(self.account, "is_near", False)

    @property
    def who(self) -> str:
        return ", ".join(self.holders)


def chosen_rows(access: AccessContext, chosen: str) -> Any:
    """Return the accounts of the chosen list, ordered by building, staircase, floor and door."""
    rows = access.rows(Account)
    if chosen in MOVES:
        moving = MOVES[chosen](access.rows(Residence), access.day)
        return rows.filter(lease__in=moving.order_by().values("lease")).by_door()
    rows = owing(rows) if chosen == "du" else in_credit(rows) if chosen == "avoir" else rows
    return rows.by_door()


def counted_rows(access: AccessContext, chosen: str) -> Any:
    """Return one row for each account of the chosen list, for counting only: the rows are not recorded as shown.

    Accounts with a debt, or with a credit, are counted by their balance rows, because indexes of balances find them.
    """
    if chosen not in ("du", "avoir"):
        return chosen_rows(access, chosen).witnessed(None)
    balances = Balance._default_manager.visible_to(access.person, access.compartment)
    return balances.filter(owed_since__isnull=False) if chosen == "du" else balances.filter(balance_cents__lt=0)


@dataclass(frozen=True)
class Group:
    """Buildings with the same name, and the number of their accounts in the list.

    They form one group, because accounts are sorted by the name of the building.
    """

    buildings: list[UUID]
    number: int


def groups_of(counted: Any) -> list[Group]:
    """Count the given accounts by building. Buildings with the same name form one group. The groups are sorted by
    name."""
    numbers = dict(counted.order_by().values_list("building").annotate(Count("pk")))
    places = Place.objects.filter(pk__in=numbers).order_by("name", "pk").values_list("name", "pk")
    groups = ([pk for _name, pk in group] for _name, group in groupby(places, key=lambda place: place[0]))
    return [Group(buildings, sum(numbers[pk] for pk in buildings)) for buildings in groups]


def rows_of(
    access: AccessContext, accounts: Sequence[Account], late: Mapping[UUID, int] = MappingProxyType({})
) -> list[Row]:
    holders, addresses = holders_of(access, accounts), addresses_of(access, accounts)
    url = reverse("account", kwargs={"reference": _ANY_REFERENCE})
    return [
        Row(
            account,
            url.replace(_ANY_REFERENCE, account.reference),
            holders.get(account.lease_id, []),
            addresses.get(account.building_id, ""),
            late.get(account.pk, 0),
        )
        for account in accounts
    ]


def holders_of(access: AccessContext, accounts: Sequence[Account]) -> dict[UUID, list[str]]:
    """Map each lease to the names of its current holders and occupants, without guarantors."""
    return {
        lease: list(dict.fromkeys(tenant.display_name for tenant in tenants))
        for lease, tenants in tenants_of(access, accounts).items()
    }


def tenants_of(access: AccessContext, accounts: Sequence[Account]) -> dict[UUID, list[Tenant]]:
    """Map each lease to its current holders and occupants, without guarantors.

    An ended lease is mapped to the people of its last day, and a future lease to the people of its first day.
    """
    ends = {account.lease_id: min(account.lease.ends_on or access.day, access.day) for account in accounts}
    starts = {account.lease_id: max(account.lease.starts_on, access.day) for account in accounts}
    first, last = min(ends.values(), default=access.day), max(starts.values(), default=access.day)
    if len(accounts) == 1:
        rows = access.compiled_rows(_parties_of_lease, lease=accounts[0].lease_id, first=first, last=last)
    else:
        rows = list(_parties(access.rows(LeaseParty).filter(Among("lease", ends)), first, last)) if accounts else []
    tenants: dict[UUID, list[Tenant]] = {}
    for party in rows:
        left = party.last_day is not None and party.last_day < ends[party.lease_id]
        if not left and party.first_day <= starts[party.lease_id]:
            tenants.setdefault(party.lease_id, []).append(party.tenant)
    return {lease: list(dict.fromkeys(listed)) for lease, listed in tenants.items()}


def _parties(rows: Any, first: date, last: date) -> Any:
    """Leave out guarantors, and most people who left their leases before `first` or joined them after `last`."""
    rows = rows.exclude(capacity=Capacity.GUARANTOR)
    rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__gte=first), first_day__lte=last)
    return rows.select_related("tenant").order_by("-capacity", "name_key", "id")


@CompiledRows
def _parties_of_lease(person: Person, compartment: Compartment, *, lease: UUID, first: date, last: date) -> Any:
    return _parties(LeaseParty._default_manager.visible_to(person, compartment).filter(lease=lease), first, last)


def addresses_of(access: AccessContext, accounts: Sequence[Account]) -> dict[UUID, str]:
    rows = access.rows(Address).filter(building__in={account.building_id for account in accounts})
    lines: dict[UUID, str] = {}
    for address in rows.order_by("street", "number"):
        lines.setdefault(address.building_id, address.line)
    return lines


def reference_typed(words: str) -> str:
    """Normalise the beginning of a reference: "k7qx 9m2d" becomes "K7QX-9M2D". Returns "" if the length is wrong."""
    signs = "".join(sign for sign in words.upper() if sign.isascii() and sign.isalnum())
    if not REFERENCE_SIGNS <= len(signs) <= 12:
        return ""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


KINDS = tuple(EntryKind.choices)
LATEST = 24  # LATEST: number of months in the ledger of an account page if the user chose no period


@dataclass(frozen=True)
class Period:
    """A period of whole months, from `first` to `last`, both included. None means no limit.

    `is_chosen` is False if the user chose neither of the two months.
    """

    first: date | None
    last: date | None
    is_chosen: bool = True


def read_ledger(access: AccessContext, account: Account, since: date | None = None) -> Ledger:
    """Read the ledger of an account from the month of `since` on, but at least its latest LATEST months.

    Of older entries, only the sum is read, so that the page is fast for an old account too. Makes one query, but two or
    three if the last entry is older than last month, and another if one of the entries reverses an older one.
    """
    since = min(_latest_months(months_after(access.day, -1)), register.first_of(since or access.day))
    recent = access.compiled_rows(_entries_since, account=account.pk, since=since)
    ends = _totals_of(recent).ends if recent else _last_day_of_entries(access, account)
    if ends and (not recent or _latest_months(ends) < since):
        since = min(since, _latest_months(ends))
        recent = access.compiled_rows(_entries_since, account=account.pk, since=since)
    if not recent:
        return Ledger()
    totals = _totals_of(recent)
    older = {entry.reverses_id for entry in recent if entry.reverses_id} - {entry.pk for entry in recent}
    earlier = access.rows(Entry).filter(account=account).in_bulk(older) if older else {}
    lines = register.lines_of(recent, totals.before, earlier)
    return Ledger(lines, totals.before, totals.begins, totals.ends, totals.number, since)


def _latest_months(day: date) -> date:
    return months_after(register.first_of(day), 1 - LATEST)


def _last_day_of_entries(access: AccessContext, account: Account) -> date | None:
    entries = Entry._default_manager.visible_to(access.person, access.compartment).filter(account=account)
    last_day: date | None = entries.aggregate(ends=Max("effective_on"))["ends"]
    return last_day


@CompiledRows
def _entries_since(person: Person, compartment: Compartment, *, account: UUID, since: date) -> Any:
    """The entries from this day on, each with the totals of all entries of the account. One statement reads both, so
    that no entry can be booked between the two."""
    entries = Entry._default_manager.filter(account=account)
    totals = JSONObject(
        begins=Min("effective_on"),
        ends=Max("effective_on"),
        number=Count("pk"),
        before=Sum("amount_cents", filter=Q(effective_on__lt=since), default=0),
    )
    # As text, since Django would decode JSON for each entry again.
    of_account = entries.order_by().values("account").annotate(totals=Cast(totals, TextField())).values("totals")
    # The columns that a ledger shows, those of its order, and the account for the audit log.
    columns = ("account", "kind", "label", "source", "reason", "amount_cents", "effective_on", "reverses")
    # The totals need no condition of their own: nobody gets them without an entry of this account.
    rows = entries.visible_to(person, compartment).filter(effective_on__gte=since)
    rows = rows.annotate(totals=Subquery(of_account))
    return rows.in_order().only(*columns)


@dataclass(frozen=True)
class Totals:
    """Of all entries of an account: the days of the first and the last one, their number, and the sum of those before
    the day from which the entries were read."""

    begins: date
    ends: date
    number: int
    before: int


def _totals_of(recent: Sequence[Any]) -> Totals:
    totals = json.loads(recent[0].totals)
    begins, ends = date.fromisoformat(totals["begins"]), date.fromisoformat(totals["ends"])
    return Totals(begins, ends, totals["number"], totals["before"])


def since_of(request: DoorRequest) -> date | None:
    """Return the first day whose entries an account page needs for the chosen period or kind of entry. None if the user
    chose neither, since the page then needs only the latest months."""
    period = period_of(request)
    if period.is_chosen or kind_of(request):
        return period.first or date.min
    return None


def months_shown(request: DoorRequest, ledger: Ledger) -> dict[str, Any]:
    """Return the template context of an account's ledger: the months of the chosen period, or else the latest
    months."""
    kind, period = kind_of(request), period_of(request)
    months = register.months_of(ledger, period.first, period.last, kind)
    displayed = months if period.is_chosen else months[:LATEST]
    choices = ledger.months()
    older = sum(ledger.since is not None and month < ledger.since for month in choices)
    filters = {"kind": kind, "period": period, "kinds": KINDS, "choices": choices[::-1]}
    return {
        **filters,
        "months": displayed,
        "left": 0 if period.is_chosen else older + len(months) - len(displayed),
        "filtered": bool(kind or period.is_chosen),
    }


def head_of(
    access: AccessContext, account: Account, *, fresh: bool = False, since: date | None = None
) -> dict[str, Any]:
    """Return the template context that all pages of an account share: holders, telephone, dwelling and balance.

    `since` is the first day whose entries the page needs, if it needs more than the latest months. Makes four queries,
    and one more to reload the account. A view function that has just read the account and its place passes `fresh=True`
    to avoid the reload.
    """
    if not fresh:
        current: Account | None = access.rows(Account).with_place().filter(pk=account.pk).first()
        if current is None:
            raise Http404  # A colleague has just settled (closed) the account, which hides it from this user.
        account = current
    access.saw(account.subject())
    ledger = read_ledger(access, account, since)
    tenants = tenants_of(access, [account]).get(account.lease_id, [])
    return {
        "account": account,
        "lease": account.lease,
        "unit": account.lease.main_unit,
        "place": account.building.place,
        "tenants": tenants,
        "holders": list(dict.fromkeys(tenant.display_name for tenant in tenants)),
        "ledger": ledger,
        "balance": ledger.balance,
        "credit": -ledger.balance,
        "coming": ledger.balance - ledger.balance_on(access.day),
        "may_settle": may_settle(account, ledger.balance, access.day),
        "day": access.day,
    }


def named(ledger: Ledger, reference: str) -> Ledger:
    """Return a copy of the ledger in which each line has its label, its details and the URL that reverses its entry."""
    address = reverse("entry_reverse", kwargs={"reference": reference, "entry": _ANY}) if reference else ""
    # get_source_display() is not used, because it builds a dictionary of all choices at each call.
    sources = {source: str(Source(source).label) for source in {line.entry.source for line in ledger.lines}}
    labels = {label: ENTRY_LABELS.label(label) for label in {line.entry.label for line in ledger.lines}}
    lines = [
        replace(
            line,
            label=label_of(line) if line.reverses else labels[line.entry.label],
            ref=line.entry.reason_text or sources[line.entry.source],
            url=address.replace(str(_ANY), str(line.entry.pk)),
        )
        for line in ledger.lines
    ]
    return replace(ledger, lines=lines)


def label_of(line: register.Line) -> str:
    """Return the label of a ledger line. The label of a reversal names the entry that is reversed."""
    if line.reverses is None:
        return str(line.entry.label_text)
    reversed_entry = {"label": line.reverses.label_text, "day": f"{line.reverses.effective_on:%d/%m/%Y}"}
    return gettext("Annulation : %(label)s du %(day)s") % reversed_entry


def kind_of(request: DoorRequest) -> str:
    kind = request.GET.get("nature", "")
    return kind if kind in EntryKind.values else ""


def period_of(request: DoorRequest) -> Period:
    """Read the period from the URL parameters `du` and `au`, such as 2026-11. Invalid values are ignored."""
    first, last = _month(request.GET.get("du", "")), _month(request.GET.get("au", ""))
    if first and last and first > last:
        first, last = last, first
    return Period(first, last, bool(first or last))


def _month(text: str) -> date | None:
    try:
        return plausible_day(date.fromisoformat(f"{text}-01")) if len(text) == 7 else None
    except ValueError:
        return None


def to_decide(access: AccessContext) -> list[dict[str, Any]]:
    """Return the open write-off requests of colleagues that this person may decide, each with its account."""
    waiting = list(access.rows(WriteOff).open_at(access.at).exclude(asked_by=access.person).with_details())
    accounts = access.rows(Account).filter(pk__in={write_off.account_id for write_off in waiting}).with_place()
    rows = {row.account.pk: row for row in rows_of(access, list(accounts))}
    return [
        {"row": rows[write_off.account_id], "asked": write_off} for write_off in waiting if write_off.account_id in rows
    ]

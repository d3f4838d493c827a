"""Queries that several views share: an account's tenants and notes, fact codes, and the accounts to contact today."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import OrderBy, OuterRef, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext, DoorRequest
from access.pages.sorting import Column
from audit.purposes import Purpose
from casework.actions.facts import MODELS
from casework.models import AccountNote, ContactAttempt, FactCode, FactScope
from casework.vocabulary.facts import THEMES, TITLES
from ledger.account_list import DWELLING, NAME, AnyOf, Choice, Criteria, choice_of, has_many_buildings
from ledger.arrears import Late, former_accounts, late_accounts, late_balances
from ledger.models import AccountList
from ledger.queries import holders_of
from tenants.models import Account
from tenants.models.restriction import restricted_today


def whose(access: AccessContext, account: Account) -> str:
    """Return the names of the tenants who hold the account's lease, separated by commas.

    Forms show them, because one account reference is easily mistaken for another.
    """
    return ", ".join(holders_of(access, [account]).get(account.lease_id, [])) or gettext("Titulaires non affichés")


def notes_of(access: AccessContext, account: Account) -> list[AccountNote]:
    return list(access.rows(AccountNote).filter(account=account).in_force(access.day))


# --- Fact codes to choose from ---------------------------------------------------------------------------------------

FAVOURITES = 5
LATEST = 60  # The favourites are the most frequent codes in this many latest facts of a person.
# Maps the purpose of opening an account to the themes of the fact codes that the form offers as favourites.
THEMES_OF_PURPOSE: Mapping[str, frozenset[str]] = {
    Purpose.ARREARS: frozenset({"payment", "procedure", "exchanges"}),
    Purpose.PAYMENT: frozenset({"payment", "papers", "exchanges"}),
    Purpose.ACCOUNTING: frozenset({"payment", "papers"}),
    Purpose.MOVING: frozenset({"lease", "papers", "exchanges"}),
    Purpose.LEASE: frozenset({"lease", "papers", "exchanges"}),
    Purpose.REPAIR: frozenset({"needs", "neighbours", "papers", "exchanges"}),
    Purpose.CORRESPONDENCE: frozenset({"papers", "exchanges"}),
    Purpose.CLOSING: frozenset({"lease", "payment", "papers"}),
}


def favourites(access: AccessContext, scope: FactScope, codes: Iterable[FactCode]) -> list[FactCode]:
    """Return the fact codes (kinds of facts) that this person recorded most often lately and that suit the purpose.

    Only facts that the person recorded and may still read are counted. Otherwise the order could disclose facts about a
    household that is now hidden from the person, or facts that colleagues recorded.
    """
    own = access.rows(MODELS[scope]).witnessed(None).in_force(access.day).filter(written_by=access.person)
    latest = own.order_by("-written_on", "id").values_list("code", flat=True)[:LATEST]
    themes = THEMES_OF_PURPOSE.get(access.purpose)
    offered = {code.pk: code for code in codes if themes is None or code.theme in themes}
    most_used = [pk for pk, _number in Counter(latest).most_common() if pk in offered]
    return [offered[pk] for pk in most_used[:FAVOURITES]]


def by_theme(codes: Iterable[FactCode]) -> list[tuple[str, list[FactCode]]]:
    """Return the label and the codes of each theme, in the order of the vocabulary."""
    order = {code: place for place, code in enumerate([*THEMES.terms, *TITLES.terms])}
    last = len(order)
    ordered = sorted(codes, key=lambda code: (order.get(code.theme, last), order.get(code.pk, last), code.pk))
    return [(THEMES.label(theme), list(group)) for theme, group in groupby(ordered, key=lambda code: code.theme)]


def favourites_first(
    access: AccessContext, scope: FactScope, codes: Sequence[FactCode]
) -> list[tuple[str, list[FactCode]]]:
    return [(gettext("Vos faits les plus utilisés"), favourites(access, scope, codes)), *by_theme(codes)]


# --- Accounts to contact today ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ContactList:
    """The accounts in arrears. `due` are those to contact today, largest sum first.

    `later` counts the accounts that were contacted and come back on a later day.
    """

    due: Mapping[UUID, Late]
    later: int


def contact_list(
    access: AccessContext, former: Collection[UUID], owed_since: date | None = None, *, latest_first: bool = False
) -> ContactList:
    """Return the accounts in arrears of the person's buildings, without the accounts in `former`, and without those of
    people whose data may only be stored (GDPR, art. 18). `owed_since` and `latest_first` are passed to
    `late_accounts`. Makes three queries."""
    left_out = restricted_today()
    owing = late_accounts(access, former, owed_since, latest_first=latest_first)
    late = {account: owed for account, owed in owing.items() if account not in left_out}
    attempts = ContactAttempt._default_manager.visible_to(access.person, access.compartment)
    contacted = set(attempts.coming_back_after(access.day).values_list("account", flat=True))
    due = {account: owed for account, owed in late.items() if account not in contacted}
    return ContactList(due, len(late) - len(due))


def first_contacts(access: AccessContext, most: int) -> dict[UUID, UUID]:
    """Return the first accounts to contact today, at most `most`, for a person with very many buildings. Maps each
    account to its building.

    The accounts that have owed for the shortest time come first: an index finds them without reading all late accounts,
    while a sum overdue for a month is different on each day. If most of the landlord's accounts that come first are not
    the person's, all late accounts of the person's buildings are read.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT account, building FROM casework_first_to_contact(%s)", [most])
        first: dict[UUID | None, UUID] = dict(cursor.fetchall())
    if None not in first:
        return cast("dict[UUID, UUID]", first)
    due = contact_list(access, former_accounts(access), latest_first=True).due
    return {account: late.building for account, late in islice(due.items(), most)}


# --- The list of accounts to contact: its filters and order ----------------------------------------------------------


def by_latest_contact(access: AccessContext) -> list[OrderBy]:
    """Order accounts by the day of their latest contact attempt. Accounts without any attempt come last."""
    attempts = ContactAttempt._default_manager.visible_to(access.person, access.compartment)
    latest = attempts.filter(account=OuterRef("pk")).order_by("-made_at").values("made_at")[:1]
    return [Subquery(latest).asc(nulls_last=True)]


# The column LATE has no SQL order, because `sorted_contacts` sorts the sums from `late_accounts` in Python.
LATE = Column("du", _("Dû depuis plus d’un mois"), lambda _access: [], is_number=True, largest_first=True)
CONTACT_COLUMNS = (NAME, DWELLING, Column("contact", _("Dernier contact"), by_latest_contact), LATE)


def contact_choice(request: DoorRequest) -> Choice:
    is_wide = has_many_buildings(request.access)
    return choice_of(
        request, AccountList.TO_CONTACT, CONTACT_COLUMNS, f"-{LATE.code}", is_wide=is_wide, wide_default=""
    )


def sorted_contacts(access: AccessContext, choice: Choice) -> ContactList:
    """Return the accounts to contact today that pass the chosen filters, in the chosen order. Without an order, as
    `first_contacts`.

    `later`, how many accounts are to be contacted on a later day, is counted only without filters, and otherwise 0.
    """
    criteria, sorting = choice.criteria, choice.sorting
    with choice.narrowing(access):
        latest_first = sorting.column is None
        since = criteria.owes_since(access)
        listed = contact_list(access, former_accounts(access), since, latest_first=latest_first)
        due = {account: late for account, late in listed.due.items() if criteria.has_amount(late.cents)}
        if latest_first:
            order: Iterable[UUID] = due
        elif sorting.column is LATE:
            order = due if sorting.is_descending else reversed(due)
        else:
            late = access.rows(Account).witnessed(None).filter(AnyOf("pk", late_balances(access).values("account")))
            order = late.order_by(*sorting.order_by(access)).values_list("pk", flat=True)
        ordered = {account: due[account] for account in order if account in due}
        return ContactList(ordered, listed.later if criteria == Criteria() else 0)

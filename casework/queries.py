"""Queries that several views share: the names of an account's tenants, and the accounts to contact today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OrderBy, OuterRef, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext, DoorRequest
from access.pages.sorting import Column
from casework.models import ContactAttempt
from ledger.account_list import DWELLING, NAME, AnyOf, Choice, Criteria, choice_of, first_of_many
from ledger.arrears import Late, former_accounts, late_accounts, late_balances
from ledger.queries import holders_of
from tenants.models import Account


def whose(access: AccessContext, account: Account) -> str:
    """Return the names of the tenants who hold the account's lease, separated by commas.

    Forms show them, because one account reference is easily mistaken for another.
    """
    return ", ".join(holders_of(access, [account]).get(account.lease_id, [])) or gettext("Titulaires non affichés")


@dataclass(frozen=True)
class ContactList:
    """The accounts in arrears. `due` are those to contact today, largest sum first.

    `later` counts the accounts that were contacted and come back on a later day.
    """

    due: Mapping[UUID, Late]
    later: int


def contact_list(access: AccessContext, former: Collection[UUID], owed_since: date | None = None) -> ContactList:
    """Return the accounts in arrears of the person's buildings, without the accounts in `former`. `owed_since` is
    passed to `late_accounts`. Makes two queries."""
    late = late_accounts(access, former, owed_since)
    attempts = ContactAttempt._default_manager.visible_to(access.person, access.compartment)
    contacted = set(attempts.coming_back_after(access.day).values_list("account", flat=True))
    due = {account: owed for account, owed in late.items() if account not in contacted}
    return ContactList(due, len(late) - len(due))


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
    is_wide = bool(first_of_many(request.access))
    return choice_of(request, CONTACT_COLUMNS, f"-{LATE.code}", states=(), is_wide=is_wide)


def sorted_contacts(access: AccessContext, choice: Choice) -> ContactList:
    """Return the chosen accounts to contact today, in the chosen order. `later` is 0 if the list is filtered."""
    criteria, sorting = choice.criteria, choice.sorting
    with choice.narrowing(access):
        listed = contact_list(access, former_accounts(access), criteria.owes_since(access))
        due = {account: late for account, late in listed.due.items() if criteria.has_amount(late.cents)}
        if sorting.column is LATE:
            order: Iterable[UUID] = due if sorting.is_descending else reversed(due)
        else:
            late = access.rows(Account).witnessed(None).filter(AnyOf("pk", late_balances(access).values("account")))
            order = late.order_by(*sorting.order_by(access)).values_list("pk", flat=True)
        ordered = {account: due[account] for account in order if account in due}
        return ContactList(ordered, listed.later if criteria == Criteria() else 0)

"""Queries that several views share: the names of an account's tenants, and the accounts to contact today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from casework.models import ContactAttempt
from ledger.arrears import Late, late_accounts
from ledger.queries import holders_of
from tenants.models import Account


def whose(access: AccessContext, account: Account) -> str:
    """Return the names of the tenants who hold the account's lease, separated by commas.

    Forms show them, because one account reference is easily mistaken for another.
    """
    return ", ".join(holders_of(access, [account]).get(account.lease_id, [])) or _("Titulaires non affichés")


@dataclass(frozen=True)
class ContactList:
    """The accounts in arrears. `due` are those to contact today, largest sum first.

    `later` counts the accounts that were contacted and come back on a later day.
    """

    due: Mapping[UUID, Late]
    later: int


def contact_list(access: AccessContext, former: Collection[UUID]) -> ContactList:
    """Return the accounts in arrears of the person's buildings, without those in `former`. Makes two queries."""
    late = late_accounts(access, former)
    attempts = ContactAttempt._default_manager.visible_to(access.person, access.compartment)
    contacted = set(attempts.coming_back_after(access.day).values_list("account", flat=True))
    due = {account: owed for account, owed in late.items() if account not in contacted}
    return ContactList(due, len(late) - len(due))

"""The names of the tenants who hold an account's lease, shown above every form about the account."""

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from ledger.queries import holders_of
from tenants.models import Account


def whose(access: AccessContext, account: Account) -> str:
    """Return the names of the tenants who hold the account's lease, separated by commas.

    Forms show them, because one account reference is easily mistaken for another.
    """
    return ", ".join(holders_of(access, [account]).get(account.lease_id, [])) or _("Titulaires non affichés")

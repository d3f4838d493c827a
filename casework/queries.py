"""A query that several views share: the holders that every form about an account shows."""

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from ledger.queries import holders_of
from tenants.models import Account


def whose(access: AccessContext, account: Account) -> str:
    """Return the names of the holders. Forms show them, because a reference alone is easily confused with another
    one."""
    return ", ".join(holders_of(access, [account]).get(account.lease_id, [])) or _("Titulaires non affichés")

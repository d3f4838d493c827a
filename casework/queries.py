"""What several views read: the holders that every form about an account shows."""

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from ledger.queries import holders_of
from tenants.models import Account


def whose(access: AccessContext, account: Account) -> str:
    """Names of the holders. Every form about an account shows them, because a reference alone is easily confused."""
    return ", ".join(holders_of(access, [account]).get(account.lease_id, [])) or _("Titulaires non affichés")

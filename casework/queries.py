"""What several views read: the holders that every form about an account shows."""

from django.utils.translation import gettext as _

from access.guard.context import Look
from ledger.queries import holders_of
from tenants.models import Account


def whose(look: Look, account: Account) -> str:
    """Names of the holders. Every form about an account shows them, because a reference alone is easily confused."""
    return ", ".join(holders_of(look, [account]).get(account.lease_id, [])) or _("Titulaires non affichés")

"""Parts that several row-level policies share: conditions on hidden households and dates, and grants for imports."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, taken_in, within


def lease_shown(column: str) -> str:
    """Return the SQL condition that the lease in `column` is not hidden from the current person.

    The first part, which is true for the lease of the page, saves computing all hidden leases.
    """
    return f"({column} = (SELECT tenants_lease_on_page()) OR {column} <> ALL (ARRAY (SELECT tenants_hidden())))"


SHOWN = lease_shown("lease_id")
ACCOUNT_SHOWN = (
    "(account_id = (SELECT tenants_account_on_page())"
    " OR account_id <> ALL (ARRAY (SELECT tenants_hidden_account_ids())))"
)
# PostgreSQL runs a subquery with loge_today() once per statement, but a plain call of loge_today() once per row.
TODAY = "(SELECT loge_today())"
# Inserted rows must be dated today, have the current person as their author, and have no withdrawal date.
SIGNED = f"written_by_id = loge_person() AND written_on = {TODAY} AND withdrawn_on IS NULL"
# True for rows of the household whose identity the current person has checked, until the identity check expires.
CHECKED = "lease_id = ANY (ARRAY (SELECT tenants_identity_checked_lease()))"
BY_SERVER = Grant(JOBS, "SELECT, INSERT")
LOADING = (BY_SERVER, taken_in())
KEEPING = Grant(JOBS, "SELECT, INSERT, DELETE")
_LIVES = "EXISTS (SELECT FROM tenants_residence r WHERE r.tenant_id = {0})"
_LIVES_OR_HOLDS = f"({_LIVES} OR EXISTS (SELECT FROM tenants_leaseparty p WHERE p.tenant_id = {{0}}))"


def correcting(columns: str) -> tuple[Grant, Grant]:
    """Return two grants to update `columns` when a landlord's file is imported again: one for imports by a command on
    the server, one for imports on a web page."""
    return Grant(JOBS, "UPDATE", columns=columns), taken_in("UPDATE", columns)


def near(c: C, rule: str, privileges: str = "SELECT", column: str = "building_id") -> Grant:
    return Grant(c, privileges, using=f"{within(column, c)} AND {rule}")


def of_tenant(c: C, column: str, privileges: str = "SELECT", **more: str) -> Grant:
    """Return a grant (privileges with a row-level policy) for the rows of tenants whom the person may see.

    `column` must contain the table's name, because a bare `tenant_id` would mean the column of the subquery's table.
    """
    rule = _LIVES_OR_HOLDS if c in {C.ACCOUNT, C.IDENTITY} else _LIVES
    return Grant(c, privileges, using=rule.format(column), **more)


def changes(columns: str, lease: str = "lease_id") -> Grant:
    """Return a grant to update these columns of rows in the person's buildings, except the rows of hidden
    households."""
    using = f"{within('building_id', C.ACCOUNT)} AND {lease_shown(lease)}"
    return Grant(C.ACCOUNT, "UPDATE", using=using, columns=columns)

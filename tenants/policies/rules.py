"""Conditions and grants shared by several tables: places, hidden households, days, and data imports."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, taken_in, within

SHOWN = "lease_id <> ALL (ARRAY (SELECT tenants_hidden()))"
ACCOUNT_SHOWN = "account_id <> ALL (ARRAY (SELECT tenants_hidden_accounts()))"
# A subquery, because PostgreSQL evaluates it once per statement; a plain function call would run for every row.
TODAY = "(SELECT loge_today())"
# The new row is dated today and names the current person as its author.
SIGNED = f"written_by_id = loge_person() AND written_on = {TODAY} AND withdrawn_on IS NULL"
# The household whose identity the current person has checked, until that check expires.
CHECKED = "lease_id = ANY (ARRAY (SELECT tenants_checked()))"
BY_SERVER = Grant(JOBS, "SELECT, INSERT")
LOADING = (BY_SERVER, taken_in())
KEEPING = Grant(JOBS, "SELECT, INSERT, DELETE")
_LIVES = "EXISTS (SELECT FROM tenants_residence r WHERE r.tenant_id = {0})"
_LIVES_OR_HOLDS = f"({_LIVES} OR EXISTS (SELECT FROM tenants_leaseparty p WHERE p.tenant_id = {{0}}))"


def correcting(columns: str) -> tuple[Grant, Grant]:
    """Grants to change these columns by importing a file again, on the server or from the browser."""
    return Grant(JOBS, "UPDATE", columns=columns), taken_in("UPDATE", columns)


def near(c: C, rule: str, privileges: str = "SELECT", column: str = "building_id") -> Grant:
    return Grant(c, privileges, using=f"{within(column, c)} AND {rule}")


def of_tenant(c: C, privileges: str = "SELECT", column: str = "tenant_id", **more: str) -> Grant:
    rule = _LIVES_OR_HOLDS if c in {C.ACCOUNT, C.IDENTITY} else _LIVES
    return Grant(c, privileges, using=rule.format(column), **more)


def changes(columns: str, lease: str = "lease_id") -> Grant:
    """Grant to update these columns in the person's reach, except for hidden households."""
    using = f"{within('building_id', C.ACCOUNT)} AND {SHOWN.replace('lease_id', lease, 1)}"
    return Grant(C.ACCOUNT, "UPDATE", using=using, columns=columns)

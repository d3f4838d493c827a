"""What the locks of several tables say alike: places, households that are hidden, days, and who brings files in."""

from access.compartments import Compartment as C
from access.locks import JOBS, Grant, taken_in, within

SHOWN = "lease_id <> ALL (ARRAY (SELECT tenants_hidden()))"
ACCOUNT_SHOWN = "account_id <> ALL (ARRAY (SELECT tenants_hidden_accounts()))"
# Asked once a statement: written bare, the function would be called for every row.
TODAY = "(SELECT loge_today())"
# Whoever acts signs, today; what a code's readers and writers are, the vocabulary says for each role at each building.
SIGNED = f"written_by_id = loge_person() AND written_on = {TODAY} AND withdrawn_on IS NULL"
# One household at a time: the one whose identity this person has just checked.
CHECKED = "lease_id = ANY (ARRAY (SELECT tenants_checked()))"
BY_SERVER = Grant(JOBS, "SELECT, INSERT")
LOADING = (BY_SERVER, taken_in())
KEEPING = Grant(JOBS, "SELECT, INSERT, DELETE")
_LIVES = "EXISTS (SELECT FROM tenants_residence r WHERE r.tenant_id = {0})"
_LIVES_OR_HOLDS = f"({_LIVES} OR EXISTS (SELECT FROM tenants_leaseparty p WHERE p.tenant_id = {{0}}))"


def correcting(columns: str) -> tuple[Grant, Grant]:
    """What a landlord's later file may say otherwise of what an earlier one brought, on the server or in a browser."""
    return Grant(JOBS, "UPDATE", columns=columns), taken_in("UPDATE", columns)


def near(c: C, rule: str, privileges: str = "SELECT", column: str = "building_id") -> Grant:
    return Grant(c, privileges, rows=f"{within(column, c)} AND {rule}")


def of_tenant(c: C, privileges: str = "SELECT", column: str = "tenant_id", **more: str) -> Grant:
    rule = _LIVES_OR_HOLDS if c in {C.ACCOUNT, C.IDENTITY} else _LIVES
    return Grant(c, privileges, rows=rule.format(column), **more)


def changes(columns: str, lease: str = "lease_id") -> Grant:
    """Some columns of one's own rows. A household that is hidden is not changed blindly either."""
    rows = f"{within('building_id', C.ACCOUNT)} AND {SHOWN.replace('lease_id', lease, 1)}"
    return Grant(C.ACCOUNT, "UPDATE", rows=rows, columns=columns)


def may(scope: str, verb: str) -> str:
    return f"tenants_fact_open(loge_person(), '{scope}', '{verb}', code_id, building_id)"

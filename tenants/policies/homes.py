"""Row-level policies of leases, their units and parties, accounts and residences. The policies of discreet marks (which
hide a household) and of errands (messages that a caretaker passes on at some doors) are here too.
"""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy, within
from tenants.policies.emergencies import EMPTIED, EMPTIED_COLUMNS, OPENED
from tenants.policies.rules import BY_SERVER, CHECKED, LOADING, SHOWN, TODAY, changes, correcting, lease_shown, near
from tenants.policies.walls import OPEN_ACCOUNTS

# Current residences, arrivals in the next 14 days, and departures (no internal transfers) of the last 7 days.
_AROUND = (
    f"moved_in <= {TODAY} + 14 AND (moved_out IS NULL OR moved_out >= {TODAY}"
    f" OR (NOT transferred AND moved_out >= {TODAY} - 7))"
)
# Residences that ended over three years ago are not visible: files are archived then (law 89-462, article 7-1).
_KEPT = f"(moved_out IS NULL OR moved_out >= {TODAY} - 1096)"
_LET_AROUND = f"first_day <= {TODAY} + 14 AND (last_day IS NULL OR last_day >= {TODAY} - 7)"
_REMINDED = tuple(Grant(c, using=within("building_id", c)) for c in (C.CARD, C.HELP, C.ACCOUNT))
DAILY = Grant(JOBS, "SELECT, DELETE")
_MADE_TODAY = f"made_by_id = loge_person() AND day = {TODAY}"
_HERE = "EXISTS (SELECT FROM {0} h WHERE (h.tenant_id, h.building_id) = ({1}.tenant_id, {1}.building_id))"
_LIVES_HERE = _HERE.format("tenants_residence", "tenants_searchkey")
_HOLDS_HERE = _HERE.format("tenants_leaseparty", "tenants_searchkey")
_PLACED_LEASE = tuple(near(c, SHOWN) for c in (C.ACCOUNT, C.IDENTITY))

POLICIES = (
    TablePolicy(
        "tenants_residence",
        (
            *(near(c, f"{SHOWN} AND {_AROUND}") for c in (C.CARD, C.HELP)),
            Grant(C.COUNTER, using=f"{CHECKED} AND {_AROUND}"),
            Grant(C.EMERGENCY, using=f"{OPENED} AND {_AROUND}"),
            Grant(C.EVACUATION, using=EMPTIED, columns=EMPTIED_COLUMNS),
            *(near(c, f"{SHOWN} AND {_KEPT}") for c in (C.ACCOUNT, C.IDENTITY)),
            near(C.ACCOUNT, "tenants_may_join(tenant_id)", "INSERT"),
            changes("moved_out, transferred"),
            *LOADING,
            *correcting("moved_out, transferred"),
        ),
    ),
    # A search key is readable in buildings where its tenant lives or, for officers, where its tenant holds a lease.
    TablePolicy("tenants_searchkey", (near(C.CARD, _LIVES_HERE), near(C.ACCOUNT, f"({_LIVES_HERE} OR {_HOLDS_HERE})"))),
    TablePolicy(
        "tenants_leaseunit",
        (
            *(near(c, _LET_AROUND) for c in (C.CARD, C.HELP)),
            # Officers also read the units of discreet households, so that pages do not offer these dwellings as vacant.
            Grant(C.ACCOUNT, using=within("building_id", C.ACCOUNT)),
            near(C.IDENTITY, SHOWN),
            Grant(C.ACCOUNT, "INSERT", using=within("building_id", C.ACCOUNT)),
            changes("last_day"),
            *LOADING,
            *correcting("last_day"),
        ),
    ),
    TablePolicy(
        "tenants_lease",
        (
            *(near(c, lease_shown("id")) for c in (C.ACCOUNT, C.IDENTITY)),
            Grant(C.ACCOUNT, "INSERT", using=within("building_id", C.ACCOUNT)),
            changes("notice_on, ends_on", "id"),
            *LOADING,
            *correcting("notice_on, ends_on"),
        ),
    ),
    TablePolicy(
        "tenants_leaseparty",
        (
            *_PLACED_LEASE,
            near(C.ACCOUNT, "tenants_may_join(tenant_id)", "INSERT"),
            changes("last_day"),
            *LOADING,
            *correcting("last_day"),
        ),
    ),
    # tenants_leasechange stores lease values from before today's changes, which tenants_undo_change() can restore.
    TablePolicy(
        "tenants_leasechange",
        (near(C.ACCOUNT, SHOWN), near(C.ACCOUNT, f"{SHOWN} AND {_MADE_TODAY}", "INSERT"), DAILY),
    ),
    TablePolicy(
        "tenants_discreetmark",
        (
            near(C.ACCOUNT, SHOWN),
            Grant(C.ACCOUNT, "INSERT", using=within("building_id", C.ACCOUNT)),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                using=f"{within('building_id', C.ACCOUNT)} AND {SHOWN}",
                columns="first_day, last_day",
            ),
            BY_SERVER,
            Grant(JOBS, "UPDATE", columns="last_day"),
        ),
    ),
    TablePolicy(
        "tenants_discreetname",
        (
            Grant(
                C.ACCOUNT,
                "SELECT, INSERT",
                # Only employees named in a discreet mark (which hides a household) can see the mark.
                # A new mark has no names, so tenants_may_name() lets anybody add the first: its author's own name.
                using="person_id = loge_person() OR EXISTS (SELECT FROM tenants_discreetmark m WHERE m.id = mark_id)",
                check="tenants_may_name(mark_id)",
            ),
            BY_SERVER,
        ),
    ),
    TablePolicy(
        "tenants_account",
        (
            *(near(c, f"{SHOWN} AND settled_on IS NULL") for c in (C.ACCOUNT, C.IDENTITY)),
            near(C.BOOKS, OPEN_ACCOUNTS),
            Grant(C.ACCOUNT, "INSERT", using=within("building_id", C.ACCOUNT)),
            *LOADING,
        ),
    ),
    TablePolicy("tenants_reminder", (*_REMINDED, near(C.CARD, "true", "INSERT"), BY_SERVER)),
    TablePolicy(
        "tenants_reminderdoor",
        (
            *_REMINDED,
            near(C.CARD, "true", "INSERT"),
            Grant(C.CARD, "UPDATE", using=within("building_id", C.CARD), columns="done_on"),
            BY_SERVER,
        ),
    ),
)
FUNCTIONS = (
    ("tenants_first_rows(text[], integer)", (C.ACCOUNT,)),
    ("tenants_hidden_account_ids()", (C.ACCOUNT, C.TRIAGE)),
    ("tenants_open_account(uuid)", (C.ACCOUNT, C.BOOKS)),
    ("tenants_account_place(text)", (C.ASSIGNMENTS, C.ALL_TRACE, C.CONTROL)),
    ("tenants_hidden()", (C.CARD, C.HELP, C.COUNTER, C.EMERGENCY, C.ACCOUNT, C.IDENTITY)),
    ("tenants_lease_on_page()", (C.CARD, C.HELP, C.ACCOUNT, C.IDENTITY)),
    ("tenants_account_on_page()", (C.ACCOUNT,)),
    ("tenants_narrow_to_account(text)", (C.ACCOUNT,)),
    ("tenants_may_join(uuid)", (C.ACCOUNT,)),
    ("tenants_undo_change(uuid)", (C.ACCOUNT,)),
    ("tenants_may_name(uuid)", (C.ACCOUNT,)),
    ("tenants_reached(uuid, date)", (C.ASSIGNMENTS, C.CONTROL)),
)

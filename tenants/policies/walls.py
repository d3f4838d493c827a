"""Row-level policies of conflicts of interest, which close a household's file to an employee. Also the conditions that
hide the household's account and entries from that employee.
"""

from access.compartments import Compartment as C
from access.policies import Grant, TablePolicy

OPEN_ACCOUNTS = "lease_id <> ALL (ARRAY (SELECT tenants_hidden_by_walls()))"
OPEN_BOOKS = "account_id <> ALL (ARRAY (SELECT tenants_walled_accounts()))"
_KEPT = "access_holds(loge_person(), ARRAY['access_administrator', 'sector_manager'], building_id)"

# There is no policy for INSERT: an SQL function inserts a conflict of interest, after finding the household's account.
# Nobody may end a conflict of interest that concerns themselves.
POLICIES = (
    TablePolicy(
        "tenants_conflictwall",
        (
            Grant(C.ASSIGNMENTS, using=_KEPT),
            Grant(
                C.ASSIGNMENTS,
                "UPDATE",
                using=f"{_KEPT} AND person_id <> loge_person()",
                check="ended_by_id = loge_person()",
                columns="ended_on, ended_by_id",
            ),
        ),
    ),
)
_PLACED = (C.CARD, C.HELP, C.COUNTER, C.EVACUATION, C.ACCOUNT, C.BOOKS, C.IDENTITY, C.CONTESTS, C.TRIAGE)
FUNCTIONS = (
    ("tenants_set_wall(text, uuid)", (C.ASSIGNMENTS,)),
    ("tenants_hidden_by_walls()", (C.BOOKS,)),
    ("tenants_walled_accounts()", (C.BOOKS,)),
    ("tenants_walled_here(text, text, text)", _PLACED),
)

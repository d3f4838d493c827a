"""Row-level policies of restrictions of processing, and the compartments that may ask whether something is restricted.

The app rights/ adds the policies by which the data protection officer reads and lifts restrictions. No role has a grant
on the contacts that were set aside: only SQL functions read them.
"""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy

# No database role may insert a restriction: a SQL function of rights/ does, together with the answer to the request.
POLICIES = (
    TablePolicy("tenants_restriction", (Grant(JOBS, "SELECT, DELETE"),)),
    TablePolicy("tenants_setasidecontact", ()),
)

_OF_ACCOUNTS = (C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE)
FUNCTIONS = (
    ("tenants_is_restricted(text, uuid, date)", (C.CARD, C.HELP, C.COUNTER, *_OF_ACCOUNTS, JOBS)),
    ("tenants_is_preserved(text, uuid, date)", (JOBS,)),
    ("tenants_restricted_accounts()", _OF_ACCOUNTS),
    ("tenants_page_account(boolean)", _OF_ACCOUNTS),
    ("tenants_accounts_restricted_today()", (C.ACCOUNT,)),
    ("tenants_restricted_residences()", (C.HELP, C.COUNTER)),
    ("tenants_emergency_contacts()", (C.EMERGENCY,)),
)

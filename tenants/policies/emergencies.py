"""Row-level policies of emergency accesses, and the conditions on the rows that an emergency access opens.

An access is visible to the person who opened it, to the managers of the place, and to readers of the whole audit log.
"""

from access.compartments import Compartment as C
from access.policies import WATCHES, Grant, TablePolicy, within
from tenants.policies.rules import KEEPING
from tenants.vocabulary import IN_EVACUATION

# True for rows of the household whose card the current person opened in an emergency, until the access expires.
OPENED = "lease_id = ANY (ARRAY (SELECT tenants_emergency_lease()))"
# True for today's residents of the building whose evacuation list the person opened, except discreet households.
EMPTIED = (
    "building_id = ANY (ARRAY (SELECT tenants_evacuated_building()))"
    " AND lease_id <> ALL (ARRAY (SELECT tenants_masked_on_evacuation_list()))"
    " AND moved_in <= (SELECT loge_today()) AND (moved_out IS NULL OR moved_out >= (SELECT loge_today()))"
)
EMPTIED_COLUMNS = "id, tenant_id, lease_id, unit_id, building_id, moved_in, moved_out"
_CODES = ", ".join(f"'{code}'" for code in IN_EVACUATION)
HELPED = (
    f"code IN ({_CODES}) AND EXISTS (SELECT FROM tenants_residence r WHERE r.tenant_id = tenants_helpcode.tenant_id)"
)
HELPED_COLUMNS = "id, tenant_id, code, asked_on, renew_by, ended_on"
_AT_PLACES = within("building_id", C.CONTESTS)
_OWN_CARD = "person_id = loge_person() AND lease_id IS NOT NULL"
_OWN_LIST = "person_id = loge_person() AND lease_id IS NULL"
_CLOSED = "until >= opened_at"

# There is no policy for INSERT, because only SQL functions insert emergency accesses.
# A manager reviews an emergency access and stores a verdict, except on the manager's own emergency accesses.
POLICIES = (
    TablePolicy(
        "tenants_emergencyaccess",
        (
            Grant(C.EMERGENCY, using=_OWN_CARD),
            Grant(C.EVACUATION, using=_OWN_LIST),
            # People may end their own accesses (card or evacuation list) early. A trigger refuses a later end.
            Grant(C.EMERGENCY, "UPDATE", using=_OWN_CARD, check=f"{_OWN_CARD} AND {_CLOSED}", columns="until"),
            Grant(C.EVACUATION, "UPDATE", using=_OWN_LIST, check=f"{_OWN_LIST} AND {_CLOSED}", columns="until"),
            Grant(C.CONTESTS, using=_AT_PLACES),
            Grant(
                C.CONTESTS,
                "UPDATE",
                using=f"{_AT_PLACES} AND person_id <> loge_person()",
                columns="verdict, reviewed_by_id, reviewed_on",
            ),
            Grant(C.ALL_TRACE, using=WATCHES),
            KEEPING,
        ),
    ),
)
FUNCTIONS = (
    ("tenants_open_emergency(text, uuid, text, date, uuid)", (C.EMERGENCY,)),
    ("tenants_emergency_recipients(uuid)", (C.EMERGENCY, C.EVACUATION)),
    ("tenants_open_evacuation(uuid, text, date)", (C.EVACUATION,)),
    ("tenants_evacuated_building()", (C.EVACUATION,)),
    ("tenants_masked_on_evacuation_list()", (C.EVACUATION,)),
    ("tenants_emergency_lease()", (C.EMERGENCY,)),
    ("tenants_emergencies_due()", (C.CARD,)),
    ("tenants_emergency_notice(uuid)", (C.CONTESTS,)),
)

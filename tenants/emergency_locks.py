"""Who reads what of an opening in an emergency: whoever opened it, the managers of its place, who watches over all."""

from access.compartments import Compartment as C
from access.locks import WATCHES, Grant, Lock, within
from tenants.inherited_locks import KEEPING

# The one household that was opened, for some minutes.
OPENED = "lease_id = ANY (ARRAY (SELECT tenants_emergencies()))"
_AT_PLACES = within("building_id", C.CONTESTS)

# Written by a function alone; a manager of the place who has not opened it says whether it had to be, once.
EMERGENCIES = Lock(
    "tenants_emergencyaccess",
    (
        Grant(C.EMERGENCY, rows="person_id = loge_person()"),
        Grant(C.CONTESTS, rows=_AT_PLACES),
        Grant(
            C.CONTESTS,
            "UPDATE",
            rows=f"{_AT_PLACES} AND person_id <> loge_person()",
            columns="verdict, reviewed_by_id, reviewed_on",
        ),
        Grant(C.ALL_TRACE, rows=WATCHES),
        KEEPING,
    ),
)
FUNCTIONS = (
    ("tenants_open_emergency(text, uuid, text, date)", (C.EMERGENCY,)),
    ("tenants_emergency_told(uuid)", (C.EMERGENCY,)),
    ("tenants_emergencies()", (C.EMERGENCY,)),
    ("tenants_emergencies_due()", (C.CARD,)),
)

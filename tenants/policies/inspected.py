"""Functions that answer an inspector about tenants with places, days and numbers. Inspectors have no policy on the
tables.

One function returns more: the household's file whose copy was released to the inspector. It checks the release at each
call.
"""

from access.compartments import Compartment as C
from access.policies import INSPECTS, Grant, Lock

FUNCTIONS = (("tenants_reached_by_place(uuid, date)", (C.CONTROL,)),)

LOCKS = (
    # Append-only; corrections are new rows.
    Lock(
        "tenants_breach",
        (
            Grant(C.INSPECTION, rows="(SELECT tenants_inspects())"),
            Grant(C.INSPECTION, "INSERT", check="(SELECT tenants_inspects()) AND noted_by_id = loge_person()"),
            Grant(C.CONTROL, rows=INSPECTS),
        ),
    ),
)

"""Functions that answer an inspector about tenants with places, days and numbers. Inspectors have no policy on the
tables.

One function returns more: the household's file whose copy was released to the inspector. It checks the release at each
call.
"""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, Grant, Lock

FUNCTIONS = (
    ("tenants_inspected(text, date)", (C.CONTROL,)),
    ("tenants_inspected_apart(uuid, date)", (C.CONTROL,)),
    ("tenants_reached_by_place(uuid, date)", (C.CONTROL,)),
    ("tenants_inspected_emergencies()", (C.CONTROL,)),
    ("tenants_inspected_contests()", (C.CONTROL,)),
    ("tenants_inspected_waiting()", (C.CONTROL,)),
    ("tenants_inspected_sorted()", (C.CONTROL,)),
    ("tenants_inspected_requests()", (C.CONTROL,)),
    ("tenants_inspected_terms()", (C.CONTROL,)),
    ("tenants_inspected_file(text)", (C.CONTROL,)),
    ("tenants_inspected_copy(text)", (C.CONTROL,)),
    ("tenants_copies_asked()", (C.INSPECTION,)),
    ("tenants_release_copy(uuid)", (C.INSPECTION,)),
)

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
    # Only a function inserts, for a copy that an inspector asked for.
    Lock(
        "tenants_copyrelease",
        (Grant(C.CONTROL, rows=f"asked_by_id = loge_person() AND {INSPECTS}"), Grant(JOBS, "SELECT, DELETE")),
    ),
)

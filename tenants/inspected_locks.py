"""What an inspector is answered about tenants: functions that give places, days and numbers, and no table."""

from access.compartments import Compartment as C

FUNCTIONS = (
    ("tenants_inspected(text, date)", (C.CONTROL,)),
    ("tenants_inspected_apart(uuid, date)", (C.CONTROL,)),
    ("tenants_reached_by_place(uuid, date)", (C.CONTROL,)),
    ("tenants_inspected_emergencies()", (C.CONTROL,)),
    ("tenants_inspected_contests()", (C.CONTROL,)),
    ("tenants_inspected_requests()", (C.CONTROL,)),
    ("tenants_inspected_terms()", (C.CONTROL,)),
)

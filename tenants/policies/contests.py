"""Lets some database roles call SQL functions of tenants/. These roles serve imports, objections against sentences that
the screening refused, and inspections of texts."""

from access.compartments import Compartment as C
from access.policies import TablePolicy

POLICIES: tuple[TablePolicy, ...] = ()
FUNCTIONS = (
    ("tenants_intake_within(bigint, bigint)", (C.INTAKE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_inspects()", (C.INSPECTION,)),
)

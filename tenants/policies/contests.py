"""SQL functions of tenants/ that the database roles for contested refusals and screening inspections may call."""

from access.compartments import Compartment as C
from access.policies import TablePolicy

POLICIES: tuple[TablePolicy, ...] = ()
FUNCTIONS = (
    ("tenants_intake_within(bigint, bigint)", (C.INTAKE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_inspects()", (C.INSPECTION,)),
)

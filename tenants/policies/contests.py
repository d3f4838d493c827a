"""Lets some database roles call SQL functions of tenants/: the roles for imports, refused or sealed sentences, and
inspections."""

from access.compartments import Compartment as C
from access.policies import TablePolicy

POLICIES: tuple[TablePolicy, ...] = ()
FUNCTIONS = (
    ("tenants_intake_within(bigint, bigint)", (C.INTAKE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_inspects()", (C.INSPECTION,)),
)

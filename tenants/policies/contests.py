"""SQL functions of tenants/ that the database roles for file imports, contested refusals of sentences, and inspections
of hidden texts may call.
"""

from access.compartments import Compartment as C
from access.policies import TablePolicy

POLICIES: tuple[TablePolicy, ...] = ()
FUNCTIONS = (
    ("tenants_intake_within(bigint, bigint)", (C.INTAKE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_inspects()", (C.INSPECTION,)),
)

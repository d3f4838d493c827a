"""Lists three SQL functions of tenants/, each with the compartments whose database roles may call the function.

These compartments (kinds of data) are for importing files, for deciding on sentences that the screening refused, and
for searching words in stored texts.
"""

from access.compartments import Compartment as C
from access.policies import TablePolicy

POLICIES: tuple[TablePolicy, ...] = ()
FUNCTIONS = (
    ("tenants_intake_within(bigint, bigint)", (C.INTAKE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_inspects()", (C.INSPECTION,)),
)

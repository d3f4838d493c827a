"""The SQL function of tenants/ that inspectors may call. Inspectors have no policy on the tables."""

from access.compartments import Compartment as C
from access.policies import TablePolicy

FUNCTIONS = (("tenants_reached_by_place(uuid, date)", (C.CONTROL,)),)

POLICIES: tuple[TablePolicy, ...] = ()

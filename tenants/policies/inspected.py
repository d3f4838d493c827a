"""Functions that answer an inspector about tenants with places, days and numbers. Inspectors have no policy on the
tables.

One function returns more: the household's file whose copy was released to the inspector. It checks the release at each
call.
"""

from access.compartments import Compartment as C
from access.policies import TablePolicy

FUNCTIONS = (("tenants_reached_by_place(uuid, date)", (C.CONTROL,)),)

POLICIES: tuple[TablePolicy, ...] = ()

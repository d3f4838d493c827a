"""Lets external inspectors call one SQL function of tenants/. No policy lets them read the tables of this app."""

from access.compartments import Compartment as C
from access.policies import TablePolicy

FUNCTIONS = (("tenants_reached_by_place(uuid, date)", (C.CONTROL,)),)

POLICIES: tuple[TablePolicy, ...] = ()

"""Buildings with their addresses and units, and housing programmes, which only patrimony pages show."""

from buildings.models.building import Address, Building
from buildings.models.programme import Programme
from buildings.models.reach import BuildingGroupPermission, BuildingUserPermission
from buildings.models.unit import Unit

__all__ = ["Address", "Building", "BuildingGroupPermission", "BuildingUserPermission", "Programme", "Unit"]

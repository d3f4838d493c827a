"""Buildings with their addresses and units, and the publicly funded housing programmes of which units are part."""

from buildings.models.building import Address, Building
from buildings.models.programme import Programme
from buildings.models.reach import BuildingGroupPermission, BuildingUserPermission
from buildings.models.search_key import BuildingKey
from buildings.models.terms import Financing, UnitTerms, Zone
from buildings.models.unit import Unit

__all__ = [
    "Address",
    "Building",
    "BuildingGroupPermission",
    "BuildingKey",
    "BuildingUserPermission",
    "Financing",
    "Programme",
    "Unit",
    "UnitTerms",
    "Zone",
]

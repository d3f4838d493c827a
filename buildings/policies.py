"""Row-level security policies of buildings, addresses, units and programmes, for each compartment (kind of data).

In the compartments in PLACED, most of which contain data of residents, people see the buildings of the places to which
they are assigned. In other compartments, such as PATRIMONY (buildings without people), people see all buildings.
"""

from access.compartments import PLACED
from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy, everyone, taken_in, within

_IMPORTING = Grant(JOBS, "SELECT, INSERT, UPDATE")


def _by_place(column: str) -> tuple[Grant, ...]:
    placed = tuple(Grant(c, using=within(column, c)) for c in C if c in PLACED)
    return (*placed, Grant(C.PATRIMONY), Grant(C.EMERGENCY), Grant(C.DISCLOSURE), Grant(C.ASSIGNMENTS), _IMPORTING)


POLICIES = (
    TablePolicy("buildings_building", (*_by_place("place_id"), Grant(C.ASSIGNMENTS, "INSERT"), taken_in("SELECT"))),
    TablePolicy(
        "buildings_address",
        (
            *_by_place("building_id"),
            Grant(C.ASSIGNMENTS, "INSERT"),
            taken_in(),
            taken_in("UPDATE", "postcode, city, search_key, ban_id, latitude, longitude"),
        ),
    ),
    # No login may write search keys of buildings: only triggers do, with the rights of the table's owner.
    TablePolicy("buildings_searchkey", tuple(Grant(c, using=within("building_id", c)) for c in (C.CARD, C.ACCOUNT))),
    TablePolicy(
        "buildings_unit",
        (
            *_by_place("building_id"),
            Grant(C.ASSIGNMENTS, "UPDATE", columns="building_id"),
            taken_in(),
            taken_in("UPDATE", "rpls_id, type, surface_m2, staircase, floor, door"),
        ),
    ),
    # The app `allocations` grants employees who let dwellings access to buildings_unitterms as well.
    TablePolicy(
        "buildings_unitterms",
        (
            taken_in(),
            taken_in("UPDATE", "financing, zone, qpv, qpv_on, rent_cents, charges_cents, equipment, first_letting"),
        ),
    ),
    TablePolicy("buildings_programme", (Grant(C.PATRIMONY), _IMPORTING)),
    TablePolicy("buildings_programme_buildings", (Grant(C.PATRIMONY), _IMPORTING)),
    TablePolicy("buildings_user_permission", everyone(), view=True),
    TablePolicy("buildings_group_permission", everyone(), view=True),
)

FUNCTIONS = (
    ("buildings_threshold(integer, uuid, uuid, text, uuid)", tuple(PLACED)),
    ("buildings_narrow_to(text)", (C.CARD,)),
)

"""REST API of places, buildings and units. The API never returns residents. Housing programmes are left out, because
the kind of a programme may reveal who lives there."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.serializer_fields import Code, Id
from access.grants.api import PlaceOut
from access.models import Level, Place
from access.permissions import Permission
from audit import events
from buildings.models import Building, Unit
from buildings.models.unit import UnitKind

# --- Responses -------------------------------------------------------------------------------------------------------


class AddressOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()


class BuildingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="place_id")
    code = serializers.CharField(source="place.code")
    name = serializers.CharField(source="place.name")
    parent = serializers.UUIDField(source="place.parent_id")


class BuildingDetail(BuildingOut):
    addresses = AddressOut(many=True)


class UnitOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    building = serializers.UUIDField(source="building_id")
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    type = serializers.CharField()
    staircase = serializers.CharField()
    floor = serializers.IntegerField(allow_null=True)
    door = serializers.CharField()
    surface_m2 = serializers.DecimalField(6, 1, allow_null=True)
    rpls_id = serializers.CharField(allow_null=True)


class DoorOut(serializers.Serializer[Any]):
    """JSON fields of a unit in the residents API. Details that require the permission PATRIMONY_VIEW are left out."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    staircase = serializers.CharField()
    floor = serializers.IntegerField(allow_null=True)
    door = serializers.CharField()


# --- Requests --------------------------------------------------------------------------------------------------------


class PlacesQuery(ListQuery):
    orders = {"name": ("name", "id"), "code": ("code",)}

    level = Code(choices=Level.choices, required=False)
    parent = Id(required=False)


class BuildingsQuery(ListQuery):
    orders = {"name": ("place__name", "place_id"), "code": ("place__code",)}

    parent = Id(required=False, help_text=_("Le lieu auquel le bâtiment est directement rattaché."))


class UnitsQuery(ListQuery):
    orders = {"door": ("staircase", "door", "id")}

    kind = Code(choices=UnitKind.choices, required=False)


@endpoint(
    Permission.PATRIMONY_VIEW,
    get_event=events.PATRIMONY_SHOWN,
    title=_("Lieux : de l’organisme au bâtiment"),
    answers=PlaceOut,
    query=PlacesQuery,
)
def places(request: ApiRequest) -> Page:
    rows = request.access.rows(Place)
    if level := request.query.get("level"):
        rows = rows.filter(level=level)
    return _counted(request, _under(rows, request, "parent"))


@endpoint(
    Permission.PATRIMONY_VIEW,
    model=Place,
    get_event=events.PATRIMONY_SHOWN,
    title=_("Un lieu"),
    answers=PlaceOut,
)
def place(request: ApiRequest, place: Place) -> Place:
    return place


@endpoint(
    Permission.PATRIMONY_VIEW,
    get_event=events.PATRIMONY_SHOWN,
    title=_("Bâtiments"),
    answers=BuildingOut,
    query=BuildingsQuery,
)
def buildings(request: ApiRequest) -> Page:
    return _counted(request, _under(request.access.rows(Building), request, "place__parent"))


@endpoint(
    Permission.PATRIMONY_VIEW,
    model=Building,
    get_event=events.PATRIMONY_SHOWN,
    title=_("Un bâtiment et ses adresses"),
    answers=BuildingDetail,
)
def building(request: ApiRequest, building: Building) -> dict[str, Any]:
    return {"place": building.place, "place_id": building.pk, "addresses": building.addresses.order_by("street", "id")}


@endpoint(
    Permission.PATRIMONY_VIEW,
    model=Building,
    get_event=events.PATRIMONY_SHOWN,
    title=_("Logements et autres locaux d’un bâtiment"),
    answers=UnitOut,
    query=UnitsQuery,
)
def units(request: ApiRequest, building: Building) -> Page:
    rows = request.access.rows(Unit).filter(building=building)
    if kind := request.query.get("kind"):
        rows = rows.filter(kind=kind)
    return _counted(request, rows)


def _under(rows: Any, request: ApiRequest, column: str) -> Any:
    parent = request.query.get("parent")
    return rows.filter(**{column: parent}) if parent else rows


def _counted(request: ApiRequest, rows: Any) -> Page:
    listed = page(request, rows)
    request.access.note(count=len(listed.items))
    return listed

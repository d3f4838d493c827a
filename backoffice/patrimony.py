"""Queries for the pages of the housing stock: sectors, buildings and dwellings. No page shows who lives there."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from access.models import Level, Place
from access.models.place import SMALL, PlaceQuerySet
from backoffice.map_drawing import Frame, Point, centre_of, frame_around, outline, path_of
from buildings.models import Address, Building, Unit
from buildings.models.building import BuildingQuerySet
from buildings.models.unit import UnitKind
from exchange.open_data.programmes import UNKNOWN

# NATURES maps the nature of a housing programme, such as a care home, to its label.
# Only the page about a building shows the nature of a programme, because the nature may reveal who lives there.
NATURES: dict[str, Promise | str] = {
    "family": _("Logement familial"),
    "student_residence": _("Résidence étudiante"),
    "young_workers": _("Foyer de jeunes travailleurs"),
    "disabled_home": _("Foyer pour personnes handicapées"),
    "care_home": _("Établissement pour personnes âgées dépendantes"),
    "social_residence": _("Résidence sociale"),
    "relay_home": _("Maison relais"),
    "migrant_workers": _("Résidence sociale issue d’un foyer de travailleurs migrants"),
    "elderly_residence": _("Résidence pour personnes âgées"),
    "emergency_shelter": _("Centre d’hébergement d’urgence"),
    UNKNOWN: _("Nature inconnue"),
}
MODES: dict[str, Promise | str] = {
    "new_build": _("construction neuve"),
    "bought_and_renovated": _("acquisition et réhabilitation"),
    "bought_and_regulated": _("acquisition et conventionnement"),
    UNKNOWN: _("mode inconnu"),
}


@dataclass
class Estate:
    name: str
    buildings: list[Building] = field(default_factory=list)

    @property
    def dwellings(self) -> int:
        return sum(building.dwellings for building in self.buildings)


def sectors(access: AccessContext) -> PlaceQuerySet:
    """Return the places directly above estates or buildings, such as sectors.

    Each place has the attributes `estates`, `buildings` and `dwellings`: how many of them are below the place.
    """
    below = {"path__gte": OuterRef("path"), "path__lt": Concat(OuterRef("path"), Value("~"))}
    standing = {f"building__place__{name}": value for name, value in below.items()}
    hanging = access.rows(Place).filter(parent=OuterRef("pk"), level__in=SMALL)
    rows: PlaceQuerySet = access.rows(Place).exclude(level__in=SMALL).filter(Exists(hanging))
    counted: PlaceQuerySet = rows.annotate(
        estates=_number(access.rows(Place).filter(level=Level.ESTATE, **below)),
        buildings=_number(access.rows(Place).buildings().filter(**below)),
        dwellings=_number(access.rows(Unit).dwellings().filter(**standing)),
    )
    return counted.order_by("name", "id")


def _number(rows: PlaceQuerySet) -> Coalesce:
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def buildings_under(access: AccessContext, place: Place) -> BuildingQuerySet:
    """Return all buildings of a sector or other place, ordered by estate, each with its number of `dwellings`."""
    rows: BuildingQuerySet = access.rows(Building).filter(place__path__gte=place.path, place__path__lt=place.path + "~")
    counted: BuildingQuerySet = rows.annotate(dwellings=Count("units", filter=Q(units__kind=UnitKind.DWELLING)))
    counted = counted.select_related("place__parent")
    return counted.order_by("place__parent__name", "place__parent", "place__name", "pk")


def by_estate(buildings: list[Building]) -> list[Estate]:
    estates: dict[UUID | None, Estate] = {}
    for building in buildings:
        place = building.place
        name = place.parent.name if place.parent else ""
        estates.setdefault(place.parent_id, Estate(name)).buildings.append(building)
    return list(estates.values())


def known_units(building: Building) -> list[Unit]:
    """Return the building's dwellings from the top floor down, then its other units.

    Leaves out dwellings whose position and type are both unknown.
    """
    unknown = Q(staircase="", floor__isnull=True, door="", type="", kind=UnitKind.DWELLING)
    rows = building.units.exclude(unknown).order_by("staircase", F("floor").desc(nulls_last=True), "door", "id")
    return sorted(rows, key=lambda unit: unit.kind != UnitKind.DWELLING)


# The map omits addresses whose postcode is not of letters, digits and hyphens, because the postcode is a part of URLs.
ON_MAP = Q(latitude__isnull=False, postcode__regex=r"^[0-9A-Za-z-]+$")


@dataclass(frozen=True)
class Area:
    """The buildings of one postcode on the map. `shape` has the points of an SVG polygon; `label` is its centre."""

    postcode: str
    city: str
    buildings: int
    shape: str
    label: Point


def areas(access: AccessContext) -> tuple[list[Area], Frame | None]:
    """Return the postcodes whose buildings have positions, and the frame of the map (None without any position)."""
    rows: dict[str, list[Address]] = {}
    for row in access.rows(Address).filter(ON_MAP).order_by("postcode", "city"):
        rows.setdefault(row.postcode, []).append(row)
    if not rows:
        return [], None
    frame = frame_around([position_of(row) for group in rows.values() for row in group])
    return [_area(postcode, group, frame) for postcode, group in rows.items()], frame


def _area(postcode: str, rows: list[Address], frame: Frame) -> Area:
    points = [frame.place(position_of(row)) for row in rows]
    buildings = len({row.building_id for row in rows})
    return Area(postcode, rows[0].city, buildings, path_of(outline(points)), centre_of(points))


def position_of(row: Address | Building) -> Point:
    """Return latitude and longitude of an address, or of a building that `placed_buildings` returned."""
    return float(row.latitude), float(row.longitude)  # type: ignore[arg-type, union-attr]  # filtered, annotated


def placed_buildings(access: AccessContext, postcode: str) -> BuildingQuerySet:
    """Return the buildings of a postcode that have a position, each with `latitude`, `longitude` and `dwellings`."""
    addresses = access.rows(Address).filter(building=OuterRef("pk"), postcode=postcode, latitude__isnull=False)
    first = addresses.order_by("id")
    rows: BuildingQuerySet = access.rows(Building).filter(Exists(addresses))
    counted: BuildingQuerySet = rows.annotate(
        latitude=Subquery(first.values("latitude")[:1]),
        longitude=Subquery(first.values("longitude")[:1]),
        dwellings=Count("units", filter=Q(units__kind=UnitKind.DWELLING)),
    )
    return counted.select_related("place").order_by("place__name", "pk")


def unplaced(access: AccessContext) -> int:
    """Return the number of buildings without a position, which the map cannot show."""
    placed = access.rows(Address).filter(ON_MAP, building=OuterRef("pk"))
    number: int = access.rows(Building).exclude(Exists(placed)).count()
    return number

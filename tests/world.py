"""The landlord of the tests and its employees.

Tests of refusals use employees of the neighbouring building or sector, who come closest to being allowed.

Office des Trois-Rives
  Direction Est
    Agence Belleville
      Secteur Glycines: Résidence Les Glycines (bâtiments A and B)
      Secteur Tour:     Tour Élisée-Reclus (low and high, one address, two caretakers)
    Agence Bercy
      Secteur Quai:     Quai 9
"""

from django.contrib.auth.models import Group, Permission
from django.db.models import Case, When
from guardian.models import GroupObjectPermission

from access.models import Level, Person, Place
from buildings.models import Building
from buildings.models.unit import UnitKind
from tenants.models import Account, Residence, Tenant
from tests.audit_completeness import Findings
from tests.builders import (
    OWNER,
    assign,
    let,
    make_building,
    make_person,
    make_place,
    make_tenant,
    make_unit,
    post,
    put_on_call,
)

# Name -> (full name, biography) of each employee.
CAST: dict[str, tuple[str, str]] = {
    "awa": ("Awa Diakité", "caretaker of Glycines A"),
    "bruno": ("Bruno Lefèvre", "caretaker of Glycines B, the next building"),
    "chloe": ("Chloé Martin", "was caretaker of Glycines A until yesterday"),
    "denis": ("Denis Roux", "caretaker of Quai 9 and officer of the tower's sector"),
    "elise": ("Élise Bernard", "officer of Agence Belleville"),
    "fatou": ("Fatou Ndiaye", "officer of Agence Bercy, the next agency"),
    "georges": ("Georges Petit", "sector manager of Glycines"),
    "helene": ("Hélène Faure", "accountant of the whole landlord"),
    "ines": ("Inès Haddad", "data-protection officer"),
    "jules": ("Jules Moreau", "access administrator"),
    "karim": ("Karim Sy", "officer of Agence Belleville whose sign-in is closed, and once a superuser"),
    "lea": ("Léa Giraud", "holds guardian's permission on the model, and no assignment"),
    "marc": ("Marc Blanc", "is in a group with a stray guardian row on Glycines A"),
    "noel": ("Noël Caron", "employed, without any assignment"),
    "olga": ("Olga Brun", "caretaker of Glycines A from tomorrow"),
    "paola": ("Paola Ricci", "front desk of Agence Belleville"),
    "paul": ("Paul Nguyen", "data steward of the whole landlord"),
    "yann": ("Yann Le Goff", "on call for the sector of Glycines, at this hour"),
    "aline": ("Aline Perrin", "allocation officer of Agence Belleville"),
    "basile": ("Basile Comte", "allocation officer of Agence Bercy, the next agency"),
    "rosa": ("Rosa Lopes", "allocation manager of the whole landlord"),
    "sacha": ("Sacha Weil", "ground examiner of Agence Belleville"),
    "camille": ("Camille Roux", "chair of the allocation commission"),
    "mehdi": ("Mehdi Saïdi", "member of the allocation commission for the tenants"),
    "marion": ("Marion Blanc", "member of the allocation commission for the mayor"),
    "nadia": ("Nadia Belhadj", "nominator of a reserving body, which has a contingent only in some tests"),
    "simone": ("Simone Aubry", "inspector of the authority, for a fortnight"),
}


def build_world() -> None:
    places = build_places()
    cast = {name: make_person(full, places["Agence Belleville"]) for name, (full, _biography) in CAST.items()}
    give_roles(cast, places)
    for name in ("Glycines A", "Glycines B", "Tour basse", "Tour haute", "Quai 9"):
        fill(Building.objects.using(OWNER).get(place=places[name]), name)


def build_places() -> dict[str, Place]:
    top = make_place(Level.ORGANISATION, "Office des Trois-Rives")
    east = make_place(Level.DIRECTORATE, "Direction Est", top)
    belleville = make_place(Level.AGENCY, "Agence Belleville", east)
    bercy = make_place(Level.AGENCY, "Agence Bercy", east)
    glycines = make_place(Level.SECTOR, "Secteur Glycines", belleville)
    tower = make_place(Level.SECTOR, "Secteur Tour", belleville)
    quay = make_place(Level.SECTOR, "Secteur Quai", bercy)
    estate = make_place(Level.ESTATE, "Les Glycines", glycines)
    reclus = make_place(Level.ESTATE, "Tour Élisée-Reclus", tower)
    buildings = [
        make_building("Glycines A", estate),
        make_building("Glycines B", estate, number="5"),
        make_building("Tour basse", reclus, "place des Fêtes-Foraines", "1"),
        make_building("Tour haute", reclus, "place des Fêtes-Foraines", "1"),
        make_building("Quai 9", quay, "quai de Bercy", "9"),
    ]
    return {p.name: p for p in (top, east, belleville, bercy, glycines, tower, quay, *(b.place for b in buildings))}


def give_roles(cast: dict[str, Person], places: dict[str, Place]) -> None:
    top = places["Office des Trois-Rives"]
    assign(cast["awa"], "caretaker", places["Glycines A"])
    assign(cast["bruno"], "caretaker", places["Glycines B"])
    assign(cast["chloe"], "caretaker", places["Glycines A"], last=-1)
    assign(cast["denis"], "caretaker", places["Quai 9"])
    assign(cast["denis"], "officer", places["Secteur Tour"])
    assign(cast["elise"], "officer", places["Agence Belleville"])
    assign(cast["fatou"], "officer", places["Agence Bercy"])
    assign(cast["georges"], "sector_manager", places["Secteur Glycines"])
    assign(cast["helene"], "accountant", top)
    assign(cast["ines"], "dpo", top)
    assign(cast["paul"], "data_steward", top)
    put_on_call(cast["yann"], places["Secteur Glycines"])
    assign(cast["simone"], "inspector", top, first=-2, last=11)
    assign(cast["jules"], "access_administrator", top)
    assign(cast["karim"], "officer", places["Agence Belleville"])
    assign(cast["olga"], "caretaker", places["Glycines A"], first=1)
    assign(cast["paola"], "front_desk", places["Agence Belleville"])
    assign(cast["aline"], "allocation_officer", places["Agence Belleville"])
    assign(cast["basile"], "allocation_officer", places["Agence Bercy"])
    assign(cast["rosa"], "allocation_manager", top)
    assign(cast["sacha"], "ground_examiner", places["Agence Belleville"])
    assign(cast["camille"], "committee_chair", top)
    assign(cast["mehdi"], "committee_member", top)
    assign(cast["marion"], "committee_member", top)
    assign(cast["nadia"], "nominator", top)
    Person.objects.using(OWNER).filter(pk=cast["karim"].pk).update(is_active=False)
    give_what_opens_nothing(cast, places["Glycines A"])


def give_what_opens_nothing(cast: dict[str, Person], building: Place) -> None:
    """Give two employees permissions by Django and django-guardian that do not come from an assignment.

    Loge must ignore such permissions: they may give no access.
    """
    permissions = Permission.objects.using(OWNER).filter(
        content_type__app_label="buildings", codename__endswith="_reach"
    )
    cast["lea"].user_permissions.set(permissions)
    group = Group.objects.using(OWNER).create(name="Stray")
    cast["marc"].groups.add(group)
    for permission in permissions:
        row = {"group": group, "permission": permission, "content_type": permission.content_type}
        GroupObjectPermission.objects.using(OWNER).create(object_pk=str(building.pk), **row)


def fill(building: Building, name: str) -> None:
    """Create four dwellings in a building.

    The first has a tenant without debt, the second a couple with a debt, the third a tenant who moves in in five days.
    The fourth is vacant.
    """
    units = [make_unit(building, door, floor) for door, floor in (("11", 1), ("12", 1), ("21", 2), ("22", 2))]
    calm = let(units[0], make_tenant(f"Calme-{name}", "Anne"))
    post(calm, 61_596)
    post(calm, -61_596, "direct_debit", "payment", day=-15)
    owing = let(units[1], make_tenant(f"Dette-{name}", "Marie"), make_tenant(f"Dette-{name}", "Paul"))
    for day in (-80, -50, -20):
        post(owing, 48_720, day=day)
    let(units[2], make_tenant(f"Arrive-{name}", "Zoé"), start=5)


class World:
    """Looks up objects of the test landlord by name, with the owner's login.

    `found`: the faults that tests/audit_completeness.py finds in the test's responses, such as a missing audit event.
    """

    found: Findings

    def person(self, name: str) -> Person:
        return Person.objects.using(OWNER).get(name=CAST[name][0])

    def place(self, name: str) -> Place:
        return Place.objects.using(OWNER).get(name=name)

    def building(self, name: str) -> Building:
        return Building.objects.using(OWNER).get(place__name=name)

    def tenant(self, last_name: str) -> Tenant:
        return Tenant.objects.using(OWNER).filter(last_name=last_name).order_by("first_name")[0]

    def residence(self, last_name: str) -> Residence:
        rows = Residence.objects.using(OWNER).filter(tenant__last_name=last_name).order_by("tenant__first_name")
        return rows.select_related("tenant", "unit")[0]

    def account(self, last_name: str) -> Account:
        """Return the account of the household's dwelling, even if the household also rents a parking space."""
        rows = Account.objects.using(OWNER).filter(lease__parties__tenant__last_name=last_name)
        dwellings_first = Case(When(lease__main_unit__kind=UnitKind.DWELLING, then=0), default=1)
        return rows.select_related("lease").order_by(dwellings_first, "pk")[0]

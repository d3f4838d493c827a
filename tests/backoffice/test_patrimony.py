"""Pages of the housing stock. Only they may show a housing programme's nature, such as "home for disabled people"."""

import pytest

from buildings.models import Programme
from tests.builders import OWNER, events

CANARY = "Foyer pour personnes handicapées"


@pytest.fixture
def named(landlord):
    """Add a housing programme to the building Glycines A. Its nature, a home for disabled people, is sensitive."""
    programme = Programme(key="p1", source_id="p1", year=1974, nature="disabled_home", mode="new_build", dwellings=4)
    programme.save(using=OWNER)
    programme.buildings.add(landlord.building("Glycines A"))
    return landlord


@pytest.mark.parametrize("name", ["elise", "georges", "helene", "jules"])
def test_sectors_are_listed_with_counts_and_recorded(landlord, sign_in, name):
    answer = sign_in(name).get("/patrimoine/")
    page = answer.content.decode()
    assert answer.status_code == 200 and "Secteur Glycines" in page and "20 logements" in page
    [event] = events(kind="patrimony_shown")
    assert (event["actor"], event["count"], event["outcome"]) == (landlord.person(name).pk, 3, "shown")


@pytest.mark.parametrize("name", ["awa", "ines", "noel"])
@pytest.mark.parametrize("path", ["/patrimoine/", "/patrimoine/secteurs/{sector}/", "/patrimoine/{building}/"])
def test_pages_need_the_permission(landlord, sign_in, name, path):
    where = path.format(sector=landlord.place("Secteur Glycines").pk, building=landlord.building("Glycines A").pk)
    assert sign_in(name).get(where).status_code == 403
    assert [event["outcome"] for event in events(kind="refused")] == ["refused"]


def test_sector_lists_its_buildings(landlord, sign_in):
    page = sign_in("elise").get(f"/patrimoine/secteurs/{landlord.place('Secteur Tour').pk}/").content.decode()
    assert "Tour basse" in page and "Tour haute" in page and "Glycines A" not in page


def test_place_without_buildings_is_404(landlord, sign_in):
    client = sign_in("elise")
    assert client.get(f"/patrimoine/{landlord.place('Secteur Tour').pk}/").status_code == 404
    assert client.get("/patrimoine/secteurs/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_building_shows_addresses_units_and_programmes(named, sign_in):
    page = sign_in("elise").get(f"/patrimoine/{named.building('Glycines A').pk}/").content.decode()
    assert "3, allée des Glycines" in page and "A 21" in page and "T3" in page
    assert CANARY in page and "1974" in page and "construction neuve" in page


def test_units_without_details_are_counted(landlord, sign_in):
    building = landlord.building("Glycines A")
    building.units.using(OWNER).update(staircase="", floor=None, door="", type="")
    page = sign_in("elise").get(f"/patrimoine/{building.pk}/").content.decode()
    assert "4 logements dont ni l’escalier" in page


def test_pages_show_no_resident(named, sign_in):
    client = sign_in("elise")
    sector, building = named.place("Secteur Glycines"), named.building("Glycines A")
    for path in ("/patrimoine/", f"/patrimoine/secteurs/{sector.pk}/", f"/patrimoine/{building.pk}/"):
        page = client.get(path).content.decode()
        assert "Dette-" not in page and "Calme-" not in page
    assert all(event["shown_ids"] == [] for event in events(kind="patrimony_shown"))


PAGES = (
    ("awa", "/immeubles/"),
    ("awa", "/immeubles/{building}/"),
    ("awa", "/fiches/{tenant}/"),
    ("elise", "/comptes/"),
    ("elise", "/comptes/{reference}/"),
    ("elise", "/comptes/{reference}/decompte/"),
    ("elise", "/patrimoine/"),
    ("elise", "/patrimoine/secteurs/{sector}/"),
)


def test_nature_of_a_programme_is_on_no_other_page(named, sign_in):
    account, tenant = named.account("Dette-Glycines A"), named.tenant("Dette-Glycines A")
    ids = {"building": named.building("Glycines A").pk, "tenant": tenant.pk, "reference": account.reference}
    ids["sector"] = named.place("Secteur Glycines").pk
    pages = 0
    for name, path in PAGES:
        answer = sign_in(name).get(path.format(**ids), follow=True)
        pages += answer.status_code == 200
        text = answer.content.decode()
        assert CANARY not in text and "disabled_home" not in text and "handicap" not in text
    assert pages >= 6

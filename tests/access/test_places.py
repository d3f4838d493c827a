"""The tree of places: viewing it, extending it, and moving dwellings between buildings."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from access.grants.actions.places import add_place
from access.models import Place
from buildings.models import Address, Unit
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, make_unit, run

NEW = {"level": "estate", "name": "Les Acacias", "code": "acacias"}


def url(landlord, name, act=""):
    return f"/acces/lieux/{landlord.place(name).pk}/{act}"


def test_a_place_is_added_below_another_and_its_path_follows(landlord, sign_in):
    assert sign_in("jules").post(url(landlord, "Secteur Glycines", "ajouter/"), NEW).status_code == 302
    added = landlord.place("Les Acacias")
    assert added.path == f"{landlord.place('Secteur Glycines').path}{added.pk}/"
    [event] = events(kind="place_added")
    assert event["about"] == added.pk and event["facts"] == {"level": "estate"}


@pytest.mark.parametrize(
    ("where", "typed", "message"),
    [
        ("Secteur Glycines", {**NEW, "code": "glycines-a"}, "Ce code de lieu existe déjà"),
        ("Secteur Glycines", {**NEW, "level": "agency"}, "Sélectionnez un choix valide"),
        ("Secteur Glycines", {**NEW, "level": "building"}, "Sélectionnez un choix valide"),
        ("Secteur Glycines", {**NEW, "name": ""}, "obligatoire"),
    ],
)
def test_a_place_that_does_not_fit_the_tree_is_refused(landlord, sign_in, where, typed, message):
    answer = sign_in("jules").post(url(landlord, where, "ajouter/"), typed)
    assert answer.status_code == 200 and message in answer.content.decode()
    assert not events(kind="place_added")


def test_the_action_checks_the_order_of_levels(landlord):
    jules, sector = landlord.person("jules"), landlord.place("Secteur Glycines")
    with pytest.raises(ValidationError, match="niveau supérieur"), acting(jules):
        add_place(by=jules, parent=sector, level="agency", name="X", code="x")


@pytest.mark.parametrize("name", ["awa", "georges", "elise", "ines"])
def test_only_an_administrator_changes_the_tree(landlord, sign_in, name):
    client, by, sector = sign_in(name), landlord.person(name), landlord.place("Secteur Glycines")
    for act in ("ajouter/", "batiment/", "redecouper/"):
        assert client.post(url(landlord, "Glycines A", act), NEW).status_code == 403
    with pytest.raises(ValidationError, match="périmètre"), acting(by):
        add_place(by=by, parent=sector, level="estate", name="X", code="x")


def test_the_tree_and_one_place_are_shown(landlord, sign_in):
    client = sign_in("ines")
    tree = client.get("/acces/lieux/").content.decode()
    assert "Agence Bercy" in tree and "Secteur Quai" in tree and "Glycines A" not in tree
    page = client.get(url(landlord, "Secteur Glycines")).content.decode()
    assert "Les Glycines" in page and "Georges Petit" in page and "Ajouter" not in page


def test_a_building_is_added_with_its_address(landlord, sign_in):
    typed = {"name": "Glycines C", "code": "glycines-c", "number": "7", "street": "allée des Glycines"}
    assert sign_in("jules").post(url(landlord, "Les Glycines", "batiment/"), typed).status_code == 302
    building = landlord.building("Glycines C")
    address = Address.objects.using(OWNER).get(building=building)
    assert (address.line, address.search_key) == ("7, allée des Glycines", "7 allee des glycines")
    assert [event["facts"] for event in events(kind="place_added")] == [{"level": "building"}]


def test_moving_the_upper_floors_to_the_neighbouring_building(landlord, sign_in):
    low, high = landlord.building("Tour basse"), landlord.building("Tour haute")
    typed = {"staircase": "A", "lowest": "2", "highest": "", "into": str(high.pk)}
    assert sign_in("jules").post(url(landlord, "Tour basse", "redecouper/"), typed).status_code == 302
    floors = run(
        "SELECT building_id, floor, count(*) FROM buildings_unit WHERE building_id IN (%s, %s) GROUP BY 1, 2",
        low.pk,
        high.pk,
    )
    assert set(floors) == {(low.pk, 1, 2), (high.pk, 1, 2), (high.pk, 2, 4)}
    [event] = events(kind="building_recut")
    assert event["facts"] == {"units": 2, "into": str(high.pk)} and event["about"] == low.pk


def test_moved_residents_change_caretakers(landlord, sign_in):
    """An administrator moves a floor from caretaker Awa's building to caretaker Bruno's.

    Then Bruno can open the page of a resident of this floor, and Awa no longer can.
    """
    card = f"/fiches/{landlord.residence('Calme-Glycines A').pk}/"
    awa, bruno = sign_in("awa"), sign_in("bruno")
    assert (awa.get(card).status_code, bruno.get(card).status_code) == (200, 404)
    typed = {"lowest": "1", "highest": "1", "into": str(landlord.building("Glycines B").pk)}
    assert sign_in("jules").post(url(landlord, "Glycines A", "redecouper/"), typed).status_code == 302
    assert (awa.get(card).status_code, bruno.get(card).status_code) == (404, 200)


def test_moving_dwellings_into_a_new_building(landlord, sign_in):
    typed = {"lowest": "2", "into": "new", "name": "Glycines A haut", "code": "glycines-a-haut"}
    assert sign_in("jules").post(url(landlord, "Glycines A", "redecouper/"), typed).status_code == 302
    assert Unit.objects.using(OWNER).filter(building=landlord.building("Glycines A haut")).count() == 2
    assert landlord.place("Glycines A haut").parent == landlord.place("Les Glycines")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"lowest": "9", "into": "new", "name": "N", "code": "n"}, "Aucun logement"),
        ({"into": "new"}, "le nom et le code du nouveau bâtiment"),
        ({"into": "new", "name": "N", "code": "glycines-b"}, "Ce code de lieu existe déjà"),
        ({"into": "quai"}, "Sélectionnez un choix valide"),
    ],
)
def test_an_invalid_move_changes_nothing(landlord, sign_in, typed, message):
    if typed["into"] == "quai":
        typed = {"into": str(landlord.building("Quai 9").pk)}
    answer = sign_in("jules").post(url(landlord, "Glycines A", "redecouper/"), typed)
    assert answer.status_code == 200 and message in answer.content.decode()
    assert not events(kind="building_recut") and not Place.objects.using(OWNER).filter(name="N").exists()


def test_a_unit_with_unknown_floor_stays_when_floors_are_chosen(landlord, sign_in):
    stays = make_unit(landlord.building("Glycines A"), "99", floor=None)
    typed = {"lowest": "0", "into": str(landlord.building("Glycines B").pk)}
    assert sign_in("jules").post(url(landlord, "Glycines A", "redecouper/"), typed).status_code == 302
    assert list(Unit.objects.using(OWNER).filter(building=landlord.building("Glycines A"))) == [stays]


def test_only_a_building_can_be_divided(landlord, sign_in):
    assert sign_in("jules").get(url(landlord, "Secteur Glycines", "redecouper/")).status_code == 404


@pytest.mark.parametrize("alike", [{"name": "Qu\u0430i 9"}, {"name": "Quai\u200b 9"}, {"code": "quai-\u200b9"}])
def test_place_names_that_imitate_others_are_refused(landlord, sign_in, alike):
    answer = sign_in("jules").post(url(landlord, "Secteur Glycines", "ajouter/"), {**NEW, **alike})
    assert answer.status_code == 200 and "caractères visibles" in answer.content.decode()
    assert not events(kind="place_added")


@pytest.mark.parametrize(
    ("name", "form_page", "label"),
    [
        ("Glycines A", "assignment_grant", "Confier ce lieu"),
        ("Les Glycines", "request_new", "Demander un accès à ce lieu"),
        ("Secteur Glycines", "request_new", "Demander un accès à ce lieu"),
    ],
)
def test_a_place_links_to_a_form_that_accepts_it(landlord, sign_in, name, form_page, label):
    jules, place, link = sign_in("jules"), landlord.place(name), reverse(form_page)
    page = jules.get(url(landlord, name)).content.decode()
    assert f'href="{link}?lieu={place.pk}">{label}</a>' in page
    assert page.count("Confier ce lieu") + page.count("Demander un accès à ce lieu") == 1
    form = jules.get(f"{link}?lieu={place.pk}").context["form"]
    assert form.fields["place"].clean(form["place"].value()) == place


def test_a_place_outside_the_administrators_places_has_no_link_to_grant_it(landlord, sign_in):
    ines = landlord.person("ines")
    assign(ines, "access_administrator", landlord.place("Secteur Tour"))
    client = sign_in("ines")
    for name in ("Glycines A", "Secteur Glycines"):
        page = client.get(url(landlord, name)).content.decode()
        assert "Confier ce lieu" not in page and "Demander un accès à ce lieu" not in page
    assert "Confier ce lieu" in client.get(url(landlord, "Tour basse")).content.decode()

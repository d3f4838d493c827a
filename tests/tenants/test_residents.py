"""Tests the caretaker's pages of a building: arrivals and departures, all dwellings, vacant dwellings, search."""

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from access.models import Level
from buildings.models.unit import UnitKind
from tenants.models import DiscreetMark, Residence
from tests.builders import (
    OWNER,
    assign,
    events,
    let,
    make_building,
    make_place,
    make_tenant,
    make_unit,
    paris_day,
    post,
    run,
)

LONG = "Ravindranathan-de La Rochefoucauld-Montbel"


def text(answer):
    return answer.content.decode()


def comparable(answer):
    """Return the response's text without what differs between any two requests: the CSRF token and the time."""
    token = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(answer))
    return re.sub(r"<time datetime=[^<]*</time>", "", token)


def page(landlord, name="Glycines A", rest=""):
    return f"/immeubles/{landlord.building(name).pk}/{rest}"


def set_discreet_mark(account, *, last=90):
    days = {"first_day": paris_day(-1), "last_day": paris_day(last)}
    DiscreetMark(lease_id=account.lease_id, building_id=account.building_id, **days).save(using=OWNER)


def shown_in(kind, **where):
    return [set(event["shown_ids"]) for event in events(kind=kind, outcome="shown", **where)]


def tenants_of(landlord, name, *last_names):
    return {landlord.tenant(f"{last}-{name}").pk for last in last_names}


# --- Today -----------------------------------------------------------------------------------------------------------


def test_today_shows_ones_building_its_last_day_and_arrivals(landlord, sign_in):
    answer = sign_in("awa").get("/immeubles/")
    body = text(answer)
    assert answer.status_code == 200
    assert "Glycines A" in body and "4 logements, 2 vacants" in body and "allée des Glycines" in body
    assert "Arrive-Glycines A" in body and 'href="tel:+33639981234"' in body
    assert f"<b>{paris_day(200).day}" in body
    for elsewhere in ("Glycines B", "Tour", "Quai", "Calme", "Dette"):
        assert elsewhere not in body
    [event] = events(kind="list_shown")
    assert event["facts"] == {"list": "today"}
    assert set(event["shown_ids"]) == {landlord.tenant("Arrive-Glycines A").pk}


def test_stand_in_sees_the_last_day_of_the_assignment(landlord, sign_in):
    assignment = assign(landlord.person("bruno"), "caretaker", landlord.place("Glycines A"), last=3)
    run("UPDATE access_assignment SET reason = 'stand_in_absence' WHERE id = %s", assignment.pk)
    body = text(sign_in("bruno").get("/immeubles/"))
    assert "en remplacement" in body and "encore 3 jours" in body
    assert "En remplacement" in text(sign_in("bruno").get(page(landlord)))


@pytest.mark.parametrize("name", ["chloe", "olga", "noel", "lea", "marc", "ines", "helene", "jules"])
def test_today_is_403_without_an_assignment_in_force(landlord, sign_in, name):
    assert sign_in(name).get("/immeubles/").status_code == 403
    assert not shown_in("list_shown")


def test_departures_are_shown_for_a_week(landlord, sign_in):
    building = landlord.building("Glycines A")
    for door, days in (("31", -6), ("32", -8), ("33", 13)):
        let(make_unit(building, door, 3), make_tenant(f"Part{door}"), end=days)
    body = text(sign_in("awa").get("/immeubles/"))
    assert "Part31" in body and "Part33" in body and "Part32" not in body


def test_place_without_buildings_says_whom_to_ask(landlord, sign_in):
    run("DELETE FROM access_assignment WHERE person_id = %s", landlord.person("georges").pk)
    empty = make_place(Level.SECTOR, "Secteur vide", landlord.place("Agence Bercy"))
    assign(landlord.person("georges"), "sector_manager", empty)
    body = text(sign_in("georges").get("/immeubles/"))
    assert "Demandez à votre responsable de secteur" in body


def test_many_buildings_are_listed_by_sector(landlord, sign_in):
    estate = landlord.place("Les Glycines")
    for number in range(1, 46):
        make_unit(make_building(f"Bloc {number}", estate, number=str(number)), "1")
    body = text(sign_in("elise").get("/immeubles/"))
    assert "Secteur Glycines" in body and "47 immeubles" not in body and "49 immeubles" in body
    assert "page 1 sur 2" in body and len(body) < 60_000
    # An occupied parking space must not count as an occupied dwelling.
    let(make_unit(landlord.building("Tour basse"), "P1", kind=UnitKind.PARKING), make_tenant("Seulement", "Garée"))
    second = text(sign_in("elise").get("/immeubles/?page=2"))
    assert "Secteur Tour" in second and second.count("4 logements, 2 vacants") == 4


def test_pages_of_very_many_buildings_list_each_once(landlord, sign_in, monkeypatch):
    """If a user may see very many buildings, the pages must list each of them once, by name, with its arrivals."""
    elise = sign_in("elise")
    whole = re.findall(r'class="stretch" href="/immeubles/([0-9a-f-]{36})/"', text(elise.get("/immeubles/")))
    assert len(whole) > 3
    monkeypatch.setattr("tenants.views.residents.SORTED", 1)
    monkeypatch.setattr("tenants.views.residents.A_PAGE", 1)
    pages = [text(elise.get(f"/immeubles/?page={number}")) for number in range(1, len(whole) + 1)]
    listed = [re.findall(r'class="stretch" href="/immeubles/([0-9a-f-]{36})/"', page) for page in pages]
    names = [re.search(r"Arrive-([A-Z][a-z]+ \w+)", page)[1] for page in pages]
    assert sorted(pk for page in listed for pk in page) == sorted(whole) and all(len(page) == 1 for page in listed)
    assert names == sorted(names) and len(set(names)) == len(whole)
    assert re.search(r"<p>page 1</p>", pages[0]) and "immeubles</b>" not in pages[0]
    assert 'rel="next"' in pages[0] and 'rel="next"' not in pages[-1] and 'rel="prev"' in pages[-1]
    for number in ("0", "x", "9" * 5000):
        assert elise.get(f"/immeubles/?page={number}").status_code == 200


# --- One building ----------------------------------------------------------------------------------------------------


def test_building_shows_its_doors_and_records_the_residents_shown(landlord, sign_in):
    answer = sign_in("awa").get(page(landlord))
    body = text(answer)
    assert answer.status_code == 200 and "Escalier A" in body
    for name in ("Calme", "Dette", "Arrive"):
        assert f"{name}-Glycines A" in body
    assert f"arrive le {paris_day(5).day}" in body.replace("1er", "1") and "vacant" in body
    [event] = events(kind="list_shown")
    assert event["place"] == landlord.building("Glycines A").pk and event["facts"] == {"list": "residents"}
    paul = Residence.objects.using(OWNER).get(tenant__first_name="Paul", tenant__last_name="Dette-Glycines A")
    assert set(event["shown_ids"]) == tenants_of(landlord, "Glycines A", "Calme", "Dette", "Arrive") | {paul.tenant_id}


@pytest.mark.parametrize("rest", ["", "vacants/"])
@pytest.mark.parametrize(
    ("name", "status"), [("bruno", 404), ("denis", 404), ("fatou", 404), ("chloe", 403), ("olga", 403)]
)
def test_building_out_of_reach_is_refused_and_recorded(landlord, sign_in, name, status, rest):
    answer = sign_in(name).get(page(landlord, rest=rest))
    assert answer.status_code == status and "Glycines A" not in text(answer)
    assert [event["kind"] for event in events(actor=landlord.person(name).pk)][-1] == "refused"
    assert not shown_in("list_shown")


def test_list_offers_only_the_chosen_contact(landlord, sign_in):
    building = landlord.building("Glycines A")
    let(make_unit(building, "31", 3), make_tenant("Texto", phone="+33611111111", channel="text"))
    let(make_unit(building, "32", 3), make_tenant("Lettre", phone="+33622222222", channel="letter"))
    let(make_unit(building, "33", 3), make_tenant("Muette", phone=""))
    chosen = {"channel": "contact", "contact_name": "Mme Fille", "phone": "+33644444444"}
    let(make_unit(building, "34", 3), make_tenant("Choisi", **chosen))
    body = text(sign_in("awa").get(page(landlord, rest="?vue=liste")))
    assert 'href="sms:+33611111111"' in body and "+33622222222" not in body and "par courrier" in body
    assert "pas de numéro" in body and 'aria-label="Téléphoner à Mme Fille"' in body and "joindre Mme Fille" in body


def test_long_name_is_not_cut_in_list_and_facade(landlord, sign_in):
    let(make_unit(landlord.building("Glycines A"), "31", 3), make_tenant(LONG, "Marie-Antoinette"))
    client = sign_in("awa")
    assert LONG in text(client.get(page(landlord)))
    assert f"Marie-Antoinette {LONG}" in text(client.get(page(landlord, rest="?vue=liste")))


def test_discreet_households_are_hidden_and_their_doors_look_alike(landlord, sign_in):
    building = landlord.building("Glycines A")
    first = let(make_unit(building, "31", 3), make_tenant("Cachette", "Une"))
    second = let(make_unit(building, "32", 3), make_tenant("Secret", "Deux"), make_tenant("Secret", "Trois"))
    third = let(make_unit(building, "33", 3), make_tenant("Sans", "Personne"), resident=False)
    post(second, 99_999)
    set_discreet_mark(first)
    set_discreet_mark(second)
    client = sign_in("awa")
    body = text(client.get(page(landlord)))
    for name in ("Cachette", "Secret"):
        assert name not in body
        results = text(client.post("/immeubles/chercher/", {"q": name}))
        assert "ne correspond à cette recherche" in results
        assert client.get(f"/fiches/{landlord.residence(name).pk}/").status_code == 404
    doors = [door for door in re.findall(r'<span class="door">.*?</span></li>', body, re.DOTALL) if "#w-closed" in door]
    assert len(doors) == 3 and len({re.sub(r"3\d", "", door) for door in doors}) == 1
    listed = text(client.get(page(landlord, rest="?vue=liste")))
    assert listed.count("Occupé, s’adresser à l’agence") == 3
    assert third.building_id == building.pk


def test_named_caretaker_still_sees_a_discreet_household(landlord, sign_in):
    account = let(make_unit(landlord.building("Glycines A"), "31", 3), make_tenant("Cachette", "Une"))
    set_discreet_mark(account)
    run(
        "INSERT INTO tenants_discreetname (mark_id, person_id) SELECT id, %s FROM tenants_discreetmark",
        landlord.person("awa").pk,
    )
    assert "Cachette" in text(sign_in("awa").get(page(landlord)))


def test_transferred_resident_disappears_at_once(landlord, sign_in):
    residence = landlord.residence("Calme-Glycines A")
    run("UPDATE tenants_residence SET moved_out = %s, transferred = true WHERE id = %s", paris_day(-1), residence.pk)
    assert "Calme-Glycines A" not in text(sign_in("awa").get(page(landlord)))


def test_pages_do_not_depend_on_the_debt(landlord, sign_in):
    client, account = sign_in("awa"), landlord.account("Calme-Glycines A")
    card = f"/fiches/{landlord.residence('Calme-Glycines A').pk}/"
    urls = ["/immeubles/", page(landlord), page(landlord, rest="?vue=liste"), page(landlord, rest="vacants/"), card]

    def pages():
        return [comparable(client.get(url)) for url in urls] + [
            comparable(client.post("/immeubles/chercher/", {"q": "calme"}, follow=True))
        ]

    before = pages()
    for month in range(1, 7):
        post(account, 87_654, day=-30 * month)
    assert pages() == before
    assert all("Calme" in body for body in (before[1], before[2], before[4], before[5]))


def fill_building(building, floors=30, doors=5):
    for number in range(floors * doors):
        floor, door = divmod(number, doors)
        unit = make_unit(building, f"{floor:02}{door + 1}", floor)
        if number % 13:
            let(unit, make_tenant(f"Habitant {number}", "Marie-Christine"))


def queries(client, url):
    with CaptureQueriesContext(connections["default"]) as captured:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(captured), answer


def test_large_building_needs_no_more_queries_and_stays_small(landlord, sign_in):
    client, url = sign_in("awa"), page(landlord)
    client.get(url)
    small, _ = queries(client, url)
    today, _ = queries(client, "/immeubles/")
    fill_building(landlord.building("Glycines A"))
    large, answer = queries(client, url)
    assert large == small <= 20
    assert queries(client, "/immeubles/")[0] == today <= 20
    body = text(answer)
    assert 'aria-label="Aller à l’étage"' in body and "Habitant 149" in body
    assert "tel:" not in body  # A page that lists residents must not have telephone numbers.
    sizes = {rest: len(client.get(page(landlord, rest=rest)).content) for rest in ("", "?vue=facade", "?vue=liste")}
    assert all(size < 60_000 for size in sizes.values()), sizes


def test_very_large_building_is_shown_in_parts(landlord, sign_in):
    """A very large building must be shown in several pages, called parts.

    Each part must be small, must read only the residents whom it shows, and must link to every floor. Here, the
    building has 29 floors with six dwellings each.
    """
    client, url = sign_in("awa"), page(landlord)
    run("DELETE FROM tenants_leaseunit; DELETE FROM tenants_residence")
    fill_building(landlord.building("Glycines A"), floors=29, doors=6)
    first, second = text(client.get(url)), text(client.get(f"{url}?partie=2"))
    assert "Habitant 173" in first and "Habitant 173" not in second and "Habitant 2<" in second + "<"
    assert 'href="?partie=2#etage-a-3"' in first and 'id="etage-a-3"' in second and 'href="#etage-a-28"' in first
    assert max(len(client.get(f"{url}?partie={n}&vue={view}").content) for n in (1, 2) for view in VIEWS) < 60_000
    people = [set(event["shown_ids"]) for event in events(kind="list_shown")[:2]]
    assert people[0] and people[1] and not people[0] & people[1]
    assert client.get(f"{url}?partie=zz").status_code == client.get(f"{url}?partie=99").status_code == 200


VIEWS = ("facade", "liste")


def test_dwellings_without_door_and_floor_are_a_plain_list(landlord, sign_in):
    building = make_building("Bloc importé", landlord.place("Les Glycines"))
    assign(landlord.person("bruno"), "caretaker", building.place)
    for number in range(3):
        unit = make_unit(building, "", None, "", source_key=f"75-1:{number}")
        if number:
            let(unit, make_tenant(f"Inconnue {number}"))
    body = text(sign_in("bruno").get(f"/immeubles/{building.pk}/"))
    assert "n°\u00a01" in body and "Inconnue 2" in body and "Façade" not in body and "étage inconnu" not in body
    card = text(sign_in("bruno").get(f"/fiches/{landlord.residence('Inconnue 2').pk}/"))
    assert "Logement n°\u00a03" in card


# --- Vacant ----------------------------------------------------------------------------------------------------------


def test_vacant_dwellings_are_listed_without_names_in_page_and_event(landlord, sign_in):
    answer = sign_in("awa").get(page(landlord, rest="vacants/"))
    body = text(answer)
    assert answer.status_code == 200 and ">22" in body and ">21" in body and "loué à partir du" in body
    for name in ("Calme", "Dette", "Arrive"):
        assert name not in body
    [event] = events(kind="list_shown")
    assert (event["facts"], event["shown_ids"], event["count"]) == ({"list": "vacant"}, [], 0)


# --- Search ----------------------------------------------------------------------------------------------------------


def test_search_matches_beginnings_of_words_within_reach(landlord, sign_in):
    client = sign_in("awa")
    body = text(client.post("/immeubles/chercher/", {"q": "dett mar"}, headers={"HX-Request": "true"}))
    assert "Marie Dette-Glycines A" in body and "Paul" not in body and "Glycines B" not in body
    [event] = events(kind="search_run")
    assert (event["count"], event["facts"]) == (1, {"scope": "residents"})
    assert set(event["shown_ids"]) == {landlord.tenant("Dette-Glycines A").pk}
    assert "dett" not in str(events())


def test_search_without_results_is_recorded(landlord, sign_in):
    body = text(sign_in("awa").post("/immeubles/chercher/", {"q": "Calme-Tour"}))
    assert "ne correspond à cette recherche" in body
    [event] = events(kind="search_run")
    assert (event["count"], event["shown_ids"], event["outcome"]) == (0, [], "shown")


@pytest.mark.parametrize("words", ["", "d", " - ", "d m"])
def test_search_needs_two_letters(landlord, sign_in, words):
    body = text(sign_in("awa").post("/immeubles/chercher/", {"q": words}))
    assert "au moins deux lettres" in body and "Dette" not in body
    assert not events(kind="search_run") and len(events(kind="form_shown")) == 1


def test_search_shows_and_records_fifty_results_at_most(landlord, sign_in):
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    let(unit, *(make_tenant("Foule", f"Prénom{number}") for number in range(55)))
    body = text(sign_in("awa").post("/immeubles/chercher/", {"q": "foule"}))
    assert body.count('class="stretch"') == 50 and "50 premières" in body and "55 personnes" in body
    [event] = events(kind="search_run")
    assert event["count"] == 55 and len(event["shown_ids"]) == 50 and len(body) < 60_000


def test_search_ignores_terms_in_the_address(landlord, sign_in):
    assert "Calme" not in text(sign_in("awa").get("/immeubles/chercher/?q=calme"))


@pytest.mark.parametrize("name", ["chloe", "olga", "ines", "helene", "jules", "noel"])
def test_search_is_403_without_residents_permission(landlord, sign_in, name):
    assert sign_in(name).post("/immeubles/chercher/", {"q": "calme"}).status_code == 403


def test_person_with_two_roles_searches_both_places(landlord, sign_in):
    body = text(sign_in("denis").post("/immeubles/chercher/", {"q": "calme"}))
    assert "Quai 9" in body and "Tour haute" in body and "Glycines" not in body

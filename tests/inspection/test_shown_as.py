"""An inspector at a caretaker's desk: the caretaker's pages and refusals, nobody real on them, her own trace."""

import re
import time

import pytest
from django.apps import apps
from django.core import signing

from access.compartments import Compartment
from access.guard.shown_as import COOKIE, MASKED, MINUTES, PREFIX
from access.locks import all_locks
from access.models import Person
from privacy.retention import entries
from tenants.models import HelpCode
from tests.builders import OWNER, events, paris_day, run

# What the caretaker's compartments read of somebody and the masked tables leave as it is, and why.
AS_IT_IS = {
    "tenants_tenant.channel": "whether one rings or writes, of nobody who could be named",
    "tenants_residence": "which days, under whose name is masked",
    "tenants_leaseunit.lease": "a key",
    "tenants_reminder.given_by": "a colleague",
    "tenants_reminderdoor": "that a message was brought to a door with another number",
    "tenants_factcode.added_by": "a colleague",
    "access_": "colleagues are no residents",
    "buildings_user_permission.user": "a colleague",
}
CALM = "Calme-Glycines A"
NAMES = re.compile(r"Calme-|Dette-|Arrive-|calme-|dette-|\b(Anne|Marie|Paul|Zoé)\b")
PHONE = "639981234"


@pytest.fixture
def at_desk(house, sign_in):
    """`at_desk(name)`: Simone's browser, at the desk of a caretaker."""

    def stand(name: str):
        simone = sign_in("simone")
        answer = simone.post("/controle/comme/", {"person": house.person(name).email})
        assert answer.status_code == 302 and answer["Location"] == PREFIX
        return simone

    return stand


def below(path: str) -> str:
    return f"{PREFIX.rstrip('/')}{path}"


def pages_of(client, *paths: str) -> list[str]:
    answers = [client.get(below(path)) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return [answer.content.decode() for answer in answers]


def test_the_caretakers_pages_open_and_nobody_real_is_on_them(house, at_desk, sign_in):
    HelpCode.objects.using(OWNER).create(
        tenant=house.tenant(CALM), code="knock_loudly", asked_on=paris_day(-1), renew_by=paris_day(200)
    )
    glycines, residence = house.building("Glycines A").pk, house.residence(CALM).pk
    simone = at_desk("awa")
    assert simone.get(PREFIX)["Location"] == below("/immeubles/")
    shown = pages_of(simone, "/immeubles/", f"/immeubles/{glycines}/?vue=liste", f"/fiches/{residence}/")
    assert all("Démonstration" in page and "Simone Aubry" in page and "Awa Diakité" in page for page in shown)
    assert not any(NAMES.search(page) or PHONE in page for page in shown)
    assert "Frapper fort" in sign_in("awa").get(f"/fiches/{residence}/").content.decode()
    assert "Frapper fort" not in shown[2]
    [name] = run(
        "SELECT masked.first_name(id) || ' ' || masked.last_name(id) FROM tenants_tenant WHERE last_name = %s", CALM
    )
    assert name[0] in shown[1] and name[0] in shown[2]  # the same invented person on the list and on the card
    assert "06 39 98 0" in shown[2].replace("\u202f", " ").replace("\u00a0", " ")
    links = set(re.findall(r'(?:href|action)="(/[^"]*)"', shown[1])) - {"/controle/"}
    assert links and [link for link in links if not link.startswith((PREFIX, "/static/"))] == []


def test_her_name_is_in_the_trace_and_the_caretakers_is_not(house, at_desk):
    residence = house.residence(CALM)
    simone = at_desk("awa")
    pages_of(simone, "/immeubles/", f"/fiches/{residence.pk}/")
    awa, hers = house.person("awa").pk, house.person("simone").pk
    assert events(actor=awa) == []
    first, second = events(kind="shown_as")
    assert (first["facts"], second["facts"]) == (
        {"person": str(awa), "page": "list_shown"},
        {"person": str(awa), "page": "card_opened"},
    )
    assert {(one["actor"], one["role"], one["purpose"]) for one in (first, second)} == {(hers, "inspector", "control")}
    assert second["about"] == residence.tenant_id


def test_whatever_the_page_says_it_is_for_hers_is_a_control(house, at_desk):
    residence = house.residence(CALM)
    run("UPDATE tenants_residence SET moved_out = loge_today() WHERE id = %s", residence.pk)
    pages_of(at_desk("awa"), f"/fiches/{residence.pk}/")
    assert [one["purpose"] for one in events(kind="shown_as")] == ["control"]


def test_what_the_caretaker_is_refused_she_is_refused_at_that_desk(house, at_desk):
    """Next door, an account, an emergency, a colleague's rights, and everything that writes."""
    simone = at_desk("awa")
    next_door = house.residence("Calme-Glycines B").pk
    reference = house.account("Dette-Glycines A").reference
    wanted = {
        f"/fiches/{next_door}/": 404,
        f"/immeubles/{house.building('Quai 9').pk}/": 404,
        "/comptes/": 403,
        f"/comptes/{reference}/": 403,
        "/trace/": 403,
        "/urgence/": 403,
        "/ma-trace/": 403,
        "/regles/": 403,
        "/entrer/": 404,
        "/nulle-part/": 404,
    }
    assert {path: simone.get(below(path)).status_code for path in wanted} == wanted
    door = house.residence(CALM).pk
    assert simone.post(below(f"/fiches/{door}/faits/"), {"x": "1"}).status_code == 403
    assert events(outcome="changed") == [] and events(actor=house.person("awa").pk) == []
    assert {one["actor"] for one in events(kind="refused")} == {house.person("simone").pk}


def test_a_real_name_is_not_found_and_an_invented_one_is(house, at_desk):
    simone = at_desk("awa")
    assert "/fiches/" not in simone.post(below("/immeubles/chercher/"), {"q": "calme"}).content.decode()
    [invented] = run("SELECT masked.last_name(id) FROM tenants_tenant WHERE last_name = %s", CALM)
    assert invented[0] in simone.post(below("/immeubles/chercher/"), {"q": invented[0]}).content.decode()


@pytest.mark.parametrize("name", ["awa", "ines", "jules", "noel"])
def test_nobody_else_stands_there_even_with_the_cookie(house, sign_in, name):
    client = sign_in(name)
    assert client.post("/controle/comme/", {"person": house.person("bruno").email}).status_code == 403
    client.cookies[COOKIE] = signing.dumps(
        [str(house.person(name).pk), str(house.person("bruno").pk)], salt="access.shown_as"
    )
    assert client.get(below("/immeubles/")).status_code == 403
    client.cookies[COOKIE] = signing.dumps(
        [str(house.person("simone").pk), str(house.person("bruno").pk)], salt="access.shown_as"
    )
    assert client.get(below("/immeubles/"))["Location"] == "/controle/E6/"
    assert events(kind="shown_as") == []


def test_it_ends_by_itself_and_only_a_caretaker_of_today_is_shown(house, at_desk, sign_in):
    simone = at_desk("awa")
    Person.objects.using(OWNER).filter(name="Awa Diakité").update(is_active=False)
    assert simone.get(below("/immeubles/"))["Location"] == "/controle/E6/"
    Person.objects.using(OWNER).filter(name="Awa Diakité").update(is_active=True)
    run(
        "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'end_of_post' WHERE person_id = %s",
        house.person("awa").pk,
    )
    assert simone.get(below("/immeubles/")).status_code == 403
    other = signing.dumps([str(house.person("simone").pk), str(house.person("bruno").pk)], salt="access.shown_as")
    simone.cookies[COOKIE] = other
    assert simone.get(below("/immeubles/")).status_code == 200
    for name in ("chloe", "olga", "elise"):
        assert sign_in("simone").post("/controle/comme/", {"person": house.person(name).email}).status_code == 404
    asked = [one for one in events(kind="refused", outcome="missing") if one["route"] == "control_act"]
    assert [one["actor"] for one in asked] == [house.person("simone").pk] * 3


def test_whatever_a_caretakers_role_reads_of_somebody_is_masked_or_said_not_to_be(house):
    replaced = {
        f"{table}.{column}"
        for table, column in run(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'masked'"
        )
    }
    empty = {"tenants_helpcode", "tenants_cardfact", "tenants_dwellingfact"}
    models = {model._meta.db_table: model for model in apps.get_models()}
    read = [
        f"{lock.table}.{entry.field.name}"
        for lock in all_locks()
        if lock.table in models
        and any(
            grant.to in MASKED and "SELECT" in grant.verbs for grant in lock.grants if isinstance(grant.to, Compartment)
        )
        for entry in entries([models[lock.table]])
        if entry.says_something and lock.table not in empty
    ]
    assert len(read) > 20
    said = {name for name in read if name not in replaced}
    assert [name for name in said if not name.startswith(tuple(AS_IT_IS))] == []
    masked = {name for name in read if name in replaced and not name.startswith(tuple(AS_IT_IS))}
    assert masked == {
        f"tenants_tenant.{name}"
        for name in ("title", "last_name", "first_name", "name_key", "phone", "email", "contact_name")
    }


def test_a_quarter_of_an_hour_passes_and_the_desk_is_closed(house, at_desk, monkeypatch):
    """By the cookie's own signature: the clock goes on, and a browser that keeps the cookie is not let in with it."""
    simone, began = at_desk("awa"), time.time()
    told = simone.cookies[COOKIE].value
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + MINUTES * 60 - 5)
    assert simone.get(below("/immeubles/")).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + MINUTES * 60 + 5)
    simone.cookies[COOKIE] = told
    for path in ("/immeubles/", f"/fiches/{house.residence(CALM).pk}/"):
        assert simone.get(below(path))["Location"] == "/controle/E6/"
    assert len(events(kind="shown_as")) == 1 and MINUTES == 15

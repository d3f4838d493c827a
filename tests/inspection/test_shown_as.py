"""An inspector can view the pages that a caretaker sees, with invented residents instead of the real ones.

Whatever the pages refuse to the caretaker, they must also refuse to the inspector. Each view must be recorded under the
inspector's name.
"""

import re
import time

import pytest
from django.apps import apps
from django.core import signing

from access.compartments import Compartment
from access.guard.shown_as import COOKIE, MASKED, MINUTES, PREFIX
from access.models import Person
from access.policies import all_policies
from privacy.retention import entries
from tenants.models import HelpCode
from tests.builders import OWNER, events, paris_day, run

# AS_IT_IS lists the columns that inspectors see unmasked on a caretaker's pages, with the reason why they may.
AS_IT_IS = {
    "tenants_tenant.channel": "the preferred contact of a person whose name is masked",
    "tenants_residence": "the days of a stay of a person whose name is masked",
    "tenants_leaseunit.lease": "an id",
    "tenants_searchkey.tenant": "an id",
    "tenants_reminder.given_by": "a colleague",
    "tenants_reminderdoor": "records that a message was brought to a door, whose number is masked",
    "casework_factcode.added_by": "a colleague",
    "access_": "colleagues are not residents",
    "buildings_user_permission.user": "a colleague",
}
CALM = "Calme-Glycines A"
NAMES = re.compile(r"Calme-|Dette-|Arrive-|calme-|dette-|\b(Anne|Marie|Paul|Zoé)\b")
PHONE = "639981234"


@pytest.fixture
def at_desk(landlord, sign_in):
    """Provide a function that signs in the inspector Simone and returns her test client. The client shows her the pages
    that the caretaker `name` sees."""

    def stand(name: str):
        simone = sign_in("simone")
        answer = simone.post("/controle/comme/", {"person": landlord.person(name).email})
        assert answer.status_code == 302 and answer["Location"] == PREFIX
        return simone

    return stand


def below(path: str) -> str:
    return f"{PREFIX.rstrip('/')}{path}"


def pages_of(client, *paths: str) -> list[str]:
    answers = [client.get(below(path)) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return [answer.content.decode() for answer in answers]


def test_caretaker_pages_open_without_real_residents(landlord, at_desk, sign_in):
    HelpCode.objects.using(OWNER).create(
        tenant=landlord.tenant(CALM), code="knock_loudly", asked_on=paris_day(-1), renew_by=paris_day(200)
    )
    glycines, residence = landlord.building("Glycines A").pk, landlord.residence(CALM).pk
    simone = at_desk("awa")
    assert simone.get(PREFIX)["Location"] == below("/immeubles/")
    pages = pages_of(simone, "/immeubles/", f"/immeubles/{glycines}/?vue=liste", f"/fiches/{residence}/")
    assert all("Démonstration" in page and "Simone Aubry" in page and "Awa Diakité" in page for page in pages)
    assert not any(NAMES.search(page) or PHONE in page for page in pages)
    assert "Frapper fort" in sign_in("awa").get(f"/fiches/{residence}/").content.decode()
    assert "Frapper fort" not in pages[2]
    [name] = run(
        "SELECT masked.first_name(id) || ' ' || masked.last_name(id) FROM tenants_tenant WHERE last_name = %s", CALM
    )
    # The list of residents and the resident's own page must show the same invented name.
    assert name[0] in pages[1] and name[0] in pages[2]
    assert "06 39 98 0" in pages[2].replace("\u202f", " ").replace("\u00a0", " ")
    links = set(re.findall(r'(?:href|action)="(/[^"]*)"', pages[1])) - {"/controle/"}
    assert links and [link for link in links if not link.startswith((PREFIX, "/static/"))] == []


def test_views_are_recorded_under_the_inspector(landlord, at_desk):
    residence = landlord.residence(CALM)
    simone = at_desk("awa")
    pages_of(simone, "/immeubles/", f"/fiches/{residence.pk}/")
    awa, hers = landlord.person("awa").pk, landlord.person("simone").pk
    assert events(actor=awa) == []
    first, second = events(kind="shown_as")
    assert (first["facts"], second["facts"]) == (
        {"person": str(awa), "page": "list_shown"},
        {"person": str(awa), "page": "card_opened"},
    )
    assert {(e["actor"], e["role"], e["purpose"]) for e in (first, second)} == {(hers, "inspector", "control")}
    assert second["about"] == residence.tenant_id


def test_recorded_purpose_is_always_control(landlord, at_desk):
    residence = landlord.residence(CALM)
    run("UPDATE tenants_residence SET moved_out = loge_today() WHERE id = %s", residence.pk)
    pages_of(at_desk("awa"), f"/fiches/{residence.pk}/")
    assert [item["purpose"] for item in events(kind="shown_as")] == ["control"]


def test_pages_refused_to_the_caretaker_are_refused(landlord, at_desk):
    """An inspector who views a caretaker's pages must not open what the caretaker may not open, such as accounts.

    The inspector must make no changes and open no emergency access either, although the caretaker may.
    """
    simone = at_desk("awa")
    next_door = landlord.residence("Calme-Glycines B").pk
    reference = landlord.account("Dette-Glycines A").reference
    wanted = {
        f"/fiches/{next_door}/": 404,
        f"/immeubles/{landlord.building('Quai 9').pk}/": 404,
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
    door = landlord.residence(CALM).pk
    assert simone.post(below(f"/fiches/{door}/faits/"), {"x": "1"}).status_code == 403
    assert events(outcome="changed") == [] and events(actor=landlord.person("awa").pk) == []
    assert {item["actor"] for item in events(kind="refused")} == {landlord.person("simone").pk}


def test_search_finds_invented_names_only(landlord, at_desk):
    simone = at_desk("awa")
    assert "/fiches/" not in simone.post(below("/immeubles/chercher/"), {"q": "calme"}).content.decode()
    [invented] = run("SELECT masked.last_name(id) FROM tenants_tenant WHERE last_name = %s", CALM)
    assert invented[0] in simone.post(below("/immeubles/chercher/"), {"q": invented[0]}, follow=True).content.decode()


@pytest.mark.parametrize("name", ["awa", "ines", "jules", "noel"])
def test_other_people_cannot_use_the_cookie(landlord, sign_in, name):
    client = sign_in(name)
    assert client.post("/controle/comme/", {"person": landlord.person("bruno").email}).status_code == 403
    client.cookies[COOKIE] = signing.dumps(
        [str(landlord.person(name).pk), str(landlord.person("bruno").pk)], salt="access.shown_as"
    )
    assert client.get(below("/immeubles/")).status_code == 403
    client.cookies[COOKIE] = signing.dumps(
        [str(landlord.person("simone").pk), str(landlord.person("bruno").pk)], salt="access.shown_as"
    )
    assert client.get(below("/immeubles/"))["Location"] == "/controle/E6/"
    assert events(kind="shown_as") == []


def test_only_current_caretakers_are_shown(landlord, at_desk, sign_in):
    simone = at_desk("awa")
    Person.objects.using(OWNER).filter(name="Awa Diakité").update(is_active=False)
    assert simone.get(below("/immeubles/"))["Location"] == "/controle/E6/"
    Person.objects.using(OWNER).filter(name="Awa Diakité").update(is_active=True)
    run(
        "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'end_of_post' WHERE person_id = %s",
        landlord.person("awa").pk,
    )
    assert simone.get(below("/immeubles/")).status_code == 403
    other = signing.dumps([str(landlord.person("simone").pk), str(landlord.person("bruno").pk)], salt="access.shown_as")
    simone.cookies[COOKIE] = other
    assert simone.get(below("/immeubles/")).status_code == 200
    for name in ("chloe", "olga", "elise"):
        assert sign_in("simone").post("/controle/comme/", {"person": landlord.person(name).email}).status_code == 404
    form_data = [item for item in events(kind="refused", outcome="missing") if item["route"] == "control_act"]
    assert [item["actor"] for item in form_data] == [landlord.person("simone").pk] * 3


def test_every_column_about_a_person_is_masked_or_excepted(landlord):
    replaced = {
        f"{table}.{column}"
        for table, column in run(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'masked'"
        )
    }
    empty = {"tenants_helpcode", "casework_cardfact", "casework_dwellingfact"}
    models = {model._meta.db_table: model for model in apps.get_models()}
    event_read = [
        f"{policy.table}.{entry.field.name}"
        for policy in all_policies()
        if policy.table in models
        and any(
            grant.to in MASKED and "SELECT" in grant.verbs
            for grant in policy.grants
            if isinstance(grant.to, Compartment)
        )
        for entry in entries([models[policy.table]])
        if entry.says_something and policy.table not in empty
    ]
    assert len(event_read) > 20
    text = {name for name in event_read if name not in replaced}
    assert [name for name in text if not name.startswith(tuple(AS_IT_IS))] == []
    masked = {name for name in event_read if name in replaced and not name.startswith(tuple(AS_IT_IS))}
    assert masked == {
        f"tenants_tenant.{name}"
        for name in ("title", "last_name", "first_name", "name_key", "phone", "email", "contact_name")
    } | {"tenants_searchkey.key"}


def test_access_ends_after_fifteen_minutes(landlord, at_desk, monkeypatch):
    """An inspector may view a caretaker's pages for fifteen minutes.

    A signed cookie gives this access and contains the time of signing. The server must refuse the cookie afterwards.
    """
    simone, began = at_desk("awa"), time.time()
    page = simone.cookies[COOKIE].value
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + MINUTES * 60 - 5)
    assert simone.get(below("/immeubles/")).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + MINUTES * 60 + 5)
    simone.cookies[COOKIE] = page
    for path in ("/immeubles/", f"/fiches/{landlord.residence(CALM).pk}/"):
        assert simone.get(below(path))["Location"] == "/controle/E6/"
    assert len(events(kind="shown_as")) == 1 and MINUTES == 15

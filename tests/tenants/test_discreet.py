"""A discreet mark must hide a household from all employees except those whom the mark names."""

import pytest
from django.db import connections, transaction

from access.compartments import Compartment
from tenants.models import DiscreetMark, DiscreetName
from tests.builders import OWNER, assign, events, guarantee, let, make_person, make_unit, paris_day, run, stand_wall
from tests.rights.test_disclosure import access_report, make_request, rows_of_section
from tests.sign_in import let_in

AT_A = "Calme-Glycines A"


def page(landlord) -> str:
    return f"/comptes/{landlord.account(AT_A).reference}/discretion/"


def typed(days: int) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def hide(client, landlord, *names: str, last: int = 200):
    people = [str(landlord.person(name).pk) for name in names]
    return client.post(page(landlord), {"first_day": typed(0), "last_day": typed(last), "people": people})


@pytest.fixture
def second_officer(landlord):
    """Provide a second officer of the agency.

    No discreet mark names this officer, who must not see marked households.
    """
    person = make_person("Karl Second", landlord.place("Agence Belleville"))
    assign(person, "officer", landlord.place("Agence Belleville"))
    return person


def sign_in_as(client, person):
    let_in(client, person)
    return client


@pytest.mark.parametrize(
    ("name", "status"),
    [("elise", 200), ("fatou", 404), ("denis", 404), ("awa", 403), ("georges", 403), ("helene", 403)],
)
def test_only_an_officer_of_the_agency_sets_a_discreet_mark(landlord, sign_in, name, status):
    client = sign_in(name)
    assert client.get(page(landlord)).status_code == status
    if status != 200:
        assert hide(client, landlord).status_code == status
        assert not DiscreetMark.objects.using(OWNER).exists() and not events(outcome="changed")


def test_form_offers_only_todays_caretakers_and_officers_of_the_building(landlord, sign_in, second_officer):
    text = sign_in("elise").get(page(landlord)).content.decode()
    assert "Awa Diakité" in text and second_officer.name in text
    for name in ("bruno", "chloe", "olga", "fatou", "georges", "helene", "ines", "karim"):
        assert str(landlord.person(name).pk) not in text, name


def test_person_who_is_not_named_finds_the_household_nowhere(landlord, sign_in, client, second_officer):
    account, residence = landlord.account(AT_A), landlord.residence(AT_A)
    assert hide(sign_in("elise"), landlord).status_code == 302
    other, awa = sign_in_as(client, second_officer), sign_in("awa")
    for path in ("", "bail/", "discretion/", "identite/"):
        assert other.get(f"/comptes/{account.reference}/{path}").status_code == 404, path
    assert awa.get(f"/fiches/{residence.pk}/").status_code == 404
    assert other.get(f"/fiches/{residence.pk}/").status_code == 404
    building = f"/immeubles/{residence.building_id}/"
    for someone in (awa, other):
        assert AT_A.encode() not in someone.get(building).content
    assert AT_A.encode() not in other.get("/comptes/").content
    response = awa.post("/immeubles/chercher/", {"q": "Calme"})
    assert response.status_code == 200 and str(residence.pk) not in response.content.decode()


def test_named_person_still_finds_the_household(landlord, sign_in):
    account, residence = landlord.account(AT_A), landlord.residence(AT_A)
    elise = sign_in("elise")
    hide(elise, landlord, "awa")
    awa = sign_in("awa")
    assert awa.get(f"/fiches/{residence.pk}/").status_code == 200
    assert AT_A in awa.get(f"/immeubles/{residence.building_id}/").content.decode()
    assert awa.post("/immeubles/chercher/", {"q": "Calme"})["Location"] == f"/fiches/{residence.pk}/"
    for path in ("", "bail/", "discretion/", "identite/"):
        assert elise.get(f"/comptes/{account.reference}/{path}").status_code == 200, path


def test_officer_who_sets_the_mark_is_always_named(landlord, sign_in):
    hide(sign_in("elise"), landlord, "awa")
    named = {name.person_id for name in DiscreetName.objects.using(OWNER).all()}
    assert named == {landlord.person("elise").pk, landlord.person("awa").pk}
    [event] = events(kind="discreet_set")
    assert event["facts"] == {"people": 2} and event["about"] == landlord.account(AT_A).lease_id


def test_discreet_dwelling_is_not_offered_as_vacant(landlord, sign_in, second_officer, client):
    unit = landlord.residence(AT_A).unit
    hide(sign_in("elise"), landlord)
    other = sign_in_as(client, second_officer)
    offered = other.get(f"/immeubles/{unit.building_id}/baux/nouveau/").content.decode()
    assert str(unit.pk) not in offered


def test_placeholder_is_identical_for_every_discreet_dwelling(landlord, sign_in):
    """A building's page must not reveal who lives in a dwelling under a discreet mark (hidden for safety), or since
    when."""
    elise, awa = sign_in("elise"), sign_in("awa")
    building = landlord.residence(AT_A).building_id
    hide(elise, landlord)
    reference = landlord.account("Dette-Glycines A").reference
    elise.post(f"/comptes/{reference}/discretion/", {"first_day": typed(0), "last_day": typed(5)})
    text = awa.get(f"/immeubles/{building}/").content.decode()
    closed = text.count("#w-closed") + text.count("Occupé, s’adresser à l’agence")
    assert closed >= 2 and "Dette" not in text and "Calme" not in text
    run("UPDATE tenants_residence SET moved_in = moved_in - 40 WHERE moved_in < loge_today()")
    run("DELETE FROM tenants_residence WHERE tenant_id = %s", str(landlord.tenant("Dette-Glycines A").pk))
    run("UPDATE tenants_discreetmark SET last_day = first_day + 90")
    assert without_changing_lines(awa.get(f"/immeubles/{building}/").content.decode()) == without_changing_lines(text)


def without_changing_lines(text: str) -> str:
    """Remove the lines that differ between any two requests: those with the CSRF token or the time."""
    return "\n".join(line for line in text.splitlines() if "csrf" not in line and "<time" not in line)


@pytest.mark.parametrize(("first", "last"), [(0, 400), (0, -1), (-3, 20), (5, 3)])
def test_mark_with_invalid_days_is_refused(landlord, sign_in, first, last):
    answer = sign_in("elise").post(page(landlord), {"first_day": typed(first), "last_day": typed(last)})
    assert answer.status_code == 200 and not DiscreetMark.objects.using(OWNER).exists()


def test_person_without_the_building_in_reach_cannot_be_named(landlord, sign_in):
    answer = hide(sign_in("elise"), landlord, "bruno")
    assert answer.status_code == 200 and not DiscreetMark.objects.using(OWNER).exists()


def test_second_mark_on_a_household_is_refused(landlord, sign_in):
    elise = sign_in("elise")
    hide(elise, landlord)
    answer = hide(elise, landlord)
    assert answer.status_code == 200 and "déjà demandée" in answer.content.decode()
    assert DiscreetMark.objects.using(OWNER).count() == 1


def test_household_is_visible_again_after_the_mark_is_ended(landlord, sign_in):
    elise, awa, residence = sign_in("elise"), sign_in("awa"), landlord.residence(AT_A)
    hide(elise, landlord)
    run("UPDATE tenants_discreetmark SET first_day = first_day - 10, last_day = last_day - 10")
    assert awa.get(f"/fiches/{residence.pk}/").status_code == 404
    assert elise.post(page(landlord), {"end": "1"}).status_code == 302
    assert awa.get(f"/fiches/{residence.pk}/").status_code == 200
    assert [event["about"] for event in events(kind="discreet_ended")] == [landlord.account(AT_A).lease_id]
    assert hide(elise, landlord).status_code == 302


def test_mark_ended_on_its_first_day_applies_until_midnight(landlord, sign_in):
    elise = sign_in("elise")
    hide(elise, landlord)
    elise.post(page(landlord), {"end": "1"})
    mark = DiscreetMark.objects.using(OWNER).get()
    assert (mark.first_day, mark.last_day) == (paris_day(), paris_day())


def test_mark_cancelled_before_it_began_never_applies(landlord, sign_in):
    elise, awa = sign_in("elise"), sign_in("awa")
    mark_form = {"first_day": typed(30), "last_day": typed(200), "people": []}
    assert elise.post(page(landlord), mark_form).status_code == 302
    assert elise.post(page(landlord), {"end": "1"}).status_code == 302
    assert awa.get(f"/fiches/{landlord.residence(AT_A).pk}/").status_code == 200
    days = "tenants_discreetmark, generate_series(-1, 200) n WHERE loge_today() + n BETWEEN first_day AND last_day"
    assert DiscreetMark.objects.using(OWNER).count() == 1 and run(f"SELECT count(*) FROM {days}") == [(0,)]
    # After a discreet mark has ended, the tenant's access report must not mention it, and a new mark can be set.
    assert rows_of_section(access_report(sign_in("ines"), make_request(landlord, AT_A, "Anne")), "discretion") == []
    assert hide(elise, landlord).status_code == 302
    assert awa.get(f"/fiches/{landlord.residence(AT_A).pk}/").status_code == 404


def test_mark_stops_applying_after_its_last_day(landlord, sign_in):
    hide(sign_in("elise"), landlord, last=20)
    run("UPDATE tenants_discreetmark SET first_day = first_day - 21, last_day = last_day - 21")
    assert sign_in("awa").get(f"/fiches/{landlord.residence(AT_A).pk}/").status_code == 200


def test_household_stays_discreet_after_an_internal_transfer(landlord, sign_in):
    from buildings.models import Unit

    elise = sign_in("elise")
    hide(elise, landlord, "awa")
    there = Unit.objects.using(OWNER).get(building=landlord.building("Glycines B"), door="22")
    reference = landlord.account(AT_A).reference
    elise.post(f"/comptes/{reference}/bail/mutation/", {"unit": str(there.pk), "first_day": typed(0)})
    [(residence,)] = run("SELECT id FROM tenants_residence WHERE unit_id = %s", str(there.pk))
    assert sign_in("bruno").get(f"/fiches/{residence}/").status_code == 404
    assert AT_A not in sign_in("bruno").get(f"/immeubles/{there.building_id}/").content.decode()
    assert elise.get(f"/fiches/{residence}/").status_code == 200
    assert len(events(kind="discreet_set")) == 2


def test_future_mark_moves_along_with_an_internal_transfer(landlord, sign_in):
    account, there = landlord.account(AT_A), landlord.building("Glycines B").units.using(OWNER).get(door="22")
    days = {"first_day": paris_day(3), "last_day": paris_day(60)}
    DiscreetMark(lease_id=account.lease_id, building_id=account.building_id, **days).save(using=OWNER)
    form = {"unit": str(there.pk), "first_day": typed(1)}
    assert sign_in("elise").post(f"/comptes/{account.reference}/bail/mutation/", form).status_code == 302
    mark = DiscreetMark.objects.using(OWNER).get(lease__main_unit=there)
    assert (mark.first_day, mark.last_day) == (days["first_day"], days["last_day"])


@pytest.mark.unwatched("reads the rows that a role sees, not pages")
def test_other_leases_of_a_discreet_household_are_hidden_too(landlord):
    """A discreet mark on a tenant's dwelling must hide the account of the tenant's parking space too.

    The account would show the tenant's name.
    """
    tenant, building = landlord.tenant("Calme-Glycines A"), landlord.building("Glycines A")
    space = make_unit(building, "P1", None, kind="parking")
    parking = let(space, tenant, resident=False)
    elise = str(landlord.person("elise").pk)
    query = "SELECT id FROM tenants_account WHERE id = %s"
    assert as_officer(elise, query, str(parking.pk))
    mark(landlord.account("Calme-Glycines A"))
    assert not as_officer(elise, query, str(parking.pk))


@pytest.mark.unwatched("reads the rows that a role sees, not pages")
@pytest.mark.parametrize(
    "close", [lambda landlord: mark(landlord.account(AT_A)), lambda landlord: wall_off(landlord, "elise")]
)
def test_household_with_the_same_guarantor_is_not_hidden(landlord, close):
    """Hiding a household from an employee must not hide other households that have the same guarantor.

    An organisation may be guarantor of hundreds of tenants, whose accounts the employee needs.
    """
    account, another = landlord.account(AT_A), landlord.account("Dette-Glycines B")
    guarantee(account, another)
    close(landlord)
    elise, query = str(landlord.person("elise").pk), "SELECT id FROM tenants_account WHERE id = %s"
    assert not as_officer(elise, query, str(account.pk)) and as_officer(elise, query, str(another.pk))
    assert as_officer(elise, "SELECT lease_id FROM tenants_leaseparty WHERE lease_id = %s", str(another.lease_id))
    assert as_officer(elise, "SELECT tenants_hidden()") == [(account.lease_id,)]


def wall_off(landlord, name: str) -> None:
    stand_wall(landlord.account(AT_A).lease, landlord.person(name))


def as_officer(person: str, sql: str, *params: str) -> list:
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        role = Compartment.ACCOUNT.database_role
        cursor.execute("SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, person])
        cursor.execute(sql, params)
        return cursor.fetchall()


def mark(account) -> None:
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 90)",
        str(account.lease_id),
        str(account.building_id),
    )

"""Without an account reference, the front desk opens a resident's card by name, address and door.

The three together must match exactly one household in the employee's buildings. Otherwise the page must always show the
same refusal. The limits on attempts are the same as for a check by reference.
"""

import pytest
from django.db import connection

from access.compartments import Compartment
from audit.record import AuditLogUnavailable
from tenants.models import IdentityCheck
from tenants.search import Part
from tests.builders import OWNER, events, let, make_tenant, make_unit, run
from tests.database.test_policies import as_role
from tests.tenants.test_front_desk import CALM, ELSEWHERE, comparable, hide
from tests.tenants.test_front_desk import check_identity as check_by_reference

PAGE = "/accueil/identite/porte/"
REFUSED = "Aucun foyer de vos lieux n’a ce nom à cette porte"


@pytest.fixture
def paola(landlord, sign_in):
    return sign_in("paola")


@pytest.fixture
def lea(landlord):
    """Create the household of the tenant Léa Le Faure in Glycines A, staircase B, door 31."""
    unit = make_unit(landlord.building("Glycines A"), "31", staircase="B")
    return let(unit, make_tenant("Le Faure", "Léa"))


def check(client, name="Le Faure", address="3 allée des Glycines", door="31", document="photo"):
    return client.post(PAGE, {"last_name": name, "address": address, "door": door, "document": document})


def is_refused(answer) -> bool:
    return answer.status_code == 200 and REFUSED in answer.content.decode()


# --- What opens ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address", "door"),
    [
        ("LE FAURE", "3 allée des Glycines", "31"),
        ("le faure", "Glycines A", "porte 31"),
        ("Le Faure Léa", "3, Allee des glycines 75019 Paris", "esc. B porte 31"),
        ("Le-Faure", "3 all glycines", "B31"),
    ],
)
def test_name_address_and_door_open_one_card(paola, lea, name, address, door):
    answer = check(paola, name, address, door)
    assert answer.status_code == 302
    card = paola.get(answer["Location"]).content.decode()
    assert "Le Faure" in card and lea.reference not in card


def test_check_by_door_opens_the_card_for_ten_minutes_and_is_recorded(landlord, paola, lea):
    card = check(paola, document="licence")["Location"]
    [checked], [tried] = events(kind="identity_checked"), events(kind="identity_tried")
    assert (checked["facts"], checked["place"]) == ({"document": "licence"}, lea.building_id)
    assert (tried["about"], tried["facts"], tried["role"]) == (lea.pk, {}, "front_desk")
    assert IdentityCheck.objects.using(OWNER).get().document == "licence"
    run("UPDATE tenants_identitycheck SET until = until - interval '11 min'")
    assert paola.get(card).status_code == 404


def test_next_check_by_door_closes_the_previous_card(landlord, paola, lea):
    first = check_by_reference(paola, landlord.account(CALM).reference, CALM)["Location"]
    second = check(paola)["Location"]
    assert paola.get(second).status_code == 200 and paola.get(first).status_code == 404


def test_empty_door_means_the_only_dwelling_of_a_building(landlord, paola, lea):
    assert is_refused(check(paola, door=""))
    run("UPDATE buildings_unit SET kind = 'parking' WHERE building_id = %s AND door <> '31'", str(lea.building_id))
    assert check(paola, door="").status_code == 302


# --- What does not open ----------------------------------------------------------------------------------------------


def test_misses_of_every_kind_are_answered_alike(landlord, paola, lea):
    """The page must give the same refusal whatever is wrong.

    The tests try a wrong name, door and address, a household of another agency, a hidden household, and a door number
    that two dwellings have.
    """
    far = landlord.residence(ELSEWHERE)
    attempts = [
        ("Faure", "Glycines A", "31"),
        ("Le Faure", "Glycines A", "999"),
        ("Le Faure", "Glycines B", "31"),
        ("Le Faure", "rue qui n’existe pas", "31"),
        (ELSEWHERE, "Quai 9", far.unit.door),
        ("Quelqu’un", "Quai 9", far.unit.door),
    ]
    pages = {blank(check(paola, *typed), *typed) for typed in attempts}
    make_unit(landlord.building("Glycines A"), "31", staircase="C")
    pages.add(blank(check(paola), "Le Faure", "3 allée des Glycines", "31"))
    assert check(paola, door="B31").status_code == 302
    hide(landlord, lea)
    pages.add(blank(check(paola, door="B31"), "Le Faure", "3 allée des Glycines", "B31"))
    assert len(pages) == 1 and REFUSED in pages.pop()
    assert len(events(kind="identity_checked")) == 1


def blank(answer, *typed: str) -> str:
    """Return the page without the typed values, so that pages for different values can be compared."""
    assert answer.status_code == 200
    page = comparable(answer.content).replace("&#x27;", "’")
    for text in typed:
        page = page.replace(f'value="{text}"', 'value=""')
    return page


def test_two_households_of_one_name_in_a_dwelling_open_nothing(landlord, paola, lea):
    unit = make_unit(landlord.building("Glycines A"), "41")
    let(unit, make_tenant("Le Faure", "Luc"), start=-90, end=-4)
    let(unit, make_tenant("Le Faure", "Ève"), start=-3)
    assert is_refused(check(paola, door="41")) and check(paola).status_code == 302


def test_same_address_of_another_agency_does_not_hinder(landlord, paola, lea):
    run("UPDATE buildings_address SET search_key = '3 allee des glycines 75019 paris' WHERE street = 'quai de Bercy'")
    let(make_unit(landlord.building("Quai 9"), "31", staircase="B"), make_tenant("Le Faure", "Jean"))
    answer = check(paola)
    assert "Léa" in paola.get(answer["Location"]).content.decode()


def test_address_of_more_than_twenty_buildings_opens_nothing(landlord, paola, lea):
    run(
        "WITH other AS MATERIALIZED (SELECT gen_random_uuid() AS id FROM generate_series(1, 20))"
        " INSERT INTO buildings_searchkey (key, building_id)"
        " SELECT k, id FROM other, unnest('{glycines,allee,3,des}'::text[]) k"
    )
    assert is_refused(check(paola)) and check(paola, address="Glycines A").status_code == 302


def test_incomplete_form_gets_an_error_at_the_field_and_is_no_attempt(paola, lea):
    for wrong, sentence in (
        ({"name": ""}, "obligatoire"),
        ({"name": "L"}, "Écrivez le nom complet."),
        ({"address": ","}, "Écrivez l’adresse complète"),
        ({"document": "passport"}, "n’est pas"),
    ):
        page = check(paola, **wrong).content.decode()
        assert sentence in page and 'aria-invalid="true"' in page, wrong
    assert events(kind="identity_tried") == []


def test_settled_account_and_former_resident_open_nothing(landlord, paola, lea):
    run("UPDATE tenants_residence SET moved_out = loge_today() - 8 WHERE lease_id = %s", str(lea.lease_id))
    assert is_refused(check(paola))


# --- Limits and the audit log ----------------------------------------------------------------------------------------


def test_misses_by_door_and_by_reference_share_the_limit_of_a_household(landlord, paola, lea):
    for number in range(3):
        assert is_refused(check(paola, name=f"Essai{number}"))
    for number in range(2):
        check_by_reference(paola, lea.reference, f"Essai{number}")
    assert is_refused(check(paola))
    assert check_by_reference(paola, lea.reference, "Le Faure").status_code == 200
    assert check_by_reference(paola, landlord.account(CALM).reference, CALM).status_code == 302


def test_after_twenty_misses_by_door_nothing_opens_to_that_person(landlord, paola, lea):
    for number in range(20):
        assert is_refused(check(paola, address=f"{number} rue absente"))
    assert is_refused(check(paola))


def test_what_was_typed_is_stored_nowhere_in_the_log(landlord, paola, lea):
    check(paola, name="Zyxqwanary", address="Zyxqwstreet 3", door="31")
    check(paola, name="Zyxqwanary", door="31")
    dump = str(run("SELECT e.*::text FROM audit_event e")).lower()
    assert "zyxqw" not in dump and [e["about"] for e in events(kind="identity_missed")] == [None, lea.pk]


def test_attempt_that_cannot_be_recorded_is_answered_503(landlord, paola, lea, monkeypatch):
    monkeypatch.setattr("tenants.identity_tries.record_view", _raise_unavailable)
    assert check(paola).status_code == 503 and not events(kind="identity_checked")


def _raise_unavailable(*_what, **_more):
    raise AuditLogUnavailable


def test_attempt_of_another_agencys_household_is_recorded_with_its_account(landlord, paola):
    far = landlord.residence(ELSEWHERE)
    check(paola, ELSEWHERE, "Quai 9", far.unit.door)
    assert [e["about"] for e in events(kind="identity_missed")] == [landlord.account(ELSEWHERE).pk]


# --- The database by itself ------------------------------------------------------------------------------------------


def test_database_opens_nothing_without_an_attempt_of_this_person(landlord, lea):
    sql = "SELECT tenants_check_identity_at('{glycines,a}', '{31}', 'le faure', 'photo', gen_random_uuid())"
    assert as_role(Compartment.COUNTER, landlord.person("paola").pk, sql) == [(None,)]
    for inner in ("tenants_dwelling_at('{glycines}', '{31}')", "tenants_open_checked_card(gen_random_uuid(), 'photo')"):
        with pytest.raises(Exception, match="permission denied"):
            as_role(Compartment.COUNTER, landlord.person("paola").pk, f"SELECT {inner}")


DOORS = [
    (door, staircase)
    for door in ("12", "012", "A12", "A-012", "B", "RDC G", "1", "0", "121", "12b", "")
    for staircase in ("", "A", "b")
]
PARTS = ["12", "012", "a12", "b12", "a", "b", "g", "rdc", "0", "00", "12b", "1", "abc123", "abcd", "", "112", "b012"]


def test_sql_understands_doors_as_the_search_does(landlord):
    with connection.cursor() as cursor:
        for part in PARTS:
            for door, staircase in DOORS:
                cursor.execute("SELECT tenants_is_door(%s, %s, %s)", [part, door, staircase])
                expected = Part([part]).is_door(door, staircase) if part else False
                assert cursor.fetchone()[0] is expected, (part, door, staircase)

"""The whole path of a request through the decorator `@door`, with the account page as the example.

The path includes the permission check, django-guardian's object permission, row-level security and audit events.
"""

import pytest

from audit.models import Event
from tests.builders import OWNER, events, put_on_call, run


def opened(client, account):
    return client.get(f"/comptes/{account.reference}/")


def test_an_officer_opens_an_account_of_her_agency_and_it_is_recorded(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    answer = opened(sign_in("elise"), account)
    assert answer.status_code == 200
    [event] = events(kind="account_opened")
    assert (event["outcome"], event["about"], event["actor"]) == ("shown", account.pk, landlord.person("elise").pk)
    assert event["place"] == account.building_id and event["role"] == "officer"


@pytest.mark.parametrize("name", ["fatou", "denis"])
def test_an_officer_of_another_agency_gets_404_and_it_is_recorded(landlord, sign_in, name):
    answer = opened(sign_in(name), landlord.account("Dette-Glycines A"))
    assert answer.status_code == 404
    assert [e["outcome"] for e in events(kind="refused")] == ["missing"]


def test_with_two_roles_the_event_names_the_one_at_that_place(landlord, sign_in):
    """The audit event must name the role that the person holds at the place, not a role held at another place.

    Access reports print this role, and access reviews find unused assignments by it.
    """
    put_on_call(landlord.person("awa"), landlord.place("Secteur Quai"))
    awa = sign_in("awa")
    for name, role in (("Quai 9", "on_call"), ("Glycines A", "caretaker")):
        url = f"/evacuations/{landlord.building(name).pk}/"
        assert awa.post(url, {"reason": "fire"}).status_code == 302 and awa.get(url).status_code == 200
        lines = [event for event in events() if event["place"] == landlord.building(name).pk]
        assert {event["kind"] for event in lines} >= {"evacuation_opened", "evacuation_shown"}
        assert {event["role"] for event in lines} == {role}, name


def test_a_refusal_is_recorded_with_the_requested_reference_or_id(landlord, sign_in):
    """The audit event of a refusal contains the account reference or the object's id from the requested URL.

    Other text in the URL may be sensitive. The event must not contain it.
    """
    account, residence = landlord.account("Dette-Glycines A"), landlord.residence("Dette-Glycines A")
    fatou = sign_in("fatou")
    for address in (
        f"/comptes/{account.reference}/",
        f"/fiches/{residence.pk}/",
        "/comptes/M. Dette/",
        "/comptes/alcoolique/",
    ):
        assert fatou.get(address).status_code == 404
    lines = [(event["outcome"], event["facts"].get("reference"), event["about"]) for event in events(kind="refused")]
    assert (
        lines == [("missing", account.reference, None), ("missing", None, residence.pk)] + [("missing", None, None)] * 2
    )


@pytest.mark.parametrize("name", ["awa", "chloe", "georges", "helene", "ines", "jules", "lea", "marc", "noel", "olga"])
def test_without_the_permission_every_account_is_403(landlord, sign_in, name):
    client = sign_in(name)
    assert opened(client, landlord.account("Dette-Glycines A")).status_code == 403
    assert client.get("/comptes/AAAA-BBBB-CCCC/").status_code == 403
    assert [e["outcome"] for e in events(kind="refused")] == ["refused", "refused"]


@pytest.mark.parametrize(
    ("page", "methods"), [("", ("POST", "PUT", "DELETE")), ("comptes/", ("PUT", "PATCH")), ("patrimoine/", ("DELETE",))]
)
def test_methods_that_a_page_does_not_list_get_405(landlord, sign_in, page, methods):
    elise = sign_in("elise")
    assert {elise.generic(method, f"/{page}").status_code for method in methods} == {405}


def test_anonymous_requests_are_redirected_to_sign_in(landlord, sign_in):
    assert opened(sign_in("nobody"), landlord.account("Dette-Glycines A")).status_code == 302
    assert not Event.objects.using(OWNER).exists()


def test_the_web_login_cannot_read_residents_outside_a_door(landlord):
    for table in ("tenants_tenant", "tenants_residence", "tenants_account", "ledger_entry"):
        with pytest.raises(Exception, match="permission denied"):
            run(f"SELECT * FROM {table}", alias="default")


@pytest.mark.parametrize(
    ("name", "asked"), [("awa", True), ("chloe", True), ("ines", False), ("elise", False), ("georges", False)]
)
def test_404_page_asks_about_a_stand_in_only_those_who_could_be_one(landlord, sign_in, name, asked):
    """The 404 page asks caretakers, and people without a role today, whether they stand in for somebody.

    People with other roles cannot be stand-ins.
    """
    answer = sign_in(name).get("/nulle-part/")
    assert answer.status_code == 404
    assert ("Vous remplacez quelqu’un aujourd’hui" in answer.text) is asked

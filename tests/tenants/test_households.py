"""Chosen contact and help asked for: changed by the officer, read at once by the caretaker, nobody else's."""

import pytest

from access.telephone import written_phone
from tenants.models import HelpCode, Representative, Tenant
from tests.builders import OWNER, events, paris_day, run

AT_A = "Calme-Glycines A"
WRITERS = [
    ("elise", 200),
    ("fatou", 404),
    ("denis", 404),
    ("awa", 403),
    ("georges", 403),
    ("helene", 403),
    ("bruno", 403),
]
CONTACT = {"channel": "phone", "phone": "06 12 34 56 78"}


def page(house, rest: str) -> str:
    return f"/fiches/{house.residence(AT_A).pk}/{rest}"


def typed(days: int) -> str:
    return f"{paris_day(days):%d/%m}"


def help_said(code: str = "knock_loudly", days: int = 0) -> dict[str, str]:
    return {"code": code, "asked_by": "tenant", "asked_on": f"{paris_day(days):%d/%m/%Y}"}


@pytest.mark.parametrize("rest", ["contact/", "aides/"])
@pytest.mark.parametrize(("name", "status"), WRITERS)
def test_only_the_agencys_officer_changes_a_card(house, sign_in, rest, name, status):
    client = sign_in(name)
    assert client.get(page(house, rest)).status_code == status
    if status != 200:
        assert client.post(page(house, rest), CONTACT | help_said()).status_code == status
        assert house.tenant(AT_A).phone == "+33639981234" and not HelpCode.objects.using(OWNER).exists()
        assert not events(outcome="changed")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("01\u202f44\u202f00\u202f00\u202f00", "+33144000000"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_a_number_is_understood_as_it_is_printed(house, sign_in, text, number):
    answer = sign_in("elise").post(page(house, "contact/"), {"channel": "text", "phone": text})
    assert answer.status_code == 302 and answer["Location"] == page(house, "")
    assert (house.tenant(AT_A).phone, house.tenant(AT_A).channel) == (number, "text")


def test_a_number_is_offered_as_somebody_would_type_it(house, sign_in):
    assert 'value="06 39 98 12 34"' in sign_in("elise").get(page(house, "contact/")).content.decode()
    assert written_phone("+32470123456") == "+32470123456" and written_phone("") == ""


@pytest.mark.parametrize("text", ["06 12 34", "bonjour", "06 12 34 56 78 le soir", "0612345678901234567", "12"])
def test_what_is_no_number_is_refused_in_words(house, sign_in, text):
    answer = sign_in("elise").post(page(house, "contact/"), CONTACT | {"phone": text})
    assert answer.status_code == 200 and "Ce numéro n’est pas complet" in answer.content.decode()
    assert house.tenant(AT_A).phone == "+33639981234"


@pytest.mark.parametrize("channel", ["phone", "text", "email", "contact"])
def test_a_channel_needs_what_it_goes_through(house, sign_in, channel):
    answer = sign_in("elise").post(page(house, "contact/"), {"channel": channel})
    assert answer.status_code == 200 and house.tenant(AT_A).phone == "+33639981234"


def test_a_changed_contact_is_on_the_caretakers_card_and_in_the_trace_without_the_words(house, sign_in):
    said = {"channel": "contact", "phone": "06 12 34 56 78", "contact_name": "Nadia Voisine"}
    assert sign_in("elise").post(page(house, "contact/"), said).status_code == 302
    assert "Nadia Voisine" in sign_in("awa").get(page(house, "")).content.decode()
    [event] = events(kind="contact_changed")
    assert (event["about"], event["outcome"]) == (house.tenant(AT_A).pk, "changed")
    assert "Nadia" not in str(events()) and "612345678" not in str(events())


def test_a_name_is_no_place_for_a_sentence(house, sign_in):
    """Wherever a colleague types one: a chosen person, a representative, somebody who moves in, whose account it is."""
    elise, account = sign_in("elise"), house.account(AT_A)
    at, words = f"/comptes/{account.reference}", "Un nom seul, avec ses majuscules"
    told, today = "sa sœur, car elle est alcoolique", f"{paris_day():%d/%m/%Y}"
    sent = [
        (page(house, "contact/"), {"channel": "contact", "contact_name": told}),
        (f"{at}/bail/representants/", {"tenant": str(house.tenant(AT_A).pk), "name": told, "first_day": today}),
        (f"{at}/bail/arrivee/", {"last_name": "Martin (alcoolique)", "day": today}),
        (f"{at}/identite/{house.tenant(AT_A).pk}/banque/", {"iban": "FR1420041010050500013M02606", "holder": told}),
    ]
    for url, said in sent:
        answer = elise.post(url, said)
        assert answer.status_code == 200 and words in answer.content.decode(), url
    assert "alcoolique" not in sign_in("awa").get(page(house, "")).content.decode()
    assert not Representative.objects.using(OWNER).exists() and not events(kind="tenant_added")
    assert elise.post(sent[0][0], {"channel": "contact", "contact_name": "Rose Malade"}).status_code == 302


@pytest.mark.parametrize("address", ["alcoolique@exemple.fr", "jean.seropositif@exemple.fr", "VIH-75@exemple.fr"])
def test_an_email_address_is_no_place_for_a_diagnosis(house, sign_in, address):
    elise = sign_in("elise")
    answer = elise.post(page(house, "contact/"), {"channel": "email", "email": address})
    assert answer.status_code == 200 and "avant l’arobase" in answer.content.decode()
    assert house.tenant(AT_A).email != address
    allowed = {"channel": "email", "email": "rose.malade.petit+bail@exemple.fr"}
    assert elise.post(page(house, "contact/"), allowed).status_code == 302


def test_the_database_lets_a_contact_change_and_not_a_name(house, sign_in):
    with pytest.raises(Exception, match="permission denied"):
        run("SET ROLE loge_help; UPDATE tenants_tenant SET last_name = 'Autre'", alias="default")
    assert Tenant.objects.using(OWNER).filter(last_name="Autre").count() == 0


def test_help_is_noted_for_a_year_and_shown_on_the_card_alone(house, sign_in):
    client, code = sign_in("elise"), "Frapper fort et attendre"
    assert client.post(page(house, "aides/"), help_said(days=-10)).status_code == 302
    asked = HelpCode.objects.using(OWNER).get()
    assert 364 <= (asked.renew_by - asked.asked_on).days <= 366 and asked.asked_on == paris_day(-10)
    [event] = events(kind="help_code_set")
    assert event["facts"] == {"renew_by": asked.renew_by.isoformat()} and "knock" not in str(event)
    awa = sign_in("awa")
    assert code in awa.get(page(house, "")).content.decode()
    assert code not in awa.get(f"/immeubles/{house.building('Glycines A').pk}/").content.decode()


@pytest.mark.parametrize(("days", "words"), [(3, "pas avant"), (-400, "plus d’un an")])
def test_help_is_neither_foretold_nor_out_of_date(house, sign_in, days, words):
    answer = sign_in("elise").post(page(house, "aides/"), help_said(days=days))
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not HelpCode.objects.using(OWNER).exists()


def test_the_same_help_twice_is_refused_in_words(house, sign_in):
    client = sign_in("elise")
    client.post(page(house, "aides/"), help_said())
    answer = client.post(page(house, "aides/"), help_said())
    assert answer.status_code == 200 and "Cette aide est déjà notée." in answer.content.decode()
    assert len(events(kind="help_code_set")) == 1


def test_help_that_lapsed_makes_room_for_itself(house, sign_in):
    tenant = house.tenant(AT_A)
    days = {"asked_on": paris_day(-370), "renew_by": paris_day(-5)}
    HelpCode.objects.using(OWNER).create(tenant=tenant, code="knock_loudly", **days)
    client = sign_in("elise")
    assert "Frapper fort" not in sign_in("awa").get(page(house, "")).content.decode()
    assert "échue" in client.get(page(house, "aides/")).content.decode()
    assert client.post(page(house, "aides/"), help_said()).status_code == 302
    assert HelpCode.objects.using(OWNER).filter(ended_on__isnull=True).count() == 1


def test_help_is_taken_off(house, sign_in):
    client = sign_in("elise")
    client.post(page(house, "aides/"), help_said())
    asked = HelpCode.objects.using(OWNER).get()
    assert client.post(page(house, "aides/"), {"end": str(asked.pk)}).status_code == 302
    assert HelpCode.objects.using(OWNER).get().ended_on == paris_day()
    assert [event["about"] for event in events(kind="help_code_ended")] == [asked.tenant_id]
    assert client.post(page(house, "aides/"), {"end": str(asked.pk)}).status_code == 404


def test_a_neighbours_help_is_not_taken_off_from_this_card(house, sign_in):
    days = {"asked_on": paris_day(), "renew_by": paris_day(300)}
    other = HelpCode.objects.using(OWNER).create(tenant=house.tenant("Dette-Glycines A"), code="give_time", **days)
    assert sign_in("elise").post(page(house, "aides/"), {"end": str(other.pk)}).status_code == 404
    assert HelpCode.objects.using(OWNER).get().ended_on is None

"""An officer changes how a resident wants to be contacted and what help the resident needs.

The resident's card must show each change at once.
"""

import pytest

from formats.telephone import written_phone
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


def page(landlord, rest: str) -> str:
    return f"/fiches/{landlord.residence(AT_A).pk}/{rest}"


def typed(days: int) -> str:
    return f"{paris_day(days):%d/%m}"


def help_form(code: str = "knock_loudly", days: int = 0) -> dict[str, str]:
    return {"code": code, "asked_by": "tenant", "asked_on": f"{paris_day(days):%d/%m/%Y}"}


@pytest.mark.parametrize("rest", ["contact/", "aides/"])
@pytest.mark.parametrize(("name", "status"), WRITERS)
def test_only_an_officer_of_the_agency_changes_contact_and_help(landlord, sign_in, rest, name, status):
    client = sign_in(name)
    assert client.get(page(landlord, rest)).status_code == status
    if status != 200:
        assert client.post(page(landlord, rest), CONTACT | help_form()).status_code == status
        assert landlord.tenant(AT_A).phone == "+33639981234" and not HelpCode.objects.using(OWNER).exists()
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
def test_telephone_number_is_accepted_in_common_spellings(landlord, sign_in, text, number):
    answer = sign_in("elise").post(page(landlord, "contact/"), {"channel": "text", "phone": text})
    assert answer.status_code == 302 and answer["Location"] == page(landlord, "")
    assert (landlord.tenant(AT_A).phone, landlord.tenant(AT_A).channel) == (number, "text")


def test_form_shows_the_number_as_people_type_it(landlord, sign_in):
    assert 'value="06 39 98 12 34"' in sign_in("elise").get(page(landlord, "contact/")).content.decode()
    assert written_phone("+32470123456") == "+32470123456" and written_phone("") == ""


@pytest.mark.parametrize("text", ["06 12 34", "bonjour", "06 12 34 56 78 le soir", "0612345678901234567", "12"])
def test_invalid_number_is_refused_with_a_sentence(landlord, sign_in, text):
    answer = sign_in("elise").post(page(landlord, "contact/"), CONTACT | {"phone": text})
    assert answer.status_code == 200 and "Ce numéro n’est pas complet" in answer.content.decode()
    assert landlord.tenant(AT_A).phone == "+33639981234"


@pytest.mark.parametrize("channel", ["phone", "text", "email", "contact"])
def test_channel_without_its_contact_details_is_refused(landlord, sign_in, channel):
    answer = sign_in("elise").post(page(landlord, "contact/"), {"channel": channel})
    assert answer.status_code == 200 and landlord.tenant(AT_A).phone == "+33639981234"


def test_changed_contact_is_on_the_card_and_recorded_without_its_values(landlord, sign_in):
    form = {"channel": "contact", "phone": "06 12 34 56 78", "contact_name": "Nadia Voisine"}
    assert sign_in("elise").post(page(landlord, "contact/"), form).status_code == 302
    assert "Nadia Voisine" in sign_in("awa").get(page(landlord, "")).content.decode()
    [event] = events(kind="contact_changed")
    assert (event["about"], event["outcome"]) == (landlord.tenant(AT_A).pk, "changed")
    assert "Nadia" not in str(events()) and "612345678" not in str(events())


def test_name_fields_refuse_a_sentence(landlord, sign_in):
    """Fields for a name must refuse any other text, because it may disclose something about a person.

    The fields are: chosen contact, representative, new resident, holder of a bank account.
    """
    elise, account = sign_in("elise"), landlord.account(AT_A)
    at, words = f"/comptes/{account.reference}", "Écrivez seulement un nom, avec ses majuscules"
    health_text, today = "sa sœur, car elle est alcoolique", f"{paris_day():%d/%m/%Y}"
    forms = [
        (page(landlord, "contact/"), {"channel": "contact", "contact_name": health_text}),
        (
            f"{at}/bail/representants/",
            {"tenant": str(landlord.tenant(AT_A).pk), "name": health_text, "first_day": today},
        ),
        (f"{at}/bail/arrivee/", {"last_name": "Martin (alcoolique)", "day": today}),
        (
            f"{at}/identite/{landlord.tenant(AT_A).pk}/banque/",
            {"iban": "FR1420041010050500013M02606", "holder": health_text},
        ),
    ]
    for url, form in forms:
        answer = elise.post(url, form)
        assert answer.status_code == 200 and words in answer.content.decode(), url
    assert "alcoolique" not in sign_in("awa").get(page(landlord, "")).content.decode()
    assert not Representative.objects.using(OWNER).exists() and not events(kind="tenant_added")
    assert elise.post(forms[0][0], {"channel": "contact", "contact_name": "Rose Malade"}).status_code == 302


@pytest.mark.parametrize("address", ["alcoolique@exemple.fr", "jean.seropositif@exemple.fr", "VIH-75@exemple.fr"])
def test_email_address_with_a_diagnosis_is_refused(landlord, sign_in, address):
    elise = sign_in("elise")
    answer = elise.post(page(landlord, "contact/"), {"channel": "email", "email": address})
    assert answer.status_code == 200 and "avant l’arobase" in answer.content.decode()
    assert landlord.tenant(AT_A).email != address
    allowed = {"channel": "email", "email": "rose.malade.petit+bail@exemple.fr"}
    assert elise.post(page(landlord, "contact/"), allowed).status_code == 302


def test_database_refuses_to_change_a_name(landlord, sign_in):
    with pytest.raises(Exception, match="permission denied"):
        run("SET ROLE loge_help; UPDATE tenants_tenant SET last_name = 'Autre'", alias="default")
    assert Tenant.objects.using(OWNER).filter(last_name="Autre").count() == 0


def test_help_is_recorded_for_a_year_and_shown_on_the_card_only(landlord, sign_in):
    client, code = sign_in("elise"), "Frapper fort et attendre"
    assert client.post(page(landlord, "aides/"), help_form(days=-10)).status_code == 302
    help_code = HelpCode.objects.using(OWNER).get()
    assert 364 <= (help_code.renew_by - help_code.asked_on).days <= 366 and help_code.asked_on == paris_day(-10)
    [event] = events(kind="help_code_set")
    assert event["facts"] == {"renew_by": help_code.renew_by.isoformat()} and "knock" not in str(event)
    awa = sign_in("awa")
    assert code in awa.get(page(landlord, "")).content.decode()
    assert code not in awa.get(f"/immeubles/{landlord.building('Glycines A').pk}/").content.decode()


@pytest.mark.parametrize(("days", "words"), [(3, "dans le futur"), (-400, "plus d’un an")])
def test_help_with_a_future_or_old_day_is_refused(landlord, sign_in, days, words):
    answer = sign_in("elise").post(page(landlord, "aides/"), help_form(days=days))
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not HelpCode.objects.using(OWNER).exists()


def test_same_help_twice_is_refused_with_a_sentence(landlord, sign_in):
    client = sign_in("elise")
    client.post(page(landlord, "aides/"), help_form())
    answer = client.post(page(landlord, "aides/"), help_form())
    assert answer.status_code == 200 and "Cette aide est déjà notée." in answer.content.decode()
    assert len(events(kind="help_code_set")) == 1


def test_expired_help_can_be_recorded_again(landlord, sign_in):
    tenant = landlord.tenant(AT_A)
    days = {"asked_on": paris_day(-370), "renew_by": paris_day(-5)}
    HelpCode.objects.using(OWNER).create(tenant=tenant, code="knock_loudly", **days)
    client = sign_in("elise")
    assert "Frapper fort" not in sign_in("awa").get(page(landlord, "")).content.decode()
    assert "expirée" in client.get(page(landlord, "aides/")).content.decode()
    assert client.post(page(landlord, "aides/"), help_form()).status_code == 302
    assert HelpCode.objects.using(OWNER).filter(ended_on__isnull=True).count() == 1


def test_help_is_ended(landlord, sign_in):
    client = sign_in("elise")
    client.post(page(landlord, "aides/"), help_form())
    help_code = HelpCode.objects.using(OWNER).get()
    assert client.post(page(landlord, "aides/"), {"end": str(help_code.pk)}).status_code == 302
    assert HelpCode.objects.using(OWNER).get().ended_on == paris_day()
    assert [event["about"] for event in events(kind="help_code_ended")] == [help_code.tenant_id]
    assert client.post(page(landlord, "aides/"), {"end": str(help_code.pk)}).status_code == 404


def test_help_of_another_tenant_cannot_be_ended_from_this_card(landlord, sign_in):
    days = {"asked_on": paris_day(), "renew_by": paris_day(300)}
    other = HelpCode.objects.using(OWNER).create(tenant=landlord.tenant("Dette-Glycines A"), code="give_time", **days)
    assert sign_in("elise").post(page(landlord, "aides/"), {"end": str(other.pk)}).status_code == 404
    assert HelpCode.objects.using(OWNER).get().ended_on is None

"""The resident's card (page with contact and requested help) must open only to permitted people and show no debts."""

import pytest

from tenants.models import HelpCode, Residence
from tests.builders import OWNER, events, let, make_tenant, make_unit, paris_day, post
from tests.tenants.test_residents import set_discreet_mark, text

LONG = "Ravindranathan-de La Rochefoucauld-Montbel"


def card_url(landlord, name, first_name=None):
    rows = Residence.objects.using(OWNER).filter(tenant__last_name=name).order_by("tenant__first_name")
    residence = rows.filter(tenant__first_name=first_name).first() if first_name else rows.first()
    return f"/fiches/{residence.pk}/"


def request_help(landlord, name, code, *, renew=100, **fields):
    tenant = landlord.tenant(name)
    help_code = HelpCode(tenant=tenant, code=code, asked_on=paris_day(-100), renew_by=paris_day(renew), **fields)
    help_code.save(using=OWNER)


def card_of_new_tenant(landlord, name, door="31", **fields):
    let(make_unit(landlord.building("Glycines A"), door, 3), make_tenant(name, **fields))
    return card_url(landlord, name)


def test_caretaker_opens_a_card_and_it_is_recorded(landlord, sign_in):
    answer = sign_in("awa").get(card_url(landlord, "Calme-Glycines A"))
    body = text(answer)
    assert answer.status_code == 200
    assert "Mme Anne Calme-Glycines A" in body and "Porte 11" in body and "Escalier A" in body
    assert 'class="button wide tall" href="tel:+33639981234"' in body and "06\u00a039\u00a098\u00a012\u00a034" in body
    assert "Une fiche ne contient ni compte" in body
    [event] = events(kind="card_opened")
    tenant = landlord.tenant("Calme-Glycines A")
    assert (event["outcome"], event["about"], event["about_kind"]) == ("shown", tenant.pk, "tenant")
    assert (event["place"], event["role"]) == (landlord.building("Glycines A").pk, "caretaker")


@pytest.mark.parametrize("name", ["bruno", "denis", "fatou"])
def test_card_out_of_reach_is_404_and_recorded(landlord, sign_in, name):
    answer = sign_in(name).get(card_url(landlord, "Calme-Glycines A"))
    assert answer.status_code == 404 and "Calme" not in text(answer)
    assert [event["outcome"] for event in events(kind="refused")] == ["missing"]
    assert not events(kind="card_opened")


@pytest.mark.parametrize("name", ["chloe", "olga", "noel", "helene", "ines", "jules", "lea", "marc"])
def test_card_is_403_for_people_without_card_permission(landlord, sign_in, name):
    assert sign_in(name).get(card_url(landlord, "Calme-Glycines A")).status_code == 403
    assert [event["outcome"] for event in events(kind="refused")] == ["refused"]


@pytest.mark.parametrize("name", ["awa", "elise", "georges"])
def test_caretaker_officer_and_sector_manager_open_a_card(landlord, sign_in, name):
    assert sign_in(name).get(card_url(landlord, "Calme-Glycines A")).status_code == 200


def test_card_names_the_other_residents_and_records_them(landlord, sign_in):
    body = text(sign_in("awa").get(card_url(landlord, "Dette-Glycines A", "Marie")))
    assert "Mme Paul Dette-Glycines A" in body
    [event] = events(kind="card_opened")
    people = Residence.objects.using(OWNER).filter(tenant__last_name="Dette-Glycines A")
    assert {person.tenant_id for person in people} == set(event["shown_ids"]) | {event["about"]}
    assert people.exclude(tenant=event["about"]).get().tenant_id in event["shown_ids"]


def test_card_shows_nothing_of_the_account(landlord, sign_in):
    """The resident's card must show no amount and no debt, not even to the officer who may open the account.

    Here, the resident owes three months of rent.
    """
    for name in ("awa", "elise"):
        body = text(sign_in(name).get(card_url(landlord, "Dette-Glycines A")))
        for word in (
            "487,20",
            "1\u202f461",
            "€",
            "échéance",
            "impay",
            "retard",
            landlord.account("Dette-Glycines A").reference,
        ):
            assert word not in body


def test_requested_help_is_shown_with_dates_and_only_while_in_force(landlord, sign_in):
    request_help(landlord, "Calme-Glycines A", "stairs_help")
    request_help(landlord, "Calme-Glycines A", "knock_loudly", renew=-1)
    request_help(landlord, "Calme-Glycines A", "lift_notice", ended_on=paris_day(-5))
    request_help(landlord, "Calme-Glycines A", "two_helpers")
    client = sign_in("awa")
    body = text(client.get(card_url(landlord, "Calme-Glycines A")))
    assert (
        "Aider à descendre l’escalier" in body and "à redemander avant le" in body and str(paris_day(100).year) in body
    )
    for hidden in ("Frapper fort", "ascenseur", "deux personnes"):
        assert hidden not in body
    for elsewhere in ("/immeubles/", f"/immeubles/{landlord.building('Glycines A').pk}/?vue=liste"):
        assert "escalier" not in text(client.get(elsewhere)).replace("Escalier", "")


def test_card_shows_the_day_of_arrival_or_departure(landlord, sign_in):
    client = sign_in("awa")
    assert "<dt>Arrivée prévue</dt>" in text(client.get(card_url(landlord, "Arrive-Glycines A")))
    let(make_unit(landlord.building("Glycines A"), "31", 3), make_tenant("Partante"), end=9)
    let(make_unit(landlord.building("Glycines A"), "32", 3), make_tenant("Partie"), end=-3)
    assert "<dt>Départ prévu</dt>" in text(client.get(card_url(landlord, "Partante")))
    assert "<dt>Départ</dt>" in text(client.get(card_url(landlord, "Partie")))


def test_card_is_404_a_week_after_the_departure(landlord, sign_in):
    let(make_unit(landlord.building("Glycines A"), "31", 3), make_tenant("Ancienne"), end=-8)
    assert sign_in("awa").get(card_url(landlord, "Ancienne")).status_code == 404


def test_card_offers_only_the_chosen_contact_channel(landlord, sign_in):
    client = sign_in("awa")
    number = "+33612345678"
    urls = {
        "sms": card_of_new_tenant(landlord, "Texto", "31", phone=number, channel="text"),
        "mailto": card_of_new_tenant(landlord, "Courriel", "32", phone=number, channel="email", email="c@ex.example"),
        "chosen": card_of_new_tenant(
            landlord, "Choisie", "33", phone=number, channel="contact", contact_name="M. Fils"
        ),
        "letter": card_of_new_tenant(landlord, "Lettre", "34", phone=number, channel="letter"),
        "none": card_of_new_tenant(landlord, "Muette", "35", phone=""),
    }
    pages = {way: text(client.get(url)) for way, url in urls.items()}
    assert f'href="sms:{number}"' in pages["sms"] and "tel:" not in pages["sms"]
    assert 'href="mailto:c@ex.example"' in pages["mailto"] and number not in pages["mailto"]
    assert "06\u00a012\u00a034" in pages["sms"] and "06\u00a012\u00a034" not in pages["mailto"] + pages["letter"]
    assert f'href="tel:{number}"' in pages["chosen"] and "Téléphoner à M. Fils" in pages["chosen"]
    assert number not in pages["letter"] and "par courrier" in pages["letter"]
    assert "Aucun numéro" in pages["none"] and "tel:" not in pages["none"]


def test_long_name_is_not_cut(landlord, sign_in):
    assert f"Anne-Charlotte {LONG}" in text(
        sign_in("awa").get(card_of_new_tenant(landlord, LONG, first_name="Anne-Charlotte"))
    )


def test_dwelling_of_unknown_floor_has_a_card(landlord, sign_in):
    let(make_unit(landlord.building("Glycines A"), "", None, ""), make_tenant("Inconnue"))
    body = text(sign_in("awa").get(card_url(landlord, "Inconnue")))
    assert "Logement n°\u00a01" in body and "étage inconnu" not in body


def test_caretaker_cannot_change_a_card(landlord, sign_in):
    client = sign_in("awa")
    assert "Modifier le contact" not in text(client.get(card_url(landlord, "Calme-Glycines A")))
    assert client.post(card_url(landlord, "Calme-Glycines A")).status_code == 405


def test_discreet_mark_hides_the_card_of_the_whole_household(landlord, sign_in):
    """A discreet mark, which hides a household, must hide the cards of all its residents (here Marie and Paul)."""
    set_discreet_mark(landlord.account("Dette-Glycines A"))
    for first in ("Marie", "Paul"):
        assert sign_in("awa").get(card_url(landlord, "Dette-Glycines A", first)).status_code == 404


def test_card_shows_no_amount_after_a_charge(landlord, sign_in):
    post(landlord.account("Calme-Glycines A"), 500_000)
    assert "5\u202f000" not in text(sign_in("awa").get(card_url(landlord, "Calme-Glycines A")))

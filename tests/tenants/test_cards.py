"""The card of a resident: who may open it, what it says, where it stops."""

import pytest

from tenants.models import HelpCode, Residence
from tests.builders import OWNER, events, let, make_tenant, make_unit, paris_day, post
from tests.tenants.test_residents import hide, text

LONG = "Ravindranathan-de La Rochefoucauld-Montbel"


def card(house, name, first_name=None):
    rows = Residence.objects.using(OWNER).filter(tenant__last_name=name).order_by("tenant__first_name")
    found = rows.filter(tenant__first_name=first_name).first() if first_name else rows.first()
    return f"/fiches/{found.pk}/"


def ask(house, name, code, *, renew=100, **fields):
    tenant = house.tenant(name)
    help_code = HelpCode(tenant=tenant, code=code, asked_on=paris_day(-100), renew_by=paris_day(renew), **fields)
    help_code.save(using=OWNER)


def new(house, name, door="31", **fields):
    let(make_unit(house.building("Glycines A"), door, 3), make_tenant(name, **fields))
    return card(house, name)


def test_the_caretaker_opens_a_card_and_it_is_recorded(house, sign_in):
    answer = sign_in("awa").get(card(house, "Calme-Glycines A"))
    body = text(answer)
    assert answer.status_code == 200
    assert "Mme Anne Calme-Glycines A" in body and "Porte 11" in body and "Escalier A" in body
    assert 'class="button wide tall" href="tel:+33639981234"' in body and "06\u00a039\u00a098\u00a012\u00a034" in body
    assert "s’arrête au palier" in body
    [event] = events(kind="card_opened")
    tenant = house.tenant("Calme-Glycines A")
    assert (event["outcome"], event["about"], event["about_kind"]) == ("shown", tenant.pk, "tenant")
    assert (event["place"], event["role"]) == (house.building("Glycines A").pk, "caretaker")


@pytest.mark.parametrize("name", ["bruno", "denis", "fatou"])
def test_a_neighbour_gets_404_and_it_is_recorded(house, sign_in, name):
    answer = sign_in(name).get(card(house, "Calme-Glycines A"))
    assert answer.status_code == 404 and "Calme" not in text(answer)
    assert [event["outcome"] for event in events(kind="refused")] == ["missing"]
    assert not events(kind="card_opened")


@pytest.mark.parametrize("name", ["chloe", "olga", "noel", "helene", "ines", "jules", "lea", "marc"])
def test_without_a_card_anywhere_it_is_403(house, sign_in, name):
    assert sign_in(name).get(card(house, "Calme-Glycines A")).status_code == 403
    assert [event["outcome"] for event in events(kind="refused")] == ["refused"]


@pytest.mark.parametrize("name", ["awa", "elise", "georges"])
def test_caretaker_officer_and_sector_manager_open_it(house, sign_in, name):
    assert sign_in(name).get(card(house, "Calme-Glycines A")).status_code == 200


def test_the_card_of_a_household_names_the_others_and_records_them(house, sign_in):
    body = text(sign_in("awa").get(card(house, "Dette-Glycines A", "Marie")))
    assert "Mme Paul Dette-Glycines A" in body
    [event] = events(kind="card_opened")
    people = Residence.objects.using(OWNER).filter(tenant__last_name="Dette-Glycines A")
    assert {person.tenant_id for person in people} == set(event["shown"]) | {event["about"]}
    assert people.exclude(tenant=event["about"]).get().tenant_id in event["shown"]


def test_the_card_stops_at_the_landing(house, sign_in):
    """A tenant who owes three months: nothing of it, for the caretaker or for anyone else who opens the card."""
    for name in ("awa", "elise"):
        body = text(sign_in(name).get(card(house, "Dette-Glycines A")))
        for word in (
            "487,20",
            "1\u202f461",
            "€",
            "échéance",
            "impay",
            "retard",
            house.account("Dette-Glycines A").reference,
        ):
            assert word not in body


def test_help_asked_for_is_shown_with_its_dates_and_only_while_it_runs(house, sign_in):
    ask(house, "Calme-Glycines A", "stairs_help")
    ask(house, "Calme-Glycines A", "knock_loudly", renew=-1)
    ask(house, "Calme-Glycines A", "lift_notice", ended_on=paris_day(-5))
    ask(house, "Calme-Glycines A", "two_helpers")
    client = sign_in("awa")
    body = text(client.get(card(house, "Calme-Glycines A")))
    assert (
        "Aider à descendre l’escalier" in body and "à redemander avant le" in body and str(paris_day(100).year) in body
    )
    for hidden in ("Frapper fort", "ascenseur", "deux personnes"):
        assert hidden not in body
    for elsewhere in ("/immeubles/", f"/immeubles/{house.building('Glycines A').pk}/?vue=liste"):
        assert "escalier" not in text(client.get(elsewhere)).replace("Escalier", "")


def test_arriving_and_leaving_are_said_with_their_day(house, sign_in):
    client = sign_in("awa")
    assert "<dt>Arrive</dt>" in text(client.get(card(house, "Arrive-Glycines A")))
    let(make_unit(house.building("Glycines A"), "31", 3), make_tenant("Partante"), end=9)
    let(make_unit(house.building("Glycines A"), "32", 3), make_tenant("Partie"), end=-3)
    assert "<dt>Part</dt>" in text(client.get(card(house, "Partante")))
    assert "<dt>Parti</dt>" in text(client.get(card(house, "Partie")))


def test_a_week_after_the_departure_the_card_is_gone(house, sign_in):
    let(make_unit(house.building("Glycines A"), "31", 3), make_tenant("Ancienne"), end=-8)
    assert sign_in("awa").get(card(house, "Ancienne")).status_code == 404


def test_only_the_chosen_way_is_offered(house, sign_in):
    client = sign_in("awa")
    number = "+33612345678"
    asked = {
        "sms": new(house, "Texto", "31", phone=number, channel="text"),
        "mailto": new(house, "Courriel", "32", phone=number, channel="email", email="c@ex.example"),
        "chosen": new(house, "Choisie", "33", phone=number, channel="contact", contact_name="M. Fils"),
        "letter": new(house, "Lettre", "34", phone=number, channel="letter"),
        "none": new(house, "Muette", "35", phone=""),
    }
    seen = {way: text(client.get(url)) for way, url in asked.items()}
    assert f'href="sms:{number}"' in seen["sms"] and "tel:" not in seen["sms"]
    assert 'href="mailto:c@ex.example"' in seen["mailto"] and number not in seen["mailto"]
    assert "06\u00a012\u00a034" in seen["sms"] and "06\u00a012\u00a034" not in seen["mailto"] + seen["letter"]
    assert f'href="tel:{number}"' in seen["chosen"] and "Appeler M. Fils" in seen["chosen"]
    assert number not in seen["letter"] and "par courrier" in seen["letter"]
    assert "Pas de numéro" in seen["none"] and "tel:" not in seen["none"]


def test_a_long_name_is_whole(house, sign_in):
    assert f"Anne-Charlotte {LONG}" in text(sign_in("awa").get(new(house, LONG, first_name="Anne-Charlotte")))


def test_a_dwelling_of_unknown_floor_has_a_card_all_the_same(house, sign_in):
    let(make_unit(house.building("Glycines A"), "", None, ""), make_tenant("Inconnue"))
    body = text(sign_in("awa").get(card(house, "Inconnue")))
    assert "Logement n°\u00a01" in body and "étage inconnu" not in body


def test_the_caretaker_changes_nothing_there(house, sign_in):
    client = sign_in("awa")
    assert "Changer le contact" not in text(client.get(card(house, "Calme-Glycines A")))
    assert client.post(card(house, "Calme-Glycines A")).status_code == 405


def test_a_discreet_person_of_the_same_lease_does_not_show(house, sign_in):
    """The mark is on the household: all of it is hidden, whichever of its cards is asked for."""
    hide(house.account("Dette-Glycines A"))
    for first in ("Marie", "Paul"):
        assert sign_in("awa").get(card(house, "Dette-Glycines A", first)).status_code == 404


def test_a_card_does_not_follow_the_debt(house, sign_in):
    post(house.account("Calme-Glycines A"), 500_000)
    assert "5\u202f000" not in text(sign_in("awa").get(card(house, "Calme-Glycines A")))

"""Front-desk staff may see which agency manages the account with a given reference, and nothing more.

After they have checked a visitor's identity, they may also open the resident card of the visitor's household, but no
other.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone

from access.compartments import Compartment
from access.models import Place
from tenants.models import IdentityCheck
from tests.builders import OWNER, assign, events, leave_line, run
from tests.database.test_policies import as_role

DESK, CHECK = "/accueil/", "/accueil/identite/"
OWING, CALM, ELSEWHERE = "Dette-Glycines A", "Calme-Glycines A", "Dette-Quai 9"
MISSING = "ZZZZ-ZZZZ-ZZZZ"


def comparable(body: bytes) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|<time.*?</time>', "", body.decode())
    return re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", "REFERENCE", text)


def check_identity(client, reference: str, last_name: str, document: str = "photo"):
    return client.post(CHECK, {"reference": reference, "last_name": last_name, "document": document})


@pytest.fixture
def paola(landlord, sign_in):
    return sign_in("paola")


# --- Which agency ----------------------------------------------------------------------------------------------------


def test_reference_leads_to_its_agency_and_names_nobody(landlord, paola):
    Place.objects.using(OWNER).filter(name="Agence Bercy").update(phone="+33199001234", email="bercy@example.org")
    account = landlord.account(ELSEWHERE)
    page = paola.post(DESK, {"reference": account.reference.lower().replace("-", " ")}).content.decode()
    assert "Agence Bercy" in page and "tel:+33199001234" in page and "bercy@example.org" in page
    assert not [word for word in ("Dette", "Quai 9", "quai de Bercy", str(account.pk)) if word in page]
    [event] = events(kind="search_run")
    assert (event["facts"], event["count"], event["about"], event["role"]) == (
        {"scope": "agency"},
        1,
        account.pk,
        "front_desk",
    )


def test_discreet_reference_is_answered_like_any_and_settled_like_missing(landlord, paola):
    account = landlord.account(OWING)
    known = comparable(paola.post(DESK, {"reference": account.reference}).content)
    hide(landlord, account)
    assert comparable(paola.post(DESK, {"reference": account.reference}).content) == known
    missing = comparable(paola.post(DESK, {"reference": MISSING}).content)
    assert "Aucune agence n’a cette référence" in missing
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", account.pk)
    assert comparable(paola.post(DESK, {"reference": account.reference}).content) == missing
    assert [event["count"] for event in events(kind="search_run")] == [1, 1, 0, 0]


def hide(landlord, account):
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " SELECT gen_random_uuid(), lease_id, building_id, loge_today(), loge_today() + 9"
        " FROM tenants_account WHERE id = %s",
        account.pk,
    )


def test_partial_reference_is_refused(paola):
    page = paola.post(DESK, {"reference": "K7QX"}).content.decode()
    assert "douze caractères" in page and 'aria-invalid="true"' in page and events(kind="search_run") == []


# --- One card --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("last_name", "presented_nothing"), [("Brun", True), (OWING, False)])
def test_card_says_in_whose_name_the_identity_was_checked(landlord, paola, last_name, presented_nothing):
    """An identity check of one person lets the front desk open the cards of the whole household.

    The card of a person with another name must say that this person has presented no identity paper.
    """
    card = check_identity(paola, landlord.account(OWING).reference, OWING)["Location"]
    page = paola.get(card).content.decode()
    nothing = "n’a présenté aucune pièce"
    assert f"Identité vérifiée au nom de {OWING}" in page and nothing not in page
    [link] = {path for path in re.findall(r"/accueil/fiches/[0-9a-f-]+/", page) if path != card}
    other = "SELECT tenant_id FROM tenants_residence WHERE id = %s"
    run(f"UPDATE tenants_tenant SET last_name = %s WHERE id = ({other})", last_name, link.split("/")[-2])
    page = paola.get(link).content.decode()
    assert f"Identité vérifiée au nom de {OWING}" in page and (nothing in page) == presented_nothing


def test_refused_reference_leads_to_the_check_by_door(landlord, paola):
    page = check_identity(paola, landlord.account(OWING).reference, "Personne").content.decode()
    assert "Aucun foyer de vos lieux" in page and 'href="/accueil/identite/porte/"' in page


def test_identity_check_opens_one_card_to_one_person_for_ten_minutes(landlord, sign_in, paola):
    account, residence = landlord.account(OWING), landlord.residence(OWING)
    answer = check_identity(paola, account.reference, "dette glycines a")
    assert answer.status_code == 302 and answer["Location"].startswith("/accueil/fiches/")
    card = paola.get(answer["Location"]).content.decode()
    assert residence.tenant.last_name in card and "Une fiche ne contient ni compte" in card
    assert account.reference not in card and "/immeubles/" not in card
    [checked] = events(kind="identity_checked")
    assert (checked["facts"], checked["about_kind"], checked["place"]) == (
        {"document": "photo"},
        "tenant",
        residence.building_id,
    )
    assert [e["outcome"] for e in events(kind="card_opened")] == ["shown"]
    assert paola.get(f"/accueil/fiches/{landlord.residence(CALM).pk}/").status_code == 404
    assign(landlord.person("noel"), "front_desk", landlord.place("Office des Trois-Rives"))
    assert sign_in("noel").get(answer["Location"]).status_code == 404
    IdentityCheck.objects.using(OWNER).update(until=timezone.now() - timedelta(seconds=1))
    assert paola.get(answer["Location"]).status_code == 404


def test_front_desk_links_back_to_the_card_while_it_is_open(landlord, paola):
    assert "Revenir à la fiche" not in paola.get(DESK).content.decode()
    card = check_identity(paola, landlord.account(OWING).reference, OWING)["Location"]
    before = IdentityCheck.objects.using(OWNER).get().until
    page = paola.get(DESK).content.decode()
    assert f'href="{card}"' in page and OWING not in page and paola.get(card).status_code == 200
    assert IdentityCheck.objects.using(OWNER).get().until == before and len(events(kind="identity_checked")) == 1
    [opened] = events(kind="card_opened")
    # The page links to the visitor's card, so its audit event must list the visitor.
    listed = [line["shown_ids"] for line in events(kind="form_shown", route="front_desk")]
    assert listed == [[], [opened["about"]]]
    # The page must not link to the card once the household is hidden, another identity is checked, or time is up.
    hide(landlord, landlord.account(OWING))
    assert card not in paola.get(DESK).content.decode()
    run("DELETE FROM tenants_discreetmark")
    other = check_identity(paola, landlord.account(CALM).reference, CALM)["Location"]
    page = paola.get(DESK).content.decode()
    assert card not in page and f'href="{other}"' in page
    paola.cookies["loge_card"] = card.split("/")[-2]
    assert "Revenir à la fiche" not in paola.get(DESK).content.decode()
    paola.cookies["loge_card"] = other.split("/")[-2]
    assert other in paola.get(DESK).content.decode()
    IdentityCheck.objects.using(OWNER).update(until=timezone.now() - timedelta(seconds=1))
    assert "Revenir à la fiche" not in paola.get(DESK).content.decode()


def test_next_identity_check_closes_the_previous_card(landlord, paola):
    first = check_identity(paola, landlord.account(OWING).reference, OWING)["Location"]
    second = check_identity(paola, landlord.account(CALM).reference, CALM, "licence")["Location"]
    assert paola.get(second).status_code == 200 and paola.get(first).status_code == 404
    assert IdentityCheck.objects.using(OWNER).get().document == "licence"


def test_all_failed_identity_checks_are_answered_alike(landlord, paola):
    right, elsewhere = landlord.account(OWING), landlord.account(ELSEWHERE)
    attempts = [
        (right.reference, "Calme"),
        (MISSING, "Calme"),
        (elsewhere.reference, "Calme"),
        (right.reference, "Dett"),
    ]
    pages = {
        comparable(check_identity(paola, reference, name).content).replace("Dett", "Calme")
        for reference, name in attempts
    }
    pages.add(comparable(check_identity(paola, elsewhere.reference, ELSEWHERE).content).replace(ELSEWHERE, "Calme"))
    hide(landlord, right)
    pages.add(comparable(check_identity(paola, right.reference, OWING).content).replace(OWING, "Calme"))
    assert len(pages) == 1 and "Aucun foyer de vos lieux" in pages.pop()
    assert events(kind="identity_checked") == [] and not IdentityCheck.objects.using(OWNER).exists()
    assert "Aucun foyer de vos lieux" not in check_identity(paola, right.reference, "", "permit").content.decode()


def test_card_closes_when_the_household_leaves_reach(landlord, paola):
    card = check_identity(paola, landlord.account(OWING).reference, OWING)["Location"]
    hide(landlord, landlord.account(OWING))
    assert paola.get(card).status_code == 404
    run("DELETE FROM tenants_discreetmark")
    assert paola.get(card).status_code == 200
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'end_of_post' WHERE role = 'front_desk'")
    assert paola.get(card).status_code == 403


def test_front_desk_gets_403_for_lists_search_and_ordinary_cards(landlord, paola):
    card = landlord.residence(OWING).pk
    check_identity(paola, landlord.account(OWING).reference, OWING)
    for path in ("/immeubles/", "/immeubles/chercher/", f"/fiches/{card}/", "/comptes/", "/trace/"):
        assert paola.get(path).status_code == 403, path


def test_policies_require_an_identity_check(landlord):
    """The front desk's database role must see residences only after an identity check, and only of one household.

    Only the database function that compares names may insert an identity check.
    """
    paola, count = landlord.person("paola").pk, "SELECT count(*) FROM tenants_residence"
    assert as_role(Compartment.COUNTER, paola, count) == [(0,)]
    check, owes = "SELECT tenants_check_identity(%s, 'dette glycines a', %s, %s)", landlord.account(OWING)
    line = leave_line("identity_tried", landlord.person("paola"), owes, outcome="attempted", at=timezone.now())
    assert as_role(Compartment.COUNTER, paola, check, owes.reference, "photo", line)[0][0]
    assert as_role(Compartment.COUNTER, paola, check, owes.reference, "photo", uuid4())[0][0] is None
    for table in ("tenants_lease", "tenants_account", "ledger_entry", "tenants_identity", "tenants_leaseparty"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.COUNTER, paola, f"SELECT count(*) FROM {table}")
    with pytest.raises(DatabaseError, match="permission denied"):
        columns = "person_id, lease_id, document, until"
        by_hand = f"INSERT INTO tenants_identitycheck ({columns}) VALUES (%s, %s, 'photo', loge_now())"
        as_role(Compartment.COUNTER, paola, by_hand, str(paola), str(landlord.account(CALM).lease_id))
    write_check(landlord, CALM)
    assert as_role(Compartment.COUNTER, paola, count) == [(1,)]
    assert as_role(Compartment.COUNTER, landlord.person("awa").pk, count) == [(0,)]
    with pytest.raises(DatabaseError, match="identity_check_document_known"):
        as_role(Compartment.COUNTER, paola, check, owes.reference, "permit", line)


def write_check(landlord, name):
    until = timezone.now() + timedelta(minutes=9)
    lease = landlord.account(name).lease_id
    IdentityCheck(person=landlord.person("paola"), lease_id=lease, document="photo", until=until).save(using=OWNER)


# --- Contact details of agencies -------------------------------------------------------------------------------------


def test_administrator_sets_the_contact_details_of_an_agency(landlord, sign_in):
    agency, jules = landlord.place("Agence Belleville"), sign_in("jules")
    page = jules.post(f"/acces/lieux/{agency.pk}/contact/", {"phone": "01 99 00 12 34"}, follow=True)
    assert "01 99 00 12 34" in page.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert [event["about"] for event in events(kind="place_contact_set", outcome="changed")] == [agency.pk]
    assert "n’est pas complet" in jules.post(f"/acces/lieux/{agency.pk}/contact/", {"phone": "12"}).content.decode()
    assert jules.get(f"/acces/lieux/{landlord.place('Secteur Glycines').pk}/contact/").status_code == 404
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ASSIGNMENTS, landlord.person("jules").pk, "UPDATE access_place SET name = 'Autre'")
    moved = "UPDATE access_place SET phone = '' WHERE phone <> '' RETURNING id"
    assert as_role(Compartment.ASSIGNMENTS, landlord.person("georges").pk, moved) == []

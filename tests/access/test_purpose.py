"""Why somebody looked: from the work that led there, one click before the account opens, or a program's header."""

import time

import pytest
from django.core import signing
from django.urls import reverse

from access.checks import routes
from access.permissions import Permission
from access.purpose import COOKIE, MINUTES, by_default
from audit.purposes import PICKED, WORDS, Purpose
from tests.access.programs import made, program, two_administrators
from tests.builders import events, run
from tests.known import entry

pytestmark = pytest.mark.asks
LATE = "Dette-Glycines A"


def last(**which):
    return events(**which)[-1]["purpose"]


def test_every_permission_says_why_or_has_it_asked():
    silent = {one for one in Permission if not by_default(one)}
    assert silent == {Permission.ACCOUNT_VIEW, Permission.IDENTITY_VIEW, Permission.PATRIMONY_VIEW}
    assert WORDS.keys() == set(Purpose) and len(PICKED) == 9
    doors = [door for _path, one in routes() if (door := getattr(one.callback, "door", None))]
    asking = [door for door in doors if door.asking]
    assert len(asking) >= 20 and {door.permission.compartment.value for door in asking} == {"account", "identity"}


def test_one_click_before_an_account_opens_and_none_for_a_while(house, sign_in, monkeypatch):
    elise, account = sign_in("elise"), house.account(LATE)
    here = f"/comptes/{account.reference}/"
    asked = elise.get(f"{here}?du=2026-01", follow=True)
    assert asked.redirect_chain == [(f"{here}motif/?suite=%2Fcomptes%2F{account.reference}%2F%3Fdu%3D2026-01", 302)]
    page = asked.content.decode()
    assert "Dette" not in page and account.reference in page and page.count('name="motif"') == 9
    assert not events(kind="account_opened") and last(kind="form_shown") == ""
    picked = elise.post(f"{here}motif/", {"motif": "repair", "suite": f"{here}?du=2026-01"})
    assert picked["Location"] == f"{here}?du=2026-01"
    assert elise.get(picked["Location"]).status_code == 200 and last(kind="account_opened") == "repair"
    assert elise.get(f"{here}decompte/").status_code == 200 and last(kind="statement_printed") == "repair"
    # Birth date and bank are not opened for a repair: one is asked again, of those that need them.
    again = elise.get(reverse("identity", args=[account.reference]), follow=True).content.decode()
    assert 'value="repair"' not in again and again.count('name="motif"') == 5
    other = house.account("Calme-Glycines A")
    assert elise.get(f"/comptes/{other.reference}/").status_code == 302
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + MINUTES * 60 + 5)
    assert elise.get(here).status_code == 302


def test_a_pick_is_of_one_person_for_one_account_and_leads_to_it_alone(house, sign_in):
    elise, account = sign_in("elise"), house.account(LATE)
    here = f"/comptes/{account.reference}/"
    for away in ("https://ailleurs.example/", "//ailleurs.example/", "/regles/", f"{here}motif/", "/comptes/", "zz"):
        assert elise.post(f"{here}motif/", {"motif": "repair", "suite": away})["Location"] == here
    assert elise.post(f"{here}motif/", {"motif": "contact"}).status_code == 200  # on the list, and not to be picked
    said = [str(house.person("elise").pk), account.reference, "repair"]
    salted = {"salt": "access.purpose"}
    elsewhere = signing.dumps([str(house.person("lea").pk), *said[1:]], **salted)
    for forged in (elsewhere, signing.dumps(said, salt="x"), signing.dumps([*said[:2], "no_such"], **salted), "zz"):
        elise.cookies[COOKIE] = forged
        assert elise.get(here).status_code == 302
    elise.cookies[COOKIE] = signing.dumps(said, **salted)
    assert elise.get(here).status_code == 200


def test_nothing_is_learnt_from_being_asked(house, sign_in):
    """Outside one's world the question is not put: the account's own page and the page that asks answer alike."""
    denis, reference = sign_in("denis"), house.account(LATE).reference
    for page in ("", "motif/", "decompte/"):
        hidden, missing = (denis.get(f"/comptes/{one}/{page}") for one in (reference, "ZZZZ-ZZZZ-ZZZZ"))
        assert hidden.status_code == missing.status_code == 404
    assert denis.post(f"/comptes/{reference}/motif/", {"motif": "repair"}).status_code == 404
    assert sign_in("awa").get(f"/comptes/{reference}/motif/").status_code == 403


def test_ordinary_work_says_why_by_itself(house, sign_in):
    elise, account = sign_in("elise"), house.account(LATE)
    here = f"/comptes/{account.reference}/"
    elise.get("/journee/")
    assert elise.get("/comptes/pile/?rang=1", follow=True).status_code == 200
    assert last(kind="account_opened") == "arrears"
    elise.get("/comptes/?solde=du")
    assert elise.get(here).status_code == 200 and last(kind="account_opened") == "arrears"
    elise.post("/comptes/recherche/", {"q": "dette"})
    elise.cookies.pop(COOKIE)
    assert last(kind="search_run") == "finding" and elise.get(here).status_code == 302
    # A payment that is being taken says it, and holds for the account it was taken on.
    assert elise.get(f"{here}paiement/").status_code == 200 and last(kind="form_shown") == "payment"
    assert elise.get(here).status_code == 200 and last(kind="account_opened") == "payment"
    # A form that was sent is taken, however long it was filled in.
    elise.cookies.pop(COOKIE)
    code = reverse("account_fact", args=[account.reference, "payment_difficulty"])
    assert elise.get(code).status_code == 302
    assert elise.post(code, {"offer": "instalments", "date": "zz"}).status_code == 200
    assert last(kind="form_shown") == "following"


def test_a_fragment_leaves_the_page_to_ask(house, sign_in):
    answer = sign_in("elise").get(f"/comptes/{house.account(LATE).reference}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "/motif/" in answer["HX-Redirect"] and not answer.content
    assert not events(kind="account_opened")


def test_a_card_and_a_message_say_why(house, sign_in):
    awa, residence = sign_in("awa"), house.residence(LATE)
    awa.get(f"/fiches/{residence.pk}/")
    assert last(kind="card_opened") == "contact"
    run("UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE id = %s", residence.pk)
    awa.get(f"/fiches/{residence.pk}/")
    assert last(kind="card_opened") == "moving"
    assert last(kind="signed_in") == ""


def test_the_change_carries_it_and_the_officer_reads_it(house, sign_in):
    elise, account = sign_in("elise"), house.account(LATE)
    elise.post(f"/comptes/{account.reference}/paiement/", {**entry(), "label": "cheque"})
    taken = events(kind="payment_taken", outcome="changed")[-1]
    assert taken["purpose"] == "payment" == last(kind="payment_taken", outcome="attempted")
    ines = sign_in("ines")
    assert "Paiement à prendre" in ines.get(f"/trace/{taken['id']}/").content.decode()
    assert "Paiement à prendre" in ines.get("/trace/mentions/").content.decode()
    assert last(kind="history_read") == "control"


def test_a_program_says_why_or_its_scope_does(house, sign_in):
    here = f"/api/v1/accounts/{house.account(LATE).reference}/"
    _token, secret = made(house, two_administrators(house))
    assert program(secret).get(here).status_code == 200 and last(kind="account_opened") == "accounting"
    said = {"Loge-Purpose": "correspondence"}
    assert program(secret).get(here, headers=said).status_code == 200
    assert last(kind="account_opened") == "correspondence"
    wrong = program(secret).get(here, headers={"Loge-Purpose": "curiosity"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "purpose_unknown")
    assert by_default(Permission.ACCOUNT_VIEW, {Permission.ENTRY_POST}) == "payment"
    elise = sign_in("elise")
    assert elise.get(here).json()["code"] == "purpose_missing" and len(events(kind="account_opened")) == 2
    assert elise.get(here, headers=said).status_code == 200


CLAIMED = [code for code in Purpose if code not in PICKED]


@pytest.mark.parametrize("claim", CLAIMED)
def test_nobody_claims_a_purpose_that_follows_from_other_work(house, sign_in, claim):
    """A browser's session with the header of programs, and a program: neither looks under an emergency it has not."""
    here, said = f"/api/v1/accounts/{house.account(LATE).reference}/", {"Loge-Purpose": claim}
    _token, secret = made(house, two_administrators(house))
    for client in (sign_in("elise"), program(secret)):
        for path in (here, f"{here}entries/", "/api/v1/accounts/"):
            answer = client.get(path, headers=said)
            assert (answer.status_code, answer.json()["code"]) == (400, "purpose_unknown"), path
    assert events(kind="account_opened") == [] and events(kind="list_shown", role="officer") == []

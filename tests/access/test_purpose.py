"""Each opening of an account has a purpose, such as arrears, which the audit log records.

The purpose comes from the previous page, from a page that asks for one, or from a header of an API request.
"""

import time

import pytest
from django.core import signing
from django.urls import reverse

from access.checks import routes
from access.guard.purpose import COOKIE, MINUTES, by_default
from access.permissions import Permission
from audit.purposes import PICKED, WORDS, Purpose
from tests.access.programs import made, program, two_administrators
from tests.builders import events, run
from tests.form_values import entry

pytestmark = pytest.mark.asks
LATE = "Dette-Glycines A"


def last(**which):
    return events(**which)[-1]["purpose"]


def test_every_permission_implies_a_purpose_or_asks_for_it():
    silent = {permission for permission in Permission if not by_default(permission)}
    assert silent == {Permission.ACCOUNT_VIEW, Permission.IDENTITY_VIEW, Permission.PATRIMONY_VIEW}
    assert WORDS.keys() == set(Purpose) and len(PICKED) == 9
    doors = [door for _path, pattern in routes() if (door := getattr(pattern.callback, "door", None))]
    asking = [door for door in doors if door.asking]
    assert len(asking) >= 20 and {door.permission.compartment.value for door in asking} == {"account", "identity"}


def test_an_account_asks_for_a_purpose_once_and_remembers_it_for_a_while(landlord, sign_in, monkeypatch):
    elise, account = sign_in("elise"), landlord.account(LATE)
    address = f"/comptes/{account.reference}/"
    question = elise.get(f"{address}?du=2026-01", follow=True)
    assert question.redirect_chain == [
        (f"{address}motif/?suite=%2Fcomptes%2F{account.reference}%2F%3Fdu%3D2026-01", 302)
    ]
    page = question.content.decode()
    assert "Mme Marie Dette-Glycines A" in page and account.reference in page and page.count('name="motif"') == 9
    assert not events(kind="account_opened") and last(kind="form_shown") == ""
    picked = elise.post(f"{address}motif/", {"motif": "repair", "suite": f"{address}?du=2026-01"})
    assert picked["Location"] == f"{address}?du=2026-01"
    assert elise.get(picked["Location"]).status_code == 200 and last(kind="account_opened") == "repair"
    assert elise.get(f"{address}decompte/").status_code == 200 and last(kind="statement_printed") == "repair"
    # The purpose "repair" does not justify seeing a tenant's birth date or bank details.
    # The pages with birth date or bank details ask for a purpose again, and do not offer the purpose "repair".
    again = elise.get(reverse("identity", args=[account.reference]), follow=True).content.decode()
    assert 'value="repair"' not in again and again.count('name="motif"') == 5
    other = landlord.account("Calme-Glycines A")
    assert elise.get(f"/comptes/{other.reference}/").status_code == 302
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + MINUTES * 60 + 5)
    assert elise.get(address).status_code == 302


def test_a_purpose_belongs_to_one_person_and_account_and_redirects_only_to_it(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(LATE)
    address = f"/comptes/{account.reference}/"
    for away in ("https://ailleurs.example/", "//ailleurs.example/", "/regles/", f"{address}motif/", "/comptes/", "zz"):
        assert elise.post(f"{address}motif/", {"motif": "repair", "suite": away})["Location"] == address
    # The form is shown again with status 200, because "contact" is no purpose for which an account may be opened.
    assert elise.post(f"{address}motif/", {"motif": "contact"}).status_code == 200
    chosen = [str(landlord.person("elise").pk), account.reference, "repair"]
    salted = {"salt": "access.purpose"}
    elsewhere = signing.dumps([str(landlord.person("lea").pk), *chosen[1:]], **salted)
    for forged in (elsewhere, signing.dumps(chosen, salt="x"), signing.dumps([*chosen[:2], "no_such"], **salted), "zz"):
        elise.cookies[COOKIE] = forged
        assert elise.get(address).status_code == 302
    elise.cookies[COOKIE] = signing.dumps(chosen, **salted)
    assert elise.get(address).status_code == 200


def test_asking_for_a_purpose_reveals_nothing_about_hidden_accounts(landlord, sign_in):
    """The page that asks for a purpose must answer 404 for a hidden account, as it does for a missing one."""
    denis, reference = sign_in("denis"), landlord.account(LATE).reference
    for page in ("", "motif/", "decompte/"):
        hidden, missing = (
            denis.get(f"/comptes/{account_reference}/{page}") for account_reference in (reference, "ZZZZ-ZZZZ-ZZZZ")
        )
        assert hidden.status_code == missing.status_code == 404
    assert denis.post(f"/comptes/{reference}/motif/", {"motif": "repair"}).status_code == 404
    assert sign_in("awa").get(f"/comptes/{reference}/motif/").status_code == 403


def test_ordinary_work_implies_the_purpose(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(LATE)
    address = f"/comptes/{account.reference}/"
    elise.get("/journee/")
    assert elise.get("/comptes/pile/?rang=1", follow=True).status_code == 200
    assert last(kind="account_opened") == "arrears"
    elise.get("/comptes/?solde=du")
    assert elise.get(address).status_code == 200 and last(kind="account_opened") == "arrears"
    elise.post("/comptes/recherche/", {"q": "dette"})
    elise.cookies.pop(COOKIE)
    assert last(kind="search_run") == "finding" and elise.get(address).status_code == 302
    # Opening the payment form sets the purpose "payment". With this purpose, the account page opens without asking.
    assert elise.get(f"{address}paiement/").status_code == 200 and last(kind="form_shown") == "payment"
    assert elise.get(address).status_code == 200 and last(kind="account_opened") == "payment"
    # If the cookie with the purpose has expired, a posted form is processed without asking for a purpose.
    elise.cookies.pop(COOKIE)
    code = reverse("account_fact", args=[account.reference, "payment_difficulty"])
    assert elise.get(code).status_code == 302
    assert elise.post(code, {"offer": "instalments", "date": "zz"}).status_code == 200
    assert last(kind="form_shown") == "following"


def test_a_fragment_redirects_the_whole_page_to_the_question(landlord, sign_in):
    answer = sign_in("elise").get(f"/comptes/{landlord.account(LATE).reference}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "/motif/" in answer["HX-Redirect"] and not answer.content
    assert not events(kind="account_opened")


def test_cards_and_errands_imply_a_purpose(landlord, sign_in):
    awa, residence = sign_in("awa"), landlord.residence(LATE)
    awa.get(f"/fiches/{residence.pk}/")
    assert last(kind="card_opened") == "contact"
    run("UPDATE tenants_residence SET moved_out = loge_today() + 3 WHERE id = %s", residence.pk)
    awa.get(f"/fiches/{residence.pk}/")
    assert last(kind="card_opened") == "moving"
    assert last(kind="signed_in") == ""


def test_a_change_records_the_purpose_and_the_officer_can_read_it(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(LATE)
    elise.post(f"/comptes/{account.reference}/paiement/", {**entry(), "label": "cheque"})
    taken = events(kind="payment_taken", outcome="changed")[-1]
    assert taken["purpose"] == "payment" == last(kind="payment_taken", outcome="attempted")
    ines = sign_in("ines")
    assert "Paiement à enregistrer" in ines.get(f"/trace/{taken['id']}/").content.decode()
    assert "Paiement à enregistrer" in ines.get("/trace/mentions/").content.decode()
    assert last(kind="history_read") == "control"


def test_a_machine_states_a_purpose_or_its_scope_implies_one(landlord, sign_in):
    address = f"/api/v1/accounts/{landlord.account(LATE).reference}/"
    _token, secret = made(landlord, two_administrators(landlord))
    assert program(secret).get(address).status_code == 200 and last(kind="account_opened") == "accounting"
    headers = {"Loge-Purpose": "correspondence"}
    assert program(secret).get(address, headers=headers).status_code == 200
    assert last(kind="account_opened") == "correspondence"
    wrong = program(secret).get(address, headers={"Loge-Purpose": "curiosity"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "purpose_unknown")
    assert by_default(Permission.ACCOUNT_VIEW, {Permission.ENTRY_POST}) == "payment"
    elise = sign_in("elise")
    assert elise.get(address).json()["code"] == "purpose_missing" and len(events(kind="account_opened")) == 2
    assert elise.get(address, headers=headers).status_code == 200


CLAIMED = [code for code in Purpose if code not in PICKED]


@pytest.mark.parametrize("claim", CLAIMED)
def test_a_purpose_implied_by_other_work_cannot_be_claimed(landlord, sign_in, claim):
    """The header of an API request must not claim a purpose that people cannot choose, such as an emergency."""
    address, headers = f"/api/v1/accounts/{landlord.account(LATE).reference}/", {"Loge-Purpose": claim}
    _token, secret = made(landlord, two_administrators(landlord))
    for client in (sign_in("elise"), program(secret)):
        for path in (address, f"{address}entries/", "/api/v1/accounts/"):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "purpose_unknown"), path
    assert events(kind="account_opened") == [] and events(kind="list_shown", role="officer") == []

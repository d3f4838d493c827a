"""Actions that a second person must approve: access to a place larger than a building, and a large deduction from a
debt.

The approved access or deduction has effect at once.
"""

import pytest
from playwright.sync_api import expect

from access.models import AccessRequest
from tests.builders import OWNER, assign, events, make_person
from tests.e2e.conftest import session_of
from tests.e2e.leaving import goes_home
from tests.form_values import typed

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def test_access_request_needs_a_second_administrator(come_in, call_on, arrive, landlord):
    account = f"/comptes/{landlord.account('Dette-Glycines A').reference}/"
    noel = call_on("noel", **PHONE)
    noel.opens("/")
    noel.sees("Aucun lieu ne vous est confié aujourd’hui")
    noel.is_refused(account, 403)
    jules = come_in("jules")
    asks_and_may_not_approve(jules, landlord)
    # The access request is not approved yet, so it must give no access.
    noel.is_refused(account, 403)
    approves(second_administrator(arrive, landlord))
    noel.opens(account)
    noel.sees("Mme Marie Dette-Glycines A")
    is_told_of_both(call_on("ines", color_scheme="dark"), landlord)
    jules.opens("/acces/demandes/")
    jules.sees("Décidées", "Corinne Vidal")
    jules.chooses("Accès")
    goes_home(jules, "Noël Caron", "Jules Moreau")


def second_administrator(arrive, landlord):
    """Create a second access administrator, and open a browser with the screen of a phone, signed in as this person."""
    corinne = make_person("Corinne Vidal", landlord.place("Office des Trois-Rives"))
    assign(corinne, "access_administrator", landlord.place("Office des Trois-Rives"))
    somebody = arrive(**PHONE)
    somebody.carries(session_of(corinne))
    return somebody


def asks_and_may_not_approve(jules, landlord):
    jules.chooses("Demandes")
    jules.chooses("Demander un accès")
    jules.types("Personne", landlord.person("noel").email)
    jules.page.get_by_label("Rôle").select_option("officer")
    jules.types("Lieu", landlord.place("Secteur Glycines").code)
    jules.types("Dernier jour", typed(90))
    jules.presses("Demander")
    request = AccessRequest.objects.using(OWNER).get()
    jules.opens(f"/acces/demandes/{request.pk}/")
    jules.sees("une autre personne de l’administration des accès doit l’approuver ou la refuser")
    assert not jules.page.get_by_role("link", name="Approuver").count()
    # Jules (administrator) made this request. He may open its approval page, but must not be able to approve it.
    jules.opens(f"/acces/demandes/{request.pk}/approuver/")
    jules.presses("Approuver")
    jules.sees("Vous avez fait cette demande")
    request.refresh_from_db(using=OWNER)
    assert request.decision == ""


def approves(corinne):
    corinne.opens("/acces/demandes/")
    corinne.sees("En attente d’une décision", "Noël Caron")
    corinne.page.get_by_role("main").locator("a[href^='/acces/demandes/']").filter(has_text="Noël Caron").first.click()
    corinne.chooses("Approuver")
    corinne.presses("Approuver")
    corinne.sees("La demande est approuvée.", "Décidées")


def is_told_of_both(ines, landlord):
    ines.opens("/trace/")
    ines.sees("Accès demandé", "Accès approuvé", "Secteur Glycines")
    ines.does_not_see("Noël Caron")
    ines.page.get_by_role("link", name="la demande").first.click()
    ines.looks_over()
    ines.sees("Noël Caron", "Jules Moreau", "Corinne Vidal")
    assert not ines.page.get_by_role("link", name="Approuver").count()
    actors = [events(kind=kind, outcome="changed")[0]["actor"] for kind in ("access_requested", "access_approved")]
    assert actors[0] == landlord.person("jules").pk != actors[1]


@pytest.mark.parametrize("screen", [PHONE | {"color_scheme": "dark"}, {}], ids=["phone", "desk"])
def test_large_rectification_needs_a_second_person(call_on, landlord, screen):
    account = landlord.account("Dette-Tour haute")
    elise, denis = call_on("elise", **screen), call_on("denis", **screen)
    elise.opens(f"/comptes/{account.reference}/rectification/")
    elise.sees("dépassent 150,00\u202f€ sur ce compte")
    page = elise.page
    page.get_by_label("Montant, en euros").fill("312,40")
    page.get_by_label("en moins, à déduire").check()
    page.get_by_label("Libellé").select_option("goodwill")
    page.get_by_label("Motif").select_option("goodwill")
    page.get_by_role("button", name="Enregistrer la rectification").click()
    page.get_by_role("button", name="Demander", exact=True).wait_for()
    elise.looks_over()
    elise.sees("Rien n’est encore enregistré", "312,40\u202f€ en moins", "Une autre personne doit approuver")
    expect(page.get_by_role("button", name="Demander", exact=True)).to_be_focused()
    page.get_by_role("button", name="Demander", exact=True).click()
    page.wait_for_url(f"**/comptes/{account.reference}/")
    elise.looks_over()
    elise.sees(
        "La demande est enregistrée",
        "312,40\u202f€ en moins",
        "à approuver par une autre personne",
        "1\u202f461,60\u202f€",
    )
    page.get_by_role("link", name="Geste commercial").click()
    page.get_by_role("button", name="Retirer la demande").wait_for()
    elise.looks_over()
    denis.opens("/journee/")
    denis.sees("Sommes en moins à décider", "Élise Bernard")
    denis.page.locator("section", has_text="Sommes en moins à décider").get_by_role("link").click()
    denis.page.get_by_role("button", name="Approuver et enregistrer").wait_for()
    denis.looks_over()
    denis.sees("Geste commercial", "1\u202f149,20", "la pièce justificative manque")
    denis.page.get_by_role("button", name="Approuver et enregistrer").click()
    denis.page.wait_for_url(f"**/comptes/{account.reference}/")
    denis.looks_over()
    denis.sees("La demande est approuvée", "1\u202f149,20\u202f€", "Geste commercial")

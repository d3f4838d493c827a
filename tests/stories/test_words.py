"""What is said of people, in a browser: a fact by taps in a stairwell; a sentence refused, understood, mended, kept."""

import pytest
from playwright.sync_api import expect

from tenants.models import AccountNote, CardFact
from tests.builders import OWNER, events

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stories")]
PHONE = {"width": 390, "height": 844}
AT_A = "Calme-Glycines A"
BAD = "Est sous chimiothérapie, paiera le 5 et le 20."


def test_a_caretaker_notes_a_fact_by_taps(call_on, house):
    awa = call_on("awa", **PHONE)
    awa.opens(f"/fiches/{house.residence(AT_A).pk}/")
    awa.chooses("Noter un fait")
    awa.chooses("Coordonnées à corriger")
    awa.page.get_by_text("numéro de téléphone").click()
    awa.page.get_by_text("correction demandée").click()
    awa.presses("Noter")
    awa.sees("À savoir", "correction demandée")
    assert CardFact.objects.using(OWNER).get().code_id == "contact_correction"
    awa.chooses("Clés, visites, travaux")
    awa.sees("Clés remises", "Visite faite")


@pytest.mark.parametrize("screen", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_an_officer_writes_a_bad_note_understands_mends_and_saves_it(call_on, house, screen):
    elise, reference = call_on("elise", **screen), house.account(AT_A).reference
    elise.opens(f"/comptes/{reference}/notes/")
    elise.page.get_by_label("D’abord un fait").select_option("payment_difficulty")
    elise.page.get_by_label("Pourquoi le fait ne suffit pas").select_option("sequence")
    elise.page.get_by_label("Une phrase", exact=True).press_sequentially(BAD)
    # Read while it is typed, without leaving the page.
    expect(elise.page.locator("#lecture mark")).to_contain_text("chimiothérapie")
    assert not events(kind="sentence_refused")
    elise.presses("Inscrire")
    elise.sees("La phrase n’est pas entrée dans le registre", "RGPD", "Contester ce refus")
    assert not AccountNote.objects.using(OWNER).exists()
    elise.page.locator("#lecture").get_by_role("button", name="Retirer ces mots").click()
    elise.sees("Rien à retirer.")
    elise.types("Une phrase", "Paiera le 5 et le 20.")
    elise.presses("Inscrire")
    elise.page.wait_for_url(f"**/comptes/{reference}/")
    elise.sees("Paiera le 5 et le 20.")
    assert AccountNote.objects.using(OWNER).get().text == "Paiera le 5 et le 20."

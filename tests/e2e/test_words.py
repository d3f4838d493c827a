"""Facts and notes about residents in a browser. Facts are recorded on a phone. A note that the screening refuses is
corrected, or its author contests the refusal.
"""

import pytest
from playwright.sync_api import expect

from casework.models import AccountFact, AccountNote, CardFact, DwellingFact
from tests.builders import OWNER, events
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
AT_A = "Calme-Glycines A"
BAD = "Est sous chimiothérapie, paiera le 5 et le 20."


def test_caretaker_notes_facts_on_a_phone(come_in, landlord):
    """On a phone, a caretaker can report a wrong telephone number, and record and withdraw a fact about a badge.

    Everything that the caretaker taps must be at least 44 pixels wide and high."""
    awa, card = come_in("awa", **PHONE, has_touch=True, is_mobile=True, color_scheme="dark"), landlord.residence(AT_A)
    awa.opens(f"/fiches/{card.pk}/")
    call = awa.page.locator("main a[href^='tel:']")
    assert call.get_attribute("href") == "tel:+33639981234" and least_side(call) >= 52
    taps(awa, awa.page.get_by_role("link", name="Noter un fait"))
    taps(awa, awa.page.get_by_role("link", name="Coordonnées à corriger"))
    taps(awa, awa.page.get_by_text("numéro de téléphone"))
    taps(awa, awa.page.get_by_text("correction demandée"))
    taps(awa, awa.page.get_by_role("button", name="Noter", exact=True))
    awa.sees("Faits et consignes", "correction demandée")
    assert CardFact.objects.using(OWNER).get().code_id == "contact_correction"
    taps(awa, awa.page.get_by_role("link", name="Clés, visites, travaux"))
    hands_a_badge_and_takes_it_back(awa)
    content = awa.is_refused(f"/comptes/{landlord.account(AT_A).reference}/faits/", 403)
    assert "Votre rôle ne donne pas accès à cette page" in content and AT_A not in content
    goes_home(awa, AT_A, "Glycines A", "Awa Diakité")


def hands_a_badge_and_takes_it_back(awa):
    awa.sees("Visite faite")
    taps(awa, awa.page.get_by_role("link", name="Clés remises"))
    taps(awa, awa.page.get_by_text("badge d’immeuble"))
    taps(awa, awa.page.get_by_role("button", name="Noter", exact=True))
    facts = DwellingFact.objects.using(OWNER)
    assert [fact.code_id for fact in facts.filter(withdrawn_on=None)] == ["keys_handed"]
    taps(awa, awa.page.get_by_role("button", name="Retirer"))
    assert not facts.filter(withdrawn_on=None).exists()


def taps(somebody, target):
    """Tap an element and check that it is at least 44 pixels wide and high."""
    assert least_side(target) >= 44, target
    if target.evaluate("one => one.matches('a, button')"):
        with somebody.page.expect_navigation():
            target.tap()
        somebody.looks_over()
    else:
        target.tap()


def least_side(target):
    """Return the shorter side of a touch target in pixels. A row whose link covers the whole row counts as one target,
    and so does a choice with its label."""
    return target.evaluate("""one => {
        const row = one.matches('.stretch') ? one.closest('li, tr') : one.closest('label') ?? one;
        const box = row.getBoundingClientRect();
        return Math.round(Math.min(box.width, box.height)) }""")


@pytest.mark.parametrize("screen", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_refused_note_is_explained_corrected_and_saved(call_on, landlord, screen):
    elise, reference = call_on("elise", **screen), landlord.account(AT_A).reference
    elise.opens(f"/comptes/{reference}/notes/")
    elise.page.get_by_label("Fait concerné").select_option("payment_difficulty")
    elise.page.get_by_label("Pourquoi le fait ne suffit pas").select_option("sequence")
    elise.page.get_by_label("Phrase", exact=True).press_sequentially(BAD)
    # The text is screened while it is typed, without leaving the page.
    expect(elise.page.locator("#lecture mark")).to_contain_text("chimiothérapie")
    assert not events(kind="sentence_refused")
    elise.presses("Enregistrer")
    elise.sees("La phrase n’est pas enregistrée", "RGPD", "Contester ce refus")
    assert not AccountNote.objects.using(OWNER).exists()
    elise.page.locator("#lecture").get_by_role("button", name="Supprimer ces mots").click()
    elise.sees("Rien à supprimer.")
    elise.types("Phrase", "Paiera le 5 et le 20.")
    elise.presses("Enregistrer")
    elise.page.wait_for_url(f"**/comptes/{reference}/")
    elise.sees("Paiera le 5 et le 20.")
    assert AccountNote.objects.using(OWNER).get().text == "Paiera le 5 et le 20."


@pytest.mark.parametrize("screen", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_note_is_screened_without_javascript(call_on, landlord, screen):
    elise, reference = call_on("elise", **screen, java_script_enabled=False), landlord.account(AT_A).reference
    page = elise.page
    page.goto(f"/comptes/{reference}/notes/")
    elise.says_why()
    page.get_by_label("Phrase", exact=True).fill(BAD)
    page.get_by_role("button", name="Vérifier ma phrase").click()
    expect(page.locator("#lecture mark")).to_contain_text("chimiothérapie")
    expect(page.locator("#lecture .findings")).to_contain_text("RGPD")
    assert not events(kind="sentence_refused") and not AccountNote.objects.using(OWNER).exists()
    assert page.get_by_label("Phrase", exact=True).input_value() == BAD
    page.get_by_role("link", name="Noter « Mode d’échange choisi »").click()
    page.get_by_role("button", name="Noter", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Mode d’échange : Ce champ est obligatoire.")
    page.get_by_label("échanges par écrit").check()
    page.get_by_role("button", name="Noter", exact=True).click()
    expect(page.locator("main")).to_contain_text("échanges par écrit")
    assert AccountFact.objects.using(OWNER).get().code_id == "communication_need"
    elise.pages += 1


def test_contested_refusal_is_decided_and_answered(call_on, landlord):
    """The screening refuses an officer's sentence, and the officer contests the refusal.

    The DPO advises, the data steward proposes a decision, and the sector manager decides."""
    elise, reference = call_on("elise", **PHONE, color_scheme="dark"), landlord.account(AT_A).reference
    contests_and_goes_on_with_a_fact(elise, reference)
    ines = call_on("ines")
    ines.opens("/contestations/")
    ines.sees("1 en attente")
    ines.does_not_see("chimio")
    opens_the_first(ines)
    ines.sees("chimiothérapie", "RGPD")
    ines.page.get_by_text("entendre d’abord son auteur").click()
    ines.presses("Donner cet avis")
    weighs(call_on("paul"))
    decides(call_on("georges", **PHONE))
    elise.opens(f"/comptes/{reference}/notes/")
    elise.sees("Refus contestés", "effacé")
    elise.does_not_see("chimio", "à traiter")
    assert not AccountNote.objects.using(OWNER).exists() and "chimio" not in str(events())
    assert {line["actor"] for kind in ("contest_weighed", "contest_decided") for line in events(kind=kind)} == {
        landlord.person("paul").pk,
        landlord.person("georges").pk,
    }


def opens_the_first(somebody):
    somebody.follows(somebody.page.locator("main a.stretch").first.get_attribute("href"))


def contests_and_goes_on_with_a_fact(elise, reference):
    elise.opens(f"/comptes/{reference}/notes/")
    elise.page.get_by_label("Fait concerné").select_option("payment_difficulty")
    elise.page.get_by_label("Pourquoi le fait ne suffit pas").select_option("sequence")
    elise.types("Phrase", BAD)
    elise.presses("Enregistrer")
    elise.sees("La phrase n’est pas enregistrée")
    elise.presses("Contester ce refus")
    elise.sees("réponse due le", "à traiter")
    elise.does_not_see("chimio")
    elise.opens(f"/comptes/{reference}/notes/")
    elise.page.locator("section:has(#presse) a.stretch").first.click()
    elise.looks_over()
    for name in dict.fromkeys(
        item.get_attribute("name") for item in elise.page.get_by_role("main").get_by_role("radio").all()
    ):
        elise.page.locator(f"main input[name={name}]").first.check(force=True)
    elise.presses("Noter")
    assert CardFact.objects.using(OWNER).count() == 1


def weighs(paul):
    paul.opens("/contestations/")
    paul.sees("avis :", "entendre d’abord son auteur")
    opens_the_first(paul)
    paul.presses("Proposer")
    paul.sees("Ce champ est obligatoire")
    paul.page.get_by_role("main").get_by_role("radio", name="effacé").check(force=True)
    paul.presses("Proposer")
    paul.sees("La proposition est transmise")


def decides(georges):
    georges.opens("/contestations/a-decider/")
    opens_the_first(georges)
    georges.sees("Entendre d’abord son auteur", "Effacé")
    georges.does_not_see("chimio")
    georges.presses("Approuver la proposition")
    georges.sees("La décision est enregistrée.")

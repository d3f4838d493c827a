"""In a browser, the list of facts is filtered while somebody types, and the characters left of a note are counted."""

import pytest
from playwright.sync_api import expect

from casework.models import AccountNote
from tests.builders import OWNER, note, paris_day

pytestmark = pytest.mark.browser
AT_A = "Calme-Glycines A"
PHONE = {"width": 390, "height": 844}
FIELD = "Chercher un fait dans la liste"


def shown_facts(page) -> list[str]:
    return [link.inner_text() for link in page.locator("#faits-a-noter a").all() if link.is_visible()]


@pytest.mark.parametrize("screen", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_list_of_facts_is_filtered_while_typed(call_on, landlord, screen):
    account, elise = landlord.account(AT_A), call_on("elise", **screen)
    note(account, "payment_promised", by=landlord.person("elise"), amount=5_000, date=paris_day().isoformat())
    elise.opens(f"/comptes/{account.reference}/faits/")
    page, status = elise.page, elise.page.locator("#faits-a-noter").locator("xpath=..").get_by_role("status")
    everything = shown_facts(page)
    assert len(everything) > 30 and everything[0] == "Règlement annoncé"
    field = page.get_by_label(FIELD)
    field.press_sequentially("REGLEMENT ann")
    assert shown_facts(page) == ["Règlement annoncé"]
    expect(status).to_have_text("Faits affichés : 1")
    elise.looks_over()
    field.fill("xyz")
    expect(status).to_have_text("Aucun fait de la liste ne contient ces mots.")
    field.fill("")
    assert shown_facts(page) == everything and status.inner_text() == ""
    # A search for the name of a theme must find the facts of this theme.
    field.press_sequentially("procédure")
    assert len(shown_facts(page)) > 1
    page.keyboard.press("Enter")
    first = page.locator("#faits-a-noter a:focus")
    expect(first).to_have_text(shown_facts(page)[0])
    page.keyboard.press("ArrowDown")
    expect(page.locator("#faits-a-noter a:focus")).to_have_text(shown_facts(page)[1])
    field.fill("reglement annonce")
    with page.expect_navigation():
        field.press("Enter")
    elise.looks_over()
    assert page.url.endswith("/faits/payment_promised/")


def test_keys_reach_the_list_of_facts(call_on, landlord):
    elise = call_on("elise", 1280, 900)
    elise.opens(f"/comptes/{landlord.account(AT_A).reference}/")
    page = elise.page
    with page.expect_navigation():
        page.keyboard.press("n")
    page.keyboard.press("n")
    expect(page.get_by_label(FIELD)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#faits-a-noter a").first).to_be_focused()


def test_list_of_facts_works_without_javascript(call_on, landlord):
    awa = call_on("awa", **PHONE, java_script_enabled=False)
    awa.page.goto(f"/fiches/{landlord.residence(AT_A).pk}/faits/")
    assert not awa.page.get_by_label(FIELD).is_visible()
    awa.page.get_by_role("link", name="Coordonnées à corriger").click()
    expect(awa.page.get_by_role("button", name="Noter", exact=True)).to_be_visible()
    awa.pages += 1


def test_characters_left_of_a_note_are_counted(call_on, landlord):
    elise, account = call_on("elise", **PHONE), landlord.account(AT_A)
    elise.opens(f"/comptes/{account.reference}/notes/")
    page, field = elise.page, elise.page.get_by_label("Phrase", exact=True)
    counter = page.locator("[data-left]")
    status = counter.locator("xpath=following-sibling::*[@role='status']")
    expect(counter).to_have_text("Caractères restants : 280")
    field.fill("Rappelle le 5.")
    expect(counter).to_have_text("Caractères restants : 266")
    page.wait_for_timeout(1_200)
    expect(status).to_have_text("")
    # A line break is two characters, as the server counts it.
    field.fill("x" * 268 + "\n")
    expect(counter).to_have_text("Caractères restants : 10")
    expect(status).to_have_text("Caractères restants : 10")
    field.fill("x" * 279 + "\n")
    expect(counter).to_have_text("Caractères en trop : 1")
    elise.looks_over()
    assert not AccountNote.objects.using(OWNER).exists()


def test_limit_of_a_note_is_stated_without_javascript(call_on, landlord):
    elise = call_on("elise", **PHONE, java_script_enabled=False)
    elise.page.goto(f"/comptes/{landlord.account(AT_A).reference}/notes/")
    elise.says_why()
    expect(elise.page.get_by_label("Phrase", exact=True)).to_have_accessible_description(
        "Le locataire peut lire cette phrase. 280 caractères au plus."
    )
    assert not elise.page.locator("[data-left]").is_visible()
    elise.pages += 1

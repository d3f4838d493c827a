"""The housing officer's pages: payments, keyboard shortcuts, filters and printed statements."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.builders import events, post, run
from tests.e2e.landlord import owed
from tests.e2e.leaving import goes_home
from tests.e2e.task_times import assert_documented

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


class Hands:
    """Presses keys on a page and counts the keystrokes."""

    def __init__(self, page) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.strokes += 1
            self.page.keyboard.press(key)


def test_payment_takes_four_keystrokes_and_can_be_undone(call_on, landlord):
    account = landlord.account("Dette-Glycines A")
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/")
    page, hands = elise.page, Hands(elise.page)
    hands.press("p", "c", "Enter")
    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    elise.looks_over()
    elise.sees("Vérifier", "1\u202f461,60\u202f€", "Chèque")
    assert owed(account) == 146_160 and page.url.endswith(f"/comptes/{account.reference}/")
    hands.press("Enter")
    page.wait_for_url("**/?inscrite=*")
    elise.looks_over()
    elise.sees("L’écriture est enregistrée dans le compte.", "rien de dû")
    assert owed(account) == 0
    assert_documented("Record a payment of the whole debt", hands.strokes)
    assert run("SELECT label, amount_cents FROM ledger_entry WHERE posted_by_id IS NOT NULL") == [("cheque", -146_160)]
    hands.press("a", "Enter")
    page.wait_for_url(f"**/comptes/{account.reference}/")
    elise.looks_over()
    elise.sees("annulée par une écriture contraire", "1\u202f461,60\u202f€")
    assert owed(account) == 146_160 and not page.get_by_text("Motif de l’annulation").count()
    assert [line["outcome"] for line in events(kind="payment_taken")] == ["attempted", "changed"]


def test_double_click_books_once_and_an_error_keeps_the_input(call_on, landlord):
    account = landlord.account("Dette-Glycines A")
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/")
    page, hands = elise.page, Hands(elise.page)
    hands.press("p")
    page.keyboard.type("12,345")
    hands.press("e", "Enter")
    page.get_by_role("alert").wait_for()
    elise.looks_over()
    assert page.get_by_role("alert").evaluate("one => one === document.activeElement")
    amount = page.get_by_label("Montant, en euros")
    assert (amount.input_value(), page.get_by_label("Espèces à l’accueil").is_checked()) == ("12,345", True)
    page.get_by_role("alert").get_by_role("link").click()
    assert amount.evaluate("one => one === document.activeElement")
    amount.fill("100")
    hands.press("Enter")
    button = page.get_by_role("button", name="Enregistrer", exact=True)
    button.wait_for()
    button.dblclick(no_wait_after=True)
    page.wait_for_url("**/?inscrite=*")
    assert owed(account) == 146_160 - 10_000
    assert run("SELECT count(*) FROM ledger_entry WHERE label = 'cash_counter'") == [(1,)]


def test_payment_works_without_javascript(call_on, landlord):
    account = landlord.account("Dette-Glycines A")
    elise = call_on("elise", java_script_enabled=False)
    page = elise.page
    page.goto(f"/comptes/{account.reference}/")
    elise.says_why()
    page.get_by_label("Montant, en euros").fill("50")
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name="Modifier").click()
    assert page.get_by_label("Montant, en euros").input_value() == "50"
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name="Enregistrer").click()
    elise.sees("L’écriture est enregistrée dans le compte.")
    assert owed(account) == 146_160 - 5_000
    page.get_by_role("button", name="mauvais montant").click()
    elise.sees("annulée par une écriture contraire")
    assert owed(account) == 146_160
    elise.pages += 1


def test_shortcuts_step_through_the_search_results(call_on, landlord):
    elise = call_on("elise")
    elise.opens("/journee/")
    page, hands = elise.page, Hands(elise.page)
    hands.press("/")
    page.keyboard.type("dette")
    hands.press("Enter")
    page.wait_for_url("**/recherche/")
    elise.looks_over()
    assert "dette" not in page.url
    hands.press("/", "ArrowDown", "ArrowDown", "Enter")
    page.wait_for_url("**/motif/*")
    elise.looks_over()
    # The page that asks for the purpose must already name the household of the account.
    elise.sees("Dette-")
    # Opening an account requires a purpose. The key 1 chooses the first purpose in the list.
    hands.press("1")
    page.wait_for_url("**/comptes/*-*/")
    elise.looks_over()
    elise.sees("2 sur 4")
    for way, rank in (("ArrowRight", "3 sur 4"), ("ArrowRight", "4 sur 4"), ("ArrowLeft", "3 sur 4")):
        hands.press(way)
        page.wait_for_url("**/motif/*")
        hands.press("2")
        page.get_by_text(rank, exact=True).wait_for()
    page.get_by_label("Montant, en euros").focus()
    # While somebody types in a field, the keys must not act as shortcuts.
    hands.press("ArrowRight", "l")
    elise.sees("3 sur 4")
    assert [line["count"] for line in events(kind="search_run")] == [4]


def test_list_of_shortcuts_opens_over_the_page(call_on, landlord):
    elise = call_on("elise")
    elise.opens("/comptes/")
    page, hands = elise.page, Hands(elise.page)
    shortcuts = page.locator("#raccourcis")
    hands.press("?")
    shortcuts.wait_for()
    elise.looks_over()
    for key in ("?", "Escape"):
        hands.press(key)
        shortcuts.wait_for(state="hidden")
        hands.press("?")
    page.get_by_role("link", name="Activer ou désactiver les raccourcis").click()
    page.wait_for_url("**/touches/")
    elise.looks_over()
    elise.presses("Désactiver les raccourcis")
    elise.sees("Les raccourcis sont désactivés")
    elise.opens("/comptes/")
    hands.press("?", "p")
    assert page.url.endswith("/comptes/") and not page.locator("kbd").first.is_visible()


def test_payment_on_a_phone(come_in, landlord):
    account = landlord.account("Dette-Glycines A")
    for day in range(-700, -100, 30):
        post(account, 100, day=day)
    elise, before = come_in("elise", **PHONE, color_scheme="dark"), owed(account)
    elise.opens(f"/comptes/{account.reference}/")
    dock = elise.page.get_by_role("link", name="Enregistrer un paiement")
    box = dock.bounding_box()
    # The button for recording a payment must be in the lower half of the screen.
    assert box and box["height"] >= 44 and 844 / 2 < box["y"] <= 844 - box["height"]
    dock.click()
    elise.looks_over()
    expect(elise.page.get_by_label("Montant, en euros")).to_be_visible()
    box = elise.page.get_by_label("Montant, en euros").bounding_box()
    assert box and 0 <= box["y"] <= 700
    elise.types("Montant, en euros", "100")
    elise.presses("Vérifier")
    elise.sees("Solde après")
    elise.presses("Enregistrer")
    elise.sees("L’écriture est enregistrée dans le compte.")
    assert owed(account) == before - 10_000
    assert "Quai" not in elise.is_refused(f"/comptes/{landlord.account('Dette-Quai 9').reference}/", 404)
    elise.opens("/journee/")
    goes_home(elise, "Dette-", "461,60", "Élise")


def test_nothing_is_fixed_over_a_zoomed_screen(call_on, landlord):
    """The screen has 640 by 400 pixels, like a desktop of 1280 by 800 zoomed to 200 %, or a phone held sideways."""
    elise = call_on("elise", 640, 400)
    elise.opens(f"/comptes/{landlord.account('Dette-Glycines A').reference}/")
    fixed = """() => [...document.querySelectorAll('body *')]
        .filter(one => one.checkVisibility() && getComputedStyle(one).position === 'fixed').length"""
    assert elise.page.evaluate(fixed) == 0
    menu, name = (elise.page.locator(part).bounding_box() for part in (".nav", "h1"))
    assert menu and name and menu["y"] + menu["height"] < name["y"]
    elise.page.get_by_role("link", name="Enregistrer un paiement").click()
    expect(elise.page.get_by_label("Montant, en euros")).to_be_visible()


def test_months_are_filtered_without_reloading(call_on, landlord):
    account = landlord.account("Dette-Glycines A")
    post(account, -1_000, "cheque", "payment", day=-3)
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/")
    page = elise.page
    page.evaluate("() => { window.same = true }")
    page.get_by_label("Nature").select_option("payment")
    page.get_by_role("button", name="Afficher").click()
    page.locator("#mois").get_by_text("Loyer").first.wait_for(state="detached")
    elise.looks_over()
    expect(page.locator("#mois").get_by_text("Chèque")).to_have_count(1)
    assert page.evaluate("() => window.same")


def test_statement_prints_on_numbered_a4_pages(call_on, landlord):
    """Each A4 page must have the account's reference and a page number. The printed totals must equal the totals of the
    account."""
    account = landlord.account("Dette-Glycines A")
    for number in range(110):
        post(account, 1_000 + number, day=-75 + number // 3)
    elise = call_on("elise")
    elise.opens(f"/comptes/{account.reference}/decompte/")
    elise.page.emulate_media(media="print")
    for gone in ("form.search", "nav", ".pile", "form.filters", "[data-print]", "footer"):
        assert not elise.page.locator(gone).locator("visible=true").count(), gone
    pages = PdfReader(io.BytesIO(elise.page.pdf(prefer_css_page_size=True))).pages
    texts = [re.sub(r"[\s\u202f\u00a0]+", " ", page.extract_text()) for page in pages]
    assert len(texts) > 2 and {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {
        (595, 842)
    }
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text and account.reference in text
    charged = 146_160 + sum(1_000 + number for number in range(110))
    total = f"{charged // 100:,}".replace(",", " ") + f",{charged % 100:02}"
    assert f"Total et solde {total} 0,00 {total} dû" in texts[-1] and owed(account) == charged
    assert "Mme Marie Dette-Glycines A" in texts[0] and "Chercher" not in "".join(texts)

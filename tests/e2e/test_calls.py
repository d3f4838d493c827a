"""The officer telephones tenants in arrears: three clicks from one call to the next, or one key for each outcome."""

import re

import pytest
from playwright.sync_api import expect

from tests.builders import note, paris_day, run
from tests.e2e.task_times import assert_documented

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
FIRST = "Dette-Glycines A"
LIST = "/comptes/a-contacter/"
# Outcome of a call -> words that precede the date of the next contact on the account's page.
LISTED = {"call_back": "À contacter de nouveau le", "appointment": "Rendez-vous le"}


class Clicks:
    """Clicks on a page and counts the clicks."""

    def __init__(self, somebody) -> None:
        self.somebody, self.page, self.count = somebody, somebody.page, 0

    def click(self, role: str, name: str) -> None:
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()


def outcomes() -> list[tuple[str, int]]:
    """Return the recorded outcomes of calls, each with the number of days until the tenant is to be contacted again."""
    return run("SELECT outcome, back_on - made_on FROM casework_contactattempt ORDER BY made_at")


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_from_one_call_to_the_next_takes_three_clicks(call_on, landlord, screen):
    elise = call_on("elise", **screen)
    clicks, page = Clicks(elise), elise.page
    elise.opens("/journee/")
    names = page.get_by_role("region", name="À contacter").get_by_role("link").all_inner_texts()[:4]
    clicks.click("link", names[0])
    elise.sees("06\u00a039\u00a098\u00a012\u00a034", "1 sur 4")
    elise.looks_over()
    for number, name in enumerate(names[1:], 2):
        before = clicks.count
        clicks.click("button", "Locataire joint")
        elise.sees("Le contact est enregistré.")
        expect(page.get_by_role("link", name="Compte suivant")).to_be_in_viewport()
        clicks.click("link", "Compte suivant")
        elise.sees(name.split(",")[0], f"{number} sur 4")
        # Recording the call and opening the next account takes two clicks. Opening the first account takes one click.
        assert_documented("Record a call and open the next account", clicks.count - before)
    clicks.click("button", "Conseiller social proposé")
    elise.looks_over()
    assert clicks.count == 1 + 2 * 3 + 1
    clicks.click("link", "Revenir à la liste")
    page.wait_for_url("**/journee/#appeler")
    elise.sees("Aucun compte à contacter aujourd’hui.")
    elise.looks_over()
    assert outcomes() == [("reached", 7)] * 3 + [("adviser_offered", 7)]


def test_each_outcome_has_one_key_and_can_be_taken_back_in_the_same_place(call_on, landlord):
    note(landlord.residence(FIRST), "contact_preference", channel="phone", slot="morning", ends=90)
    elise = call_on("elise")
    page, keys = elise.page, elise.page.keyboard
    elise.opens(LIST)
    page.get_by_role("link", name=FIRST).click()
    elise.sees("Le locataire souhaite être contacté de préférence par téléphone, le matin.")
    for key, outcome, back in (("j", "reached", 7), ("c", "adviser_offered", 7)):
        keys.press(key)
        elise.sees("Le contact est enregistré.")
        assert outcomes() == [(outcome, back)]
        keys.press("a")
        keys.press("Enter")
        elise.sees("Le contact est annulé.")
        assert outcomes() == []
    for key, outcome in (("t", "call_back"), ("v", "appointment")):
        keys.press(key)
        keys.type(f"{paris_day(4):%d/%m}")
        keys.press("Enter")
        # The page may still show the message of the previous call, so wait for the new one.
        page.get_by_text(LISTED[outcome]).first.wait_for()
        assert outcomes()[-1] == (outcome, 4)
    keys.press("s")
    elise.sees("Pas de réponse.")
    page.wait_for_url("**/#appel")
    keys.press("ArrowRight")
    page.wait_for_url(re.compile(r"/comptes/[^/]+/$"))
    elise.sees("sur 4")
    keys.press("l")
    page.wait_for_url(f"**{LIST}")
    elise.sees("3 comptes")
    elise.does_not_see(FIRST)
    elise.looks_over()


def test_wrong_day_is_explained_and_the_form_works_without_javascript(call_on, landlord):
    account = landlord.account(FIRST)
    elise = call_on("elise", java_script_enabled=False)
    page = elise.page
    page.goto(LIST)
    page.get_by_role("link", name=FIRST).click()
    page.get_by_label("Rendez-vous le").fill("hier")
    page.get_by_role("button", name="Enregistrer : Rendez-vous le").click()
    elise.sees("Écrivez la date sous la forme jour/mois", "Rien n’est encore enregistré")
    assert page.get_by_label("Date du rappel ou du rendez-vous").input_value() == "hier"
    assert page.get_by_label("rendez-vous convenu").is_checked() and outcomes() == []
    page.get_by_label("Date du rappel ou du rendez-vous").fill(f"{paris_day(4):%d/%m/%Y}")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    elise.sees("Le contact est enregistré.", "Rendez-vous le")
    assert outcomes() == [("appointment", 4)] and account.reference in page.url
    page.get_by_role("button", name="Annuler ce contact").click()
    elise.sees("Le contact est annulé.")
    assert outcomes() == []
    elise.pages += 1


def test_double_click_records_one_call(call_on, landlord):
    elise = call_on("elise")
    elise.opens(LIST)
    elise.page.get_by_role("link", name=FIRST).click()
    elise.page.get_by_role("button", name="Pas de réponse").dblclick(no_wait_after=True)
    elise.sees("Le contact est enregistré.")
    assert len(outcomes()) == 1
    elise.looks_over()

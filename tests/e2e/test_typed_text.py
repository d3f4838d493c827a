"""When the session is locked, text being typed is hidden, and it can be sent after unlocking."""

import pytest

from tests.builders import OWNER
from tests.e2e.landlord import PASSWORD

pytestmark = pytest.mark.browser
SENTENCE = "Rappelle le 5, puis le 20."
SCREENS = {"phone": {"width": 390, "height": 844, "color_scheme": "dark"}, "desk": {}}


@pytest.mark.parametrize("way", ["sent too late", "left alone"])
@pytest.mark.parametrize("screen", SCREENS)
def test_typed_text_is_hidden_by_the_lock_and_sent_after_it(call_on, landlord, screen, way):
    person = landlord.person("elise")
    person.set_password(PASSWORD)
    person.save(using=OWNER, update_fields=["password"])
    elise, account = call_on("elise", **SCREENS[screen]), landlord.account("Dette-Glycines A")
    elise.opens(f"/comptes/{account.reference}/notes/")
    page = elise.page
    page.locator("textarea").first.fill(SENTENCE)
    locks_the_desk(page)
    # While somebody types, the page sends the text for screening. If the session is locked, the page must stay open.
    page.locator("textarea").first.press_sequentially(" ")
    page.wait_for_timeout(1500)
    if way == "sent too late":
        page.get_by_role("button", name="Vérifier ma phrase").click()
    else:
        page.evaluate("document.querySelector('[data-quiet]').dataset.quiet = '-5'")
        # Pressing any key restarts the page's idle timer, which this test has set to expire at once.
        page.keyboard.press("Shift")
    page.wait_for_url("**/entrer/verrou/**")
    assert SENTENCE not in page.content() and account.reference not in page.content()
    elise.asks_axe()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer avec mon mot de passe").click()
    page.wait_for_url("**/entrer/brouillon/**")
    elise.sees("Votre saisie", SENTENCE)
    elise.looks_over()
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url(f"**/comptes/{account.reference}/**")
    assert SENTENCE in page.content()


def locks_the_desk(page):
    """Lock the session from another tab."""
    other = page.context.new_page()
    other.goto(page.url.partition("/comptes/")[0] + "/regles/")
    other.get_by_role("button", name="Verrouiller").click()
    other.wait_for_url("**/entrer/verrou/")
    other.close()

"""Slow and failed requests are announced and can be repeated, and a double tap sends a form once."""

import pytest
from playwright.sync_api import expect

from tests.builders import run
from tests.e2e.landlord import owed

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
_FRAME = "one => getComputedStyle(one).outlineStyle"

_TWICE = """one => new Promise(done => {
    one.click();
    setTimeout(() => { one.click(); done(one.ariaBusy) }, 250);
})"""


def slowly(somebody, milliseconds):
    """Delay every answer by `milliseconds`; 0 ends the delay."""
    tools = somebody.page.context.new_cdp_session(somebody.page)
    tools.send("Network.enable")
    line = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    tools.send("Network.emulateNetworkConditions", line)


@pytest.mark.parametrize(
    "screen", [PHONE | {"color_scheme": "dark", "reduced_motion": "reduce"}, {}], ids=["phone", "desk"]
)
def test_pending_request_is_marked_busy(call_on, landlord, screen):
    elise, account = call_on("elise", **screen), landlord.account("Dette-Glycines A")
    elise.opens(f"/comptes/{account.reference}/")
    page, form = elise.page, elise.page.locator("#encaisser")
    assert form.evaluate(_FRAME) == "none" and form.get_attribute("aria-busy") is None
    slowly(elise, 1200)
    page.get_by_label("Montant, en euros").fill("50")
    page.get_by_role("button", name="Vérifier").click()
    expect(form).to_have_attribute("aria-busy", "true")
    expect(form).to_have_css("outline-style", "dashed")
    assert form.evaluate("one => one.getAnimations().every(each => each.playState === 'finished')")
    elise.asks_axe()
    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    assert page.locator("[aria-busy]").count() == 0
    slowly(elise, 0)
    page.get_by_role("button", name="Enregistrer", exact=True).dblclick(no_wait_after=True)
    page.wait_for_url("**/?inscrite=*")
    assert owed(account) == 146_160 - 5_000
    assert run("SELECT count(*) FROM ledger_entry WHERE posted_by_id IS NOT NULL") == [(1,)]


def test_double_tap_sends_once(call_on, landlord):
    elise, sent = call_on("elise", **PHONE), []
    elise.opens(f"/comptes/{landlord.account('Dette-Glycines A').reference}/faits/payment_difficulty/")
    page = elise.page
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    button = page.get_by_role("button", name="Noter", exact=True)
    slowly(elise, 800)
    with page.expect_navigation():
        assert button.evaluate(_TWICE) == "true"
    page.get_by_role("alert").wait_for()
    elise.looks_over()
    assert len(sent) == 1


def test_failed_request_can_be_retried(call_on, landlord):
    elise = call_on("elise")
    elise.opens(f"/comptes/{landlord.account('Dette-Glycines A').reference}/")
    page, address = elise.page, elise.page.url
    amount, region = page.get_by_label("Montant, en euros"), page.locator("#messages")
    page.route("**/relire/", lambda route: route.abort())
    amount.fill("50")
    page.get_by_role("button", name="Vérifier").click()
    expect(region).to_contain_text("Pas de réponse. Rien n’a été modifié")
    assert (page.url, amount.input_value()) == (address, "50")
    assert page.locator("[aria-busy]").count() == 0 and region.get_attribute("role") == "status"
    elise.looks_over()
    page.unroute("**/relire/")
    region.get_by_role("button", name="Réessayer").click()
    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    expect(region).to_be_empty()
    elise.sees("50,00")
    elise.forgives("ERR_FAILED", "htmx:")


def test_slow_request_is_announced_without_interrupting_typing(call_on, landlord):
    elise = call_on("elise", **PHONE)
    reference = landlord.account("Calme-Glycines A").reference
    page, region, held_route = elise.page, elise.page.locator("#messages"), []
    elise.opens(f"/comptes/{reference}/")
    page.clock.install()
    # The first request gets no answer. All later requests go through.
    # Later requests pass without Playwright's `unroute`, because `unroute` would also answer the first request.
    page.route("**/relire/", lambda route: route.continue_() if held_route else held_route.append(route))
    page.get_by_label("Montant, en euros").fill("50")
    page.get_by_role("button", name="Vérifier").click()
    page.wait_for_function("() => document.querySelector('#encaisser').ariaBusy")
    page.clock.run_for(4100)
    expect(region).to_contain_text("La réponse est plus longue que d’habitude.")
    elise.looks_over()
    region.get_by_role("button", name="Réessayer").click()
    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    expect(region).to_be_empty()
    elise.opens(f"/comptes/{reference}/notes/")
    page.route("**/notes/relire/", lambda route: route.abort())
    page.get_by_label("Phrase", exact=True).press_sequentially("Paiera le 5.")
    page.clock.run_for(1500)
    expect(region).to_contain_text("La vérification n’a pas répondu")
    assert not region.get_by_role("button").count()
    assert page.get_by_label("Phrase", exact=True).evaluate("one => one === document.activeElement")
    elise.forgives("ERR_FAILED", "htmx:")

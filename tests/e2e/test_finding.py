"""Finding a household: an officer by name at the keyboard, a caretaker by door on a phone, with few keys or taps."""

import pytest
from playwright.sync_api import expect

from tests.builders import events, let, make_tenant, make_unit
from tests.e2e.task_times import assert_documented

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def household(landlord):
    unit = make_unit(landlord.building("Glycines A"), "203", 2, staircase="B")
    return let(unit, make_tenant("Le Gall", "Marie", phone="+33612345678"))


def press(page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_officer_opens_an_account_by_name_with_seven_keys(call_on, household, scheme):
    elise = call_on("elise", color_scheme=scheme)
    elise.opens("/journee/")
    keys = press(elise.page, "/", *"gall", "Enter")
    elise.page.wait_for_url("**/motif/*")
    elise.looks_over()
    elise.sees("Mme Marie Le Gall", "porte\u00a0203")
    keys += press(elise.page, "1")
    elise.page.wait_for_url(f"**/comptes/{household.reference}/")
    elise.sees("Marie Le Gall")
    assert_documented("Find an account by name and open it", keys)
    assert [event["count"] for event in events(kind="search_run")] == [1]


def test_officer_chooses_among_results_with_one_digit(call_on, landlord, household):
    near = let(make_unit(landlord.building("Glycines A"), "11", 1), make_tenant("Legal", "Zoé"))
    elise = call_on("elise")
    elise.opens("/journee/")
    keys = press(elise.page, "/", *"legall", "Enter")
    elise.page.wait_for_url("**/recherche/")
    elise.looks_over()
    elise.sees("Noms proches")
    keys += press(elise.page, "2")
    elise.page.wait_for_url(f"**/comptes/{near.reference}/motif/*")
    assert_documented("Choose one of several accounts found", keys)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_caretaker_calls_by_door_with_two_taps(call_on, household, scheme):
    awa = call_on("awa", **PHONE, has_touch=True, color_scheme=scheme)
    awa.opens("/immeubles/")
    page = awa.page
    page.get_by_label("Chercher un occupant", exact=True).tap()
    taps = 1
    page.keyboard.type("203", delay=50)
    call = page.get_by_role("link", name="Téléphoner à Mme Marie Le Gall")
    expect(call).to_be_visible()
    box = call.bounding_box()
    # The second tap starts the call, so its button must be on the screen without scrolling, and large enough.
    assert box and box["height"] >= 44 and box["y"] + box["height"] <= PHONE["height"]
    assert call.get_attribute("href") == "tel:+33612345678"
    assert_documented("Call a tenant by door", taps + 1)
    awa.looks_over()
    assert "203" not in page.url


def test_live_search_records_one_event_for_each_settled_query(call_on, household):
    awa = call_on("awa", **PHONE)
    awa.opens("/immeubles/chercher/")
    page = awa.page
    field = page.get_by_label("Chercher un occupant", exact=True)
    field.press_sequentially("l", delay=20)
    page.wait_for_timeout(1000)
    assert events(kind="search_run") == []
    field.press_sequentially("egall", delay=20)
    name = page.get_by_role("link", name="Mme Marie Le Gall", exact=True)
    expect(name).to_be_visible()
    field.press_sequentially("z", delay=20)
    expect(name).to_be_visible()
    page.wait_for_timeout(1500)
    field.press("Backspace")
    page.wait_for_timeout(1500)
    expect(name).to_be_visible()
    assert [event["count"] for event in events(kind="search_run")] == [1, 1, 1]
    # Enter opens the only result, and does not search for the same words again.
    field.press("Enter")
    page.wait_for_url("**/fiches/*/")
    awa.looks_over()
    assert len(events(kind="search_run")) == 3

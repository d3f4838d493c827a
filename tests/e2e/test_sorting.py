"""A steward decides which comments of an older system to erase or keep, by keyboard alone or without JavaScript."""

import pytest
from playwright.sync_api import expect

from casework.models import AccountFact, LegacyComment, LegacyCommentFile
from tests.builders import OWNER, seal_legacy_comment
from tests.casework.test_legacy_comment_queue import LIST
from tests.casework.test_notes import AT_A

pytestmark = pytest.mark.browser


def test_steward_sorts_twenty_lines_by_keyboard(call_on, landlord):
    lines = [
        seal_legacy_comment(landlord.account(AT_A), f"Est sous chimiothérapie depuis {n + 1} mois.") for n in range(20)
    ]
    paul = call_on("paul")
    keyboard, page = paul.page.keyboard, paul.page
    paul.opens(LIST)
    paul.chooses("Santé")
    for number in range(20):
        expect(page.locator("h1")).to_contain_text(f"{number + 1} sur 20")
        if number == 3:
            replaces(page, keyboard)
        elif number == 4:
            proposes(page, keyboard)
        else:
            keyboard.press("e")
            expect(page.get_by_role("button", name="Effacer")).to_be_focused()
            with page.expect_navigation():
                keyboard.press("Enter")
    paul.looks_over()
    paul.sees("1 proposée par vous")
    comment_file = LegacyCommentFile.objects.using(OWNER).get()
    assert (comment_file.imported, comment_file.erased, comment_file.replaced, comment_file.waiting) == (20, 18, 1, 1)
    assert LegacyComment.objects.using(OWNER).get().pk == lines[4].pk


def replaces(page, keyboard):
    keyboard.press("r")
    with page.expect_navigation():
        keyboard.press("Enter")
    fact = page.locator("form:has(input[name=replace])")
    for name in dict.fromkeys(radio.get_attribute("name") for radio in fact.get_by_role("radio").all()):
        fact.locator(f"input[name={name}]").first.focus()
        keyboard.press("Space")
    for chosen in fact.locator("select").all():
        chosen.focus()
        keyboard.press("ArrowDown")
    fact.get_by_role("button", name="Remplacer").focus()
    with page.expect_navigation():
        keyboard.press("Enter")
    assert AccountFact.objects.using(OWNER).count() == 1


def proposes(page, keyboard):
    keyboard.press("c")
    keyboard.press("Space")
    page.get_by_role("button", name="Proposer de conserver").focus()
    with page.expect_navigation():
        keyboard.press("Enter")


@pytest.mark.parametrize("width", [390, 1280])
def test_manager_sorts_lines_without_javascript(call_on, landlord, width):
    first, _second = (seal_legacy_comment(landlord.account(AT_A), f"Est sous chimiothérapie {n}.") for n in (1, 2))
    georges = call_on("georges", width=width, java_script_enabled=False)
    page = georges.page
    page.goto(LIST)
    page.get_by_role("link", name="Santé").click()
    expect(page.locator("mark")).to_contain_text("chimiothérapie")
    page.get_by_label("ne dit rien d’une personne").check()
    page.get_by_role("button", name="Proposer de conserver").click()
    expect(page.locator("h1")).to_contain_text("2 sur 2")
    page.get_by_role("button", name="Effacer").click()
    expect(page.locator("main")).to_contain_text("1 proposée par vous")
    assert LegacyComment.objects.using(OWNER).get().pk == first.pk
    georges.pages += 1

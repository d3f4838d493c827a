"""Pages used with the keyboard: focus order, visible focus, zoom, reduced motion, and live regions."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.builders import post
from tests.visits import visits

pytestmark = pytest.mark.browser
PHONE, DESK = (390, 844), (1280, 900)
# A desktop screen 1280 px wide, zoomed to 200 %, has a viewport of 640 by 450 CSS pixels.
ZOOMED = {"width": 640, "height": 450}
LATE = "Dette-Glycines A"

# Script: number all focusable elements of the page in document order. Returns how many there are.
_NUMBER = """() => {
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const groups = new Set();
    const here = [...document.querySelectorAll(all)].filter(one => one.checkVisibility() && !one.disabled &&
        !one.closest('[tabindex="-1"]:not(main, .alert, fieldset)'))
        .filter(one => {  // a group of radio buttons has one tab stop
            if (one.type !== 'radio') return true;
            const group = one.form + one.name;
            if (groups.has(group)) return false;
            groups.add(group);
            return true;
        });
    here.forEach((one, number) => { one.dataset.stop = number });
    return here.length;
}"""
# Script: return the focused element's number and position, whether its focus is visible, and whether it is covered.
_STANDS = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    const box = one.getBoundingClientRect(), look = getComputedStyle(one);
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 30) / 2);
    const group = one.type === 'radio' ? [...document.getElementsByName(one.name)] : [one];
    return {
        stop: group.map(each => each.dataset.stop).find(Boolean) ?? null,
        what: `${one.tagName} ${one.textContent.trim().slice(0, 40)}${one.name ?? ''}`,
        left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY,
        within: one.closest('main, header, aside, footer')?.tagName ?? '',
        seen: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
        free: one.matches('.vh, .skip') || (over !== null && (one.contains(over) || over.contains(one))),
    };
}"""
# Script: make Tab begin at the top of the page, also if the page has focused a field.
_BACK_TO_THE_TOP = """() => {
    const top = document.createElement('button');
    document.body.prepend(top);
    top.focus();
    top.remove();
}"""
# Script: open the menu and all collapsed parts, then return the addresses of all links and the names of all fields.
_WAYS = """() => {
    document.querySelectorAll('details').forEach(fold => { fold.open = true });
    document.querySelector('.nav [popover]')?.showPopover();
    const seen = one => one.checkVisibility() && one.getBoundingClientRect().width > 0;
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')].filter(seen)
        .map(one => one.getAttribute('href') ?? one.name ?? one.textContent.trim()).filter(Boolean);
}"""


def pages(landlord) -> dict[str, tuple[str, str]]:
    """Return, for each main page, the employee who uses it most and its URL."""
    account = f"/comptes/{landlord.account(LATE).reference}/"
    return {
        "caretaker": ("awa", "/immeubles/"),
        "account": ("elise", account),
        "payment": ("elise", f"{account}paiement/"),
        "day": ("elise", "/journee/"),
        "counter": ("paola", "/accueil/"),
        "coverage": ("jules", "/acces/couverture/"),
        "trace": ("ines", "/trace/"),
    }


@pytest.fixture
def at_each(call_on, landlord):
    """Provide a function that opens each of the main pages as the employee who uses it.

    The caretaker gets the screen of a phone, unless browser options are given."""

    def opened(**options):
        for page, (name, path) in pages(landlord).items():
            somebody = call_on(name, *(PHONE if name == "awa" and not options else DESK), **options)
            somebody.opens(path)
            yield page, path, somebody
            somebody.page.close()

    return opened


def test_tab_order_follows_the_page_with_visible_focus(at_each):
    for page, _path, somebody in at_each():
        follows_the_page(somebody, page)


# URL names of the allocation pages with the most fields and links.
OF_ALLOCATION = ("shortlist", "candidacy", "item_sheets", "decision_propose", "ground_case", "quotas", "claim")


def test_tab_order_of_allocation_pages_follows_the_page(call_on, sample_objects):
    doors = {visit.name: visit for visit in visits()}
    for name in OF_ALLOCATION:
        somebody = call_on(doors[name].who, *DESK)
        somebody.opens(doors[name].url(sample_objects))
        follows_the_page(somebody, name)
        somebody.page.close()


def follows_the_page(somebody, page) -> None:
    """Check that Tab stops once at each focusable element, in reading order, and that the focus is always visible."""
    somebody.page.evaluate(_BACK_TO_THE_TOP)
    wanted, stood = somebody.page.evaluate(_NUMBER), walk(somebody)
    assert stood[0]["what"].startswith("A Aller au contenu"), page
    assert [item["what"] for item in stood if not item["seen"]] == [], page
    assert [item["what"] for item in stood if not item["free"]] == [], page
    stops = [int(item["stop"]) for item in stood if item["stop"] is not None]
    assert stops == sorted(stops) and len(set(stops)) == wanted, (page, set(range(wanted)) - set(stops))
    assert wanted > 8 and [pair for pair in pairwise(stood) if goes_back_up(*pair)] == [], page


def walk(somebody) -> list[dict]:
    """Press Tab from the top of the page until the focus leaves it. Returns the elements that had the focus."""
    stood: list[dict] = []
    for _ in range(400):
        somebody.page.keyboard.press("Tab")
        if (where := somebody.page.evaluate(_STANDS)) is None or (stood and where["stop"] == stood[0]["stop"]):
            return stood
        stood.append(where)
    pytest.fail("Tab never leaves the page")


def goes_back_up(before: dict, after: dict) -> bool:
    """Whether Tab moved the focus upwards within one column of the page's main part. Such a move is a fault, because
    the focus must follow the reading order."""
    same_column = before["left"] < after["right"] and after["left"] < before["right"]
    return before["within"] == after["within"] == "MAIN" and same_column and after["bottom"] <= before["top"]


def test_skip_link_moves_focus_to_the_content(at_each):
    for page, _path, somebody in at_each():
        somebody.page.evaluate(_BACK_TO_THE_TOP)
        somebody.page.keyboard.press("Tab")
        skip = somebody.page.locator(":focus")
        assert skip.get_attribute("class") == "skip" and skip.bounding_box()["y"] >= 0, page
        somebody.page.keyboard.press("Enter")
        assert somebody.page.evaluate("() => document.activeElement.id") == "contenu", page
        somebody.page.keyboard.press("Tab")
        assert somebody.page.evaluate("() => document.activeElement.closest('main') !== null"), page


def test_pages_keep_their_links_at_200_percent_zoom(at_each):
    for page, path, somebody in at_each(reduced_motion="reduce"):
        ways = ways_of(somebody)
        somebody.page.set_viewport_size(ZOOMED)
        somebody.opens(path)
        left = ways_of(somebody)
        assert len(ways) > 8 and ways - left == set(), page
        assert somebody.page.evaluate("() => document.getAnimations().length") == 0, page


def ways_of(somebody) -> set[str]:
    """Return all links and fields of the page. Ids of audit events are removed: each opening of the page adds an event,
    so the list of the latest events changes."""
    return {re.sub(r"/trace/[0-9a-f-]{36}/", "/trace/…/", item) for item in somebody.page.evaluate(_WAYS)}


def test_fragments_are_announced_or_take_focus(call_on, landlord):
    account = landlord.account(LATE)
    post(account, 100, day=-70)
    elise = call_on("elise", *DESK)
    elise.opens(f"/comptes/{account.reference}/")
    register = elise.page.locator("#mois")
    assert register.get_attribute("aria-live") == "polite"
    with elise.page.expect_response(re.compile(r"\?")) as answered:
        elise.page.locator("form.filters select").first.select_option(index=1)
        elise.page.locator("form.filters button").click()
    assert answered.value.headers["hx-loge"] == "fragment"
    # The list of entries is a live region (aria-live). Its element must stay in the page: only its content may change.
    expect(register).to_have_attribute("aria-live", "polite")
    elise.page.get_by_label("Montant, en euros").fill("12,50")
    elise.page.get_by_text("Chèque", exact=True).click()
    elise.page.get_by_role("main").get_by_role("button", name="Vérifier").click()
    expect(elise.page.get_by_role("button", name="Enregistrer", exact=True)).to_be_focused()
    elise.page.get_by_role("button", name="Modifier").click()
    elise.page.get_by_label("Montant, en euros").fill("douze")
    elise.page.get_by_role("main").get_by_role("button", name="Vérifier").click()
    expect(elise.page.get_by_role("alert")).to_be_focused()
    elise.looks_over()

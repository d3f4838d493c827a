"""Without a mouse, enlarged, without motion: where the keyboard goes, whether it is seen, what is read aloud."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.builders import post

pytestmark = pytest.mark.browser
PHONE, DESK = (390, 844), (1280, 900)
ZOOMED = {"width": 640, "height": 450}  # 1280 px at 200 %
LATE = "Dette-Glycines A"

# Everything that a keyboard should reach on the page in sight, numbered in the order in which it is written.
_NUMBER = """() => {
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const groups = new Set();
    const here = [...document.querySelectorAll(all)].filter(one => one.checkVisibility() && !one.disabled &&
        !one.closest('[tabindex="-1"]:not(main, .alert, fieldset)'))
        .filter(one => {  // of a group of choices the keyboard stops at one
            if (one.type !== 'radio') return true;
            const group = one.form + one.name;
            if (groups.has(group)) return false;
            groups.add(group);
            return true;
        });
    here.forEach((one, number) => { one.dataset.stop = number });
    return here.length;
}"""
# Where it stands: which one, where on the page, whether it is seen there, and whether anything is laid over it.
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
# Every way to go and every field, by where it leads or what it sends; what a fold or the menu keeps is opened first.
_WAYS = """() => {
    document.querySelectorAll('details').forEach(fold => { fold.open = true });
    document.querySelector('.nav [popover]')?.showPopover();
    const seen = one => one.checkVisibility() && one.getBoundingClientRect().width > 0;
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')].filter(seen)
        .map(one => one.getAttribute('href') ?? one.name ?? one.textContent.trim()).filter(Boolean);
}"""


def pages(house) -> dict[str, tuple[str, str]]:
    """The main pages of those who work here: who, and where."""
    account = f"/comptes/{house.account(LATE).reference}/"
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
def at_each(call_on, house):
    """Each main page in turn, before somebody whose it is: the caretaker's on a telephone, unless it is enlarged."""

    def opened(**options):
        for page, (name, path) in pages(house).items():
            somebody = call_on(name, *(PHONE if name == "awa" and not options else DESK), **options)
            somebody.opens(path)
            yield page, path, somebody
            somebody.page.close()

    return opened


def test_the_keyboard_goes_as_one_reads_and_is_seen(at_each):
    for page, _path, somebody in at_each():
        somebody.page.evaluate("() => document.activeElement.blur()")
        wanted, stood = somebody.page.evaluate(_NUMBER), walk(somebody)
        assert stood[0]["what"].startswith("A Aller au contenu"), page
        assert [one["what"] for one in stood if not one["seen"]] == [], page
        assert [one["what"] for one in stood if not one["free"]] == [], page
        stops = [int(one["stop"]) for one in stood if one["stop"] is not None]
        assert stops == sorted(stops) and len(set(stops)) == wanted, (page, set(range(wanted)) - set(stops))
        assert wanted > 8 and [pair for pair in pairwise(stood) if goes_back_up(*pair)] == [], page


def walk(somebody) -> list[dict]:
    """From the top of the page, by the tabulator alone, until it leaves the page."""
    stood: list[dict] = []
    for _ in range(400):
        somebody.page.keyboard.press("Tab")
        if (where := somebody.page.evaluate(_STANDS)) is None or (stood and where["stop"] == stood[0]["stop"]):
            return stood
        stood.append(where)
    pytest.fail("the keyboard is caught on the page")


def goes_back_up(one: dict, two: dict) -> bool:
    """Within a column, what comes next stands beside or below."""
    same_column = one["left"] < two["right"] and two["left"] < one["right"]
    return one["within"] == two["within"] == "MAIN" and same_column and two["bottom"] <= one["top"]


def test_one_skips_to_what_the_page_is_about(at_each):
    for page, _path, somebody in at_each():
        somebody.page.evaluate("() => document.activeElement.blur()")
        somebody.page.keyboard.press("Tab")
        skip = somebody.page.locator(":focus")
        assert skip.get_attribute("class") == "skip" and skip.bounding_box()["y"] >= 0, page
        somebody.page.keyboard.press("Enter")
        assert somebody.page.evaluate("() => document.activeElement.id") == "contenu", page
        somebody.page.keyboard.press("Tab")
        assert somebody.page.evaluate("() => document.activeElement.closest('main') !== null"), page


def test_enlarged_to_twice_its_size_a_page_loses_nothing_and_nothing_moves(at_each):
    for page, path, somebody in at_each(reduced_motion="reduce"):
        ways = ways_of(somebody)
        somebody.page.set_viewport_size(ZOOMED)
        somebody.opens(path)
        left = ways_of(somebody)
        assert len(ways) > 8 and ways - left == set(), page
        assert somebody.page.evaluate("() => document.getAnimations().length") == 0, page


def ways_of(somebody) -> set[str]:
    """A line of the trace is like another: the oldest makes room for the look that has just been had."""
    return {re.sub(r"/trace/[0-9a-f-]{36}/", "/trace/…/", one) for one in somebody.page.evaluate(_WAYS)}


def test_what_comes_without_a_new_page_is_read_aloud_or_takes_the_keyboard(call_on, house):
    account = house.account(LATE)
    post(account, 100, day=-70)
    elise = call_on("elise", *DESK)
    elise.opens(f"/comptes/{account.reference}/")
    register = elise.page.locator("#mois")
    assert register.get_attribute("aria-live") == "polite"
    with elise.page.expect_response(re.compile(r"\?")) as answered:
        elise.page.locator("form.filters select").first.select_option(index=1)
        elise.page.locator("form.filters button").click()
    assert answered.value.headers["hx-loge"] == "fragment"
    expect(register).to_have_attribute("aria-live", "polite")  # the region stayed; what stands in it came
    elise.page.get_by_label("Montant, en euros").fill("12,50")
    elise.page.get_by_text("Chèque", exact=True).click()
    elise.page.get_by_role("main").get_by_role("button", name="Vérifier").click()
    expect(elise.page.get_by_role("button", name="Enregistrer")).to_be_focused()
    elise.page.get_by_role("button", name="Modifier").click()
    elise.page.get_by_label("Montant, en euros").fill("douze")
    elise.page.get_by_role("main").get_by_role("button", name="Vérifier").click()
    expect(elise.page.get_by_role("alert")).to_be_focused()
    elise.looks_over()

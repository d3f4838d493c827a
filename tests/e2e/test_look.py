"""The layout of pages: size of touch targets, visible focus, zoom, forced colours, print, pages without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.builders import let, make_tenant, make_unit, paris_day, run

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
LONG = "Ravindranathan-de La Rochefoucauld-Montbel-Saint-Jean"
# Least width and height of a touch target, in CSS pixels.
THUMB = 44
# Script: return touch targets that are too small. A row covered by a link is one target; so is a choice with its label.
_SMALL = """least => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter(one => one.checkVisibility() && !one.closest('.skip, .lede, .hint'))
    .map(one => [one, (one.matches('.stretch') ? one.closest('li, tr') : one.closest('label.choice') ?? one)
        .getBoundingClientRect()])
    .filter(([one, box]) => box.width < least - 0.5 || box.height < least - 0.5)
    .map(([one, box]) => [one.tagName, one.textContent.trim(), box.width, box.height])"""
# Script: return the focused element's tag, whether its focus is visible, and whether nothing covers it.
_STANDS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 30) / 2);
    const free = over !== null && (one.contains(over) || over.contains(one));
    return [one.tagName, look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2, free];
}"""


def tower(landlord):
    """Add floors 3 to 29 with five dwellings each to the building Glycines A. One of the tenants has a long name."""
    building = landlord.building("Glycines A")
    for floor in range(3, 30):
        for door in range(1, 6):
            unit = make_unit(building, f"{floor}{door:02}", floor)
            let(unit, make_tenant(LONG if (floor, door) == (29, 1) else f"Habitant {floor}{door}", "Marie-Antoinette"))


def test_touch_targets_in_a_tall_building_with_a_long_name(call_on, landlord):
    tower(landlord)
    awa, building = call_on("awa", **NARROW), landlord.building("Glycines A").pk
    card = landlord.residence(LONG).pk
    pages = ["/immeubles/", "/immeubles/chercher/", f"/fiches/{card}/", f"/immeubles/{building}/vacants/"]
    for path in (*pages, f"/immeubles/{building}/", f"/immeubles/{building}/?partie=2", "/acces/moi/"):
        awa.opens(path)
        assert awa.page.evaluate(_SMALL, THUMB) == [], path
        bar = awa.page.locator(".nav").bounding_box()
        # On a telephone, the navigation bar must be at the bottom of the screen.
        assert bar and bar["y"] + bar["height"] == NARROW["height"]
    awa.opens(f"/immeubles/{building}/")
    awa.sees(LONG)
    assert awa.page.locator("h3").first.inner_text() == "29e étage"
    awa.page.get_by_role("navigation", name="Aller à l’étage").get_by_role("link", name="2e", exact=True).click()
    awa.page.wait_for_url("**#etage-a-2")
    assert awa.page.locator("#etage-a-2").evaluate("one => one.getBoundingClientRect().y") < 200
    awa.opens(f"/fiches/{card}/")
    call = awa.page.locator("main a[href^='tel:']").bounding_box()
    assert call and call["width"] > 200 and call["height"] >= 52


@pytest.mark.parametrize(("width", "columns"), [(768, 1), (1280, 2)])
def test_arrivals_beside_buildings_only_where_names_fit(call_on, landlord, width, columns):
    """In half of a tablet's width, a name beside its call button would break inside a word."""
    georges = call_on("georges", width=width, height=900)
    georges.opens("/immeubles/")
    tracks = "one => getComputedStyle(one).gridTemplateColumns.split(' ').length"
    assert georges.page.locator(".cols:has(#arrivees)").evaluate(tracks) == columns


def test_focus_is_visible_at_every_tab_stop(call_on, landlord):
    awa = call_on("awa", 390, 700)
    awa.opens("/immeubles/")
    awa.page.keyboard.press("Tab")
    assert awa.page.evaluate("() => document.activeElement.className") == "skip"
    awa.page.keyboard.press("Enter")
    assert awa.page.evaluate("() => document.activeElement.id") == "contenu"
    stood = []
    for _ in range(12):
        awa.page.keyboard.press("Tab")
        stood.append(awa.page.evaluate(_STANDS))
    assert [place for place in stood if place[0] != "BODY" and not all(place[1:])] == []


def test_error_summary_takes_focus_and_links_to_the_field(call_on, landlord):
    paola = call_on("paola", 390, 844)
    paola.opens("/accueil/identite/")
    paola.presses("Ouvrir la fiche, identité vérifiée")
    alert = paola.page.get_by_role("alert")
    assert (
        alert.evaluate("one => one === document.activeElement") and "La fiche n’est pas ouverte" in alert.inner_text()
    )
    # The identity form was sent empty: its two text fields and its three radio buttons must be marked as invalid.
    expect(paola.page.locator("[aria-invalid=true]")).to_have_count(5)
    alert.get_by_role("link", name="Nom, comme sur la pièce d’identité").click()
    paola.page.keyboard.type("Calme")
    assert paola.page.get_by_label("Nom, comme sur la pièce d’identité").input_value() == "Calme"


def test_front_desk_corrects_a_misspelled_name(call_on, landlord):
    account = landlord.account("Calme-Glycines A")
    paola = call_on("paola", 390, 844)
    paola.opens("/accueil/")
    paola.page.get_by_label("Référence du compte").first.fill(account.reference)
    paola.presses("Afficher l’agence")
    paola.sees("Agence Belleville")
    paola.page.locator("#carte_reference").fill(account.reference)
    paola.types("Nom, comme sur la pièce d’identité", "Carme")
    paola.page.get_by_text("permis de conduire", exact=True).click()
    paola.presses("Ouvrir la fiche, identité vérifiée")
    paola.sees("Aucun foyer de vos lieux")
    paola.types("Nom, comme sur la pièce d’identité", "Calme-Glycines A")
    paola.presses("Ouvrir la fiche, identité vérifiée")
    paola.sees("Une fiche ne contient ni compte", "Les autres agents n’y ont pas accès")


def test_caretaker_pages_work_without_javascript(call_on, landlord):
    awa, building = call_on("awa", 390, 844, java_script_enabled=False), landlord.building("Glycines A").pk
    page = awa.page
    page.goto("/immeubles/")
    page.get_by_role("link", name="Glycines A", exact=True).click()
    page.get_by_role("link", name="Liste", exact=True).click()
    page.get_by_role("link", name="Mme Anne Calme-Glycines A", exact=True).click()
    expect(page.locator("a[href^='tel:']")).to_have_count(1)
    page.goto("/immeubles/chercher/")
    page.get_by_label("Chercher un occupant", exact=True).fill("calme")
    page.get_by_role("main").get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Calme-Glycines A")
    assert page.goto(f"/immeubles/{building}/vacants/").status == 200
    awa.pages += 1


def test_print_forced_colours_zoom_and_tablet_width(call_on, landlord):
    run("UPDATE access_assignment SET last_day = %s WHERE role = 'caretaker'", paris_day(5))  # leaves a gap
    jules = call_on("jules", 820, 1100, reduced_motion="reduce")
    jules.opens("/acces/couverture/")
    nav = jules.page.locator(".nav").bounding_box()
    # On a wide screen the menu must be at the top.
    assert nav and nav["y"] < 200
    assert jules.page.locator("table.cal").evaluate("one => getComputedStyle(one).display") == "table"
    assert jules.page.evaluate("() => document.getAnimations().length") == 0
    jules.page.emulate_media(forced_colors="active")
    gap = jules.page.locator(".bar.gap").first
    assert gap.evaluate("one => getComputedStyle(one).borderBlockStyle") == "dashed"
    jules.looks_over()
    jules.page.emulate_media(forced_colors="none")
    # A desktop screen 1280 px wide, zoomed to 200 %, has a viewport of 640 by 450 CSS pixels.
    jules.page.set_viewport_size({"width": 640, "height": 450})
    for path in ("/acces/couverture/", "/regles/", "/acces/personnes/"):
        jules.opens(path)
    jules.opens("/regles/")
    jules.page.emulate_media(media="print")
    assert not jules.page.locator(".nav").is_visible() and not jules.page.locator(".foot").is_visible()
    assert jules.page.locator("table").first.evaluate("one => getComputedStyle(one).display") == "table"


@pytest.mark.parametrize(("name", "least"), [("elise", 6), ("jules", 5), ("ines", 12), ("georges", 12)])
def test_long_menu_fits_every_width(call_on, landlord, name, least):
    """A desktop must show each part of the menu on one line, in the usual font size. A phone must show five entries.
    If the menu has more entries, the fifth is the button "Autres", which shows the rest."""
    somebody = call_on(name)
    somebody.opens("/regles/")
    menu = somebody.page.get_by_role("navigation", name="Principale")
    entries = menu.get_by_role("link").count()
    assert entries >= least and not menu.get_by_role("button").count()
    for part in menu.locator("ul:visible").all():
        boxes = [link.bounding_box() for link in part.get_by_role("link").all()]
        assert len({box["y"] for box in boxes if box}) == 1
    sizes = {link.evaluate("one => getComputedStyle(one).fontSize") for link in menu.get_by_role("link").all()}
    assert sizes == {"15px"}
    for width in (390, 320):
        somebody.page.set_viewport_size({"width": width, "height": 640})
        targets = [item.bounding_box() for item in menu.locator("a:visible, button:visible").all()]
        assert len(targets) == 5 and all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in targets)
        assert all(box and box["width"] >= THUMB and box["height"] >= THUMB for box in targets)
        somebody.looks_over()
    if entries == 5:
        return
    others = menu.get_by_role("button", name="Autres")
    others.press("Enter")
    last = menu.locator(".more a").last
    assert last.is_visible() and menu.get_by_role("link").count() == entries
    somebody.looks_over()
    somebody.page.keyboard.press("Tab")
    assert somebody.page.evaluate("() => document.activeElement.closest('.more') !== null")
    somebody.page.keyboard.press("Escape")
    assert not last.is_visible() and others.evaluate("one => one === document.activeElement")
    others.click()
    last.click()
    somebody.page.wait_for_url(lambda url: "/regles/" not in url)
    # The current page's menu entry is hidden behind the button "Autres", so this button must be bold like the entry.
    assert others.evaluate("one => getComputedStyle(one).fontWeight") == "700"
    somebody.looks_over()

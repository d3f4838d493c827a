"""Texts have enough room, even at 320 pixels and with long names; error summaries use the labels of the fields."""

from itertools import product

import pytest

from tests.builders import run
from tests.sample_objects import SampleObjects

pytestmark = pytest.mark.browser
LONG = "Ravindranathan-de La Rochefoucauld-Montbel-Saint-Jean"
# Script: list text blocks narrower than a word, and choices whose text overflows or wraps into a narrow column.
_SQUEEZED = """() => [...document.querySelectorAll('main :is(p, h1, h2, h3, dt, dd, th, td, a, label, .choice > span)')]
    .filter(one => one.checkVisibility() && !one.matches('.vh') && one.textContent.trim().length > 16)
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width < 48 || one.closest('.choice')
        && (one.scrollWidth > one.clientWidth + 1 || box.width < 120 && box.height > 96))
    .map(([one, box]) => [one.tagName, one.textContent.trim().slice(0, 40), Math.round(box.width)])"""


def pages(sample_objects):
    return {
        "jules": [
            "/acces/jetons/",
            "/acces/jetons/demander/",
            f"/acces/jetons/{sample_objects.approved.pk}/faire/",
            "/api/v1/",
        ],
        "paul": ["/vocabulaire/", "/vocabulaire/nouveau/", "/contestations/", "/donnees/", "/controles/"],
        "ines": [
            "/registre/",
            "/registre/textes/",
            "/registre/violations/",
            f"/contestations/{sample_objects.contested.pk}/",
        ],
        "georges": ["/acces/remplacements/astreinte/", f"/reponses/{sample_objects.put.pk}/"],
        "elise": [f"/comptes/{sample_objects.account.reference}/faits/", "/comptes/attente/"],
    }


def test_no_text_is_squeezed(call_on, landlord):
    sample_objects = SampleObjects(landlord)
    squeezed, text_count = [], 0
    for name, addresses in pages(sample_objects).items():
        somebody = call_on(name, 1280, 800)
        for language, address in product(("fr", "en"), addresses):
            somebody.page.context.add_cookies([{"name": "language", "value": language, "url": somebody.base}])
            somebody.page.set_viewport_size({"width": 1280, "height": 800})
            somebody.page.goto(address)
            somebody.says_why()
            assert somebody.page.locator("html").get_attribute("lang") == language
            for width in (1280, 320):
                somebody.page.set_viewport_size({"width": width, "height": 800})
                squeezed += [(address, language, width, *item) for item in somebody.page.evaluate(_SQUEEZED)]
            text_count += somebody.page.locator("main :is(p, h2, h3, dt, td, label)").count()
            somebody.pages += 1
    assert squeezed == [] and text_count > 2000


def test_error_summary_uses_the_field_labels(arrive, landlord):
    """On the pages for sign-in and password reset, the error summary must link to the email field by its label."""
    somebody = arrive(390, 844)
    for path, button in (("/entrer/", "Se connecter"), ("/entrer/oubli/", "Recevoir le lien")):
        somebody.page.goto(path)
        somebody.presses(button)
        named = somebody.page.get_by_role("alert").get_by_role("link", name="Adresse professionnelle", exact=True)
        named.click()
        field = somebody.page.get_by_label("Adresse professionnelle", exact=True)
        assert field.evaluate("one => one === document.activeElement")


def test_nothing_is_cut_off_at_320_pixels_with_long_names(call_on, landlord):
    """Everything, including the sign-out button, must be within the screen or in a scrollable container."""
    sample_objects = SampleObjects(landlord)
    addresses = [
        "/journee/",
        "/comptes/",
        f"/comptes/{sample_objects.account.reference}/",
        "/comptes/partis/",
        "/patrimoine/",
    ]
    addresses += [
        f"/comptes/{sample_objects.account.reference}/decompte/",
        f"/immeubles/{landlord.building('Glycines A').pk}/",
    ]
    elise = call_on("elise", 320, 640)
    run("UPDATE tenants_tenant SET last_name = %s WHERE last_name = 'Dette-Glycines A'", LONG)
    run("UPDATE access_person SET name = %s WHERE id = %s", f"Marie-Clémentine {LONG}", landlord.person("elise").pk)
    for address in addresses:
        # The method `opens` fails the test if anything on the page reaches beyond the screen.
        elise.opens(address)
        out = elise.page.get_by_role("button", name="Se déconnecter")
        box = out.bounding_box()
        assert box and box["x"] + box["width"] <= 320 and box["height"] >= 44, address


def test_long_names_leave_room_for_header_and_rows_at_320_pixels(call_on, landlord):
    """The name of the signed-in person must fit into two lines of the header, and names in table rows must not be
    squeezed."""
    _ = SampleObjects(landlord).unused
    georges = call_on("georges", 320, 640, forced_colors="active")
    run("UPDATE access_person SET name = %s || left(id::text, 4)", f"Marie-Clémentine {LONG} ")
    for address in ("/acces/inutilises/", "/acces/remplacements/", "/acces/confirmer/"):
        georges.opens(address)
        head = georges.page.locator(".who > span").bounding_box()
        assert head and head["height"] <= 40, (address, head)
        assert georges.page.evaluate(_SQUEEZED) == [], address


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_record_of_processing_activities_does_not_scroll_sideways(call_on, width):
    simone = call_on("simone", width, 800)
    simone.opens("/controle/E1/")
    wider = "() => [...document.querySelectorAll('main *')].filter(one => one.scrollWidth > one.clientWidth + 1 &&"
    wider += " getComputedStyle(one).overflowX !== 'visible' && !one.matches('.vh, .vh *')).length"
    assert simone.page.locator(".cards tbody tr").count() > 20 and simone.page.evaluate(wider) == 0
    labels = simone.page.locator(".cards tbody tr").first.locator("td")
    assert labels.first.get_attribute("data-told") == "Activité"


def test_first_field_has_the_focus_without_scrolling_a_telephone(call_on):
    focused = "() => [document.activeElement.matches('[data-focus]'), Math.round(scrollY)]"
    for width, height in ((390, 500), (1280, 900)):
        aline = call_on("aline", width, height)
        aline.opens("/demandes/")
        assert aline.page.evaluate(focused) == [True, 0]
    # The ring around the field ends before the hint above it.
    ring = """() => {
        const field = document.activeElement, hint = field.parentElement.querySelector('.hint').getBoundingClientRect()
        const { outlineWidth, outlineOffset } = getComputedStyle(field)
        return field.getBoundingClientRect().top - hint.bottom - parseFloat(outlineWidth) - parseFloat(outlineOffset)
    }"""
    assert aline.page.evaluate(ring) >= 0


def test_address_begins_beside_the_first_line_of_a_wrapped_name(call_on, landlord):
    run("UPDATE tenants_tenant SET last_name = %s WHERE last_name = 'Dette-Glycines A'", LONG)
    elise = call_on("elise", 768, 900)
    elise.opens("/comptes/")
    tops = """row => ['a > span', 'td:nth-child(2)', 'td:nth-child(3)'].map(part => {
        const range = document.createRange()
        range.selectNodeContents(row.querySelector(part))
        return range.getClientRects()[0]
    }).map(box => Math.round(box.top + box.height / 2))"""
    row = elise.page.locator(".accounts tbody tr", has_text=LONG).first
    assert row.locator("a").first.bounding_box()["height"] > 60
    name, *others = row.evaluate(tops)
    assert all(abs(name - other) <= 4 for other in others), (name, others)

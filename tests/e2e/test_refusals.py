"""Pages for refusals and errors (400, 403, 404, 429, 500, 503, expired forms), and empty lists."""

import re
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from access.models import Level
from access.roles import ROLES, roles_with
from tests.audit.test_fail_closed import NAMES, revoked
from tests.builders import assign, make_building, make_person, make_place, put_on_call, run, stand_wall
from tests.clones import stand_on
from tests.e2e.conftest import arrivals, serve, session_of
from tests.visits import visits

pytestmark = pytest.mark.browser

SCREENS = {
    "phone": {"width": 390, "height": 844, "color_scheme": "dark", "locale": "fr-FR"},
    "desk": {"width": 1280, "height": 900, "color_scheme": "light", "locale": "en-GB"},
}
# Status -> what the page must say in French and in English: what happened, and what to do about it.
SAID = {
    400: (
        ("Loge ne peut pas lire cette demande", "Aucune donnée n’a été affichée ni modifiée"),
        ("Loge cannot read this request", "No data was shown or changed"),
    ),
    403: (
        ("Votre rôle ne donne pas accès à cette page", "gestion locative"),
        ("Your role does not give access to this page", "housing officer"),
    ),
    404: (("Cette page n’existe pas", "responsable de secteur"), ("This page does not exist", "sector manager")),
    429: (("trop de comptes", "dans quelques minutes"), ("many accounts", "in a few minutes")),
    500: (
        ("Une erreur est survenue dans Loge", "Avant de recommencer"),
        ("An error occurred in Loge", "Before you start again"),
    ),
    503: (("La trace ne peut pas être écrite", "Réessayer"), ("The audit log cannot be written", "Try again")),
    "old": (("Ce formulaire a expiré", "rechargez la page"), ("This form has expired", "reload")),
    "slow": (("Trop de tentatives", "Attendez une minute"), ("Too many", "Wait a minute")),
}
LANDLORD = "Office des Trois-Rives"
SEARCHED = {"phone": "Chercher un occupant", "desk": "Search for a resident"}
# Errors whose pages have no header or menu, because the code that renders them does not know who is signed in.
CUT = (400, 500, 503, "old")
_MANY_FIELDS = """() => {
    const form = document.querySelector('main form[method=post]');
    for (let number = 0; number < 1001; number++)
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: `n${number}`, value: '' }));
    form.submit();
}"""


@pytest.fixture
def call(landlord, monkeypatch, browser, settings):
    """Provide `call("elise", "phone")`: it opens a browser with the screen of a phone, signed in as Élise.

    On this server, each person may open only one account an hour."""
    monkeypatch.setenv("LOGE_ACCOUNTS_AN_HOUR", "1")
    database = str(settings.DATABASES["owner"]["NAME"])
    # Close the database connections that an earlier test left open.
    stand_on(database)
    served = serve(database, monkeypatch)
    coming = arrivals(browser, next(served))
    arrive = next(coming)

    def enter(name, screen):
        somebody = arrive(**SCREENS[screen])
        if name != "nobody":
            somebody.carries(session_of(landlord.person(name)))
        return somebody

    yield enter
    next(coming, None)
    next(served, None)


@contextmanager
def broken():
    """Rename a table that pages read, so that they answer 500."""
    run("ALTER TABLE buildings_unit RENAME TO gone")
    yield
    run("ALTER TABLE gone RENAME TO buildings_unit")


def is_told(somebody, screen, what, name):
    """Check that the current page explains the error in the right language, and shows no data, no traceback, no SQL."""
    somebody.sees(*SAID[what][screen == "desk"])
    somebody.sees(str(what) if isinstance(what, int) else "")
    page = somebody.page
    assert page.locator("html").get_attribute("lang") == SCREENS[screen]["locale"][:2]
    content = page.content()
    assert not re.search(r"Traceback|Exception|SELECT|site-packages|DEBUG", content)
    # Only the header may show names: those of the signed-in person and the landlord.
    own = {name, LANDLORD} if what not in CUT else set()
    assert named_in(content) - own == set() and "Calme-Glycines B" in named_in("Mme Calme-Glycines B.")
    expect(page.locator("h1")).to_have_count(1)
    assert page.get_by_role("main").locator("a").count() >= 1


def named_in(content):
    """Return all names and ids of tenants, employees and places that occur in the content of a page."""
    return {name for (name,) in run(NAMES) if name and re.search(rf"\b{re.escape(name)}\b", content)}


@pytest.mark.parametrize("screen", SCREENS)
def test_refusals_say_what_to_do_next(call, landlord, screen):
    elise, awa = call("elise", screen), call("awa", screen)
    first, second = (f"/comptes/{landlord.account(who).reference}/" for who in ("Dette-Glycines A", "Calme-Glycines A"))
    awa.is_refused(first, 403)
    is_told(awa, screen, 403, "Awa Diakité")
    for path in ("/regles/", "/acces/moi/"):
        awa.follows(path)
        awa.goes_back()
    awa.is_refused(f"/fiches/{landlord.residence('Calme-Glycines B').pk}/", 404)
    is_told(awa, screen, 404, "Awa Diakité")
    awa.page.get_by_role("main").get_by_role("link").first.click()
    awa.sees("Glycines A")
    walled = landlord.account("Calme-Glycines B")
    stand_wall(walled.lease, landlord.person("elise"))
    content = elise.is_refused(f"/comptes/{walled.reference}/", 403)
    assert ("Ce dossier est confié à un collègue." in content) != (
        "This file is assigned to a colleague." in content
    ) and "Calme-" not in content
    elise.opens(first)
    elise.is_refused(second, 429)
    is_told(elise, screen, 429, "Élise Bernard")


@pytest.mark.parametrize("screen", SCREENS)
def test_unreadable_request_and_expired_form(call, landlord, screen):
    awa = call("awa", screen)
    awa.awaited |= {400}
    awa.opens("/immeubles/chercher/")
    with awa.page.expect_navigation() as going:
        awa.page.evaluate(_MANY_FIELDS)
    assert going.value.status == 400
    awa.looks_over()
    is_told(awa, screen, 400, "")
    awa.opens("/immeubles/chercher/")
    awa.page.context.clear_cookies(name="csrftoken")
    awa.page.get_by_label(SEARCHED[screen], exact=True).fill("calme")
    with awa.page.expect_navigation() as going:
        awa.page.keyboard.press("Enter")
    assert going.value.status == 403
    awa.looks_over()
    is_told(awa, screen, "old", "")
    # The error page advises users to go back, reload the page and try again. Following this advice must succeed.
    awa.goes_back()
    awa.page.reload()
    awa.page.get_by_label(SEARCHED[screen], exact=True).fill("calme")
    awa.page.keyboard.press("Enter")
    awa.sees("Calme-Glycines A")


@pytest.mark.parametrize("screen", SCREENS)
def test_repeated_attempts_are_rate_limited(call, screen):
    somebody = call("nobody", screen)
    somebody.awaited.add(429)
    for _ in range(8):
        somebody.page.goto("/entrer/oubli/")
        somebody.page.get_by_role("textbox").fill("personne@trois-rives.example")
        with somebody.page.expect_navigation() as going:
            somebody.page.keyboard.press("Enter")
        if going.value.status == 429:
            break
    assert going.value.status == 429
    somebody.looks_over()
    is_told(somebody, screen, "slow", "")


@pytest.mark.parametrize("screen", SCREENS)
def test_error_pages_reveal_nothing(call, screen):
    awa = call("awa", screen)
    awa.opens("/immeubles/")
    with broken():
        awa.is_refused("/immeubles/", 500)
    is_told(awa, screen, 500, "")
    with revoked():
        awa.is_refused("/immeubles/", 503)
    is_told(awa, screen, 503, "")
    awa.page.get_by_role("link", name=SAID[503][0][1] if screen == "phone" else SAID[503][1][1]).click()
    awa.sees("Glycines A")
    awa.looks_over()


def test_refusals_without_javascript(call, browser, landlord):
    awa = call("awa", "phone")
    awa.opens("/immeubles/")
    quiet = browser.new_context(base_url=awa.base, java_script_enabled=False, locale="fr-FR")
    quiet.add_cookies([{"name": "sessionid", "value": session_of(landlord.person("awa")), "url": awa.base}])
    page, account = quiet.new_page(), landlord.account("Dette-Glycines A").reference
    for path, status in ((f"/comptes/{account}/", 403), (f"/fiches/{landlord.residence('Calme-Glycines B').pk}/", 404)):
        answer = page.goto(path)
        assert answer and answer.status == status
        assert all(words in page.locator("main").inner_text() for words in SAID[status][0])
        page.get_by_role("link", name="Revenir à l’accueil").click()
        expect(page.locator("main")).to_contain_text("Glycines A")
    page.goto("/immeubles/chercher/")
    # The search form is sent with an empty field. The page must report the empty field as an error.
    page.get_by_role("main").get_by_role("button", name="Chercher").click()
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    described = page.locator("[aria-invalid=true]").get_attribute("aria-describedby")
    assert described and described.endswith(str(alert.get_attribute("id")))
    quiet.close()


# --- Empty lists ---

# Role that is assigned only for the whole organisation -> minimum number of empty lists on the pages of this role.
ALONE = {
    "accountant": 1,
    "dpo": 3,
    "access_administrator": 4,
    "data_steward": 2,
    "inspector": 0,
    "allocation_manager": 1,
    "committee_member": 1,
    "committee_chair": 1,
    "nominator": 0,
}
EMPTY = {
    "caretaker": 1,
    "sector_manager": 3,
    "officer": 7,
    "front_desk": 0,
    "on_call": 0,
    "allocation_officer": 1,
    "ground_examiner": 1,
    **ALONE,
}
# Matches a list or table without rows. In place of an empty list or table, a page must show a sentence.
_BARE = re.compile(r"<(ul|ol|dl|tbody)\b[^>]*>(?:\s|<!--.*?-->)*</\1>", re.S)
_EMPTY = '<p class="empty">'


@pytest.fixture
def newcomers(bare):
    """A new landlord, with one person for each role and one building without dwellings."""
    top = make_place(Level.ORGANISATION, "Office des Trois-Rives")
    sector = make_place(Level.SECTOR, "Secteur Neuf", make_place(Level.AGENCY, "Agence Neuve", top))
    building = make_building("Immeuble neuf", sector)
    people = {role: make_person(f"Personne {role}", sector) for role in ROLES}
    for role, person in people.items():
        place = building.place if role == "caretaker" else top if role in ALONE else sector
        if role == "on_call":
            put_on_call(person, place)
        else:
            # All assignments last 23 days, which is within the limit of one month for an inspector's assignment.
            assign(person, role, place, first=-2, last=20)
    return people


def test_empty_lists_say_that_they_are_empty(visit, newcomers):
    assert EMPTY.keys() == ROLES.keys()
    for role, wanted in EMPTY.items():
        somebody, total = visit(**SCREENS["desk" if role in ALONE else "phone"]), 0
        somebody.carries(session := session_of(newcomers[role]))
        client = Client(headers={"cookie": f"sessionid={session}"})
        pages = [door for door in visits() if role in roles_with(door.door.permission) and not door.arguments]
        pages = [door for door in pages if not door.door.api and not door.name.endswith(("_export", "_file"))]
        for door in pages:
            answer = client.get(reverse(door.name), follow=True)
            assert answer.status_code == 200, door.name
            page = answer.content.decode().partition("<main")[2]
            assert not _BARE.search(page), door.name
            # Only pages with an empty list are also opened in the browser, which is slow.
            if count := page.count(_EMPTY):
                somebody.opens(reverse(door.name))
                total += count
        assert pages and total >= wanted, (role, len(pages), total)
        # `visit` fails a test that opens no page, so one page is counted for a role that has no empty list to open.
        somebody.pages += not total

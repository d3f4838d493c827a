"""Each employee of the test landlord requests every URL of the site, opens its pages and sends its forms empty.

Every page is checked in a browser: no CSP violations, no console messages, no findings of the accessibility checker
axe, no requests to other hosts, nothing stored in the browser but our own cookies, and nothing wider than 320 px. Pages
alternate between two phone sizes and between light and dark. Every fourth page is checked at desktop width too, and
every second page of one person in English. A page with the structure of an earlier one is not opened again
(tests/e2e/shapes.py).
"""

import json
import os
from collections.abc import Iterator
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from filelock import FileLock

from tests.builders import OWNER
from tests.clones import stand_on
from tests.e2e.conftest import STILL, serve, session_of, shared
from tests.e2e.device import cut_key
from tests.e2e.landlord import PASSWORD
from tests.e2e.shapes import SEEN
from tests.e2e.visit import Visit
from tests.e2e.walk import AT_THE_DESK, EVERY_SIZE, IN_BOTH, NO_PAGE, NOBODY, SCHEMES, Walk
from tests.matrix.test_who_may import INSPECTED, INSPECTOR, PEOPLE, expected
from tests.sample_objects import SampleObjects
from tests.visits import patterns, visits

# Each test starts its own server, so the tests can run in parallel.
pytestmark = pytest.mark.browser
# Number of refused URLs that each person requests per kind of refusal (403, 404, redirect to the sign-in page).
# A few refused URLs are enough, because tests/matrix/test_who_may.py requests all of them without a browser.
REFUSALS_OF_A_KIND = 3
# Minimum number of different pages, page structures (shapes) and text styles (paints) that must have been checked.
LOOKED_AT = {"page": 600, "shape": 200, "paint": 40}
# Person -> minimum number of pages. A page counts if it was opened, or skipped because a similar page was checked.
FLOORS = {
    "awa": 30,
    "georges": 50,
    "elise": 80,
    "paola": 20,
    "helene": 20,
    "ines": 50,
    "jules": 80,
    "paul": 20,
    "yann": 15,
    "aline": 25,
    "rosa": 30,
    "sacha": 15,
    "camille": 15,
    "mehdi": 15,
    "nadia": 10,
    "simone": 15,
    "noel": 15,
    "olga": 10,
    NOBODY: 8,
}
# The pages of nominators are served by a separate web process, which has another database login.
NOMINATOR = "nadia"
# Person -> seconds since this person signed in. Only these two have a password, a passkey and an authenticator app.
OWN_MEANS = {"noel": 0, "olga": 3600}

# Template that the pages in this test must not use -> the other test that renders the template.
_BROKEN = "tests/e2e/test_refusals.py provokes errors"
_SENT = "needs an uploaded file: tests/e2e/test_files.py"
_TOWER = "needs a tall building: tests/e2e/test_look.py"
MET_ELSEWHERE = {
    "403_csrf.html": _BROKEN,
    "access/read_back.html": "tests/e2e/test_two_people.py confirms an act before requesting it",
    **{
        f"allocations/letters/{letter}.html": "tests/allocations/test_letters.py prints all letters"
        for letter in ("certificate", "reminder", "closing", "warning")
    },
    "allocations/letters/points.html": "tests/allocations/test_points_pages.py prints it",
    **{
        f"allocations/letters/{letter}.html": "tests/allocations/test_offer_pages.py prints it"
        for letter in ("offer", "renunciation")
    },
    "allocations/owed_first.html": "needs an application refused before: tests/allocations/test_residences.py",
    **{
        f"allocations/orientation_{part}.html": "needs a dwelling to orient: tests/allocations/test_vacancy_pages.py"
        for part in ("advice", "proposal")
    },
    "allocations/points_table.html": "needs computed points: tests/allocations/test_points_pages.py",
    "allocations/vacancy_take_off.html": "needs a convened dwelling: tests/allocations/test_sitting_pages.py",
    "allocations/nominees.html": "needs a nominee: tests/allocations/test_nominations.py",
    "allocations/grid_start.html": "needs a landlord without a draft: tests/allocations/test_points_pages.py",
    "allocations/warning_state.html": "needs a warning: tests/allocations/test_pages.py",
    "errors/400.html": _BROKEN,
    "errors/429.html": _BROKEN,
    "errors/500.html": _BROKEN,
    "errors/503.html": _BROKEN,
    "errors/cut.html": _BROKEN,
    "errors/unavailable.html": _BROKEN,
    "errors/walled.html": "needs a wall: tests/e2e/test_refusals.py",
    "errors/slow.html": _BROKEN,
    "access/exchange_dry_run.html": _SENT,
    "buildings/exchange_dry_run.html": _SENT,
    "inspection/control_copy.html": "needs a reference: tests/e2e/test_inspector.py",
    "exchange/intake_report.html": _SENT,
    "exchange/applications_report.html": _SENT,
    "exchange/refused_lines.html": _SENT,
    "exchange/import_run.html": _SENT,
    "access/reviews_late.html": "needs an overdue review: tests/access/test_reviews.py",
    "rights/erasure_letter_text.html": "needs a decided erasure: tests/e2e/test_rights.py",
    "rights/restriction_answer_text.html": "needs a granted restriction: tests/e2e/test_rights.py",
    "tenants/evacuation_list.html": "needs an opened list: tests/e2e/test_night_and_year.py",
    "access/steward_missing.html": "needs a landlord without a data steward: tests/access/test_duty_holders.py",
    "access/token_made.html": "shown once to the person who makes a token, which no walk does",
    "account/directory_link.html": "this landlord has no directory",
    "account/draft.html": "tests/e2e/test_typed_text.py saves a draft",
    "account/locked.html": "tests/e2e/test_keys.py locks a session",
    "account/reauthenticate.html": "for people without a second factor",
    "mfa/authenticate.html": "the second step of a sign-in by password and code",
    "mfa/recovery_codes/index.html": "Visit.sign_in sees some",
    "parts/meter.html": "needs looks by five people",
    "parts/shown_as.html": "tests/e2e/test_inspector.py browses a caretaker's pages",
    "ledger/account_undo.html": "needs a new entry: tests/e2e/test_officer_desk.py",
    "casework/contest_late.html": "needs a contest older than two days",
    "casework/attempt_day.html": "needs a call recorded before: tests/e2e/test_calls.py",
    "casework/contests_late.html": "needs a contest older than two days",
    "tenants/door_lines.html": _TOWER,
    "tenants/moves.html": _TOWER,
    "tenants/part_name.html": _TOWER,
}


@pytest.fixture
def site(landlord, monkeypatch, name) -> Iterator[str]:
    """Start the web process that serves this person. A response header lists the templates it rendered."""
    login = {"DATABASE_URL": os.environ["LOGE_CONTINGENT_URL"]} if name == NOMINATOR else {}
    yield from serve(str(settings.DATABASES["owner"]["NAME"]), monkeypatch, "tests.e2e.telling", **login)


@pytest.mark.parametrize("name", FLOORS)
def test_every_address_of_the_site(site, browser, landlord, sign_in, name, tmp_path_factory):
    walk, problems = walked(site, browser, landlord, sign_in, name)
    assert not walk.faults + problems, "\n".join(walk.faults + problems)
    assert walk.requested == names() - refused_alike(name)
    looked = walk.somebody.pages
    assert looked + walk.tally["alike"] >= FLOORS[name] and walk.tally["desk"] == looked // AT_THE_DESK, dict(
        walk.tally
    )
    assert name != IN_BOTH or walk.tally["en"] >= 30, dict(walk.tally)
    tell(walk, tmp_path_factory)


@pytest.mark.parametrize("name", FLOORS)
def test_every_page_at_every_size(site, browser, landlord, sign_in, name):
    walk, problems = walked(site, browser, landlord, sign_in, name, every_size=True)
    assert not walk.faults + problems, "\n".join(walk.faults + problems)
    sizes = [f"{size['width']} {scheme}" for size, scheme in product(EVERY_SIZE, SCHEMES)]
    assert {walk.tally[size] for size in sizes} == {walk.somebody.pages}


def walked(base, browser, landlord, sign_in, name, every_size=False) -> tuple[Walk, list[str]]:
    # Close the database connections that an earlier test left open.
    stand_on(str(settings.DATABASES["owner"]["NAME"]))
    # Sign somebody in, because this creates an audit event, and some URLs of the site contain the id of an audit event.
    sign_in("noel")
    somebody = Visit(browser.new_context(**STILL, base_url=base).new_page(), base)
    if name in OWN_MEANS:
        give_means(landlord.person(name))
    if name != NOBODY:
        somebody.carries(session_of(landlord.person(name), ago=OWN_MEANS.get(name, 0)))
    walk = Walk(somebody, SampleObjects(landlord), name, refused_alike(name), every_size)
    walk.all_round()
    return walk, somebody.problems()


def refused_alike(name: str) -> set[str]:
    """Return the names of the refused URLs that the browser need not request for this person.

    The browser requests only the first three of each kind (403, 404, redirect to the sign-in page), because
    tests/matrix/test_who_may.py requests all of them without a browser.
    """
    columns = {**expected(), **dict.fromkeys(INSPECTED, "o" * len(PEOPLE))} if name == INSPECTOR else expected()
    # On pages outside INSPECTED, the inspector gets the same answers as Noël, who has no role.
    column = PEOPLE.index("noel" if name == INSPECTOR else name)
    signs = [(door, letters[column]) for door, letters in columns.items()]
    return {door for sign in "rm." for door in [door for door, letter in signs if letter == sign][REFUSALS_OF_A_KIND:]}


def give_means(person) -> None:
    """Give somebody a password, a passkey and an authenticator app."""
    person.set_password(PASSWORD)
    person.save(using=OWNER, update_fields=["password"])
    cut_key(person)
    Authenticator.objects.using(OWNER).create(user=person, type=Authenticator.Type.TOTP, data={})


def names() -> set[str]:
    return {str(pattern.name) for pattern in patterns()}


def tell(walk: Walk, factory) -> None:
    """Save which pages and templates were covered for one person. After the last person, check that together they
    covered everything."""
    folder = shared(factory) / "walks"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        coverage = json.dumps({key: sorted(getattr(walk, key)) for key in ("templates", "with_page", "sizes")})
        (folder / f"{walk.name}.json").write_text(coverage, encoding="utf-8")
        everybody = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
        if len(everybody) == len(FLOORS):
            look_at_the_whole({key: {name for walk in everybody for name in walk[key]} for key in everybody[0]})


def look_at_the_whole(coverage: dict[str, set[str]]) -> None:
    programs = {door.name for door in visits() if door.door.api} - {"reference"}
    files = {door.name for door in visits() if door.name.endswith(("_export", "_file"))}
    assert names() - coverage["with_page"] == programs | files | set(NO_PAGE)
    folder = settings.BASE_DIR / "templates"
    made = {page.relative_to(folder).as_posix() for page in folder.rglob("*.html")}
    assert len(coverage["sizes"]) == 4
    assert all(SEEN.count(kind) >= least for kind, least in LOOKED_AT.items()), [SEEN.count(kind) for kind in LOOKED_AT]
    # Whether this test renders access/read_back.html depends on the forms sent before, so another test renders it.
    missed = (made - coverage["templates"]) | {"access/read_back.html"}
    assert len(made) > 150 and missed == set(MET_ELSEWHERE)

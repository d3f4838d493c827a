"""Everybody walks every address of the site in a browser: what opens for them, what is refused, what a form says back.

On every page: nothing that the policy stops, nothing on the console, nothing that axe finds, nothing asked of anybody
else, nothing kept in the browser but our own cookies, nothing wider than 320 px. By turns narrow and tall, light and
dark; one page in four at a desk as well; and every other page of one of them in English too. Every address is
asked for; a page is looked at once, not again where it is built like one that was (tests/stories/shapes.py).
"""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from filelock import FileLock

from access.checks import routes
from tests.builders import OWNER
from tests.clones import stand_on
from tests.known import Known
from tests.stories.conftest import STILL, session_of, shared
from tests.stories.device import cut_key
from tests.stories.house import PASSWORD
from tests.stories.shapes import SEEN
from tests.stories.visit import Visit
from tests.stories.walk import AT_THE_DESK, IN_BOTH, NO_PAGE, NOBODY, Walk
from tests.visits import visits

# Each at a server of their own, so that they may go at the same time.
pytestmark = pytest.mark.browser
# Of all of them together: pages unlike one another, and what axe was asked of them and took no offence at.
LOOKED_AT = {"page": 600, "shape": 200, "paint": 40}
# Pages that each must have met, forms shown again and what was found among them; one like another is not looked at.
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
    "simone": 15,
    "noel": 15,
    "olga": 10,
    NOBODY: 8,
}
# Who has every way in, and how many seconds ago they last proved who they are. The others were let in without.
OWN_MEANS = {"noel": 0, "olga": 3600}

# Templates that nobody meets on a walk, and where they are met. A line is stale when somebody does.
_BROKEN = "tests/stories/test_refusals.py breaks something"
_SENT = "a file has to be sent: tests/stories/test_files.py"
_TOWER = "tests/stories/test_look.py climbs a tower"
MET_ELSEWHERE = {
    "403_csrf.html": _BROKEN,
    "access/read_back.html": "tests/stories/test_two_people.py reads an act back before it is asked for",
    "errors/400.html": _BROKEN,
    "errors/429.html": _BROKEN,
    "errors/500.html": _BROKEN,
    "errors/503.html": _BROKEN,
    "errors/cut.html": _BROKEN,
    "errors/unavailable.html": _BROKEN,
    "errors/walled.html": "a household has to be closed to her: tests/stories/test_refusals.py",
    "errors/slow.html": _BROKEN,
    "access/exchange_dry_run.html": _SENT,
    "buildings/exchange_dry_run.html": _SENT,
    "inspection/control_copy.html": "a reference has to be sent: tests/stories/test_inspector.py",
    "exchange/intake_report.html": _SENT,
    "access/reviews_late.html": "a review has to be a year late: tests/access/test_reviews.py",
    "tenants/evacuation_list.html": "a list has to be opened: tests/stories/test_night_and_year.py",
    "access/steward_missing.html": "a landlord has to have nobody in that charge: tests/access/test_charges.py",
    "access/token_made.html": "shown once to whoever makes a token, which the walk does not",
    "account/directory_link.html": "this landlord has no directory",
    "account/draft.html": "tests/stories/test_typed_text.py keeps what was typed",
    "account/locked.html": "tests/stories/test_keys.py locks a session",
    "account/reauthenticate.html": "asked of whoever has no second means yet",
    "mfa/authenticate.html": "the second step of a sign-in by password and code",
    "mfa/recovery_codes/index.html": "Visit.sign_in is shown some",
    "parts/meter.html": "five people have to have looked before there is a share to draw",
    "parts/shown_as.html": "tests/stories/test_inspector.py stands at a caretaker's desk",
    "tenants/account_undo.html": "an entry has to be new: tests/stories/test_officer_desk.py",
    "tenants/contest_late.html": "a contest has to be older than its two days",
    "tenants/contests_late.html": "a contest has to be older than its two days",
    "tenants/door_lines.html": _TOWER,
    "tenants/moves.html": _TOWER,
    "tenants/part_name.html": _TOWER,
}


@pytest.mark.parametrize("name", FLOORS)
def test_every_address_of_the_site(told, browser, house, sign_in, name, tmp_path_factory):
    walk, problems = walked(told, browser, house, sign_in, name)
    assert not walk.faults + problems, "\n".join(walk.faults + problems)
    assert walk.asked == names()
    looked = walk.somebody.pages
    assert looked + walk.told["alike"] >= FLOORS[name] and walk.told["desk"] == looked // AT_THE_DESK, dict(walk.told)
    assert name != IN_BOTH or walk.told["en"] >= 30, dict(walk.told)
    tell(walk, tmp_path_factory)


def walked(told, browser, house, sign_in, name) -> tuple[Walk, list[str]]:
    stand_on(str(settings.DATABASES["owner"]["NAME"]))  # as in `call_on`
    sign_in("noel")  # leaves the line of the trace that the trace's doors are asked for
    somebody = Visit(browser.new_context(**STILL, base_url=told).new_page(), told)
    if name in OWN_MEANS:
        give_means(house.person(name))
    if name != NOBODY:
        somebody.carries(session_of(house.person(name), ago=OWN_MEANS.get(name, 0)))
    walk = Walk(somebody, Known(house), name)
    walk.all_round()
    return walk, somebody.problems()


def give_means(person) -> None:
    """A password, a key, an application of codes."""
    person.set_password(PASSWORD)
    person.save(using=OWNER, update_fields=["password"])
    cut_key(person)
    Authenticator.objects.using(OWNER).create(user=person, type=Authenticator.Type.TOTP, data={})


def names() -> set[str]:
    return {str(pattern.name) for _path, pattern in routes()}


def tell(walk: Walk, factory) -> None:
    """What somebody has seen is written down, and whoever comes back last looks at the whole."""
    folder = shared(factory) / "walks"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        told = json.dumps({key: sorted(getattr(walk, key)) for key in ("templates", "shown", "sizes")})
        (folder / f"{walk.name}.json").write_text(told, encoding="utf-8")
        everybody = [json.loads(one.read_text(encoding="utf-8")) for one in folder.glob("*.json")]
        if len(everybody) == len(FLOORS):
            look_at_the_whole({key: {one for told in everybody for one in told[key]} for key in everybody[0]})


def look_at_the_whole(seen: dict[str, set[str]]) -> None:
    programs = {door.name for door in visits() if door.door.api} - {"reference"}
    files = {door.name for door in visits() if door.name.endswith(("_export", "_file"))}
    assert names() - seen["shown"] == programs | files | set(NO_PAGE)
    folder = settings.BASE_DIR / "templates"
    made = {page.relative_to(folder).as_posix() for page in folder.rglob("*.html")}
    assert len(seen["sizes"]) == 4
    assert all(SEEN.count(kind) >= least for kind, least in LOOKED_AT.items()), [SEEN.count(kind) for kind in LOOKED_AT]
    assert len(made) > 150 and made - seen["templates"] == set(MET_ELSEWHERE)

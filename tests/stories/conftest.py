"""A live server over the test's own database, and browsers that notice what a page should not do."""

import asyncio
import os
import shutil
import socket
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from access.models import Person
from housing import settings as written
from tests.clones import stand_on
from tests.entering import let_in
from tests.stories.device import cut_key
from tests.stories.nursery import Forked, Nursery
from tests.stories.shapes import SEEN
from tests.stories.visit import Visit
from tests.world import World

# As `browser` of ./dev: the shell, which has no window, starts in a quarter of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# What runs once a page, as axe does, is not worth translating into machine code: a third of a walk went into that.
# What was compiled of it is kept, for the next page.
BRIEFLY = "--js-flags=--no-opt --no-maglev --no-flush-bytecode"
STILL = {"locale": "fr-FR", "reduced_motion": "reduce"}  # as most come
AT_FIRST = dict(os.environ)  # before any test has set something for a server of its own
_opened: list[Nursery] = []


@pytest.fixture(autouse=True)
def hashed_as_served(settings: Any) -> None:
    """The web process hashes as the house does, and would not know a password of the suite's own (tests/hashing.py)."""
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS


@pytest.fixture
def served(bare: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the real web process, standing on the empty database under the web's own login."""
    yield from serve(bare, monkeypatch)


@pytest.fixture
def furnished(house: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The same on the database of the cast: quicker to reach, for what needs no real landlord."""
    yield from serve(str(settings.DATABASES["owner"]["NAME"]), monkeypatch)


@pytest.fixture
def told(house: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """And the same, saying of each page what it was made of."""
    yield from serve(str(settings.DATABASES["owner"]["NAME"]), monkeypatch, "tests.stories.telling")


def serve(database: str, monkeypatch: pytest.MonkeyPatch, web: str = "housing.wsgi") -> Iterator[str]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # see `browser`, which may come later
    port, server = free_port(), None
    try:
        server = Forked(nursery(**surroundings()), web=web, port=port, database=database)
        wait_for(f"http://127.0.0.1:{port}/sante", server)
        yield f"http://localhost:{port}"  # where a browser lets keys be used without HTTPS
    finally:
        if server:
            server.end()


def surroundings() -> dict[str, str]:
    """What a server is to stand in. A test may have set something of it for its own."""
    ours = {name: value for name, value in os.environ.items() if name.startswith("LOGE_")}
    return {**ours, "LOGE_KEYS": settings.KEY_FILE, "LOGE_SECRET_KEY": settings.SECRET_KEY}


@cache
def nursery(**ours: str) -> Nursery:
    """One for each surroundings that were wanted."""
    others = {name: value for name, value in AT_FIRST.items() if not name.startswith("LOGE_")}
    _opened.append(Nursery(others | ours))
    return _opened[-1]


@pytest.fixture(scope="session", autouse=True)
def nurseries_closed() -> Iterator[None]:
    yield
    for one in _opened:
        one.close()


@pytest.fixture(scope="session", autouse=True)
def what_axe_was_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    SEEN.kept_in(shared(tmp_path_factory) / "axe")


def shared(factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same for all its processes."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, AbstractEventLoop]]:
    """One a process: to start it takes as long as a short story. Playwright keeps a loop running in this thread; it is
    put aside until a test has a `browser`, since what asks a database under a loop is kept apart."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", BRIEFLY])
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(chromium: tuple[Browser, AbstractEventLoop], monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """With nothing open in it, before and after: whoever looks has a context, and so drawers, of their own."""
    browser, loop = chromium
    # What the test asks of the database meanwhile is asked in turn.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    asyncio._set_running_loop(loop)
    try:
        yield browser
        for context in browser.contexts:
            context.close()
    finally:
        asyncio._set_running_loop(None)


@pytest.fixture
def visit(bare: str, served: str, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """`visit(width, height)` -> somebody at a screen of their own. At the end no page may have misbehaved."""
    stand_on(bare)  # as in `call_on`: what an earlier test left under Playwright's loop leads nowhere now
    yield from arrivals(browser, served)


@pytest.fixture
def arrive(furnished: str, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """`arrive(width, height)` -> a screen before which nobody has sat down yet, at the landlord's of the cast."""
    # Under Playwright's loop Django keeps connections apart: those that an earlier test left there lead nowhere now.
    stand_on(str(settings.DATABASES["owner"]["NAME"]))
    yield from arrivals(browser, furnished)


@pytest.fixture
def call_on(arrive: Callable[..., Visit], house: World) -> Callable[..., Visit]:
    """`call_on("elise")` -> one of the cast at a screen of their own, signed in."""

    def enter(name: str, width: int = 1280, height: int = 900, **options: Any) -> Visit:
        somebody = arrive(width, height, **options)
        somebody.carries(session_of(house.person(name)))
        return somebody

    return enter


@pytest.fixture
def come_in(arrive: Callable[..., Visit], house: World) -> Callable[..., Visit]:
    """`come_in("awa")` -> the same through the entrance, with the key of a device of their own."""

    def enter(name: str, width: int = 1280, height: int = 900, **options: Any) -> Visit:
        somebody, person = arrive(width, height, **options), house.person(name)
        cut_key(person)
        somebody.sign_in(person)
        return somebody

    return enter


def session_of(person: Person, ago: int = 0) -> str:
    client = Client()
    let_in(client, person, ago=ago)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def arrivals(browser: Browser, base: str, **usual: Any) -> Iterator[Callable[..., Visit]]:
    """Whose screens do not fade from page to page unless a test says otherwise: that is most of the work of a browser
    that shows nobody anything."""
    visits: list[Visit] = []

    def arrive(width: int = 1280, height: int = 900, **options: Any) -> Visit:
        size: ViewportSize = {"width": width, "height": height}
        context = browser.new_context(**{**STILL, "base_url": base, "viewport": size, **usual, **options})
        visits.append(Visit(context.new_page(), base))
        return visits[-1]

    yield arrive
    assert [problem for one in visits for problem in one.problems()] == []
    assert all(one.pages for one in visits)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: Forked) -> None:
    for _ in range(400):
        assert server.runs(), "the web process stopped"
        try:
            with urlopen(address) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the web process did not answer")

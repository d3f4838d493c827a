"""Fixtures for browser tests: a live server on the test's database, and browsers that record every fault of a page."""

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
from tests.e2e.device import cut_key
from tests.e2e.nursery import Forked, Nursery
from tests.e2e.shapes import SEEN
from tests.e2e.visit import Visit
from tests.sign_in import let_in
from tests.world import World

# Names of the Chromium programs to look for, best first. The headless shell starts in a quarter of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Chromium must not optimise scripts, which run once per page: it would take a third of the time of test_walk.py.
# The option no-flush-bytecode keeps compiled scripts, so that Chromium need not compile them again for the next page.
BRIEFLY = "--js-flags=--no-opt --no-maglev --no-flush-bytecode"
# Options of every Playwright browser context.
STILL = {"locale": "fr-FR", "reduced_motion": "reduce"}
# Copy of the environment variables, made before any test changes the environment of its web server.
AT_FIRST = dict(os.environ)
_opened: list[Nursery] = []


@pytest.fixture(autouse=True)
def hashed_as_served(settings: Any) -> None:
    """Set the production password hashers: the web process does not accept the suite's fast ones (tests/hashing.py)."""
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS


@pytest.fixture
def served(bare: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start the real web process on an empty database. Yields the server's address."""
    yield from serve(bare, monkeypatch)


@pytest.fixture
def furnished(landlord: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start the real web process on a clone of the test landlord (tests/world.py). Yields the server's address."""
    yield from serve(str(settings.DATABASES["owner"]["NAME"]), monkeypatch)


def serve(database: str, monkeypatch: pytest.MonkeyPatch, web: str = "housing.wsgi", **variables: str) -> Iterator[str]:
    # While Playwright's event loop runs, Django refuses queries unless this environment variable is set.
    # DJANGO_ALLOW_ASYNC_UNSAFE is set here, because the fixture `browser`, which sets it too, may run later.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    port, server = free_port(), None
    try:
        server = Forked(nursery(**surroundings(), **variables), web=web, port=port, database=database)
        wait_for(f"http://127.0.0.1:{port}/sante", server)
        # Without HTTPS, browsers allow passkeys only if the host name is localhost.
        yield f"http://localhost:{port}"
    finally:
        if server:
            server.end()


def surroundings() -> dict[str, str]:
    """Return the LOGE_ environment variables for a server, including those that the test has set."""
    variables = {name: value for name, value in os.environ.items() if name.startswith("LOGE_")}
    return {
        **variables,
        "LOGE_KEYS": settings.KEY_FILE,
        "LOGE_SECRET_KEY": settings.SECRET_KEY,
        "LOGE_SECRET_KEY_FILE": "",
    }


@cache
def nursery(**ours: str) -> Nursery:
    """Start a process that forks web servers (tests/e2e/nursery.py).

    `ours`: the only environment variables with names in LOGE_ that these servers get.
    """
    others = {name: value for name, value in AT_FIRST.items() if not name.startswith("LOGE_")}
    _opened.append(Nursery(others | ours))
    return _opened[-1]


@pytest.fixture(scope="session", autouse=True)
def nurseries_closed() -> Iterator[None]:
    yield
    for opened in _opened:
        opened.close()


@pytest.fixture(scope="session", autouse=True)
def what_axe_was_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    SEEN.kept_in(shared(tmp_path_factory) / "axe")


def shared(factory: pytest.TempPathFactory) -> Path:
    """Return the temporary folder that all pytest-xdist workers of this run share."""
    folder = factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Browser, AbstractEventLoop]]:
    """Start one browser per test process, because starting one takes as long as a short test.

    Playwright keeps an asyncio event loop running in this thread. Django treats database access under a running loop
    differently, so the loop is hidden from asyncio except while a test uses the fixture `browser`."""
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
    """Provide the browser that all tests share. Each `Visit` opens a context with its own cookies and storage."""
    browser, loop = chromium
    # Django refuses queries while an event loop runs, unless this variable is set. The tests never query concurrently.
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
    """Provide `visit(width, height)`: it opens a browser page of the site, whose database is empty.

    The test fails if any page had a fault."""
    # Close the database connections of the previous test, which lead to another database.
    stand_on(bare)
    yield from arrivals(browser, served)


@pytest.fixture
def arrive(furnished: str, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Provide `arrive(width, height)`: it opens a page of the test landlord's site, with nobody signed in."""
    # While Playwright's event loop runs, Django uses separate connections. Close the connections of the previous test.
    stand_on(str(settings.DATABASES["owner"]["NAME"]))
    yield from arrivals(browser, furnished)


@pytest.fixture
def call_on(arrive: Callable[..., Visit], landlord: World) -> Callable[..., Visit]:
    """Provide `call_on("elise")`: it opens a browser in which Élise is already signed in, without the sign-in page."""

    def enter(name: str, width: int = 1280, height: int = 900, **options: Any) -> Visit:
        somebody = arrive(width, height, **options)
        somebody.carries(session_of(landlord.person(name)))
        return somebody

    return enter


@pytest.fixture
def come_in(arrive: Callable[..., Visit], landlord: World) -> Callable[..., Visit]:
    """Provide `come_in("awa")`: it opens a browser and signs Awa in on the sign-in page, with a passkey."""

    def enter(name: str, width: int = 1280, height: int = 900, **options: Any) -> Visit:
        somebody, person = arrive(width, height, **options), landlord.person(name)
        cut_key(person)
        somebody.sign_in(person)
        return somebody

    return enter


def session_of(person: Person, ago: int = 0) -> str:
    client = Client()
    let_in(client, person, ago=ago)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def arrivals(browser: Browser, base: str, **usual: Any) -> Iterator[Callable[..., Visit]]:
    """Yield a function that opens a browser page as a `Visit`. At the end, check that no `Visit` recorded a fault.

    Animated transitions between pages are off, because they are most of a headless browser's work. A test can turn the
    transitions on."""
    visits: list[Visit] = []

    def arrive(width: int = 1280, height: int = 900, **options: Any) -> Visit:
        size: ViewportSize = {"width": width, "height": height}
        context = browser.new_context(**{**STILL, "base_url": base, "viewport": size, **usual, **options})
        visits.append(Visit(context.new_page(), base))
        return visits[-1]

    yield arrive
    assert [problem for visit in visits for problem in visit.problems()] == []
    assert all(visit.pages for visit in visits)


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

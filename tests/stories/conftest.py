"""A live server over the test's own database, and browsers that notice what a page should not do."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from tests.stories.visit import Visit

ROOT = Path(__file__).resolve().parent.parent.parent
URLS = ("DATABASE_URL", "LOGE_TRACE_URL", "LOGE_OWNER_URL", "LOGE_JOBS_URL", "LOGE_PRUNE_URL")


@pytest.fixture
def served(bare: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the real web process, standing on the empty database under the web's own login."""
    # Playwright keeps a loop running in this thread; what the test asks of the database meanwhile is asked in turn.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    port = free_port()
    urls = {name: urlsplit(os.environ[name])._replace(path=f"/{bare}").geturl() for name in URLS if name in os.environ}
    command = [sys.executable, "-m", "gunicorn", "housing.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    environment = {**os.environ, **urls, "LOGE_KEYS": settings.KEY_FILE, "LOGE_SECRET_KEY": settings.SECRET_KEY}
    server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/sante", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def browser(served: str) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Callable[..., Visit]]:
    """`visit(width, height)` -> somebody at a screen of their own. At the end no page may have misbehaved."""
    visits: list[Visit] = []

    def arrive(width: int = 1280, height: int = 900) -> Visit:
        context = browser.new_context(base_url=served, viewport={"width": width, "height": height}, locale="fr-FR")
        visits.append(Visit(context.new_page(), served))
        return visits[-1]

    yield arrive
    assert [problem for one in visits for problem in one.problems()] == []
    assert all(one.pages for one in visits)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "the web process stopped"
        try:
            with urlopen(address) as answer:
                assert answer.status == 200
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail("the web process did not answer")

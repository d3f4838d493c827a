"""Somebody in front of a browser, in their words; and what their pages did that a page should not."""

import json
import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, expect

from tests.stories.device import Device
from tests.stories.house import PASSWORD
from tests.stories.shapes import READER, SEEN

# Under the content security policy these would be dead: a page that needs none says so by having none.
_INLINE = """() => [...document.querySelectorAll('[style], style, script:not([src])')]
    .map(e => e.outerHTML.slice(0, 120)).concat([...document.querySelectorAll('*')]
    .flatMap(e => e.getAttributeNames().filter(n => n.startsWith('on'))))"""
# The frame clips what runs out of it: what is cut makes no page wider, and is read by nobody.
_WIDER = """() => {
    const root = document.documentElement, free = '.scroll, .nav, .vh, svg';
    const ends = [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() && !one.closest(free))
        .map(one => one.getBoundingClientRect()).filter(box => box.width > 0).map(box => Math.floor(box.right));
    return Math.max(root.scrollWidth, ...ends) - root.clientWidth;
}"""
_LOOKING = READER + "globalThis.bringAxe = () => {" + AXE_SCRIPT + "};"
# Of the rules of WCAG 2.2 one is not tried unless it is asked for; of colours it is asked apart.
_SIZE, _COLOUR = "target-size", "color-contrast"
# Asked from a world beside the page's own scripts, from which the drawers are hidden.
_KEPT = """Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()])
    .then(lists => [localStorage, sessionStorage, ...lists].map(one => one.length).join(' '))"""
_FITS = f"({{ wider: ({_WIDER})() }})"
_LOOK = f"(async () => ({{ inline: ({_INLINE})(), wider: ({_WIDER})(), kept: await {_KEPT}, ...loge.read() }}))()"
# Said by the browser itself, on a machine too busy to fade from one page to the next.
_GIVEN_UP = "Transition was aborted"
_SCREENSHOTS = os.environ.get("LOGE_SCREENSHOTS", "")


class Visit:
    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.pages = 0
        self.device: Device | None = None
        self._world: _World | None = None
        self.refused: set[str] = set()
        self.awaited = {403, 404}  # statuses that are no fault of a page; a test that breaks something adds its own
        self._faults: list[str] = []
        self._console: list[tuple[str, str]] = []
        page.set_default_timeout(30_000)
        page.on("console", self._said)
        page.on("pageerror", self._broke)
        page.on("request", self._asked)
        page.on("response", self._answered)

    # --- What people do ---

    def sign_in(self, person) -> None:
        """With a key; the first time with a password, which leads to choosing one."""
        self.device = self.device or Device(self.page)
        self.page.goto("/entrer/")
        if self.device.knows(person.pk):
            self.page.get_by_role("button", name="Se connecter avec ma clé").click()
            self.page.wait_for_url(lambda url: "/entrer/" not in url)
        else:
            self.types("Adresse professionnelle", person.email)
            self.types("Mot de passe", PASSWORD)
            self.presses("Se connecter")
            self.chooses("Ajouter une clé")
            self.page.get_by_role("button", name="Ajouter la clé de cet appareil").click()
            self.sees("Notez ces codes sur papier")
            self.device.keeps(person.pk)
            self.looks_over()
            self.chooses("J’ai noté les codes\u00a0: continuer")
        self.sees(person.name)
        self.looks_over()

    def carries(self, session: str) -> None:
        """Signed in already, without the pages that lead there."""
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Se déconnecter").click()
        self.page.get_by_label("Mot de passe").wait_for()
        self.looks_over()

    def opens(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer and answer.status == 200, (path, answer and answer.status)
        self.says_why()
        self.looks_over()

    def says_why(self) -> None:
        """One click, where an account asks first and nothing else has said it."""
        if "/motif/" in self.page.url:
            self.page.locator("button[name=motif]").first.click()
            self.page.wait_for_url(lambda url: "/motif/" not in url)

    def is_refused(self, path: str, status: int) -> str:
        """The whole of the page that says no."""
        self.awaited.add(status)
        answer = self.page.goto(path)
        assert answer and answer.status == status, (path, answer and answer.status)
        self.looks_over()
        return self.page.content()

    def follows(self, path: str) -> None:
        """A link on the page, by where it leads."""
        self.page.locator(f'main a[href="{path}"]').first.click()
        self.page.wait_for_url(lambda url: url.endswith(path) or f"{path}motif/" in url)
        self.says_why()
        self.looks_over()

    def chooses(self, name: str) -> None:
        """A link by its name; on a telephone it may lie behind the menu's last word."""
        link, others = self.page.get_by_role("link", name=name, exact=True).first, self.page.locator("[popovertarget]")
        if not link.is_visible() and others.is_visible():
            others.click()
        link.click()
        self.looks_over()

    def types(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def presses(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
        self.looks_over()

    def sees(self, *words: str) -> None:
        for some in words:
            expect(self.page.locator("body")).to_contain_text(some)

    def does_not_see(self, *words: str) -> None:
        content = self.page.content()
        found = [some for some in words if some in content]
        assert not found, found

    def goes_back(self) -> None:
        self.page.go_back()
        self.looks_over()

    # --- What pages did ---

    def forgives(self, *words: str) -> None:
        """What a test provoked on purpose: the console must say each of these, and what says one is no problem."""
        said = [text for text, _url in self._console]
        assert [some for some in words if not any(some in text for text in said)] == [], said
        self._console = [line for line in self._console if not any(some in line[0] for some in words)]

    def problems(self) -> list[str]:
        """A refusal is logged by the browser itself as a failed load; anything else on the console is ours."""
        said = [f"console: {text} ({url})" for text, url in self._console if url not in self.refused]
        return self._faults + said

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and _GIVEN_UP not in message.text:
            self._console.append((message.text, message.location.get("url", "")))

    def _broke(self, error: Error) -> None:
        if _GIVEN_UP not in str(error):
            self._faults.append(f"script: {error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self._faults.append(f"outside: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status in self.awaited and response.request.is_navigation_request():
            self.refused.add(response.url)
        elif response.status >= 400:
            self._faults.append(f"{response.status}: {response.url}")

    def looks_over(self) -> None:
        """Ask of the page in sight what no event tells."""
        self.page.wait_for_load_state("load")
        self.pages += 1
        seen = self._beside(_LOOK)
        if seen["inline"]:
            self._faults.append(f"inline: {seen['inline']} ({self.page.url})")
        if seen["kept"] != "0 0 0 0 0":  # in no drawer of the browser
            self._faults.append(f"kept in the browser: {seen['kept']} ({self.page.url})")
        self._fits(seen)
        self._asks_axe(seen)
        if _SCREENSHOTS:
            size = self.page.viewport_size or {"width": 0}
            path = Path(_SCREENSHOTS) / f"{size['width']}-{self.pages:03}.png"
            self.page.screenshot(path=path, full_page=True)

    def fits(self) -> None:
        self._fits(self._beside(_FITS))

    def asks_axe(self) -> None:
        self._asks_axe(self._beside("loge.read()"))

    def _fits(self, seen: dict[str, Any]) -> None:
        if seen["wider"] > 0:
            self._faults.append(f"{seen['wider']}px wider than the screen: {self.page.url}")

    def _asks_axe(self, seen: dict[str, Any]) -> None:
        """What no page of this run has been asked (tests/stories/shapes.py). Whether what is crowded is too small is
        asked each time: how near its neighbours are, no shape says."""
        shape, size = "".join(seen["shapes"]), {_SIZE: {"enabled": seen["crowded"]}}
        rules: dict[str, Any] = {"runOnly": [_SIZE], "rules": size} if seen["crowded"] else {}
        if SEEN.unknown("shape", seen["shapes"]):
            rules = {"rules": {**size, _COLOUR: {"enabled": False}}}
        # What axe cannot tell of a paint it cannot tell on the next page of that shape either.
        fresh = [one for one in SEEN.unknown("paint", seen["paints"]) if SEEN.unknown("untold", [shape + one])]
        if not rules and not fresh:
            return
        told = self._beside(f"loge.asked({json.dumps(rules or None)}, {json.dumps(fresh)})")
        if not told["wrong"]:
            SEEN.keep("shape", seen["shapes"])
        SEEN.keep("paint", told["passed"])
        if not told["pale"]:
            SEEN.keep("untold", [shape + one for one in fresh if one not in told["passed"]])
        wrong = told["wrong"] + told["pale"]
        self._faults += [f"axe: {rule} at {target} ({self.page.url})" for rule, target in wrong]

    def _beside(self, expression: str) -> Any:
        """In a world beside the page's own scripts."""
        self._world = self._world or _World(self.page)
        return self._world.told(expression)


class _World:
    """What is looked with comes with each page, by the browser's own tools: sent for every question it would be half a
    megabyte each time, and they keep what they have compiled."""

    NAME = "tests"

    def __init__(self, page: Page) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._frame = self._tools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._tools.send("Page.enable")
        looking = {"source": _LOOKING, "worldName": self.NAME, "runImmediately": True}
        self._tools.send("Page.addScriptToEvaluateOnNewDocument", looking)

    def told(self, expression: str) -> Any:
        place = {"frameId": self._frame, "worldName": self.NAME}
        world = self._tools.send("Page.createIsolatedWorld", place)["executionContextId"]
        asked = {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True}
        told = self._tools.send("Runtime.evaluate", asked)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

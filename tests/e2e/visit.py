"""A person at a browser: methods for what the person does, and a record of the faults of all pages opened."""

import json
import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, expect

from tests.e2e.device import Device
from tests.e2e.landlord import PASSWORD
from tests.e2e.shapes import READER, SEEN

# Script: list inline styles, scripts and event handlers, which the content security policy would block.
_INLINE = """() => [...document.querySelectorAll('[style], style, script:not([src])')]
    .map(e => e.outerHTML.slice(0, 120)).concat([...document.querySelectorAll('*')]
    .flatMap(e => e.getAttributeNames().filter(n => n.startsWith('on'))))"""
# Script: return by how many pixels the widest element reaches beyond the screen's right edge.
# Each element is measured, because a clipped element can reach beyond the edge without widening the page.
_WIDER = """() => {
    const root = document.documentElement, free = '.scroll, .nav, .vh, svg';
    const ends = [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() && !one.closest(free))
        .map(one => one.getBoundingClientRect()).filter(box => box.width > 0).map(box => Math.floor(box.right));
    return Math.max(root.scrollWidth, ...ends) - root.clientWidth;
}"""
_LOOKING = READER + "globalThis.bringAxe = () => {" + AXE_SCRIPT + "};"
# The rule `target-size` (WCAG 2.2) of the accessibility checker axe is disabled by default and enabled when needed.
# The axe rule `color-contrast` is checked once per text style, not once per page.
_SIZE, _COLOUR = "target-size", "color-contrast"
# Script: return the number of entries in each of the five kinds of browser storage.
# Storage is read in an isolated JavaScript world, because the site disables storage for the page's own scripts.
_KEPT = """Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()])
    .then(lists => [localStorage, sessionStorage, ...lists].map(one => one.length).join(' '))"""
_FITS = f"({{ wider: ({_WIDER})() }})"
_LOOK = f"(async () => ({{ inline: ({_INLINE})(), wider: ({_WIDER})(), kept: await {_KEPT}, ...loge.measure() }}))()"
# A console message with this text is not recorded as a fault. A busy browser logs it when it skips a page transition.
_GIVEN_UP = "Transition was aborted"
_SCREENSHOTS = os.environ.get("LOGE_SCREENSHOTS", "")


class Visit:
    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.pages = 0
        self.device: Device | None = None
        self._world: _World | None = None
        self.refused: set[str] = set()
        # Error statuses that are not recorded as faults. `is_refused` adds the status that its caller expects.
        self.awaited = {403, 404}
        self._faults: list[str] = []
        self._console: list[tuple[str, str]] = []
        page.set_default_timeout(30_000)
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    # --- What people do ---

    def sign_in(self, person) -> None:
        """Sign in with the person's passkey. A person without passkey signs in with the password and registers one."""
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
        """Set a session cookie, which signs somebody in more quickly than the sign-in pages."""
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
        """If the current page asks for the purpose of opening an account, choose the first purpose in the list."""
        if "/motif/" in self.page.url:
            self.page.locator("button[name=motif]").first.click()
            self.page.wait_for_url(lambda url: "/motif/" not in url)

    def is_refused(self, path: str, status: int) -> str:
        """Open a page that must answer with `status`. Returns the page's HTML."""
        self.awaited.add(status)
        answer = self.page.goto(path)
        assert answer and answer.status == status, (path, answer and answer.status)
        self.looks_over()
        return self.page.content()

    def follows(self, path: str) -> None:
        """Click the first link in the main part of the page that leads to `path`."""
        self.page.locator(f'main a[href="{path}"]').first.click()
        self.page.wait_for_url(lambda url: url.endswith(path) or f"{path}motif/" in url)
        self.says_why()
        self.looks_over()

    def chooses(self, name: str) -> None:
        """Click the link with this name, or with this name and a count in brackets.

        On a telephone, the link may be among the menu's hidden entries.
        """
        words = r"\s".join(map(re.escape, name.split()))
        link = self.page.get_by_role("link", name=re.compile(rf"^{words}( \(\d+\+?\))?$")).first
        others = self.page.locator(".nav [popovertarget]")
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
        for text in words:
            expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see(self, *words: str) -> None:
        content = self.page.content()
        present = [text for text in words if text in content]
        assert not present, present

    def goes_back(self) -> None:
        self.page.go_back()
        self.looks_over()

    # --- What pages did ---

    def forgives(self, *words: str) -> None:
        """Remove the console messages that contain one of `words`. Fails if one of `words` occurs in no message."""
        messages = [text for text, _url in self._console]
        assert [word for word in words if not any(word in text for text in messages)] == [], messages
        self._console = [line for line in self._console if not any(word in line[0] for word in words)]

    def problems(self) -> list[str]:
        """Return all recorded faults. Console messages about pages that were expected to be refused are left out."""
        messages = [f"console: {text} ({url})" for text, url in self._console if url not in self.refused]
        return self._faults + messages

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and _GIVEN_UP not in message.text:
            self._console.append((message.text, message.location.get("url", "")))

    def _on_error(self, error: Error) -> None:
        if _GIVEN_UP not in str(error):
            self._faults.append(f"script: {error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self._faults.append(f"outside: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status in self.awaited and response.request.is_navigation_request():
            self.refused.add(response.url)
        elif response.status >= 400:
            self._faults.append(f"{response.status}: {response.url}")

    def looks_over(self) -> None:
        """Check the current page for faults that the browser does not report by itself.

        The faults are inline code, data stored in the browser, content wider than the screen, and whatever the
        accessibility checker axe finds.
        """
        self.page.wait_for_load_state("load")
        self.pages += 1
        measured = self._beside(_LOOK)
        if measured["inline"]:
            self._faults.append(f"inline: {measured['inline']} ({self.page.url})")
        # Each of the five kinds of browser storage must be empty.
        if measured["kept"] != "0 0 0 0 0":
            self._faults.append(f"kept in the browser: {measured['kept']} ({self.page.url})")
        self._fits(measured)
        self._asks_axe(measured)
        if _SCREENSHOTS:
            size = self.page.viewport_size or {"width": 0}
            path = Path(_SCREENSHOTS) / f"{size['width']}-{self.pages:03}.png"
            self.page.screenshot(path=path, full_page=True)

    def fits(self) -> None:
        self._fits(self._beside(_FITS))

    def asks_axe(self) -> None:
        self._asks_axe(self._beside("loge.measure()"))

    def _fits(self, measured: dict[str, Any]) -> None:
        if measured["wider"] > 0:
            self._faults.append(f"{measured['wider']}px wider than the screen: {self.page.url}")

    def _asks_axe(self, measured: dict[str, Any]) -> None:
        """Run the accessibility checker axe, unless it has checked a similar page in this run (tests/e2e/shapes.py).

        axe's rule about the size of touch targets runs on every page with targets close together, because similar pages
        may have other distances.
        """
        shape, size = "".join(measured["shapes"]), {_SIZE: {"enabled": measured["crowded"]}}
        rules: dict[str, Any] = {"runOnly": [_SIZE], "rules": size} if measured["crowded"] else {}
        if SEEN.unknown("shape", measured["shapes"]):
            rules = {"rules": {**size, _COLOUR: {"enabled": False}}}
        # A paint is a text style with its background.
        # If axe cannot judge the contrast of a text style, the style is checked again on pages with another structure.
        new_paints = [
            paint for paint in SEEN.unknown("paint", measured["paints"]) if SEEN.unknown("untold", [shape + paint])
        ]
        if not rules and not new_paints:
            return
        report = self._beside(f"loge.check({json.dumps(rules or None)}, {json.dumps(new_paints)})")
        if not report["wrong"]:
            SEEN.keep("shape", measured["shapes"])
        SEEN.keep("paint", report["passed"])
        if not report["pale"]:
            SEEN.keep("untold", [shape + paint for paint in new_paints if paint not in report["passed"]])
        wrong = report["wrong"] + report["pale"]
        self._faults += [f"axe: {rule} at {target} ({self.page.url})" for rule, target in wrong]

    def _beside(self, expression: str) -> Any:
        """Evaluate JavaScript in an isolated world, so that it cannot interfere with the page's scripts."""
        self._world = self._world or _World(self.page)
        return self._world.evaluate(expression)


class _World:
    """An isolated JavaScript world that contains the checking scripts.

    DevTools adds the scripts to every new document and caches their compiled form. Sending them with each evaluation
    would transfer half a megabyte each time.
    """

    NAME = "tests"

    def __init__(self, page: Page) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._frame = self._tools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._tools.send("Page.enable")
        looking = {"source": _LOOKING, "worldName": self.NAME, "runImmediately": True}
        self._tools.send("Page.addScriptToEvaluateOnNewDocument", looking)

    def evaluate(self, expression: str) -> Any:
        place = {"frameId": self._frame, "worldName": self.NAME}
        world = self._tools.send("Page.createIsolatedWorld", place)["executionContextId"]
        arguments = {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True}
        result = self._tools.send("Runtime.evaluate", arguments)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

"""One person's round: every address of the site, opened in a browser if it has a page for them, and looked over.

A page is what the browser shows. What is saved to a file, read by a program or put into another page is asked for, and
is none. What a form says when it is sent empty, and what a search finds, are pages too.
"""

import re
from collections import Counter
from http.cookiejar import DefaultCookiePolicy
from itertools import cycle
from typing import Literal
from urllib.parse import urlsplit

import requests
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Response, ViewportSize

from access.checks import routes
from access.guard.purpose import COOKIE
from tests.builders import OWNER
from tests.entering import held_by
from tests.known import Known
from tests.stories import TOLD_BY
from tests.stories.conftest import STILL
from tests.stories.shapes import SEEN, Seen, built_of
from tests.stories.visit import Visit
from tests.visits import Visit as Door
from tests.visits import visits

NOBODY = "nobody"
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
AT_THE_DESK = 4  # one page in so many is looked at there too
IN_BOTH = "georges"  # whose pages are many and none of them slow: every other is measured in English too
OURS = {"sessionid", "csrftoken", "language", "loge_keys", "loge_pile", "loge_purpose", "loge_shown_as"}

# Words that no English sentence has, and one of a thing that is said of several; names of places are as they are.
_FRENCH = re.compile(r"\b(le|une|du|pour|dans|avec|aucune?|pas|jours?)\b|\b(qu|n|s)’[aeiouy]")
_SAID = """() => [...document.querySelectorAll('main *')].filter(one => !one.closest('[lang=fr]'))
    .flatMap(one => [...one.childNodes]).filter(node => node.nodeType === Node.TEXT_NODE)
    .map(node => node.data.trim()).filter(Boolean)"""
_ONE_OF_MANY = re.compile(r"\b1 (?!access\b)([a-z]+ )?[a-z]+[^su]s\b")

# Addresses outside the doors that show no page to anybody, and why. A line is stale when one of them does.
NO_PAGE = {
    "csp": "a report is sent there, and nothing is answered",
    "set_language": "a choice is sent there, and one is led back",
    "lock": "a wish is sent there, and one is led to the locked page",
    "unlock": "a key is shown there; whoever has none is led away",
    "draft": "whoever has kept no typed text is led home: tests/stories/test_typed_text.py keeps some",
    "locked": "a session that is not locked is led away: tests/stories/test_keys.py locks one",
    "reminder_door": "a tick is sent there, and one is led back",
    "account_turn": "one is led to the account that comes next",
    "control_copy": "a reference is sent there; without one, one is led to E22",
    "control_act": "a caretaker is picked at E6, and one is led there",
    "caretaker_page": "whoever stands at no caretaker's desk is led to where one is picked",
    "caretaker_home": "the same; tests/stories/test_inspector.py stands there",
    "note_reading": "a part of the page of notes, put there while one types",
    "mfa_authenticate": "the second step of a sign-in that nobody here has begun",
    "account_reauthenticate": "whoever has a second means is led to it",
    "mfa_view_recovery_codes": "nobody of the cast has codes: Visit.sign_in is shown some",
    "mfa_login_webauthn": "the page's script asks there for what the key signs",
    "directory_enter": "this landlord has no directory",
    "directory_back": "this landlord has no directory",
    "directory_link": "this landlord has no directory",
    "directory_unlink": "this landlord has no directory",
    "health_live": "a line for machines",
    "health_ready": "a line for machines",
    "health_deep": "figures for watchers, known by their address",
    "metrics": "figures for watchers, known by their address",
}
# Forms that do not come back with reasons when nothing is in them, and why.
NO_EMPTY_FORM = {
    "place_contact": "an agency may have neither number nor address: nothing takes both away",
    "account_notes": "sent without its button it only reads the sentence over",
    "receipts": "each button says which sum it clears; nothing clears none",
    "books_receipts": "each button says which sum it clears; nothing clears none",
    "certificate": "its button says all: the certificate is made",
    "inherited_line": "each button says what becomes of the line; nothing says nothing",
    "vocabulary": "each button says which fact it retires; nothing retires none",
    "contest by ines": "each button says what is decided; nothing decides nothing",
    "card_facts": "each button says which fact it ends; nothing ends none",
    "dwelling_facts": "each button says which fact it ends; nothing ends none",
    "account_facts": "each button says which fact it ends; nothing ends none",
}

_SEND = """([address, values]) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: address });
    const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
    for (const [name, value] of [['csrfmiddlewaretoken', token], ...values])
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(form);
    form.submit();
}"""

# What a form that was not taken must offer: its reasons first, in the hand of the keyboard, each leading to its field.
_TELLS_WHY = """async () => {
    const frame = () => new Promise(done => requestAnimationFrame(done));
    await frame().then(frame);  // it is with the first picture of the page that something takes the focus
    const why = document.querySelector('main [role=alert]');
    if (!why) return ['no reasons'];
    const there = id => id && document.getElementById(id) !== null;
    const told = part => (part?.getAttribute('aria-describedby') ?? '').split(' ');
    const said = one => [one, one.closest('fieldset')].flatMap(told).some(id => id.endsWith('_error') && there(id));
    const wrong = [...document.querySelectorAll('main [aria-invalid=true]')];
    const links = [...why.querySelectorAll('a')].map(link => link.getAttribute('href').slice(1));
    return [
        document.activeElement !== why && 'the reasons do not have the focus',
        why.querySelectorAll('li').length === 0 && 'no reason among the reasons',
        wrong.length > 0 && links.length === 0 && 'no link to a field',
        ...links.filter(id => !there(id)).map(id => `leads nowhere: ${id}`),
        ...wrong.filter(one => !said(one)).map(one => `says not what is wrong: ${one.name}`),
    ].filter(Boolean);
}"""


class Walk:
    def __init__(self, somebody: Visit, known: Known, name: str) -> None:
        self.somebody, self.known, self.name = somebody, known, name
        self.templates: set[str] = set()
        self.asked: set[str] = set()  # every address, by its name
        self.shown: set[str] = set()  # those that answered with a page
        self.saved: set[str] = set()  # those that answered with something else
        self.sizes: set[str] = set()
        self.told: Counter[str] = Counter()
        self.faults: list[str] = []
        self._turns = cycle([(size, scheme) for scheme in SCHEMES for size in (NARROW, PHONE)])
        self._cookies: dict[str, str] = {}  # as the browser holds them
        self._paths: set[str] = set()
        self._alike: set[str] = set()
        self._seen = Seen() if name == IN_BOTH else SEEN  # in English nobody else has been shown them
        self._doors = {door.name: door for door in visits()}

    def all_round(self) -> None:
        self._leaves_nothing_but_ours("the first page")
        with requests.Session() as asking:
            asking.trust_env = False
            asking.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # the browser's are sent, and none kept
            for _path, pattern in routes():
                self._opens(str(pattern.name), asking)
        for door in self._doors.values():
            known = door.name in self._alike and not SEEN.unknown("sent", [door.name])
            if door.posts and door.name in self.shown and (door.door.searches or not known):
                self._sends(door)

    def _opens(self, name: str, asking: requests.Session) -> None:
        """Asked for beside the browser first: what is no page, or is like one that was shown, is not looked at."""
        address, cookies = self._address(name), {**self._cookies, **self._why()}
        carried = {"Cookie": "; ".join(map("=".join, cookies.items())), "Accept-Language": STILL["locale"]}
        asked = asking.get(f"{self.somebody.base}{address}", allow_redirects=False, headers=carried, timeout=60)
        self.asked.add(name)
        self._hears(asked)
        kind = asked.headers.get("content-type", "").split(";")[0]
        if asked.status_code in (401, 403, 404, 405):
            self.told[str(asked.status_code)] += 1
            if "<main" in asked.text and not self._is_alike(asked.text):
                self._looks(address)
        elif asked.status_code == 302:
            self.told["led on"] += 1
            if (path := urlsplit(asked.headers["location"]).path) not in self._paths:
                self._paths.add(path)
                self._looks(address)
        elif asked.status_code != 200:
            self.faults.append(f"{asked.status_code}: {address}")
        elif kind != "text/html" or "hx-loge" in asked.headers:
            self.saved.add(name)
        else:
            self.shown.add(name)
            if self._is_alike(asked.text):
                self._alike.add(name)
            else:
                self._looks(address)

    def _address(self, name: str) -> str:
        if name in self._doors:
            return self._doors[name].url(self.known)
        if name == "account_reset_password_from_key":
            return reverse(name, kwargs=self._letter())
        if name == "caretaker_page":
            return reverse(name, kwargs={"page": "immeubles/"})
        return reverse(name, kwargs={"pk": self._key()} if name == "mfa_remove_webauthn" else {})

    def _why(self) -> dict[str, str]:
        """Why the account is opened: that is asked on a page of its own, which is walked as well."""
        if self.name == NOBODY:
            return {}
        return {COOKIE: held_by(self.known.house.person(self.name), self.known.account.reference)}

    def _key(self) -> int:
        """Of their own keys, if they have one."""
        if self.name == NOBODY:
            return 1
        mine = Authenticator.objects.using(OWNER).filter(user=self.known.house.person(self.name), type="webauthn")
        return mine.values_list("pk", flat=True).first() or 1

    def _letter(self) -> dict[str, str]:
        """What a mailed link holds. Whoever is signed in follows an old one: another's new one would sign them out."""
        person = self.known.bruno
        key = default_token_generator.make_token(person) if self.name == NOBODY else "old"
        return {"uidb36": user_pk_to_url_str(person), "key": key}

    def _is_alike(self, page: str) -> bool:
        """Built like one that was looked at on this run, by them or by another, in such a frame; no word is longer."""
        before, main, after = re.split(r"(?=<main)|(?<=</main>)", page)
        new = self._seen.unknown("page", [*built_of(before + after), *built_of(main)])
        for seen in {self._seen, SEEN}:
            seen.keep("page", new)
        self.told["alike"] += not new
        return not new

    def _sends(self, door: Door) -> None:
        """A search that finds; any other form with nothing in it. One that has no field to leave empty would act."""
        values = door.post(self.known)
        if not values:
            return
        SEEN.keep("sent", [door.name])
        page, address = self.somebody.page, self._address(door.name)
        self._goes_to(address)
        sent = [[name, str(value)] for name, value in values.items()] if door.door.searches else []
        with page.expect_navigation() as going:
            page.evaluate(_SEND, [address, sent])
        answer = going.value
        again = answer.status == 200 and answer.request.method == "POST"
        self.told["shown again" if again else "led on"] += 1
        if not door.door.searches:
            unsaid = page.evaluate(_TELLS_WHY) if again else [f"{answer.request.method} {answer.status}"]
            if {door.name, f"{door.name} by {self.name}"} & set(NO_EMPTY_FORM):
                unsaid = [] if unsaid else ["a stale line of NO_EMPTY_FORM"]
            self.faults += [f"{door.name} sent empty: {fault}" for fault in unsaid]
        self._looks_at(answer)

    def _looks(self, address: str) -> None:
        size, scheme = next(self._turns)
        self.somebody.page.emulate_media(color_scheme=scheme)
        self.somebody.page.set_viewport_size(size)
        self.sizes.add(f"{size['width']} {scheme}")
        self._looks_at(self._goes_to(address))
        if self.name == IN_BOTH and self.somebody.pages % 2:
            self._fits_in_english(address)

    def _goes_to(self, address: str) -> Response:
        page, url = self.somebody.page, self.somebody.base
        page.context.add_cookies([{"name": name, "value": said, "url": url} for name, said in self._why().items()])
        answer = page.goto(address)
        assert answer, address
        return answer

    def _fits_in_english(self, address: str) -> None:
        """Other words, as narrow. What a page is made of is the same, and so is what axe would say."""
        page = self.somebody.page
        page.context.add_cookies([{"name": "language", "value": "en", "url": self.somebody.base}])
        page.set_viewport_size(NARROW)
        page.goto(address)
        self.told[str(page.locator("html").get_attribute("lang"))] += 1
        self.somebody.fits()
        said = page.evaluate(_SAID)
        unlike = [words for words in said if _FRENCH.search(words) or _ONE_OF_MANY.search(words)]
        self.faults += [f"{address} in English: {words}" for words in unlike]
        page.context.clear_cookies(name="language")

    def _looks_at(self, answer: Response) -> None:
        page = self.somebody.page
        self._hears(answer)
        self.somebody.looks_over()
        if page.viewport_size != NARROW:
            page.set_viewport_size(NARROW)
            self.somebody.fits()
        if self.somebody.pages % AT_THE_DESK == 0:
            page.set_viewport_size(DESK)
            self.told["desk"] += 1
            self.somebody.fits()
            self.somebody.asks_axe()
        self._leaves_nothing_but_ours(answer.url)

    def _leaves_nothing_but_ours(self, where: str) -> None:
        cookies = self.somebody.page.context.cookies()
        self._cookies = {str(one.get("name")): str(one.get("value")) for one in cookies}
        if kept := self._cookies.keys() - OURS:
            self.faults.append(f"cookies {kept}: {where}")

    def _hears(self, answer: requests.Response | Response) -> None:
        self.templates.update(answer.headers.get(TOLD_BY.lower(), "").split())

"""One person requests every URL of the site. If the answer is a page, it is opened in a browser and checked.

The answers to an empty form and to a search are checked as pages too. Downloads, API answers and page fragments are
requested, but not opened in the browser.
"""

import re
from collections import Counter
from http.cookiejar import DefaultCookiePolicy
from itertools import cycle, product
from typing import Literal
from urllib.parse import urlsplit

import requests
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Response, ViewportSize

from access.guard.purpose import COOKIE
from tests.builders import OWNER
from tests.e2e import TOLD_BY
from tests.e2e.conftest import STILL
from tests.e2e.shapes import SEEN, Seen, built_of
from tests.e2e.visit import Visit
from tests.form_values import POSTS
from tests.sample_objects import SampleObjects
from tests.sign_in import held_by
from tests.visits import Visit as Door
from tests.visits import patterns, visits

NOBODY = "nobody"
# Pages about the rows that a user has ticked in a list. Without a ticked row, these pages redirect to the list.
OF_TICKED_ROWS = ("requests_decide", "assignments_change")
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
# The size of 640 by 450 pixels is that of a desktop screen of 1280 by 900 pixels with a zoom of 200 %.
EVERY_SIZE: tuple[ViewportSize, ...] = (
    NARROW,
    PHONE,
    {"width": 640, "height": 450},
    {"width": 768, "height": 1024},
    DESK,
    {"width": 1920, "height": 1080},
)
# Every page is checked at the width of a phone, and one in `AT_THE_DESK` pages at desktop width too.
AT_THE_DESK = 4
# Georges, the sector manager, has many pages that load quickly, so every second one is checked in English too.
IN_BOTH = "georges"
OURS = {"sessionid", "csrftoken", "language"} | {
    f"loge_{name}" for name in ("card", "keys", "pile", "purpose", "shown_as", "theme")
}

# `_FRENCH` matches French words, which an English page may contain only in elements marked as French (place names).
# `_ONE_OF_MANY` matches "1" before a plural, such as "1 accounts", which is a fault of an English page.
_FRENCH = re.compile(r"\b(le|une|du|pour|dans|avec|aucune?|pas|jours?)\b|\b(qu|n|s)’[aeiouy]")
_SAID = """() => [...document.querySelectorAll('main *')].filter(one => !one.closest('[lang=fr]'))
    .flatMap(one => [...one.childNodes]).filter(node => node.nodeType === Node.TEXT_NODE)
    .map(node => node.data.trim()).filter(Boolean)"""
_ONE_OF_MANY = re.compile(r"\b1 (?!access\b)([a-z]+ )?[a-z]+[^su]s\b")

# URL name -> reason why the URL never answers with a page. The test fails if one of these URLs answers with a page.
NO_PAGE = {
    "csp": "receives CSP reports and answers nothing",
    "set_language": "a POST that redirects back",
    "theme": "a POST that redirects back",
    "lock": "a POST that redirects to the locked page",
    "unlock": "receives a passkey; without one it redirects",
    "draft": "redirects home without a saved draft; tests/e2e/test_typed_text.py saves one",
    "locked": "redirects unless the session is locked; tests/e2e/test_keys.py locks one",
    "reminder_door": "a POST that redirects back",
    "application_due": "a POST that redirects",
    "shortlist_draw": "a POST that redirects",
    "candidate_designate": "a POST that redirects",
    "candidacy_open": "a POST that redirects",
    "ground_case_take": "a POST that redirects",
    "item_preside": "a POST that redirects",
    "decision_vote": "a POST that redirects; with an error it shows the sheets",
    "account_turn": "redirects to the next account",
    "control_copy": "needs a reference; without one it redirects to E22",
    "control_act": "a caretaker chosen at E6 redirects there",
    "caretaker_page": "redirects to E6 unless an inspector is viewing a caretaker's pages",
    "caretaker_home": "the same; tests/e2e/test_inspector.py views it",
    "note_reading": "a fragment of the notes page, loaded while typing",
    "mfa_authenticate": "the second step of a sign-in, which nobody here has begun",
    "account_reauthenticate": "redirects people who have a second factor",
    "mfa_view_recovery_codes": "nobody here has recovery codes; Visit.sign_in sees some",
    "mfa_login_webauthn": "called by the sign-in page's script",
    "directory_enter": "this landlord has no directory",
    "directory_back": "this landlord has no directory",
    "directory_link": "this landlord has no directory",
    "directory_unlink": "this landlord has no directory",
    "health_live": "plain text for monitoring",
    "health_ready": "plain text for monitoring",
    "health_deep": "figures for monitoring, restricted by IP address",
    "security_txt": "a file for machines, missing until the landlord sets a contact",
    "metrics": "figures for monitoring, restricted by IP address",
}
# Forms that show no error when they are sent empty, each with the reason.
NO_EMPTY_FORM = {
    "vacancy_withdraw": "the form has no fields: it ends the vacancy",
    "grid_trial": "the form has no fields: it asks for the trial",
    "candidacy_withdraw": "the form has no fields: it ends the candidacy",
    "sheet_prepare": "every field is optional: an empty form prepares the sheet without an effort rate",
    "grid_adopt": "the form has no fields: it shows the draft back before it is adopted",
    "contingent_end": "the form has no fields: it ends the contingent",
    "offer_send": "the form has no fields: it shows the offer back before it is sent",
    "application_wishes": "an application may have no number and no wish: an empty form removes both",
    "place_contact": "an agency may have neither number nor address: an empty form removes both",
    "account_notes": "without its button the form only screens the text",
    "requests_decide": "sent without a ticked row, it leads back to the list",
    "assignments_change": "sent without a ticked row, it leads back to the list",
    "receipts": "the button names the sum to clear; without it nothing is cleared",
    "books_receipts": "the button names the sum to clear; without it nothing is cleared",
    "cash_receipt": "the form has no fields: it hands out the original",
    "certificate": "the form has no fields: it makes the certificate",
    "inherited_line": "the button names the decision; without it nothing is decided",
    "vocabulary": "the button names the fact to retire; without it none is",
    "contest by ines": "the button names the decision; without it nothing is decided",
    "saved_filters": "the button names what to do; without it nothing is saved",
    "card_facts": "the button names the fact to end; without it none is",
    "dwelling_facts": "the button names the fact to end; without it none is",
    "account_facts": "the button names the fact to end; without it none is",
}

_SEND = """([address, values]) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: address });
    const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
    for (const [name, value] of [['csrfmiddlewaretoken', token], ...values])
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(form);
    form.submit();
}"""

# Script: list the faults of a rejected form. The error summary must have the focus and link to the invalid fields.
# The `aria-describedby` of each invalid field must name the element with the field's error message.
_TELLS_WHY = """async () => {
    const frame = () => new Promise(done => requestAnimationFrame(done));
    await frame().then(frame);  // the focus is set with the first frame
    const why = document.querySelector('main [role=alert]');
    if (!why) return ['no error summary'];
    const there = id => id && document.getElementById(id) !== null;
    const describedBy = part => (part?.getAttribute('aria-describedby') ?? '').split(' ');
    const described = one => [one, one.closest('fieldset')].flatMap(describedBy)
        .some(id => id.endsWith('_error') && there(id));
    const wrong = [...document.querySelectorAll('main [aria-invalid=true]')];
    const links = [...why.querySelectorAll('a')].map(link => link.getAttribute('href').slice(1));
    return [
        document.activeElement !== why && 'the error summary does not have the focus',
        why.querySelectorAll('li').length === 0 && 'the error summary is empty',
        wrong.length > 0 && links.length === 0 && 'no link to a field',
        ...links.filter(id => !there(id)).map(id => `link to a missing field: ${id}`),
        ...wrong.filter(one => !described(one)).map(one => `no description of the error: ${one.name}`),
    ].filter(Boolean);
}"""


class Walk:
    def __init__(
        self,
        somebody: Visit,
        sample_objects: SampleObjects,
        name: str,
        left_out: set[str],
        every_size: bool = False,
    ) -> None:
        """Prepare to request all URLs of the site, except those whose names `left_out` contains.

        With `every_size`, each page is checked at all of `EVERY_SIZE`, light and dark.
        """
        self.somebody, self.sample_objects, self.name = somebody, sample_objects, name
        self._left_out, self._every_size = left_out, every_size
        self.templates: set[str] = set()
        # `requested`: URL names that were requested. `with_page`: those that answered with a page.
        # `saved`: URL names that answered with a download or a page fragment, which the browser does not open.
        self.requested: set[str] = set()
        self.with_page: set[str] = set()
        self.saved: set[str] = set()
        self.sizes: set[str] = set()
        self.tally: Counter[str] = Counter()
        self.faults: list[str] = []
        self._turns = cycle([(size, scheme) for scheme in SCHEMES for size in (NARROW, PHONE)])
        # The browser's cookies, which are also sent with the requests made outside the browser.
        self._cookies: dict[str, str] = {}
        self._paths: set[str] = set()
        self._alike: set[str] = set()
        # No page of Georges (sector manager) is skipped as similar, because his pages are also checked in English.
        self._seen = Seen() if name == IN_BOTH else SEEN
        self._doors = {door.name: door for door in visits()}

    def all_round(self) -> None:
        self._leaves_nothing_but_ours("the first page")
        with requests.Session() as client:
            client.trust_env = False
            # Each request uses a new connection. The server would close an idle connection while the browser works.
            client.headers["Connection"] = "close"
            # The client `requests` sends only the browser's cookies, and stores no cookie that the server sets.
            client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            for name in (str(pattern.name) for pattern in patterns()):
                if name not in self._left_out:
                    self._opens(name, client)
        for door in self._doors.values():
            sample_objects = door.name in self._alike and not SEEN.unknown("sent", [door.name])
            if door.posts and door.name in self.with_page and (door.door.post_is_search or not sample_objects):
                self._sends(door)

    def _opens(self, name: str, client: requests.Session) -> None:
        """Request a URL outside the browser. If the answer is a new kind of page, open it in the browser too."""
        address, cookies = self._address(name), {**self._cookies, **self._why()}
        headers = {"Cookie": "; ".join(map("=".join, cookies.items())), "Accept-Language": STILL["locale"]}
        answer = client.get(f"{self.somebody.base}{address}", allow_redirects=False, headers=headers, timeout=60)
        self.requested.add(name)
        self._hears(answer)
        kind = answer.headers.get("content-type", "").split(";")[0]
        if answer.status_code in (401, 403, 404, 405):
            self.tally[str(answer.status_code)] += 1
            if "<main" in answer.text and not self._is_alike(answer.text):
                self._looks(address)
        elif answer.status_code == 302:
            self.tally["led on"] += 1
            if (path := urlsplit(answer.headers["location"]).path) not in self._paths:
                self._paths.add(path)
                self._looks(address)
        elif answer.status_code != 200:
            self.faults.append(f"{answer.status_code}: {address}")
        elif kind != "text/html" or "hx-loge" in answer.headers:
            self.saved.add(name)
        else:
            self.with_page.add(name)
            if self._is_alike(answer.text):
                self._alike.add(name)
            else:
                self._looks(address)

    def _address(self, name: str) -> str:
        if name in self._doors:
            url, sent = self._doors[name].url(self.sample_objects), POSTS.get(name)
            return f"{url}?choix={sent(self.sample_objects)['choix']}" if sent and name in OF_TICKED_ROWS else url
        if name == "account_reset_password_from_key":
            return reverse(name, kwargs=self._letter())
        if name == "caretaker_page":
            return reverse(name, kwargs={"page": "immeubles/"})
        return reverse(name, kwargs={"pk": self._key()} if name == "mfa_remove_webauthn" else {})

    def _why(self) -> dict[str, str]:
        """Return the cookie that stores the person's purpose of opening the account.

        Without this cookie, the account page would first ask for a purpose. Returns no cookie if nobody is signed in.
        """
        if self.name == NOBODY:
            return {}
        return {COOKIE: held_by(self.sample_objects.landlord.person(self.name), self.sample_objects.account.reference)}

    def _key(self) -> int:
        """Return the id of a passkey of the person, for the URL that removes a passkey, or 1 if no passkey exists."""
        if self.name == NOBODY:
            return 1
        mine = Authenticator.objects.using(OWNER).filter(
            user=self.sample_objects.landlord.person(self.name), type="webauthn"
        )
        return mine.values_list("pk", flat=True).first() or 1

    def _letter(self) -> dict[str, str]:
        """Return the URL arguments of a password reset link. For signed-in people the key in it is invalid, because a
        valid one would sign them out."""
        person = self.sample_objects.bruno
        key = default_token_generator.make_token(person) if self.name == NOBODY else "old"
        return {"uidb36": user_pk_to_url_str(person), "key": key}

    def _is_alike(self, page: str) -> bool:
        """Whether a page with the same structure and with words of similar length was already checked in this run."""
        before, main, after = re.split(r"(?=<main)|(?<=</main>)", page)
        kind = "page at every size" if self._every_size else "page"
        new = self._seen.unknown(kind, [*built_of(before + after), *built_of(main)])
        for seen in {self._seen, SEEN}:
            seen.keep(kind, new)
        self.tally["alike"] += not new
        return not new

    def _sends(self, door: Door) -> None:
        """Send a search form with a matching value, and any other form empty. An empty form must be refused with an
        error. A form without fields is not sent, because sending it would change data."""
        values = door.post(self.sample_objects)
        if not values:
            return
        SEEN.keep("sent", [door.name])
        page, address = self.somebody.page, self._address(door.name)
        self._goes_to(address)
        sent = [[name, str(value)] for name, value in values.items()] if door.door.post_is_search else []
        with page.expect_navigation() as going:
            page.evaluate(_SEND, [address, sent])
        answer = going.value
        again = answer.status == 200 and answer.request.method == "POST"
        self.tally["shown again" if again else "led on"] += 1
        if not door.door.post_is_search:
            unsaid = page.evaluate(_TELLS_WHY) if again else [f"{answer.request.method} {answer.status}"]
            if {door.name, f"{door.name} by {self.name}"} & set(NO_EMPTY_FORM):
                unsaid = [] if unsaid else ["a stale entry of NO_EMPTY_FORM"]
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
        """Show the page in English, 320 px wide, and check its width and language. axe checks only French pages."""
        page = self.somebody.page
        page.context.add_cookies([{"name": "language", "value": "en", "url": self.somebody.base}])
        page.set_viewport_size(NARROW)
        page.goto(address)
        self.tally[str(page.locator("html").get_attribute("lang"))] += 1
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
            self.tally["desk"] += 1
            self.somebody.fits()
            self.somebody.asks_axe()
        if self._every_size:
            self._looks_at_every_size()
        self._leaves_nothing_but_ours(answer.url)

    def _looks_at_every_size(self) -> None:
        page = self.somebody.page
        for size, scheme in product(EVERY_SIZE, SCHEMES):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            self.somebody.fits()
            self.somebody.asks_axe()
            self.tally[f"{size['width']} {scheme}"] += 1

    def _leaves_nothing_but_ours(self, where: str) -> None:
        cookies = self.somebody.page.context.cookies()
        self._cookies = {str(one.get("name")): str(one.get("value")) for one in cookies}
        if kept := self._cookies.keys() - OURS:
            self.faults.append(f"cookies {kept}: {where}")

    def _hears(self, answer: requests.Response | Response) -> None:
        self.templates.update(answer.headers.get(TOLD_BY.lower(), "").split())

"""Every form that a page sends by POST must contain a CSRF token that the server accepts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve

from access.checks import routes
from tests.builders import write_note
from tests.sample_objects import SampleObjects
from tests.sign_in import let_in
from tests.visits import visits

# The function `pages` skips the URLs with these names: each needs an argument or redirects signed-in people.
NEEDS_ARGUMENT = {"account_reset_password_from_key", "caretaker_page", "mfa_remove_webauthn"}


@dataclass
class Form:
    action: str
    controls: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> tuple[str, ...]:
        """Return the target view and the names of the controls. Forms for which these are equal are sent only once."""
        return (resolve(self.action.partition("?")[0]).view_name, *sorted(self.controls))


class PostForms(HTMLParser):
    """Collects the forms of a page that are sent by POST, with the values of hidden fields and of each form's
    first button.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms = address, list[Form]()
        self.current: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.current = Form(given.get("action") or self.address) if given.get("method") == "post" else None
            self.forms += [self.current] if self.current else []
        elif self.current and (tag == "button" or given.get("type") == "hidden") and given.get("name"):
            self.current.controls.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.current = None


def forms_of(answer, address: str) -> list[Form]:
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return []
    parser = PostForms(address)
    parser.feed(answer.content.decode())
    return parser.forms


def pages(sample_objects) -> Iterator[tuple[str, str]]:
    """Yield (user, URL) for every page, with a user who may open it."""
    for visit in visits():
        if "GET" in visit.door.methods and not visit.door.api:
            yield visit.who, visit.url(sample_objects)
    for path, pattern in routes():
        if not hasattr(pattern.callback, "door") and pattern.name not in NEEDS_ARGUMENT and "<" not in path:
            yield "elise", f"/{path.lstrip('/')}"
            yield "nobody", f"/{path.lstrip('/')}"


class Browser:
    """A person's browser. It sends each form in a new session, because some forms end the session."""

    def __init__(self, landlord, name: str) -> None:
        self._house, self._name = landlord, name
        self.client = self._signed_in()

    def _signed_in(self) -> Client:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        return client if self._name == "nobody" else let_in(client, self._house.person(self._name))

    def send(self, form: Form):
        client = self._signed_in()
        if "csrftoken" in self.client.cookies:
            client.cookies["csrftoken"] = self.client.cookies["csrftoken"].value
        return client.post(form.action, form.controls)


@pytest.mark.unwatched
@pytest.mark.usefixtures("unkept")
def test_no_form_is_refused_for_its_csrf_token(sample_objects: SampleObjects, caplog: pytest.LogCaptureFixture) -> None:
    write_note(sample_objects.account, "Échéancier proposé le 3 mars.")
    browsers: dict[str, Browser] = {}
    sent: set[tuple[str, ...]] = set()
    for who, address in pages(sample_objects):
        browser = browsers.setdefault(who, Browser(sample_objects.landlord, who))
        waiting = forms_of(browser.client.get(address), address)
        for form in waiting:
            if form.kind in sent:
                continue
            sent.add(form.kind)
            assert form.controls.get("csrfmiddlewaretoken"), f"no token in a form of {address}: {form.kind}"
            caplog.clear()
            answer = browser.send(form)
            assert not [one for one in caplog.records if one.name == "django.security.csrf"], (address, form.kind)
            waiting += forms_of(answer, form.action)  # A form shown again with errors needs a CSRF token as well.
    assert len(sent) > 100
    assert ("account_notes", "csrfmiddlewaretoken", "end") in sent


INCLUDE = re.compile(r'{% include "([^"]+)"([^%]*)%}')


def templates_with_token() -> set[str]:
    """List the templates that contain a CSRF token, themselves or in a template that they include."""
    texts = {path.relative_to("templates").as_posix(): path.read_text() for path in Path("templates").rglob("*.html")}
    found = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    while more := {name for name, text in texts.items() if {part for part, _ in INCLUDE.findall(text)} & found} - found:
        found |= more
    return found


def test_no_template_with_a_csrf_token_is_included_with_only():
    """`{% include … only %}` would hide `csrf_token` from the included template, and its form would be refused."""
    with_token = templates_with_token()
    assert "parts/form.html" in with_token
    without = [
        f"{path}: {name}"
        for path in Path("templates").rglob("*.html")
        for name, options in INCLUDE.findall(path.read_text())
        if name in with_token and options.split()[-1:] == ["only"] and "csrf_token=" not in options
    ]
    assert without == []

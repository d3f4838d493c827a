"""Restores the text that a person typed before the session was locked or ended, or reauthentication was required.

The draft (the typed fields) is encrypted in the return URL, so that the lock page does not show it. Only the same
person can open the draft, within an hour. The draft is stored neither on the server nor in the browser.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import salted_hmac

from access.models import Person
from access.signin.session_limits import ENDED_AFTER_SECONDS

LARGEST = 2600  # Maximum length of an encrypted draft in a URL: gunicorn refuses request lines over 4,094 characters.
TARGET, SEALED = "draft_target", "brouillon"
_NEVER = frozenset({TARGET, "csrfmiddlewaretoken", "password", "credential"})


@dataclass(frozen=True)
class Draft:
    """Fields of a form that was not saved. `target` is the URL to which the form is posted."""

    target: str
    fields: list[tuple[str, str]]

    @property
    def sentences(self) -> list[str]:
        """The values that contain a space: texts that the person typed.

        Choices, amounts and hidden values contain no space.
        """
        return [value for _name, value in self.fields if " " in value.strip()]

    @property
    def others(self) -> int:
        """Number of filled fields whose value is a single word, such as a choice or an amount."""
        return sum(bool(value.strip()) for _name, value in self.fields) - len(self.sentences)


def address_of(person: Person, target: str, posted: QueryDict) -> str:
    """Return the URL that restores the draft.

    Returns "" if nothing was typed, if the draft is too long for a URL, or if `target` is no form of this site.
    """
    fields = [(name, value) for name, values in posted.lists() if name not in _NEVER for value in values]
    if not any(value for _name, value in fields) or not _takes_a_form(target):
        return ""
    plain = zlib.compress(json.dumps([str(person.pk), target, fields]).encode(), 9)
    sealed = _cipher().encrypt(plain).decode()
    return f"{reverse('draft')}?{urlencode({SEALED: sealed})}" if len(sealed) <= LARGEST else ""


def opened(person: Person, sealed: str) -> Draft | None:
    try:
        whose, target, fields = json.loads(zlib.decompress(_cipher().decrypt(sealed.encode(), ENDED_AFTER_SECONDS)))
    except (InvalidToken, UnicodeEncodeError):
        return None
    if whose != str(person.pk) or not _takes_a_form(target):
        return None
    return Draft(target, [(name, value) for name, value in fields])


def address_of_request(request: HttpRequest, person: Person) -> str:
    """Return the URL that restores the fields of this POST after sign-in, unlocking or reauthentication."""
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    return address_of(
        person, request.POST.get(TARGET, "") if view_name == "draft" else request.get_full_path(), request.POST
    )


def _takes_a_form(target: str) -> bool:
    """Return whether the URL is that of an HTML page of this site that accepts POST."""
    # Refuse tabs and newlines, which browsers leave out of a URL: "/<tab>/host" would become "//host", another site.
    if not target.startswith("/") or target.startswith("//") or not target.isprintable():
        return False
    try:
        door: Any = getattr(resolve(urlsplit(target).path).func, "door", None)
    except (Resolver404, ValueError):
        return False
    return bool(door and not door.api and "POST" in door.methods)


def _cipher() -> Fernet:
    key = salted_hmac("access.drafts", "key", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))

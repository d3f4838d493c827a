"""Generates machine tokens, and authenticates API requests that present a token before any view runs.

A token consists of `loge_`, 40 random characters and a checksum of 6 characters. Secret scanners recognise the prefix,
and the checksum rejects a mistyped token without a query. The 40 characters have 238 bits of entropy, so storing a fast
keyed hash of the token is safe.
"""

import secrets
import string
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from access.models import Person
from access.permissions import BY_PEOPLE_ALONE, Permission
from audit import events
from audit.events import Outcome
from audit.record import Context, Subject, record_view

PREFIX, LENGTH, CHECK = "loge_", 40, 6
SIGNS = string.digits + string.ascii_letters
API = "/api/"


@dataclass(frozen=True)
class Token:
    """Valid machine token of the current request. `used` is true if the token was used before this request."""

    id: UUID
    permissions: frozenset[Permission]
    used: bool


def new_secret() -> str:
    body = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return f"{PREFIX}{body}{_checked(body)}"


def _checked(body: str) -> str:
    number, signs = zlib.crc32(body.encode()), ""
    for _ in range(CHECK):
        number, place = divmod(number, len(SIGNS))
        signs += SIGNS[place]
    return signs


def is_one(secret: str) -> bool:
    """Return whether the text has the format and the checksum of a machine token. Makes no database query."""
    body = secret.removeprefix(PREFIX)
    if len(secret) != len(PREFIX) + LENGTH + CHECK or len(body) != LENGTH + CHECK or not body.isascii():
        return False
    return secrets.compare_digest(_checked(body[:LENGTH]), body[LENGTH:])


def digest_of(secret: str) -> str:
    return salted_hmac("access.tokens", secret, algorithm="sha256").hexdigest()


def recognised(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for API requests with an Authorization header: sets `request.user` from the machine token.

    If the token is invalid, `request.user` is anonymous. The session cookie of such a request is ignored.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        presented = request.headers.get("Authorization")
        if presented is not None and request.path.startswith(API):
            recognise(request, presented)
        return get_response(request)

    return middleware


def recognise(request: HttpRequest, presented: str) -> None:
    """Set `request.user` to the machine of the token, or to AnonymousUser if the header has no valid token."""
    request.user = AnonymousUser()
    scheme, _space, secret = presented.partition(" ")
    if scheme.lower() != "bearer" or not is_one(secret):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, machine, permissions, used FROM access_token(%s)", [digest_of(secret)])
        row = cursor.fetchone()
    if row is None:
        request.bad_token = True  # type: ignore[attr-defined]  # the @door decorator records the failure
        return
    machine = Person.objects.filter(pk=row[1]).first()
    # Machine tokens do not work in the caretakers' web process: its database login cannot read machine clients.
    if machine is None:
        return
    request.user = machine
    request.token = Token(row[0], machine_permissions(row[2]), row[3])  # type: ignore[attr-defined]  # read by the door


def machine_permissions(codes: Collection[str]) -> frozenset[Permission]:
    """Convert the codes stored with a machine token to permissions.

    Leaves out codes of permissions that no longer exist or that machines may not have.
    """
    return frozenset(permission for permission in Permission if permission.value in codes) - BY_PEOPLE_ALONE


def tell_first_use(request: HttpRequest) -> None:
    """Record the first use of a machine token, even if the request is refused afterwards.

    From this audit event, the people who manage the token learn that it is in use.
    """
    token: Token | None = getattr(request, "token", None)
    if token is None or token.used:
        return
    machine = cast(Person, request.user)
    context = Context(route=request.resolver_match.view_name if request.resolver_match else "")
    record_view(
        events.TOKEN_FIRST_USED, Outcome.SHOWN, by=machine, about=Subject("machine_token", token.id), context=context
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token_used(%s)", [token.id])


def tell_bad_token(request: HttpRequest) -> None:
    """Record the use of an unknown, expired or revoked token. Tokens with a wrong checksum are not recorded."""
    if getattr(request, "bad_token", False):
        record_view(events.SIGN_IN_FAILED, Outcome.REFUSED, by="api")

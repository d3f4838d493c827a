"""A door that programs use: what is asked and what is said are checked, what is answered is made behind the door.

    @endpoint(Permission.ACCOUNT_VIEW, of=Account, by="reference", records=events.ACCOUNT_OPENED,
              title=_("Un compte"), answers=AccountDetail)
    def account(request, account): return ...

A view gets `request.query` or `request.said`, takes rows from `request.look`, and returns what the serializer reads.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.serializer_helpers import ReturnDict

from access.described import Endpoint
from access.door import door
from access.look import DoorRequest
from access.paging import Page, cut
from access.permissions import Permission
from access.problems import ERRORS, Problem
from access.strict import Strict
from audit.events import Kind

LARGEST = 64 * 1024  # bytes of a body
KEY = "Idempotency-Key"
ALREADY = {"already", "assignment_once_at_a_time", "entry_sent_once"}


class ApiRequest(DoorRequest):
    """As a view of the API gets it."""

    query: dict[str, Any]
    said: dict[str, Any]
    key: UUID


def endpoint(
    permission: Permission,
    *,
    records: Kind,
    of: type[models.Model] | None = None,
    by: str = "pk",
    writes: bool = False,
    searches: bool = False,
    fresh: bool = False,
    **described: Any,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    api = Endpoint(**described)

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(request: ApiRequest, *found: Any, **kwargs: Any) -> HttpResponse:
            request.query = asked(request, api.query)
            request.said = said(request, api.body) if api.body else {}
            if writes:
                request.key = key_of(request)
            return told(api, view(request, *found, **kwargs))

        what = {"of": of, "by": by, "writes": writes, "searches": searches, "fresh": fresh}
        passing = door(permission, records=records, api=api, **what)  # type: ignore[arg-type]
        # The door itself asks for the CSRF token, so that its absence is a problem and is recorded.
        return no_append_slash(csrf_exempt(passing(answered)))

    return decorate


def told(api: Endpoint, found: Any) -> HttpResponse:
    """Rendered here, behind the door: whatever a field still fetches, it fetches in the compartment's role."""
    if isinstance(found, Page):
        body: Any = {"results": api.answers(found.items, many=True).data, "next": found.next}
    elif api.many:
        body = {"results": api.answers(found, many=True).data}
    else:
        body = api.answers(found).data
    return HttpResponse(JSONRenderer().render(body), content_type="application/json", status=api.status)


def page(request: ApiRequest, rows: Any) -> Page:
    """The page asked for, of rows in the order asked for."""
    return cut(request, rows, request.query)


def asked(request: HttpRequest, query: type[Strict] | None) -> dict[str, Any]:
    """The address's parameters: a mistyped filter is refused, since ignoring it would answer another question."""
    twice = [name for name, values in request.GET.lists() if len(values) > 1]
    form = (query or Strict)(data=request.GET.dict())
    if twice or not form.is_valid():
        errors = [{"parameter": name, "detail": str(_("Une seule fois."))} for name in twice]
        raise Problem("invalid_query", errors or errors_of(form.errors, "parameter"))
    return dict(form.validated_data)


def said(request: HttpRequest, body: type[Strict]) -> dict[str, Any]:
    form = body(data=read(request))
    if not form.is_valid():
        raise Problem("invalid", errors_of(form.errors, "pointer"))
    return dict(form.validated_data)


def read(request: HttpRequest) -> dict[str, Any]:
    try:
        if len(request.body) > LARGEST:
            raise Problem("too_large")
        # As text first: of bytes the parser guesses, and what stands before us read another sum than it does.
        found = json.loads(request.body.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except RequestDataTooBig:
        raise Problem("too_large") from None
    except (ValueError, RecursionError):
        raise Problem("malformed") from None
    if not isinstance(found, dict):
        raise Problem("malformed")
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would be read differently by different readers."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def key_of(request: HttpRequest) -> UUID:
    given = request.headers.get(KEY, "")
    try:
        key = UUID(given)
    except ValueError:
        raise Problem("key_missing") from None
    if str(key) != given.lower():
        raise Problem("key_missing")
    return key


def errors_of(errors: Mapping[str, Any] | ReturnDict[str, Any], place: str) -> ERRORS:
    """Field by field, as a JSON pointer or the name of a parameter. What was sent is not repeated."""
    found = []
    for name, sentences in errors.items():
        where = "" if name == "non_field_errors" else f"/{name}" if place == "pointer" else name
        for sentence in sentences if isinstance(sentences, list) else [sentences]:
            found.append({place: where, "detail": str(sentence)})
    return found


def acted(request: ApiRequest, act: Callable[..., Any], **what: Any) -> Any:
    """One act in the person's name; what it refuses is a problem, and nothing stays of it."""
    try:
        return act(by=request.look.person, context=request.look.context, **what)
    except ValidationError as refusal:
        code = _code_of(refusal)
        # The form that sent a key before is a page's matter; of a header there is no pointer.
        raise Problem(code, () if code == "key_reused" else _errors_in(refusal)) from refusal


def _code_of(refusal: ValidationError) -> str:
    code = getattr(refusal, "code", None)
    return "key_reused" if code == "key_reused" else "already" if code in ALREADY else "invalid"


def _errors_in(refusal: ValidationError) -> ERRORS:
    by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
    return [
        {"pointer": "" if name == NON_FIELD_ERRORS else f"/{name}", "detail": sentence}
        for name, sentences in by_field.items()
        for sentence in sentences
    ]

"""Decorator for API views. It adds request validation and serialisation to `@door`, the decorator that checks access.

    @endpoint(Permission.ACCOUNT_VIEW, model=Account, lookup="reference", get_event=events.ACCOUNT_OPENED,
              title=_("Un compte"), answers=AccountDetail)
    def account(request, account): return ...

The view reads `request.query` or `request.body_data`, queries rows through `request.access`, and returns the object to
serialise.
"""

import json
from collections.abc import Callable, Iterator, Mapping
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

from access.api.endpoint_spec import Endpoint
from access.api.idempotency import once
from access.api.paging import Page, cut
from access.api.problems import ERRORS, Problem
from access.api.serializer_fields import Strict
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import SentAct
from access.permissions import Permission
from audit.events import Kind

LARGEST = 64 * 1024  # LARGEST is the largest accepted body of an API request, in bytes.
KEY = "Idempotency-Key"
_WHOLE = {NON_FIELD_ERRORS, "non_field_errors"}  # _WHOLE: keys of errors that concern no single field
ALREADY = {
    "already",
    "assignment_once_at_a_time",
    "candidacy_once",
    "decision_one_at_a_time",
    "entry_sent_once",
    "fragile_residence_named_once",
    "offer_answered_once",
    "renounced_once",
    "vacancy_one_open_a_unit",
    "vote_once",
}


class ApiRequest(DoorRequest):
    """Request passed to an API view, with the access context, the validated query parameters and body."""

    query: dict[str, Any]
    body_data: dict[str, Any]
    key: UUID


def endpoint(
    permission: Permission,
    *,
    get_event: Kind | None = None,
    post_event: Kind | None = None,
    model: type[models.Model] | None = None,
    lookup: str = "pk",
    post_is_search: bool = False,
    reauthenticate: bool = False,
    select_related: tuple[str, ...] = (),
    **described: Any,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    api = Endpoint(**described)

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def respond(request: ApiRequest, *objects: Any, **kwargs: Any) -> HttpResponse:
            if api.people_only and request.access.limited_to is not None:
                raise Problem("forbidden")
            request.query = validate_query(request, api.query)
            request.body_data = validate_body(request, api.body) if api.body else {}
            if post_event:
                request.key = key_of(request)
            return response_of(api, view(request, *objects, **kwargs))

        options = {
            "model": model,
            "lookup": lookup,
            "get_event": get_event,
            "post_event": post_event,
            "post_is_search": post_is_search,
            "reauthenticate": reauthenticate,
            "select_related": select_related,
        }
        passing = door(permission, api=api, **options)  # type: ignore[arg-type]
        # API views are exempt from Django's CSRF check: @door checks the CSRF token itself and returns errors as JSON.
        return no_append_slash(csrf_exempt(passing(respond)))

    return decorate


def response_of(api: Endpoint, result: Any) -> HttpResponse:
    """Serialise the value that the view returned. This happens inside the transaction of the `@door` decorator, because
    the serializer may query rows, and only this transaction has the database role that limits them."""
    if isinstance(result, Page):
        body: Any = {"results": api.answers(result.items, many=True).data, "next": result.next}
    elif api.many:
        body = {"results": api.answers(result, many=True).data}
    else:
        body = api.answers(result).data
    return HttpResponse(JSONRenderer().render(body), content_type="application/json", status=api.status)


def page(request: ApiRequest, rows: Any) -> Page:
    """Return one page of `rows`, sorted and limited as the query parameters request."""
    return cut(request, rows, request.query)


def validate_query(request: HttpRequest, query: type[Strict] | None) -> dict[str, Any]:
    """Return the validated query parameters. Raises Problem for an invalid value or an unknown parameter name.

    If an unknown name were ignored, a mistyped filter would return rows that the client did not want.
    """
    twice = [name for name, values in request.GET.lists() if len(values) > 1]
    form = (query or Strict)(data=request.GET.dict())
    if twice or not form.is_valid():
        errors = [{"parameter": name, "detail": str(_("Une seule fois par envoi."))} for name in twice]
        raise Problem("invalid_query", errors or errors_of(form.errors, "parameter"))
    return dict(form.validated_data)


def validate_body(request: HttpRequest, body: type[Strict]) -> dict[str, Any]:
    form = body(data=read_json(request))
    if not form.is_valid():
        raise Problem("invalid", errors_of(form.errors, "pointer"))
    return dict(form.validated_data)


def read_json(request: HttpRequest) -> dict[str, Any]:
    try:
        if len(request.body) > LARGEST:
            raise Problem("too_large")
        # The body is decoded as UTF-8 because json.loads guesses the encoding of bytes, and a proxy may guess another.
        # NaN and Infinity are not valid JSON. `parse_constant=int` refuses them, since int("NaN") raises ValueError.
        content = json.loads(request.body.decode("utf-8-sig"), parse_constant=int, object_pairs_hook=unique_names)
    except RequestDataTooBig:
        raise Problem("too_large") from None
    except (ValueError, RecursionError):
        raise Problem("malformed") from None
    if not isinstance(content, dict):
        raise Problem("malformed")
    return content


def unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a dict from a JSON object. Raises ValueError for a duplicate name, which JSON parsers handle in different
    ways."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("duplicate name in a JSON object")
    return values


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
    """Return the error details of an API response: for each error, its message and the field it concerns.

    `place` is "pointer" for errors in the JSON body, or "parameter" for errors in the query. The details never repeat
    submitted values.
    """
    return [
        {place: pointer if place == "pointer" else pointer.removeprefix("/"), "detail": sentence}
        for pointer, sentence in _pointed(errors, "")
    ]


def _pointed(errors: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield each error message with the JSON pointer of its field, also inside lists and objects."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _pointed(inner, pointer if name in _WHOLE else f"{pointer}/{name}")
    elif isinstance(errors, list):
        for position, inner in enumerate(errors):
            yield from _pointed(inner, f"{pointer}/{position}" if isinstance(inner, Mapping) else pointer)
    else:
        yield pointer, str(errors)


def acted_once(request: ApiRequest, act: Callable[..., Any], **arguments: Any) -> SentAct:
    """Execute `act` once per idempotency key, and return the stored result.

    A repeated request with the same key gets the result of the first request.
    """
    content = json.dumps([request.path, request.body_data], sort_keys=True, default=str)
    sent: SentAct = acted(request, once, key=request.key, content=content, doing=act, **arguments)
    return sent


def acted(request: ApiRequest, act: Callable[..., Any], **arguments: Any) -> Any:
    """Run an action as the current person. If it raises ValidationError, raise Problem, an API error that undoes the
    request's changes in the database."""
    try:
        return act(by=request.access.person, context=request.access.context, **arguments)
    except ValidationError as refusal:
        refusal_code = getattr(refusal, "code", None)
        code = "key_reused" if refusal_code == "key_reused" else "already" if refusal_code in ALREADY else "invalid"
        by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.messages}
        errors = [
            {"pointer": "" if name == NON_FIELD_ERRORS else f"/{name}", "detail": sentence}
            for name, sentences in by_field.items()
            for sentence in sentences
        ]
        # The error for a reused idempotency key has no details: details name body fields, and the key is a header.
        raise Problem(code, () if code == "key_reused" else errors) from refusal

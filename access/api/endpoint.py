"""Decorator for API views: `@door`, which checks access, combined with request validation and serialisation.

    @endpoint(Permission.ACCOUNT_VIEW, model=Account, lookup="reference", get_event=events.ACCOUNT_OPENED,
              title=_("Un compte"), answers=AccountDetail)
    def account(request, account): return ...

The view gets `request.query` or `request.body_data`, takes rows from `request.access`, and returns what the serializer
reads.
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

from access.api.endpoint_spec import Endpoint
from access.api.paging import Page, cut
from access.api.problems import ERRORS, Problem
from access.api.serializer_fields import Strict
from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit.events import Kind

LARGEST = 64 * 1024  # largest accepted request body, in bytes
KEY = "Idempotency-Key"
ALREADY = {"already", "assignment_once_at_a_time", "entry_sent_once"}


class ApiRequest(DoorRequest):
    """The request passed to an API view, with its validated query and body."""

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
    **described: Any,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    api = Endpoint(**described)

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def respond(request: ApiRequest, *objects: Any, **kwargs: Any) -> HttpResponse:
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
        }
        passing = door(permission, api=api, **options)  # type: ignore[arg-type]
        # The @door decorator checks the CSRF token: a missing token is recorded and answered as problem details.
        return no_append_slash(csrf_exempt(passing(respond)))

    return decorate


def response_of(api: Endpoint, result: Any) -> HttpResponse:
    """Serialise the view's result before the transaction of the `@door` decorator ends.

    Until then the compartment's database role is set, and it limits also the fields that only the serializer fetches.
    """
    if isinstance(result, Page):
        body: Any = {"results": api.answers(result.items, many=True).data, "next": result.next}
    elif api.many:
        body = {"results": api.answers(result, many=True).data}
    else:
        body = api.answers(result).data
    return HttpResponse(JSONRenderer().render(body), content_type="application/json", status=api.status)


def page(request: ApiRequest, rows: Any) -> Page:
    """The page of `rows` that the query parameters request, in the requested order."""
    return cut(request, rows, request.query)


def validate_query(request: HttpRequest, query: type[Strict] | None) -> dict[str, Any]:
    """Validated query parameters. Unknown names are refused: ignoring a mistyped filter would return the wrong rows.

    Raises Problem.
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
        # Decode as UTF-8 first: given bytes, json.loads guesses the encoding, and a proxy may guess another.
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
    """Raise ValueError for duplicate names in an object: parsers disagree on which value counts."""
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
    """Error details of an API response: for each error, its message and the field it concerns.

    `place` says how the field is named: by a JSON "pointer" or as a query "parameter". Submitted values are left out.
    """
    details = []
    for name, sentences in errors.items():
        where = "" if name == "non_field_errors" else f"/{name}" if place == "pointer" else name
        for sentence in sentences if isinstance(sentences, list) else [sentences]:
            details.append({place: where, "detail": str(sentence)})
    return details


def acted(request: ApiRequest, act: Callable[..., Any], **arguments: Any) -> Any:
    """Run an action as the current person. Raises Problem, which rolls back, if the action raises ValidationError."""
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
        # For a reused idempotency key, send no details: they point to a field of the body, but the key is a header.
        raise Problem(code, () if code == "key_reused" else errors) from refusal

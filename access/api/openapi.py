"""Generates the OpenAPI 3.1 document from the arguments of `@endpoint`, the decorator of API views."""

import re
from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.urls import URLPattern
from rest_framework import serializers

from access.api.endpoint import KEY
from access.api.problems import KINDS, TYPE
from access.api.serializer_fields import Document, Strict
from access.checks import routes
from access.guard.door_spec import Door
from access.guard.purpose import HEADER
from access.permissions import BY_PEOPLE_ALONE
from audit.purposes import PICKED, WORDS

_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
JSON = "application/json"
Schema = dict[str, Any]


def machine_doors() -> Iterator[tuple[str, URLPattern, Door]]:
    """Yields (path, URL pattern, arguments of the `@door` decorator) for every endpoint that accepts machine tokens."""
    for path, pattern in routes():
        door: Door | None = getattr(pattern.callback, "door", None)
        if door and door.api:
            yield "/" + path, pattern, door


def api_doors() -> Iterator[tuple[str, URLPattern, Door]]:
    """Yields the endpoints of Loge's own API. The SCIM endpoints describe themselves, as RFC 7643 requires."""
    for path, pattern, door in machine_doors():
        if door.api and not door.api.scim:
            yield path, pattern, door


def description() -> Schema:
    paths: Schema = {}
    answers = {}
    for path, pattern, door in api_doors():
        paths.setdefault(template(path), {})[door.methods[0].lower()] = operation(path, pattern, door)
        if door.api:
            answers[door.api.answers.__name__] = door.api.answers
    return {
        "openapi": "3.1.0",
        "info": {"title": "Loge", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, **{name: schema_of(answers[name]()) for name in sorted(answers)}},
            "parameters": {"purpose": purpose_header()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def template(path: str) -> str:
    """Convert a Django path to OpenAPI notation, such as /accounts/{reference}/."""
    return _ARGUMENT.sub(r"{\g<name>}", path)


def operation(path: str, pattern: URLPattern, door: Door) -> Schema:
    api = door.api
    assert api is not None  # noqa: S101 (type checker)
    spec: Schema = {
        "operationId": str(pattern.name),
        "summary": str(api.title),
        "x-permission": door.permission.value,
        "parameters": list(parameters_of(path, door)),
        "responses": {
            str(api.status): {"description": str(api.title), "content": {JSON: {"schema": answer_schema(door)}}},
            **{str(status): problem_response(status) for status in error_statuses(path, door)},
        },
    }
    spec |= security_of(door)
    if api.body:
        spec["requestBody"] = {"required": True, "content": {JSON: {"schema": schema_of(api.body())}}}
    return spec


def security_of(door: Door) -> Schema:
    """Return the security requirement of an endpoint if it differs from that of the whole document, else {}.

    A POST authenticated by the session cookie also needs a CSRF token. An endpoint reserved to people accepts no
    machine token.
    """
    people_only = door.permission in BY_PEOPLE_ALONE or bool(door.api and door.api.people_only)
    posts = door.methods == ["POST"]
    if not (posts or people_only):
        return {}
    session: Schema = {"session": [], "csrf": []} if posts else {"session": []}
    return {"security": [session] if people_only else [{"token": []}, session]}


def parameters_of(path: str, door: Door) -> Iterator[Schema]:
    for kind, name in _ARGUMENT.findall(path):
        shape: Schema = {"type": "string", "format": "uuid"} if kind == "uuid" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": shape}
    api = door.api
    if api and api.query:
        for name, field in api.query().fields.items():
            yield {"name": name, "in": "query", "required": False, "schema": schema_of(field)}
    yield {"$ref": "#/components/parameters/purpose"}
    if api and door.writes:
        yield {"name": KEY, "in": "header", "required": True, "schema": {"type": "string", "format": "uuid"}}


def purpose_header() -> Schema:
    """Describe the request header that states the purpose of a request. It is the same for every endpoint.

    If a request has no such header, the purpose follows from the permissions of the token (access/guard/purpose.py).
    """
    codes = "\n".join(f"- `{code}`: {words}" for code, words in WORDS.items() if code in PICKED)
    shape = {"type": "string", "enum": [code.value for code in PICKED]}
    return {"name": HEADER, "in": "header", "required": False, "description": codes, "schema": shape}


def error_statuses(path: str, door: Door) -> list[int]:
    """Return the HTTP error statuses that the endpoint may return, for the OpenAPI document."""
    statuses = {400, 401, 403, 405, 406, 429, 503}
    if door.model or _ARGUMENT.search(path):
        statuses.add(404)
    if door.writes or door.post_is_search:
        statuses |= {413, 415, 422}
    return sorted(statuses | ({409} if door.writes else set()))


def problem_response(status: int) -> Schema:
    """Describe an error status for the OpenAPI document: titles of its errors, and headers that HTTP requires."""
    codes = [code for code, kind in KINDS.items() if kind.status == status]
    titles = " / ".join(str(KINDS[code].title) for code in codes) or str(status)
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {name: {"required": True, "schema": shape} for name, shape in _BESIDE.get(status, {}).items()}
    return {"description": titles, "content": content, **({"headers": headers} if headers else {})}


_SECONDS = {"Retry-After": {"type": "integer", "minimum": 1}}
_BESIDE: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"type": "string"}},
    405: {"Allow": {"type": "string"}},
    429: _SECONDS,
    503: _SECONDS,
}


def answer_schema(door: Door) -> Schema:
    """Return the JSON Schema of a successful response: one object, a list, or one page of a list."""
    api = door.api
    assert api is not None  # noqa: S101 (type checker)
    item = {"$ref": f"#/components/schemas/{api.answers.__name__}"}
    if not api.paged and not api.many:
        return item
    shape: Schema = {"results": {"type": "array", "items": item}}
    if api.paged:
        shape["next"] = {"type": ["string", "null"]}
    return _object(shape, list(shape))


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def schema_of(field: serializers.Field[Any, Any, Any, Any]) -> Schema:
    """Return the JSON Schema of a serializer or of one serializer field."""
    shape = _shape(field)
    if field.allow_null:
        shape["type"] = [shape["type"], "null"]
    if field.help_text:
        shape["description"] = str(field.help_text)
    if field.default is not serializers.empty and not callable(field.default):
        shape["default"] = field.default
    return shape


def _shape(field: Any) -> Schema:
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        sizes = {"minItems": getattr(field, "min_length", None), "maxItems": getattr(field, "max_length", None)}
        items = {"items": schema_of(cast(Any, field.child))}
        return {"type": "array", **items, **{word: size for word, size in sizes.items() if size is not None}}
    if isinstance(field, Document):
        return {"type": "object"}
    if isinstance(field, serializers.Serializer):
        is_request = isinstance(field, Strict)
        properties = {name: schema_of(inner) for name, inner in field.fields.items()}
        return _object(properties, [name for name, inner in field.fields.items() if inner.required or not is_request])
    if isinstance(field, serializers.ChoiceField):
        blank = [""] if field.allow_blank and "" not in field.choices else []
        return {"type": "string", "enum": [*map(str, field.choices), *blank]}
    if isinstance(field, serializers.IntegerField):
        bounds = {"minimum": field.min_value, "maximum": field.max_value}
        return {"type": "integer", **{word: value for word, value in bounds.items() if value is not None}}
    for kind, shape in _SIMPLE.items():
        if isinstance(field, kind):
            lengths = {"minLength": getattr(field, "min_length", None), "maxLength": getattr(field, "max_length", None)}
            return {**shape, **{word: value for word, value in lengths.items() if value}}
    raise TypeError(f"No JSON Schema is defined for {type(field).__name__}.")


_SIMPLE: dict[type, Schema] = {
    serializers.UUIDField: {"type": "string", "format": "uuid"},
    serializers.DateField: {"type": "string", "format": "date"},
    serializers.DateTimeField: {"type": "string", "format": "date-time"},
    serializers.DecimalField: {"type": "string", "pattern": r"^[0-9]+\.[0-9]$"},
    serializers.DictField: {"type": "object"},
    serializers.BooleanField: {"type": "boolean"},
    serializers.CharField: {"type": "string"},
}


PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(KINDS)},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "code"],
    "additionalProperties": False,
}

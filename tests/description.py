"""Checks that a response of the API matches its OpenAPI description."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
from django.urls import Resolver404

from access.api.openapi import description
from access.api.problems import TYPE
from access.scim.messages import MEDIA as SCIM


@cache
def described() -> dict[str, Any]:
    """Return the OpenAPI description as JSON.

    It is cached: its schemas do not depend on the language, only its texts do.
    """
    return json.loads(json.dumps(description()))


@cache
def operations() -> dict[str, dict[str, Any]]:
    paths = described()["paths"].values()
    return {operation["operationId"]: operation for path in paths for operation in path.values()}


@cache
def validator(name: str, status: str, media: str) -> Any:
    shape = operations()[name]["responses"][status]["content"][media]["schema"]
    return jsonschema_rs.Draft202012Validator({**shape, "components": described()["components"]})


def unlike_the_description(answer: Any) -> list[str]:
    """List the differences between an API response and its OpenAPI description.

    The page that displays the API documentation has no description, so it is not checked. SCIM has its own.
    """
    name = name_of(answer)
    if name == "reference":
        return []
    if name and name.startswith("scim_"):
        return [] if answer["Content-Type"] == SCIM or not answer.content else [f"{name}: {answer['Content-Type']}"]
    method, where = answer.wsgi_request.method, f"{answer.wsgi_request.method} {answer.wsgi_request.path}"
    media = answer["Content-Type"]
    if name is None or answer.status_code in (405, 500) or method == "HEAD":
        return [] if media in (TYPE, "application/json") else [f"{where}: {media}"]
    if str(answer.status_code) not in operations()[name]["responses"]:
        return [f"{where}: {answer.status_code} is not described"]
    try:
        validate = validator(name, str(answer.status_code), media)
    except KeyError:
        return [f"{where}: {answer.status_code} as {media} is not described"]
    return [f"{where}: {error.message}" for error in validate.iter_errors(json.loads(answer.content))]


def name_of(answer: Any) -> str | None:
    try:
        return answer.resolver_match.view_name
    except Resolver404:
        return None

"""Serves the API documentation as an OpenAPI document and as an HTML page, both generated from the API views."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from access.api.endpoint import ApiRequest, endpoint
from access.api.openapi import api_doors, description, operation, template
from access.api.problems import KINDS
from access.api.serializer_fields import Document
from access.grants.wording import PERMISSIONS
from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import PICKED, WORDS


@dataclass(frozen=True)
class Line:
    """One endpoint on the documentation page. `operation` is its OpenAPI operation object."""

    method: str
    path: str
    operation: dict[str, Any]
    permission: Any
    offered: bool

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Return the query parameters and headers that only this endpoint has, for the documentation page.

        Path parameters are visible in the path. Parameters that all endpoints share are described once on the page.
        """
        return [parameter for parameter in self.operation["parameters"] if parameter.get("in", "path") != "path"]

    @property
    def body(self) -> list[tuple[str, dict[str, Any]]]:
        shape = self.operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        return list(shape.get("properties", {}).items())


@endpoint(
    Permission.RULES_READ,
    get_event=events.RULES_SHOWN,
    title=_("Description de l’API, en OpenAPI 3.1"),
    answers=Document,
)
def schema(request: ApiRequest) -> dict[str, Any]:
    return description()


@door(Permission.RULES_READ, get_event=events.RULES_SHOWN)
def reference(request: DoorRequest) -> HttpResponse:
    """List all endpoints, first those that the person's roles may call.

    Endpoints are listed for everyone, because all employees may know which role permits what.
    """
    lines = [
        Line(
            spec.methods[0],
            template(path),
            operation(path, pattern, spec),
            PERMISSIONS[spec.permission],
            request.access.holds(spec.permission),
        )
        for path, pattern, spec in api_doors()
    ]
    lines.sort(key=lambda line: (not line.offered, line.path))
    problems = sorted(KINDS.items(), key=lambda item: item[1].status)
    context = {"lines": lines, "purposes": [(code, WORDS[code]) for code in PICKED], "problems": problems}
    return render(request, "access/api.html", context)

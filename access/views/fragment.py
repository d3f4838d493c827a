"""A part of a page, for htmx: the only answers that a browser may put into a page in sight."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MARK = ("HX-Loge", "fragment")


def fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Asked for where `request.htmx` is true. Marked for static/loge/trusted.js, which lets nothing else pass."""
    response = render(request, template, context)
    response[MARK[0]] = MARK[1]
    return response

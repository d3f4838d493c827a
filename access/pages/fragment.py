"""A part of a page, for htmx: the only responses that may be inserted into an open page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MARK = ("HX-Loge", "fragment")


def fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """For requests where `request.htmx` is true. static/loge/trusted.js only inserts responses with this header."""
    response = render(request, template, context)
    response[MARK[0]] = MARK[1]
    return response

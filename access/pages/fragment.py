"""Responses to htmx with a part of a page. The browser script inserts only such responses into an open page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MARK = ("HX-Loge", "fragment")


def fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a template for an htmx request.

    The response gets a header without which the browser script (static/loge/trusted.js) does not insert it into the
    page.
    """
    response = render(request, template, context)
    response[MARK[0]] = MARK[1]
    return response

"""What is answered outside the doors when something is wrong: it helps, and reveals nothing. Programs get a problem."""

import sys

import psycopg2
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from access.problems import RETRY_AFTER, problem
from audit import events
from audit.events import Outcome
from audit.record import look

API = "/api/"
# The server is away, restarts, fails over, is full, or took too long: what was asked for may succeed in a moment.
_AWAY = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django takes a session that the database could not write for one that somebody has ended."""
    if is_database_away(exception):
        return unavailable(request)
    if request.path.startswith(API):
        return problem("malformed", request)
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem("forbidden", request)
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem("not_found", request)
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Somebody tries and tries."""
    look(events.SIGN_IN_SLOWED, Outcome.REFUSED, by="sign-in")
    response = render(request, "errors/slow.html", status=429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke may break again. Django calls it with the error in hand, whichever
    layer raised it: a middleware, the session, a view, a template, the commit."""
    if is_database_away(sys.exc_info()[1]):
        return unavailable(request)
    if request.path.startswith(API):
        return problem("broken", request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 without a personal byte. Whether a commit that was lost on its way took place, nobody knows: the page says
    where to look, and a program sends the same idempotency key again."""
    if request.path.startswith(API):
        return problem("unavailable", request)
    response = HttpResponse(render_to_string("errors/unavailable.html"), status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def is_database_away(error: BaseException | None) -> bool:
    """Itself, or behind what was raised because of it."""
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        error = error.__cause__ or error.__context__
    return False

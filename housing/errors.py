"""Error handlers for the statuses 400, 403, 404, 429, 500 and 503. Error pages tell users what to do, and show no data.
API clients get problem details as JSON."""

import sys

import psycopg2
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from access.api.problems import RETRY_AFTER, problem
from audit import events
from audit.events import Outcome
from audit.record import record_view

API = "/api/"
# Exceptions raised if PostgreSQL is down, restarting, full or slow. The answer is 503, because a retry may succeed.
_AWAY = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400. Django calls this handler for every SuspiciousOperation and BadRequest.

    Answer 503 if the cause is an unreachable database: Django also raises BadRequest if a session cannot be saved.
    """
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
    """Answer 429 after too many sign-in attempts, and record an audit event about the refusal."""
    record_view(events.SIGN_IN_SLOWED, Outcome.REFUSED, by="sign-in")
    response = render(request, "errors/slow.html", status=429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500. The page is rendered without the request, so that no context processor runs: a context processor may
    be what failed.

    The exception may come from middleware, the session, a view, a template or a commit.
    """
    if is_database_away(sys.exc_info()[1]):
        return unavailable(request)
    if request.path.startswith(API):
        return problem("broken", request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503, without personal data.

    If the database connection was lost during a commit, nobody knows whether the change was saved. So the page asks
    users to check, and API clients can safely send the request again with the same idempotency key.
    """
    if request.path.startswith(API):
        return problem("unavailable", request)
    response = HttpResponse(render_to_string("errors/unavailable.html"), status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def is_database_away(error: BaseException | None) -> bool:
    """Whether an exception, or one of its causes, means that the database cannot be reached."""
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        error = error.__cause__ or error.__context__
    return False

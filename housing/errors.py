"""What is answered outside the doors when something is wrong: it helps, and reveals nothing. Programs get a problem."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from access.problems import problem
from audit import events
from audit.events import Outcome
from audit.record import look

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
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
    """Rendered without the request: whatever broke may break again."""
    if request.path.startswith(API):
        return problem("broken", request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)

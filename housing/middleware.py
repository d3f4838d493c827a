"""Loge's middleware: security headers, sessions, request log, e-mails after the response, checks of the audit log."""

import logging
import time
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from access.api.problems import problem
from access.checks import OPEN_WHILE_LOCKED, TOLD_BY_GET, UNTOLD
from access.guard.door import unavailable
from access.signin import drafts, sessions
from access.signin.adapter import Asked, Letter
from access.signin.session_store import SessionStore, person_of
from audit.record import AuditLogUnavailable, try_audit_log
from housing.logs import route_of
from housing.monitoring import metrics
from housing.serving.own_machine import reason_against

Handler = Callable[[HttpRequest], HttpResponse]
API = "/api/"
Posted = EmailMessage | Letter | Asked
_log = logging.getLogger("loge.request")
_letters = logging.getLogger("loge.letter")


# The content security policy allows scripts, styles, images and forms only from Loge itself.
# Scripts can turn text into HTML only through the Trusted Types policy "default" (docs/decisions/0006-script.md).
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
        "report-uri /csp",
        "report-to csp",
    )
)


def counted(get_response: Handler) -> Handler:
    """The outermost middleware: gives each request an id, and logs and counts the response."""

    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        request.id = uuid4()  # type: ignore[attr-defined]  # never from a header: clients may not choose log content
        response = get_response(request)
        seconds = time.perf_counter() - start
        access = getattr(request, "access", None)
        labels = {
            "route": route_of(request),
            "method": request.method if request.method in metrics.METHODS else "other",
            "status": response.status_code,
            "outcome": str(access.outcome) if access and access.outcome else "none",
        }
        _log.info("request", extra={"request": str(request.id), "ms": round(seconds * 1000), **labels})  # type: ignore[attr-defined]
        recorded = not getattr(response, "without_audit_log", False)
        metrics.count(**labels, seconds=seconds, recorded=recorded)  # type: ignore[arg-type]
        if access and access.standby:
            metrics.STANDBY.labels(access.standby).inc()
        return response

    return middleware


def never_stored(get_response: Handler) -> Handler:
    """Set security headers and forbid caching. If a browser showed a page from its cache, no audit event would record
    that the page was viewed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        if request.method == "POST" and route_of(request) in ("account_logout", "lock"):
            response["Clear-Site-Data"] = '"cache", "storage"'
        response["Content-Security-Policy"] = POLICY
        response["Reporting-Endpoints"] = 'csp="/csp"'
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return middleware


class Compressed(GZipMiddleware):
    """Compresses pages, except answers to a POST and pages that may contain the query of this or an earlier request.

    The compressed size tells whether a secret in the page resembles text that an attacker chose by the query of a link
    (BREACH attack). Django also adds a random number of bytes to each compressed page.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if not page or response.streaming or response.status_code != 200:
            return response
        if request.method != "GET" or request.META.get("QUERY_STRING") or getattr(request, "repeats_query", False):
            return response
        return super().process_response(request, response)


class SessionByCookie(SessionMiddleware):
    """Stores each session under a hash of the cookie's value: whoever reads the session table gets no usable cookie."""

    def process_request(self, request: HttpRequest) -> None:
        request.session = SessionStore.of_cookie(request.COOKIES.get(settings.SESSION_COOKIE_NAME))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        name = settings.SESSION_COOKIE_NAME
        # Leave an empty cookie value unchanged: a response with an empty value deletes the session cookie.
        if name in response.cookies and response.cookies[name].value:
            response.cookies[name] = cast(SessionStore, request.session).cookie
        return response


class PersonOfSession(AuthenticationMiddleware):
    """Sets the user of the request to the person who was read with the session, when something first asks for it."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]


class AuditLogRequired:
    """Answers 503 to requests that change data while the audit log cannot be written.

    This protects view functions without the `@door` decorator, such as the sign-in pages, because they write their
    audit event only after the change.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any) -> HttpResponse | None:
        view_name = request.resolver_match.view_name if request.resolver_match else ""
        sent = (request.method == "POST" and view_name not in UNTOLD) or view_name in TOLD_BY_GET
        if hasattr(view, "door") or not sent:
            return None
        try:
            try_audit_log()
        except AuditLogUnavailable:
            return unavailable()
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable() if isinstance(error, AuditLogUnavailable) else None


class WithinLimits:
    """Locks or ends a session when its time limit is reached. If a session is locked, each request is redirected to the
    page that unlocks the session."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            person = sessions.person_of(request)
            sessions.watch(request)
            if not request.user.is_authenticated:
                request.left_by = person
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        view_name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method == "POST" and (person := getattr(request, "left_by", None)):
            draft = drafts.address_of_request(request, person)
            return redirect_to_login(draft) if draft else None
        if not request.user.is_authenticated or not sessions.is_locked(request) or view_name in OPEN_WHILE_LOCKED:
            return None
        if request.path.startswith(API):
            return problem("locked", request)
        # Save the posted form as a draft. After unlocking the session, the person gets the form back as typed.
        if request.method == "POST":
            back = drafts.address_of_request(request, sessions.person_of(request)) or reverse("home")
        else:
            back = request.get_full_path() if request.method == "GET" else reverse("home")
        return redirect_to_login(back, reverse("locked"))


def on_localhost(get_response: Handler) -> Handler:
    """Restricts a demonstration to requests from this machine. Requests to `127.0.0.1` are redirected to `localhost`,
    the only name under which browsers allow security keys without HTTPS."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.DEMO and (reason := reason_against(request)):
            return HttpResponse(f"{reason}\n", status=403, content_type="text/plain; charset=utf-8")
        host, _colon, port = request.get_host().partition(":")
        if settings.DEMO and host == "127.0.0.1" and request.method == "GET":
            return HttpResponseRedirect(f"http://localhost:{port or 80}{request.get_full_path()}")
        return get_response(request)

    return middleware


def lettered(get_response: Handler) -> Handler:
    """Sends e-mails after the response, so that the response time does not reveal whether an e-mail was sent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if letters := getattr(request, "letters", None):
            close = response.close

            def close_then_post() -> None:
                close()
                for letter in letters:
                    post_letter(request, letter)

            response.close = close_then_post  # type: ignore[method-assign]
        return response

    return middleware


def post_letter(request: HttpRequest, letter: Posted) -> None:
    """Send an e-mail. A failure is logged and not raised, so that the other e-mails of the request are still sent.

    The failed e-mail is not stored. The log line has the id of the request, and the audit events with this id show
    which e-mail must be sent again.
    """
    try:
        letter.send()
    except Exception:
        fields = {"request": str(request.id), "route": route_of(request)}  # type: ignore[attr-defined]
        _letters.exception("letter_lost", extra=fields)
        metrics.LETTERS_LOST.inc()

"""Responses to requests that the `@door` decorator refuses: HTML pages for people, problem details for API clients."""

from collections.abc import Sequence
from typing import Protocol, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from rest_framework.authentication import CSRFCheck

from access.api.problems import Problem, problem
from access.api.tokens import tell_bad_token, tell_first_use
from access.guard.context import DoorRequest
from access.guard.limits import LimitReached, TooFast, slow_down
from access.guard.purpose import stated
from access.models import Person
from access.roles import ROLES, roles_with
from access.signin.drafts import address_of_request

SAFE = ("GET", "HEAD", "OPTIONS")


class Responder(Protocol):
    def nobody(self, request: HttpRequest) -> HttpResponse: ...
    def one_factor(self, request: HttpRequest) -> HttpResponse: ...
    def proved_long_ago(self, request: HttpRequest) -> HttpResponse: ...
    def wrong_method(self, request: HttpRequest, methods: Sequence[str]) -> HttpResponse: ...
    def check(self, request: HttpRequest) -> None: ...
    def why(self, request: HttpRequest, page: str) -> HttpResponse: ...
    def refused(self, request: HttpRequest, status: int) -> HttpResponse: ...
    def wait(self, request: HttpRequest, limit: LimitReached) -> HttpResponse: ...
    def unavailable(self) -> HttpResponse: ...


class HtmlResponder:
    def nobody(self, request: HttpRequest) -> HttpResponse:
        return redirect_to_login(request.get_full_path())

    def one_factor(self, request: HttpRequest) -> HttpResponse:
        return redirect("mfa_index")

    def proved_long_ago(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the reauthentication page, which returns to this page with the submitted form, if any."""
        draft = address_of_request(request, cast(Person, request.user)) if request.method == "POST" else ""
        return redirect_to_login(draft or request.get_full_path(), reverse("account_reauthenticate"))

    def wrong_method(self, request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
        return HttpResponseNotAllowed(methods)

    def check(self, request: HttpRequest) -> None:
        """Check nothing: for HTML pages, Django's middleware has already checked the CSRF token."""

    def why(self, request: HttpRequest, page: str) -> HttpResponse:
        """Redirect to the page where the person chooses a purpose and then returns to this page."""
        words = request.resolver_match.kwargs if request.resolver_match else {}
        return_url = request.get_full_path() if request.method in SAFE else request.path
        where = f"{reverse(page, kwargs={'reference': words['reference']})}?{urlencode({'suite': return_url})}"
        # Let the browser open the purpose page, because htmx would insert a redirect's page into the current page.
        if cast(DoorRequest, request).htmx:
            return HttpResponseClientRedirect(where)
        return redirect(where)

    def refused(self, request: HttpRequest, status: int) -> HttpResponse:
        """Return the page that says why access is refused.

        The page may list the roles that have the permission, because /regles/ shows them to everyone anyway.
        """
        if cast(DoorRequest, request).access.in_conflict:
            return render(request, "errors/walled.html", {"refused": True}, status=403)
        roles = roles_with(cast(DoorRequest, request).access.permission) if status == 403 else []
        context = {"refused": True, "opened_by": [ROLES[code].name for code in roles]}
        return render(request, f"errors/{status}.html", context, status=status)

    def wait(self, request: HttpRequest, limit: LimitReached) -> HttpResponse:
        context = {"limit": settings.ACCOUNTS_AN_HOUR, "too_fast": isinstance(limit, TooFast)}
        return render(request, "errors/429.html", context, status=429)

    def unavailable(self) -> HttpResponse:
        """Return a page with status 503 and no personal data, because the audit log cannot be written."""
        return HttpResponse(render_to_string("errors/503.html", {"at": timezone.now()}), status=503)


def check_csrf(request: HttpRequest) -> None:
    """Run Django's CSRF check, so that a failure gives a JSON error and not Django's HTML page."""
    csrf = CSRFCheck(lambda _request: HttpResponse())
    csrf.process_request(request)
    if csrf.process_view(request, None, (), {}):  # type: ignore[arg-type]
        raise Problem("csrf")


class ApiResponder:
    def nobody(self, request: HttpRequest) -> HttpResponse:
        tell_bad_token(request)
        return problem("unauthenticated", request)

    def one_factor(self, request: HttpRequest) -> HttpResponse:
        return problem("second_factor", request)

    def proved_long_ago(self, request: HttpRequest) -> HttpResponse:
        return problem("fresh_proof", request)

    def wrong_method(self, request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
        return problem("method_not_allowed", request, headers={"Allow": ", ".join(methods)})

    def check(self, request: HttpRequest) -> None:
        """Check the use of the token, the rate limit, the purpose, the content type and the CSRF token.

        A request with a machine token needs no CSRF check, because browsers do not send such tokens by themselves.
        """
        tell_first_use(request)
        slow_down(cast(Person, request.user).pk)
        if purpose := stated(request):
            cast(DoorRequest, request).access.purpose = purpose
        if not request.accepts("application/json"):
            raise Problem("not_acceptable")
        if request.method in SAFE:
            return
        if not getattr(request, "token", None):
            check_csrf(request)
        if request.content_type != "application/json":
            raise Problem("unsupported_media_type")

    def why(self, request: HttpRequest, page: str) -> HttpResponse:
        return problem("purpose_missing", request)

    def refused(self, request: HttpRequest, status: int) -> HttpResponse:
        return problem("forbidden" if status == 403 else "not_found", request)

    def wait(self, request: HttpRequest, limit: LimitReached) -> HttpResponse:
        return problem("too_many", request)

    def unavailable(self) -> HttpResponse:
        return problem("no_trace")


HTML_RESPONDER, API_RESPONDER = HtmlResponder(), ApiResponder()

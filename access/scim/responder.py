"""Responses to SCIM requests that the `@door` decorator refuses. Only machine tokens may send SCIM requests."""

from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest, HttpResponse

from access.api.tokens import tell_bad_token, tell_first_use
from access.guard.answers import SAFE, ApiResponder
from access.guard.limits import LimitReached, slow_down
from access.models import Person
from access.scim.messages import MEDIA, ScimProblem, error

_JSON = (MEDIA, "application/json")


class ScimResponder(ApiResponder):
    def nobody(self, request: HttpRequest) -> HttpResponse:
        tell_bad_token(request)
        return error(401, "Present the bearer token of the directory.")

    def one_factor(self, request: HttpRequest) -> HttpResponse:
        return error(403, "Only the directory's token may send SCIM requests.")

    def wrong_method(self, request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
        detail = "People are created in Loge, by two administrators. SCIM only closes the sign-in of people who leave."
        return error(405, detail, headers={"Allow": ", ".join(methods)})

    def check(self, request: HttpRequest) -> None:
        """Check that a machine token was presented, its rate limit, and the content type."""
        if not getattr(request, "token", None):
            raise ScimProblem(403, "Only the directory's token may send SCIM requests.")
        tell_first_use(request)
        slow_down(cast(Person, request.user).pk)
        if request.method not in (*SAFE, "DELETE") and request.content_type not in _JSON:
            raise ScimProblem(415, f"Send {MEDIA}.")

    def refused(self, request: HttpRequest, status: int) -> HttpResponse:
        if status == 403:
            return error(403, "The token does not permit this.")
        return error(404, "There is no such resource, or it is out of the token's reach.")

    def wait(self, request: HttpRequest, limit: LimitReached) -> HttpResponse:
        return error(429, "Too many requests.")

    def unavailable(self) -> HttpResponse:
        return error(503, "The audit log cannot be written, so nothing is answered or changed.")


SCIM_RESPONDER = ScimResponder()

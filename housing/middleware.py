"""What holds for every answer, whatever the view."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from access.door import unavailable
from audit.record import TraceUnavailable

Handler = Callable[[HttpRequest], HttpResponse]


# Pages are made here and hold no script: whatever else a browser is asked to fetch or run did not come from us.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def never_stored(get_response: Handler) -> Handler:
    """A page shown again from the browser's memory would be a look without a trace: nothing dynamic is ever stored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        response["Content-Security-Policy"] = POLICY
        return response

    return middleware


class TraceOrNothing:
    """Outside the doors (signing in and out) the rule is the same: what cannot be recorded does not happen."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable() if isinstance(error, TraceUnavailable) else None

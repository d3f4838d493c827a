"""What an error report may say, should somebody send one: where in the code it broke, and nothing that was typed.

The log never quotes an exception (housing/logs.py). This is for whatever else asks Django for a report.
"""

from typing import Any

from django.conf import settings
from django.views.debug import ExceptionReporter

# What quotes the request, or the piece of text that broke.
_QUOTED = {
    "request",
    "user_str",
    "request_meta",
    "request_insecure_uri",
    "request_GET_items",
    "filtered_POST_items",
    "request_FILES_items",
    "request_COOKIES_items",
    "raising_frame",
    "template_info",
    "unicode_hint",
}


class Report(ExceptionReporter):
    def get_traceback_data(self) -> dict[str, Any]:
        """Classes of exceptions and lines of code. On a developer's own machine all of it, as usual."""
        told = super().get_traceback_data()
        if settings.DEBUG:
            return told
        kept = {name: value for name, value in told.items() if name not in _QUOTED}
        return {**kept, "exception_value": "", "frames": [_bare(frame) for frame in told["frames"]]}


def _bare(frame: dict[str, Any]) -> dict[str, Any]:
    """Without its variables, and without the exceptions whose text it quotes."""
    return {**frame, "vars": [], "exc_cause": None}

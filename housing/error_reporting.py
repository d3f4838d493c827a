"""Django error reports without data that people typed: only classes of exceptions and lines of code.

The log never contains Django's reports (housing/logs.py). This covers any other code that asks Django for one.
"""

from typing import Any

from django.conf import settings
from django.views.debug import ExceptionReporter

# Entries that quote the request, or the text that caused the error.
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
        """Exception classes and lines of code only; the full report on a developer's machine."""
        data = super().get_traceback_data()
        if settings.DEBUG:
            return data
        # Frames contain variables, and exc_cause an exception with its text.
        frames = [{**frame, "vars": [], "exc_cause": None} for frame in data["frames"]]
        unquoted = {name: value for name, value in data.items() if name not in _QUOTED}
        return {**unquoted, "exception_value": "", "frames": frames}

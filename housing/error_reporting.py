"""Django error reports without data that people typed: only exception classes and lines of code.

housing/logs.py never logs such reports. This module protects any other code that makes Django write one, such as
Django's AdminEmailHandler.
"""

from typing import Any

from django.conf import settings
from django.views.debug import ExceptionReporter

# Keys of Django's report data that are removed: their values quote the request, or the text that caused the error.
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
        """Return Django's report data, with only exception classes and lines of code. With DEBUG, return all of it."""
        data = super().get_traceback_data()
        if settings.DEBUG:
            return data
        # Both values quote data: `vars` has the values of variables, and `exc_cause` is an exception with its message.
        frames = [{**frame, "vars": [], "exc_cause": None} for frame in data["frames"]]
        unquoted = {name: value for name, value in data.items() if name not in _QUOTED}
        return {**unquoted, "exception_value": "", "frames": frames}

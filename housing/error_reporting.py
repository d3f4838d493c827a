"""Removes what people typed from Django's error reports: only exception classes and lines of code remain.

Loge's own logging (housing/logs.py) never writes these reports, but other code, such as Django's AdminEmailHandler,
can.
"""

from typing import Any

from django.conf import settings
from django.views.debug import ExceptionReporter

# Keys that Loge removes from Django's error report: their values quote the request, or the text that caused the error.
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
        """Return the data of Django's report, reduced to exception classes and lines of code. With DEBUG, return all
        data."""
        data = super().get_traceback_data()
        if settings.DEBUG:
            return data
        # Remove `vars` (values of variables) and `exc_cause` (exception with its message): both can quote typed text.
        frames = [{**frame, "vars": [], "exc_cause": None} for frame in data["frames"]]
        unquoted = {name: value for name, value in data.items() if name not in _QUOTED}
        return {**unquoted, "exception_value": "", "frames": frames}

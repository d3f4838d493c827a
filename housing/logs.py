"""The only format of log lines: a JSON object of values that cannot contain personal data.

Messages of other packages' loggers, arguments, URLs and texts of exceptions can contain what people typed. A message of
another package is replaced by its place in the code, and an exception by its class and stack frames.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

OURS = "loge."
# Maps the name of each field in log lines of Loge's own loggers to its type. docs/operations/logs.md lists the fields.
FIELDS: dict[str, type] = {
    "request": str,
    "route": str,
    "method": str,
    "status": int,
    "ms": int,
    "outcome": str,
    "reason": str,
}
_ROOT = Path(__file__).resolve().parents[1]
_FRAMES = 12


class JsonLines(logging.Formatter):
    """Formats a log record as JSON with the keys `at`, `level`, `logger` and `event`. Records of Loge's own loggers
    also have the keys in FIELDS."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name}
        # Log the message only for Loge's own loggers: messages of other packages may contain personal data.
        if record.name.startswith(OURS):
            fields = {name: getattr(record, name, None) for name in FIELDS}
            line |= {"event": str(record.msg), **{name: value for name, value in fields.items() if value is not None}}
        else:
            line |= {"event": "foreign", "where": f"{record.module}:{record.funcName}:{record.lineno}"}
        # Django attaches the request to its log records about errors: log the request's id and URL name, not the URL.
        request = getattr(record, "request", None)
        if request is not None and not isinstance(request, str):
            line |= {"request": str(getattr(request, "id", "")), "route": route_of(request)}
        if record.exc_info and record.exc_info[1]:
            line |= _error_fields(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def route_of(request: Any) -> str:
    """Return the name of the URL pattern of the request. The URL itself is never logged, because a URL can contain the
    reference of a tenant's account."""
    match = getattr(request, "resolver_match", None)
    return str(match.view_name) if match and match.view_name else "none"


def _error_fields(error: BaseException) -> dict[str, Any]:
    """Return the log fields for an exception: its class, the classes of its causes, and its stack frames. The message
    is logged only for ImproperlyConfigured, whose messages contain no personal data."""
    names: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(names) < _FRAMES:
        names.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    calls = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    frames = [f"{_short(Path(call.filename))}:{call.lineno} {call.name}" for call in calls]
    reason = {"reason": str(error)} if isinstance(error, ImproperlyConfigured) else {}
    return {"error": names, "frames": frames, **reason}


def _short(path: Path) -> str:
    """Shorten the path of a source file in a stack frame: relative to the project or to site-packages, otherwise only
    the file name."""
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name

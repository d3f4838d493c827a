"""The only format of log lines: a JSON object of values that cannot contain personal data.

Log messages, arguments, URLs and texts of exceptions can contain what people typed, so none of these is written. A line
of another package's logger is identified by its place in the code; an exception by its class and its stack frames.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

OURS = "loge."
# The fields of our own log lines and their types; docs/operations/logs.md documents them.
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
    """Formats `at`, `level`, `logger` and `event`. Lines of our own loggers also have FIELDS."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name}
        # Our loggers only log constant messages (tests/architecture/test_logs.py). Those of packages may contain data.
        if record.name.startswith(OURS):
            fields = {name: getattr(record, name, None) for name in FIELDS}
            line |= {"event": str(record.msg), **{name: value for name, value in fields.items() if value is not None}}
        else:
            line |= {"event": "foreign", "where": f"{record.module}:{record.funcName}:{record.lineno}"}
        # Django adds the request to its own error records, so the request's id and route can be logged.
        request = getattr(record, "request", None)
        if request is not None and not isinstance(request, str):
            line |= {"request": str(getattr(request, "id", "")), "route": route_of(request)}
        if record.exc_info and record.exc_info[1]:
            line |= _error_fields(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def route_of(request: Any) -> str:
    """The name of the requested view. The address is never logged, because it contains references of accounts."""
    match = getattr(request, "resolver_match", None)
    return str(match.view_name) if match and match.view_name else "none"


def _error_fields(error: BaseException) -> dict[str, Any]:
    """Fields for an exception: the classes of the exception and its causes, and its stack. Its message is left out,
    except for ImproperlyConfigured, whose messages have no personal data."""
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
    """Shorten a path: relative to the project or to site-packages, otherwise the file name."""
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name

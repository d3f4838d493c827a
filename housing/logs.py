"""The one way a line of the log is written: a JSON object made of things that cannot hold a person.

What somebody typed travels in messages, arguments, URLs and the texts of exceptions: none of these is ever written.
A foreign logger is quoted by where in its code it spoke; an exception by its class and the lines it passed through.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured

OURS = "loge."
# What our own lines may say, and what each is: docs/logs.md tells the same.
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
    """`at`, `level`, `logger`, `event`, and for what is ours the fields above."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name, **_said(record)}
        line |= _asked(record)
        if record.exc_info and record.exc_info[1]:
            line |= _broken(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _said(record: logging.LogRecord) -> dict[str, Any]:
    """Our own messages are constants of the code (tests/architecture/test_logs.py); others' are not known to be."""
    if not record.name.startswith(OURS):
        return {"event": "foreign", "where": f"{record.module}:{record.funcName}:{record.lineno}"}
    told = {name: getattr(record, name, None) for name in FIELDS}
    return {"event": str(record.msg), **{name: value for name, value in told.items() if value is not None}}


def _asked(record: logging.LogRecord) -> dict[str, str]:
    """Django hands the request to its own error lines: its id and its route join them to ours."""
    request = getattr(record, "request", None)
    if request is None or isinstance(request, str):
        return {}
    return {"request": str(getattr(request, "id", "")), "route": route_of(request)}


def route_of(request: Any) -> str:
    """The name of the page asked for, never its address, which holds references."""
    match = getattr(request, "resolver_match", None)
    return str(match.view_name) if match and match.view_name else "none"


def _broken(error: BaseException) -> dict[str, Any]:
    """The chain of classes and the way through the code. Only what start-up refused is quoted: it names nobody."""
    told: dict[str, Any] = {"error": _chain(error), "frames": _frames(error.__traceback__)}
    return told | ({"reason": str(error)} if isinstance(error, ImproperlyConfigured) else {})


def _chain(error: BaseException | None) -> list[str]:
    names: list[str] = []
    while error is not None and len(names) < _FRAMES:
        names.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return names


def _frames(trace: TracebackType | None) -> list[str]:
    """The innermost calls. A path is told from the project or from the packages, never from the machine's root."""
    calls = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{_short(Path(call.filename))}:{call.lineno} {call.name}" for call in calls]


def _short(path: Path) -> str:
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name

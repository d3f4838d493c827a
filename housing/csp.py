"""Browsers tell here what the policy stopped. It is counted by directive; who, where and which words are not read."""

import json
import logging
from collections import Counter
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter as Figure

from housing.metrics import REGISTRY

LARGEST = 8 * 1024  # bytes of a report that are read; browsers send less than one kilobyte
UNNAMED = frozenset({"unknown", "unreadable", "too long"})
DIRECTIVES = frozenset(
    (
        "default-src",
        "script-src",
        "script-src-elem",
        "script-src-attr",
        "connect-src",
        "style-src",
        "style-src-elem",
        "style-src-attr",
        "img-src",
        "font-src",
        "media-src",
        "object-src",
        "frame-src",
        "worker-src",
        "manifest-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
        "require-trusted-types-for",
        "trusted-types",
    )
)
REPORTS = Figure("loge_csp_reports", "What browsers stopped on our pages.", ["directive"], registry=REGISTRY)
logger = logging.getLogger("loge.csp")
_counted: Counter[str] = Counter()
_lock = Lock()  # one process answers several requests at once


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """204 to everybody: it neither believes nor answers what it is told."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    for broken in _broken(request.body) if length.isdigit() and int(length) <= LARGEST else ["too long"]:
        _count(broken)
    return HttpResponse(status=204)


def _broken(body: bytes) -> list[str]:
    """The directives a report names; both ways in which browsers write one. Anything else is "unreadable"."""
    try:
        told = json.loads(body)
        reports = [one["body"] for one in told] if isinstance(told, list) else [told["csp-report"]]
        return [_directive(one) for one in reports[:10]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ["unreadable"]


def _directive(told: dict[str, Any]) -> str:
    named = told.get("effectiveDirective") or told.get("effective-directive") or told.get("violated-directive")
    return named if isinstance(named, str) and named in DIRECTIVES else "unknown"


def _count(broken: str) -> None:
    """Logged the first, second, fourth, eighth time: a flood leaves a handful of lines, and a figure in /mesures."""
    with _lock:
        _counted[broken] += 1
        times = _counted[broken]
    REPORTS.labels(broken).inc()
    if times & (times - 1) == 0:
        logger.warning("policy_stopped_something", extra={"reason": broken})

"""Receives browsers' reports that the content security policy blocked something, and counts the reports by
directive."""

import json
import logging
from collections import Counter
from threading import Lock

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter as Figure

from housing.monitoring.metrics import REGISTRY

# Maximum size of a report in bytes. Larger reports are not read; browsers send less than a kilobyte.
LARGEST = 8 * 1024
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
REPORTS = Figure(
    "loge_csp_reports", "Reports that the content security policy blocked something.", ["directive"], registry=REGISTRY
)
logger = logging.getLogger("loge.csp")
_counted: Counter[str] = Counter()
# Threads must hold this lock to increase a number in `_counted`, because `+=` on a Counter is not atomic.
_lock = Lock()


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Count a browser's report. Anybody can send reports, so the answer is 204 without content whatever the report
    contains."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    for directive in directives_of(request.body) if length.isdigit() and int(length) <= LARGEST else ["too long"]:
        with _lock:
            _counted[directive] += 1
            times = _counted[directive]
        REPORTS.labels(directive).inc()
        # Log only the 1st, 2nd, 4th, 8th... report about the same directive, so that a flood does not fill the log.
        if times & (times - 1) == 0:
            logger.warning("policy_stopped_something", extra={"reason": directive})
    return HttpResponse(status=204)


def directives_of(body: bytes) -> list[str]:
    """Return the directives that a browser's report names. Browsers use two report formats; any other content gives
    "unreadable"."""
    try:
        content = json.loads(body)
        reports = [item["body"] for item in content] if isinstance(content, list) else [content["csp-report"]]
        names = [
            report.get("effectiveDirective") or report.get("effective-directive") or report.get("violated-directive")
            for report in reports[:10]
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ["unreadable"]
    return [name if isinstance(name, str) and name in DIRECTIVES else "unknown" for name in names]

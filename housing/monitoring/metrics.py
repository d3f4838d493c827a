"""Metrics for Prometheus: numbers of requests, response times, refusals. No label contains personal data.

Labels are URL names, methods, statuses and outcomes, all from closed lists. With several worker processes, set
PROMETHEUS_MULTIPROC_DIR to an empty folder: each process writes its counts there, and a request for the metrics returns
their sums (docs/operations/running.md).
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from audit.sealed.state import seal_state
from housing.monitoring.access import is_watcher

REGISTRY = CollectorRegistry()
METHODS = frozenset({"GET", "HEAD", "POST"})
REQUESTS = Counter("loge_requests", "Requests answered.", ["route", "method", "status", "outcome"], registry=REGISTRY)
SECONDS = Histogram(
    "loge_request_seconds",
    "Time to answer.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
REFUSED = Counter("loge_doors_refused", "Requests that a door refused.", ["route", "outcome"], registry=REGISTRY)
AUDIT_LOG_FAILURES = Counter(
    "loge_trace_failures", "Answers withheld because the audit log could not be written.", registry=REGISTRY
)
STANDBY = Counter(
    "loge_standby_pages", "Pages read from the standby, or left to the primary.", ["result"], registry=REGISTRY
)
LETTERS_LOST = Counter("loge_letters_lost", "E-mails that could not be sent.", registry=REGISTRY)


class OfTheSeal(Collector):
    """Metrics of the sealed audit log: its size, and the age of the oldest event that is not yet sealed, or not yet
    countersigned by a witness (outside server). The values are queried when Prometheus reads the metrics, and left out
    if the database does not answer."""

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        with suppress(Error):
            state = seal_state()
            yield GaugeMetricFamily("loge_seal_leaves", "Leaves of the sealed log.", value=state.size)
            yield GaugeMetricFamily("loge_seal_behind_seconds", "Age of the oldest unsealed event.", value=state.behind)
            yield GaugeMetricFamily("loge_seal_unseen_seconds", "Age of what no witness cosigned.", value=state.unseen)


REGISTRY.register(OfTheSeal())


def count(*, route: str, method: str, status: int, outcome: str, seconds: float, recorded: bool) -> None:
    REQUESTS.labels(route, method, str(status), outcome).inc()
    SECONDS.labels(route).observe(seconds)
    if outcome in ("refused", "missing"):
        REFUSED.labels(route, outcome).inc()
    if not recorded:
        AUDIT_LOG_FAILURES.inc()


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all metrics, as text for Prometheus. Anybody but monitoring gets a 404, as if no metrics existed."""
    if not is_watcher(request):
        return HttpResponseNotFound()
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        registry.register(OfTheSeal())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

"""Metrics: who may read them, what they count, and that no label contains a person or a place."""

import re

import pytest
from django.test import Client

from access.checks import routes
from housing.monitoring.csp import DIRECTIVES, UNNAMED
from housing.monitoring.metrics import METHODS, REFUSED, REQUESTS, SECONDS
from tests.visits import visits

LABELS = re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture
def watched(settings):
    settings.METRICS_ALLOW = ["127.0.0.1", "10.0.0.0/8"]


def figures() -> str:
    answer = Client().get("/mesures", REMOTE_ADDR="10.1.2.3")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("10.1.2.3", {}, 200),
        ("127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("", {}, 404),
        ("192.0.2.7", {"X-Forwarded-For": "10.1.2.3"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, 404),
        ("127.0.0.1", {"X-Real-Ip": "192.0.2.7"}, 404),
        ("127.0.0.1", {"Forwarded": "for=10.1.2.3"}, 404),
    ],
)
@pytest.mark.parametrize("path", ["/mesures", "/sante/fond"])
def test_only_listed_networks_read_the_metrics(landlord, watched, path, peer, headers, status):
    assert Client().get(path, REMOTE_ADDR=peer, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/mesures", "/sante/fond"])
def test_a_token_reads_the_metrics_from_anywhere(landlord, settings, path):
    settings.METRICS_TOKEN = "un-jeton-long"
    for given, status in (("Bearer un-jeton-long", 200), ("Bearer un-jeton", 404), ("un-jeton-long", 404), ("", 404)):
        assert Client().get(path, REMOTE_ADDR="192.0.2.7", headers={"Authorization": given}).status_code == status


def test_no_role_reads_the_metrics_by_default(landlord, sign_in):
    for name in ("ines", "jules", "nobody"):
        assert sign_in(name).get("/mesures").status_code == 404


def value(text: str, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} ([0-9.]+)$", text, re.M)
    return float(found[1]) if found else 0.0


def test_views_refusals_and_withheld_answers_are_counted(landlord, sign_in, watched, monkeypatch):
    path = f"/comptes/{landlord.account('Dette-Glycines A').reference}/"
    before = figures()
    elise = sign_in("elise")
    elise.get(path)
    sign_in("fatou").get(path)
    sign_in("awa").get(path)
    from tests.audit.test_fail_closed import revoked

    with revoked():
        assert elise.get(path).status_code == 503
    after = figures()
    for line in (
        'loge_requests_total{method="GET",outcome="shown",route="account",status="200"}',
        'loge_doors_refused_total{outcome="missing",route="account"}',
        'loge_doors_refused_total{outcome="refused",route="account"}',
        "loge_trace_failures_total",
    ):
        assert value(after, line) == value(before, line) + 1, line
    count = 'loge_request_seconds_count{route="account"}'
    assert value(after, count) == value(before, count) + 4


def test_every_metric_label_is_from_a_closed_list(landlord, sample_objects, sign_in, watched):
    for metric in (REQUESTS, SECONDS, REFUSED):
        metric.clear()  # Remove the labels of earlier tests, whose own URLs are not allowed here.
    client = sign_in("elise")
    for visit in visits():
        client.get(visit.url(sample_objects) + "?q=zzmarkerzz")
    client.get("/comptes/ZZMARKERZZ/")
    client.generic("ZZMARKERZZ", "/")
    text = figures()
    names = {str(pattern.name) for _path, pattern in routes()} | {"none"}
    allowed = {
        "route": lambda said: said in names,
        "directive": lambda said: said in DIRECTIVES | UNNAMED,
        "method": lambda said: said in METHODS | {"other"},
        "status": lambda said: re.fullmatch(r"[1-5]\d\d", said),
        "outcome": lambda said: said in {"none", "shown", "refused", "missing", "attempted", "failed", "changed"},
        "le": lambda said: re.fullmatch(r"[0-9.]+|\+Inf", said),
    }
    labels = LABELS.findall(text)
    assert len(labels) > 300 and "zzmarkerzz" not in text.lower()
    assert [(name, said) for name, said in labels if not (name in allowed and allowed[name](said))] == []
    for secret in ("Dette", "Glycines", sample_objects.account.reference, str(landlord.person("elise").pk)):
        assert secret not in text

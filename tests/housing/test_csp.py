"""Reports on the content security policy are counted, but their content is neither stored nor trusted."""

import json
import logging

import pytest
from django.test import Client

from housing.monitoring import csp

NEW = [
    {"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem", "documentURL": "https://l/comptes/K7"}}
]
OLD = {"csp-report": {"violated-directive": "img-src", "document-uri": "https://l/comptes/K7QX-9M2D-4RTB/"}}


@pytest.fixture
def report(landlord, monkeypatch, caplog):
    """Provide `report(body)`, which posts a report and returns what was logged. The count of reports starts at 0."""
    monkeypatch.setattr(csp, "_counted", type(csp._counted)())
    # Log records must propagate to the root logger, because `caplog` collects them there.
    monkeypatch.setattr(logging.getLogger("loge"), "propagate", True)
    browser = Client(enforce_csrf_checks=True)

    def tell(body: bytes) -> list[str]:
        caplog.clear()
        with caplog.at_level(logging.WARNING, "loge.csp"):
            answer = browser.post("/csp", body, content_type="application/reports+json")
        assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
        return [record.reason for record in caplog.records if record.name == "loge.csp"]

    return tell


@pytest.mark.parametrize(
    "body, counted",
    [
        (json.dumps(NEW), "script-src-elem"),
        (json.dumps(OLD), "img-src"),
        (json.dumps([{"body": {"effectiveDirective": "Madame Dette"}}]), "unknown"),
        (json.dumps([{"body": {"effectiveDirective": ["img-src"]}}]), "unknown"),
        ("Madame Dette", "unreadable"),
        ("{}", "unreadable"),
        ("[3]", "unreadable"),
        ("[" * 8_000, "unreadable"),
        (json.dumps(NEW) + " " * csp.LARGEST, "too long"),
    ],
)
def test_a_report_is_counted_by_its_directive_alone(report, body, counted):
    assert report(body.encode()) == [counted]


def test_a_flood_of_reports_logs_only_a_few_lines(report):
    lines = [line for _ in range(100) for line in report(json.dumps(NEW * 10).encode())]
    assert csp._counted == {"script-src-elem": 1_000} and len(lines) == 10


def test_at_most_ten_violations_of_a_report_are_counted(report):
    assert len(json.dumps(NEW * 60)) < csp.LARGEST
    report(json.dumps(NEW * 60).encode())
    assert csp._counted == {"script-src-elem": 10}


def test_get_of_the_report_address_is_405(landlord):
    assert Client().get("/csp").status_code == 405

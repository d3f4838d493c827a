"""The check for missing audit events, which runs with every test, must report each kind of defect.

These tests plant the defects.
"""

import pytest

from access.guard.context import AccessContext
from audit.events import Outcome
from tests.audit_completeness import Findings
from tests.unsent_sessions import counting_people


@pytest.fixture
def planted(landlord):
    """Provide a function that returns the defects found so far by the check for missing audit events.

    The test causes these defects on purpose, so the fixture removes them at the end. Otherwise they would fail the
    test.
    """
    told = Findings()
    yield lambda: (
        told.unrecorded.extend(landlord.found.unrecorded),
        told.unattempted.extend(landlord.found.unattempted),
        told,
    )[2]
    landlord.found.unrecorded.clear()
    landlord.found.unattempted.clear()


def account_page(landlord):
    return f"/comptes/{landlord.account('Dette-Glycines A').reference}/"


def forget(monkeypatch, forgotten):
    """Plant a defect in the application: requests with the outcome `forgotten` write no audit event."""
    plain = AccessContext.write
    monkeypatch.setattr(
        AccessContext,
        "write",
        lambda access, outcome, kind=None: None if outcome is forgotten else plain(access, outcome, kind),
    )


def test_completeness_check_passes_for_recorded_requests(landlord, sign_in):
    assert sign_in("elise").get(account_page(landlord)).status_code == 200
    assert sign_in("fatou").get(account_page(landlord)).status_code == 404
    assert (landlord.found.pages, landlord.found.unrecorded, landlord.found.unattempted) == (1, [], [])


def test_an_unrecorded_view_of_data_is_reported(landlord, sign_in, monkeypatch, planted):
    forget(monkeypatch, Outcome.SHOWN)
    sign_in("elise").get(account_page(landlord))
    assert any("Dette-Glycines A" in line for line in planted().unrecorded)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["browser", "htmx"])
def test_an_unrecorded_page_without_residents_is_reported(landlord, sign_in, monkeypatch, planted, headers):
    forget(monkeypatch, Outcome.SHOWN)
    assert sign_in("elise").get("/regles/", headers=headers).status_code == 200
    assert planted().unrecorded == ["/regles/: an answer 200 without its line"]


def test_residents_missing_from_a_list_event_are_reported(landlord, sign_in, monkeypatch, planted):
    monkeypatch.setattr(AccessContext, "saw", lambda access, subject: None)
    sign_in("elise").get("/comptes/")
    assert planted().unrecorded


def test_an_unrecorded_refusal_is_reported(landlord, sign_in, monkeypatch, planted):
    monkeypatch.setattr("access.guard.door.record_view", lambda *args, **what: None)
    sign_in("fatou").get(account_page(landlord))
    assert any("a refusal 404" in line for line in planted().unrecorded)


def test_an_event_for_data_that_was_not_shown_is_reported(landlord, sign_in, monkeypatch, planted):
    monkeypatch.setattr("access.guard.door._refuse", lambda spec, request, passing, kwargs, outcome: _wrong(passing))
    sign_in("fatou").get(account_page(landlord))
    assert any("shown, but answered 404" in line for line in planted().unattempted)


def _wrong(passing):
    from django.http import HttpResponse

    passing.write(Outcome.SHOWN)
    return HttpResponse(status=404)


def test_a_client_that_lost_its_session_cookie_is_reported(landlord, sign_in):
    client = sign_in("elise")
    with counting_people() as requests:
        client.get("/regles/", headers={"Cookie": "other=1"})
        assert requests.never_signed_in() == ["/regles/"]
        client.get("/regles/")
        assert requests.never_signed_in() == []

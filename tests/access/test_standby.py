"""Tests with a real standby server: pages that read from it must equal those that read from the primary.

The same people must be allowed to open them, and the audit events must be the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DataError, OperationalError, connections
from django.urls import reverse
from psycopg2.errors import QueryCanceled

from access.guard import door as door_module
from access.guard import standby as guard
from access.guard.door import door
from access.permissions import Permission
from audit.events import FORM_SHOWN, FORM_SUBMITTED, SEARCH_RUN, Code
from audit.record import Subject
from housing.monitoring.metrics import REGISTRY
from tests.access.test_narrowed_pages import mark
from tests.builders import events, let_one_pass, run, stand_wall
from tests.ledger.test_entries import entry_form
from tests.noninterference.walls import database_alone
from tests.standby import Standby, running_standby, written
from tests.visits import visits

pytestmark = pytest.mark.xdist_group("standby")
HOUSEHOLD = "Dette-Glycines A"
# Fields that must be equal in the audit events of two requests for the same page.
ALIKE = (
    *("kind", "outcome", "actor", "role", "permission", "purpose", "route", "about", "place", "shown_ids", "count"),
    "facts",
)


@dataclass
class Reads:
    """Records the SQL statements that run on the standby. A statement that contains `fail_at` raises `error`."""

    statements: list[str] = field(default_factory=list)
    fail_at: str = ""
    error: Callable[[], Exception] = lambda: OperationalError("conflict with recovery")

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        if self.fail_at and self.fail_at in sql:
            raise self.error()
        return execute(sql, params, many, context)

    def pages(self) -> int:
        """Return the number of requested pages that read from the standby since the last call."""
        count = sum("access_enter" in sql for sql in self.statements)
        self.statements.clear()
        return count


@pytest.fixture(scope="module")
def server(templates, django_db_blocker):
    with django_db_blocker.unblock(), running_standby() as standby:
        yield standby


@pytest.fixture
def standby(landlord, server, monkeypatch) -> Iterator[Standby]:
    """Provide a standby server from which pages read. It has already replayed everything written so far.

    A page waits for the standby much longer than in production, because the test server writes its log late.
    """
    if not server.is_running():
        server.start()
    monkeypatch.setitem(settings.DATABASES, "standby", {**settings.DATABASES["default"], "HOST": str(server.folder)})
    monkeypatch.setattr(guard, "_TRIES", 10_000)
    monkeypatch.setattr(guard._Pause, "until", 0.0)

    def primary_position() -> guard.Position:
        position = guard.primary_position()
        written()
        return position

    monkeypatch.setattr(door_module, "primary_position", primary_position)
    server.catch_up()
    yield server
    connections["standby"].close()
    del connections["standby"]
    if server.is_running():
        server.resume()


@pytest.fixture
def reads(standby):
    reads = Reads()
    with connections["standby"].execute_wrapper(reads):
        yield reads


def pause(standby: Standby, monkeypatch) -> None:
    """Stop the standby from replaying changes, and let pages try the standby once instead of waiting for it."""
    standby.pause()
    monkeypatch.setattr(guard, "_TRIES", 1)


def account_page(landlord) -> str:
    return reverse("account", args=[landlord.account(HOUSEHOLD).reference])


def pages_of(landlord) -> dict[str, list[str]]:
    """Map each person to the URLs of the pages that read from the standby."""
    return {
        "elise": [account_page(landlord), reverse("accounts"), reverse("work")],
        "awa": [
            reverse("card", args=[landlord.residence(HOUSEHOLD).pk]),
            reverse("buildings"),
            reverse("building", args=[landlord.building("Glycines A").pk]),
        ],
    }


def without_time(response: Any) -> str:
    """Return the HTML of a page without times and form tokens, which differ at each request."""
    body = re.sub(r'(csrfmiddlewaretoken" value|"key" value|X-CSRFToken":)\W*"[^"]*"', "", response.content.decode())
    return re.sub(r"(\d\d-\d\dT)?\d\d?(:| h )\d\d(:[\d.]+)?", "", body)


def test_pages_read_from_the_standby_what_the_primary_shows(landlord, sign_in, reads, monkeypatch):
    for name, pages in pages_of(landlord).items():
        client = sign_in(name)
        for page in pages:
            before = len(events())
            from_standby = client.get(page)
            assert (from_standby.status_code, reads.pages()) == (200, 1), page
            with monkeypatch.context() as patch:
                patch.setattr(guard._Pause, "until", float("inf"))
                from_primary = client.get(page)
            assert reads.statements == []
            assert without_time(from_primary) == without_time(from_standby), page
            first, second = events()[before:]
            assert {key: first[key] for key in ALIKE} == {key: second[key] for key in ALIKE}


def test_every_page_that_may_read_from_the_standby_is_tested():
    marked = {visit.name for visit in visits() if visit.door.from_standby}
    assert marked == {"account", "accounts", "work", "card", "buildings", "building"}


def test_without_the_setting_the_primary_is_asked_for_no_position(landlord, sign_in):
    statements: list[str] = []

    def collect(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    elise = sign_in("elise")
    with connections["default"].execute_wrapper(collect):
        assert elise.get(account_page(landlord)).status_code == 200
    assert statements and not any("wal" in sql for sql in statements)


def test_only_a_door_without_post_reads_from_the_standby():
    for arguments in ({"post_event": FORM_SUBMITTED}, {"get_event": FORM_SHOWN, "post_is_search": True}):
        with pytest.raises(TypeError, match="from a standby"):
            door(Permission.ACCOUNT_VIEW, from_standby=True, **arguments)(lambda request: None)


# --- What was written before the request ------------------------------------------------------------------------------


@pytest.mark.parametrize("replay", ["running", "paused"])
def test_a_payment_is_shown_at_once(landlord, sign_in, standby, reads, monkeypatch, replay):
    let_one_pass(99_999_999)
    elise, page = sign_in("elise"), account_page(landlord)
    if replay == "paused":
        pause(standby, monkeypatch)
    assert elise.post(f"{page}paiement/", entry_form(label="cheque")).status_code == 302
    assert "435,84" in elise.get(page).content.decode()
    assert reads.pages() == (0 if replay == "paused" else 1)


def end_assignments(landlord) -> None:
    run(
        "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error' WHERE person_id = %s",
        landlord.person("elise").pk,
    )


def build_wall(landlord) -> None:
    stand_wall(landlord.account(HOUSEHOLD).lease, landlord.person("elise"))


REVOCATIONS: dict[str, tuple[Callable[..., object], int]] = {
    "the assignment ended": (end_assignments, 403),
    "the person is in a conflict of interest": (build_wall, 403),
    "the household is discreet": (lambda landlord: mark(landlord.account(HOUSEHOLD)), 404),
    "the session ended": (lambda _landlord: run("DELETE FROM access_session"), 302),
    "the person left": (
        lambda landlord: run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("elise").pk),
        302,
    ),
}


@pytest.mark.parametrize("replay", ["running", "paused"])
@pytest.mark.parametrize("name", REVOCATIONS)
def test_access_that_ends_is_refused_at_once(landlord, sign_in, standby, reads, monkeypatch, name, replay):
    revoke, status = REVOCATIONS[name]
    elise, page = sign_in("elise"), account_page(landlord)
    assert (elise.get(page).status_code, reads.pages()) == (200, 1)
    if replay == "paused":
        pause(standby, monkeypatch)
    revoke(landlord)
    assert elise.get(page).status_code == status
    assert reads.pages() == (0 if replay == "paused" or status == 302 else 1)


def test_without_the_comparison_a_paused_standby_would_show_the_page(landlord, sign_in, standby, reads, monkeypatch):
    """Without the check whether a standby lags behind, a page must open although the access was revoked.

    This proves that it is this check that refuses the page in the other tests of revocations.
    """
    elise = sign_in("elise")
    pause(standby, monkeypatch)
    end_assignments(landlord)
    monkeypatch.setattr("access.guard.context.require_replayed", lambda *_: None)
    assert (elise.get(account_page(landlord)).status_code, reads.pages()) == (200, 1)


def test_policies_hold_on_the_standby_without_the_checks_in_python(landlord, sign_in, reads, monkeypatch):
    mark(landlord.account("Calme-Glycines A"))
    database_alone(monkeypatch)
    elise, fatou = sign_in("elise"), sign_in("fatou")
    assert fatou.get(account_page(landlord)).status_code == 404
    assert elise.get(reverse("account", args=[landlord.account("Calme-Glycines A").reference])).status_code == 404
    assert elise.get(account_page(landlord)).status_code == 200
    assert reads.pages() == 3


# --- A standby that does not answer -----------------------------------------------------------------------------------


def assert_one_page_from_the_primary(client: Any, page: str) -> None:
    before = len(events())
    assert client.get(page).status_code == 200
    [event] = events()[before:]
    assert event["outcome"] == "shown"


def test_a_standby_of_another_timeline_is_not_used(landlord, sign_in, reads, monkeypatch):
    """A standby that still follows the former primary must not be used.

    It may have a higher position than the new primary, but on another timeline, so the positions cannot be compared.
    """
    monkeypatch.setattr(guard, "_TRIES", 1)
    monkeypatch.setattr(door_module, "primary_position", lambda: guard.Position("0/0", "0000002A"))
    assert_one_page_from_the_primary(sign_in("elise"), account_page(landlord))
    assert (reads.pages(), guard._Pause.until) == (0, 0.0)


def test_a_primary_is_no_standby(landlord, sign_in, standby, monkeypatch):
    monkeypatch.setattr(guard, "_TRIES", 1)
    monkeypatch.setitem(connections["standby"].settings_dict, "HOST", settings.DATABASES["default"]["HOST"])
    monkeypatch.setitem(
        connections["standby"].settings_dict, "OPTIONS", {**settings.DATABASES["default"].get("OPTIONS", {})}
    )
    reads = Reads()
    with connections["standby"].execute_wrapper(reads):
        assert_one_page_from_the_primary(sign_in("elise"), account_page(landlord))
    assert (len(reads.statements), reads.pages()) == (1, 0)


@pytest.mark.parametrize("fail_at", ["pg_is_in_recovery", "access_enter", "ledger_entry"])
def test_a_failed_statement_is_repeated_on_the_primary(landlord, sign_in, reads, fail_at):
    elise, page = sign_in("elise"), account_page(landlord)
    elise.get(page)
    expected = events()[-1]
    reads.fail_at = fail_at
    reads.statements.clear()
    assert_one_page_from_the_primary(elise, page)
    assert fail_at in reads.statements[-1]
    assert {key: events()[-1][key] for key in ALIKE} == {key: expected[key] for key in ALIKE}
    reads.statements.clear()
    assert_one_page_from_the_primary(elise, page)
    assert reads.statements == [], "the standby is not asked again for some seconds"


def test_an_error_of_the_statement_itself_does_not_stop_the_use_of_the_standby(landlord, sign_in, reads):
    """After an error of a statement itself, such as a value out of range, pages must still read from the standby.

    Otherwise a person who keeps opening a URL with such an error could keep everybody away from the standby.
    """
    elise, page = sign_in("elise"), account_page(landlord)
    reads.fail_at, reads.error = "ledger_entry", lambda: DataError("value out of range")
    assert_one_page_from_the_primary(elise, page)
    reads.fail_at = ""
    reads.statements.clear()
    assert_one_page_from_the_primary(elise, page)
    assert reads.pages() == 1


def test_the_event_lists_only_what_the_primary_shows(landlord, sign_in, reads, monkeypatch):
    run_view, runs = door_module._run_view, []

    def run_view_or_fail(spec: Any, request: Any, access: Any, kwargs: Any) -> Any:
        runs.append(connections["default"].alias)
        if runs == ["standby"]:
            access.saw(Subject("account", uuid4()))
            access.note(SEARCH_RUN, count=7, page=Code("standby"))
            access.purpose = "control"
            raise OperationalError("server closed the connection unexpectedly")
        return run_view(spec, request, access, kwargs)

    elise, page = sign_in("elise"), account_page(landlord)
    elise.get(page)
    expected = events()[-1]
    monkeypatch.setattr(door_module, "_run_view", run_view_or_fail)
    assert_one_page_from_the_primary(elise, page)
    assert runs == ["standby", "default"]
    assert {key: events()[-1][key] for key in ALIKE} == {key: expected[key] for key in ALIKE}


def test_metrics_count_pages_of_the_standby(landlord, sign_in, reads):
    def count(result: str) -> float:
        return REGISTRY.get_sample_value("loge_standby_pages_total", {"result": result}) or 0

    elise, page, before = sign_in("elise"), account_page(landlord), (count("read"), count("left"))
    elise.get(page)
    reads.fail_at = "access_enter"
    elise.get(page)
    assert (count("read"), count("left")) == (before[0] + 1, before[1] + 1)


def test_a_slow_statement_is_not_repeated(landlord, sign_in, reads):
    def cancel() -> Exception:
        error = OperationalError("canceling statement due to statement timeout")
        error.__cause__ = QueryCanceled()
        return error

    elise = sign_in("elise")
    reads.fail_at, reads.error = "ledger_entry", cancel
    before = len(events())
    with pytest.raises(OperationalError):
        elise.get(account_page(landlord))
    assert [event["outcome"] for event in events()[before:]] == ["failed"]


def test_a_killed_standby_delays_no_page(landlord, sign_in, standby, reads):
    elise, page = sign_in("elise"), account_page(landlord)
    assert (elise.get(page).status_code, reads.pages()) == (200, 1)
    standby.kill()
    assert_one_page_from_the_primary(elise, page)
    assert_one_page_from_the_primary(elise, page)
    assert reads.pages() == 0

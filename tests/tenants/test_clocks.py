"""Every time limit must end at the exact microsecond.

Each test freezes the database's clock one microsecond before the limit, at the limit, and one microsecond after it.
"""

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from access.compartments import Compartment as C
from access.guard import purpose
from access.guard.shown_as import MINUTES as AT_A_DESK
from access.signin.proofs import freshly_proved
from casework.models.contest import ContestedSentence, answer_by
from rights.delays import due_on, extended_until
from rights.models import LookDeferral, SubjectRequest
from tenants.models import EmergencyAccess
from tenants.models.emergency import review_by
from tests.audit.test_months import make_month, months, months_ago
from tests.builders import (
    OWNER,
    ask_about_look,
    make_demand,
    make_inspection,
    note,
    open_in_emergency,
    paris_day,
    record_attempt,
    run,
    seal_legacy_comment,
    seal_sentence,
    write_note,
)
from tests.database.test_policies import as_role
from tests.rights.test_disclosure import make_request, start_report
from tests.tenants.test_front_desk import check_identity

PARIS = ZoneInfo("Europe/Paris")
A_MOMENT, A_DAY = timedelta(microseconds=1), timedelta(days=1)
NEAR, FAR = "Dette-Glycines A", "Dette-Quai 9"


def freeze_clock(moment: datetime) -> None:
    """Freeze the database's clock at `moment`, so that a test can check a time limit exactly."""
    run(
        "CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog,"
        f" pg_temp AS $$ SELECT timestamptz '{moment.isoformat()}' $$"
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), PARIS).astimezone(UTC)


# --- Minutes ----------------------------------------------------------------------------------------------------------

HOMES, PERSONS = "SELECT count(*) FROM tenants_residence", "SELECT count(*) FROM tenants_tenant"
# OPENED maps a temporary access to (minutes, person, database role, query that finds rows only while it lasts).
OPENED = {
    "emergency": (45, "awa", C.EMERGENCY, HOMES),
    "evacuation": (45, "yann", C.EVACUATION, HOMES),
    "identity checked": (10, "paola", C.COUNTER, HOMES),
    "receipt": (10, "ines", C.DISCLOSURE, PERSONS),
}


def test_temporary_access_ends_at_the_exact_minute(landlord, sign_in):
    start = timezone.now()
    freeze_clock(start)
    request, pages = make_request(landlord), {}
    awa, yann, paola, ines = (sign_in(name) for name in ("awa", "yann", "paola", "ines"))
    far = {"reference": landlord.account(FAR).reference, "reason": "water"}
    pages["emergency"] = awa, awa.post("/urgence/", far)["Location"]
    yann.post(f"/evacuations/{landlord.building('Glycines A').pk}/", {"reason": "fire"})
    pages["identity checked"] = paola, check_identity(paola, landlord.account(NEAR).reference, NEAR)["Location"]
    pages["receipt"] = ines, f"{start_report(ines, request)}/"
    people = {name: landlord.person(name).pk for _minutes, name, *_rest in OPENED.values()}
    for edge in sorted({minutes for minutes, *_rest in OPENED.values()}):
        for step in (-A_MOMENT, timedelta(0), A_MOMENT):
            now = timedelta(minutes=edge) + step
            freeze_clock(start + now)
            for case, (minutes, who, compartment, sql) in OPENED.items():
                [(rows,)] = as_role(compartment, people[who], sql)
                assert (rows > 0) == (now < timedelta(minutes=minutes)), (case, now)
            for case, (client, page) in pages.items():
                expected = 200 if now < timedelta(minutes=OPENED[case][0]) else 404
                assert client.get(page).status_code == expected, (case, now)


def test_recent_sign_in_is_valid_ten_minutes_and_fifteen_for_a_form(monkeypatch):
    clock = SimpleNamespace(at=1_800_000_000.0)
    monkeypatch.setattr("access.signin.proofs.time", SimpleNamespace(time=lambda: clock.at))
    monkeypatch.setattr("access.signin.proofs.proofs", lambda request: [{"method": "mfa", "at": 1_800_000_000.0}])
    for method, minutes in (("GET", 10), ("POST", 15)):
        for seconds, fresh in ((-0.001, True), (0, False), (0.001, False)):
            clock.at = 1_800_000_000.0 + 60 * minutes + seconds
            assert freshly_proved(SimpleNamespace(method=method)) is fresh, (method, seconds)
            # If clocks differ, a sign-in may be dated in the future, but by less than its usual period of validity.
            clock.at = 1_800_000_000.0 - 60 * minutes - seconds
            assert freshly_proved(SimpleNamespace(method=method)) is fresh, (method, seconds)


def test_purpose_of_a_file_is_valid_for_fifteen_minutes(monkeypatch):
    """The reason that a user gives for opening an account must be valid for exactly 15 minutes.

    A signed cookie stores the reason. The cookie's time stamp has whole seconds, so the test moves the clock by
    seconds.
    """
    clock, somebody = SimpleNamespace(at=1_800_000_000.0), SimpleNamespace(pk=uuid4())
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: clock.at))
    request = SimpleNamespace(COOKIES={purpose.COOKIE: purpose.signed(somebody, "here", "tenant_asked")})
    for seconds, expected in ((-1, "tenant_asked"), (0, "tenant_asked"), (1, None)):
        clock.at = 1_800_000_000.0 + 15 * 60 + seconds
        assert purpose.remembered(request, somebody, "here") == expected, seconds
    assert purpose.MINUTES == 15


def test_inspector_sees_a_caretakers_pages_for_fifteen_minutes(landlord, sign_in, monkeypatch):
    """An inspector may see a caretaker's pages for exactly 15 minutes.

    A signed cookie stores the permission. The cookie's time stamp has whole seconds, so the test moves the clock by
    seconds.
    """
    clock = SimpleNamespace(at=1_800_000_000.0)
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: clock.at))
    simone, begun = sign_in("simone"), clock.at
    assert simone.post("/controle/comme/", {"person": landlord.person("awa").email}).status_code == 302
    for seconds, visible in ((AT_A_DESK * 60 - 1, True), (AT_A_DESK * 60, True), (AT_A_DESK * 60 + 1, False)):
        clock.at = begun + seconds
        answer = simone.get("/controle/gardien/immeubles/")
        assert ("Awa Diakité" in answer.content.decode()) is visible and (answer.status_code == 200) is visible, seconds
    assert AT_A_DESK == 15


# --- Working days, and the month of a case ----------------------------------------------------------------------------

# REVIEWS has (day of an emergency access, last day for its review). The review is due within three working days.
REVIEWS = [
    (date(2026, 11, 23), date(2026, 11, 26)),
    # Three working days from Wednesday end on Monday, because the weekend does not count.
    (date(2026, 11, 25), date(2026, 11, 30)),
    # Three working days from Saturday end on Wednesday, because Monday is the first of them.
    (date(2026, 11, 28), date(2026, 12, 2)),
    # Easter Monday (6 April) and the weekend before it are not counted as working days.
    (date(2026, 4, 2), date(2026, 4, 8)),
    # Three working days from 29 April end on 5 May, because 1 May (a public holiday) and the weekend do not count.
    (date(2026, 4, 29), date(2026, 5, 5)),
    (date(2026, 12, 23), date(2026, 12, 29)),  # Christmas Day and the weekend after it are not counted as working days.
    (date(2027, 7, 12), date(2027, 7, 16)),  # The French national holiday (14 July) is not counted as a working day.
]


def test_a_review_is_late_after_three_working_days_and_not_on_the_third():
    assert [review_by(opened) for opened, _due in REVIEWS] == [due for _opened, due in REVIEWS]
    for _opened, due in REVIEWS:
        access = EmergencyAccess(review_by=due)
        assert [access.is_late(due + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]


def test_a_contest_is_late_after_two_working_days_and_not_on_the_second():
    for asked_on, due in (
        (date(2026, 11, 25), date(2026, 11, 27)),
        (date(2026, 11, 26), date(2026, 11, 30)),
        (date(2026, 5, 12), date(2026, 5, 15)),  # Ascension Day (14 May 2026) is not counted as a working day.
    ):
        contest = ContestedSentence(answer_by=answer_by(asked_on))
        assert answer_by(asked_on) == due
        assert [contest.is_late(due + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]


def test_subject_request_is_late_after_its_month_and_not_on_its_last_day():
    """A tenant's GDPR request must count as late only after the last day of its one-month period.

    The month after 31 January ends on the last day of February or, if that is a weekend, on the next working day. An
    extension adds two months.
    """
    for asked_on, due, extended in (
        (date(2025, 1, 31), date(2025, 2, 28), date(2025, 4, 30)),
        # An extended period that would end on Sunday 30 April ends on 2 May, because 1 May is a public holiday.
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 5, 2)),
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 30)),
    ):
        assert due_on(asked_on) == due
        request = SubjectRequest(due_on=due)
        assert [request.is_late(due + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]
        longer = SubjectRequest(due_on=extended_until(asked_on))
        assert longer.due_on == extended and not longer.is_late(due + A_DAY)
        assert [longer.is_late(extended + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]


def test_database_counts_late_items_from_midnight_in_paris(landlord):
    """The database must count a contested refusal or emergency review as late from midnight after its last day."""
    georges, account = landlord.person("georges").pk, landlord.account(NEAR)
    contest = seal_sentence(account, landlord.person("elise"))
    opened = open_in_emergency(account.lease, landlord.person("awa"))
    for compartment, due, last_day in (
        (C.CONTESTS, "casework_contests_due()", contest.answer_by),
        (C.CARD, "tenants_emergencies_due()", opened.review_by),
    ):
        edge = midnight(last_day + A_DAY)
        for moment, late in ((edge - A_MOMENT, 0), (edge, 1), (edge + A_MOMENT, 1)):
            freeze_clock(moment)
            assert as_role(compartment, georges, f"SELECT late FROM {due}") == [(late,)], (due, moment)


# --- The nightly job --------------------------------------------------------------------------------------------------

# Table -> number of days after which the nightly job deletes the row that `write_expiring_rows` writes.
NIGHTS = {
    "oversight_inspection": 8,
    "casework_accountfact": 21,
    "casework_contactattempt": 366,
    "casework_contestedsentence": 30,
    "casework_accountnote": 91,
    "oversight_lookquestion": 93,
    "rights_lookdeferral": 185,
    "casework_legacycomment": 181,
    "rights_subjectrequest": 1097,
}


def write_expiring_rows(landlord) -> date:
    """Write one row today in each table from which the nightly job deletes (see NIGHTS).

    Returns today's date in Paris.
    """
    day, ines, account = paris_day(), landlord.person("ines"), landlord.account(NEAR)
    note(account, "payment_difficulty", offer="instalments", date=day.isoformat())
    write_note(account, "Rappelle le 5 pour le second versement.")
    record_attempt(account, landlord.person("elise"))
    seal_sentence(account, landlord.person("elise"))
    seal_legacy_comment(account)
    make_inspection(ines, [])
    ask_about_look(landlord.person("elise"), ago=0, verdict="explained", judged_by=ines, judged_on=day)
    closed = {"answer": "given", "closed_by": ines, "closed_on": day}
    make_demand(ines, landlord.residence(NEAR).tenant, **closed)
    until = {"ground": "judicial_inquiry", "until": day + 184 * A_DAY}
    LookDeferral.objects.using(OWNER).create(event=uuid4(), asked_by=ines, asked_on=day, **until)
    return day


def count(table: str) -> int:
    return run(f"SELECT count(*) FROM {table}")[0][0]


def overdue() -> set[str]:
    """Return the names of the tables with a row that should have been deleted.

    The database view `tenants_ends` lists the last day of each row.
    """
    rows = run("SELECT source FROM tenants_ends GROUP BY source HAVING min(last_day) < loge_today()")
    return {source for (source,) in rows}


def run_nightly_job(moment: datetime) -> None:
    freeze_clock(moment)
    call_command("expire_notes", stdout=io.StringIO())


def test_nightly_job_deletes_rows_past_their_last_day_and_no_others(landlord):
    day = write_expiring_rows(landlord)
    assert {table: count(table) for table in NIGHTS} == dict.fromkeys(NIGHTS, 1)
    for days in sorted(set(NIGHTS.values())):
        edge = midnight(day + days * A_DAY)
        for moment in (edge - A_MOMENT, edge, edge + A_MOMENT):
            freeze_clock(moment)
            before, late = {table for table in NIGHTS if count(table)}, overdue()
            run_nightly_job(moment)
            left = {table for table in NIGHTS if count(table)}
            assert (before - left, overdue()) == (late, set()), (days, moment)
            wanted = {table for table, gone in NIGHTS.items() if gone > days or (gone == days and moment < edge)}
            assert left == wanted, (days, moment)


def test_emergency_access_and_view_question_expire_a_year_after_the_moment(landlord):
    opened = open_in_emergency(landlord.account(NEAR).lease, landlord.person("awa"))
    signed = {"judged_by": landlord.person("ines"), "judged_on": paris_day()}
    ask_about_look(landlord.person("elise"), at=opened.opened_at, verdict="misuse", **signed)
    tables = ("tenants_emergencyaccess", "oversight_lookquestion")
    edge = opened.opened_at + timedelta(days=366)
    for moment, left in ((edge - A_MOMENT, 1), (edge, 1), (edge + A_MOMENT, 0)):
        run_nightly_job(moment)
        assert [count(table) for table in tables] == [left, left], moment


# --- Months of the audit log ------------------------------------------------------------------------------------------


def test_no_month_is_dropped_before_it_is_twelve_months_old(bare):
    ask = "SELECT audit_drop_months((now() - interval '12 months')::date + %s)"
    for days in (-1, 0):
        run(ask, days, alias="prune")
    with pytest.raises(DatabaseError, match="at least 12 months"):
        run(ask, 1, alias="prune")


def test_month_is_dropped_when_its_last_event_passes_the_retention_period(bare, settings, tmp_path):
    """A monthly partition of the audit log must be deleted only when it is older than the retention period.

    The retention period is 12 months, or up to 36 months if the landlord has documented a reason.
    """
    file = tmp_path / "retention.json"
    why = {"ground": "internal_control", "decided_on": "2026-11-01", "reason": "Un mésusage " * 10}
    file.write_text(json.dumps({"months": 36, **why}))
    for term, retention_file in ((36, str(file)), (12, "")):
        settings.RETENTION_FILE = retention_file
        gone, stays = (make_month(months_ago(n), months_ago(n - 1)) for n in (term + 1, term))
        call_command("prune_trace", "--apply", stdout=io.StringIO())
        assert gone not in months() and stays in months(), term

"""Every delay at its edge: the moment before, the moment itself, the moment after.

The database's clock stands still and is moved by hand: minutes shut what was opened, nights erase what was kept.
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

from access import purpose
from access.compartments import Compartment as C
from access.proofs import freshly_proved
from access.shown_as import MINUTES as AT_A_DESK
from tenants.delays import due_on, extended_until
from tenants.models import EmergencyAccess, LookDeferral, SubjectRequest
from tenants.models.contest import ContestedSentence, answer_by
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
    run,
    seal_inherited,
    seal_sentence,
    write_note,
)
from tests.database.test_locks import as_role
from tests.tenants.test_disclosure import asked_for, taken_up
from tests.tenants.test_front_desk import shows

PARIS = ZoneInfo("Europe/Paris")
A_MOMENT, A_DAY = timedelta(microseconds=1), timedelta(days=1)
NEAR, FAR = "Dette-Glycines A", "Dette-Quai 9"


def stand(moment: datetime) -> None:
    """The clock of the database shows this and stands still."""
    run(
        "CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog,"
        f" pg_temp AS $$ SELECT timestamptz '{moment.isoformat()}' $$"
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), PARIS).astimezone(UTC)


# --- Minutes ----------------------------------------------------------------------------------------------------------

HOMES, PERSONS = "SELECT count(*) FROM tenants_residence", "SELECT count(*) FROM tenants_tenant"
# What is opened for some minutes: how many, to whom, and what the policies then let through.
OPENED = {
    "emergency": (45, "awa", C.EMERGENCY, HOMES),
    "evacuation": (45, "yann", C.EVACUATION, HOMES),
    "identity checked": (10, "paola", C.COUNTER, HOMES),
    "receipt": (10, "ines", C.DISCLOSURE, PERSONS),
}


def test_what_is_opened_for_minutes_shuts_at_that_very_moment(house, sign_in):
    start = timezone.now()
    stand(start)
    asked, pages = asked_for(house), {}
    awa, yann, paola, ines = (sign_in(name) for name in ("awa", "yann", "paola", "ines"))
    far = {"reference": house.account(FAR).reference, "reason": "water"}
    pages["emergency"] = awa, awa.post("/urgence/", far)["Location"]
    yann.post(f"/evacuations/{house.building('Glycines A').pk}/", {"reason": "fire"})
    pages["identity checked"] = paola, shows(paola, house.account(NEAR).reference, NEAR)["Location"]
    pages["receipt"] = ines, f"{taken_up(ines, asked)}/"
    people = {name: house.person(name).pk for _minutes, name, *_rest in OPENED.values()}
    for edge in sorted({minutes for minutes, *_rest in OPENED.values()}):
        for step in (-A_MOMENT, timedelta(0), A_MOMENT):
            now = timedelta(minutes=edge) + step
            stand(start + now)
            for what, (minutes, who, compartment, sql) in OPENED.items():
                [(rows,)] = as_role(compartment, people[who], sql)
                assert (rows > 0) == (now < timedelta(minutes=minutes)), (what, now)
            for what, (client, page) in pages.items():
                expected = 200 if now < timedelta(minutes=OPENED[what][0]) else 404
                assert client.get(page).status_code == expected, (what, now)


def test_a_fresh_proof_is_fresh_for_ten_minutes_and_its_form_five_more(monkeypatch):
    clock = SimpleNamespace(at=1_800_000_000.0)
    monkeypatch.setattr("access.proofs.time", SimpleNamespace(time=lambda: clock.at))
    monkeypatch.setattr("access.proofs.proofs", lambda request: [{"method": "mfa", "at": 1_800_000_000.0}])
    for method, minutes in (("GET", 10), ("POST", 15)):
        for seconds, fresh in ((-0.001, True), (0, False), (0.001, False)):
            clock.at = 1_800_000_000.0 + 60 * minutes + seconds
            assert freshly_proved(SimpleNamespace(method=method)) is fresh, (method, seconds)
            clock.at = 1_800_000_000.0 - 60 * minutes - seconds  # shown to a process whose clock is ahead of this one's
            assert freshly_proved(SimpleNamespace(method=method)) is fresh, (method, seconds)


def test_a_reason_picked_for_a_file_holds_for_a_quarter_of_an_hour(monkeypatch):
    """Signed by the second, like a caretaker's desk."""
    clock, somebody = SimpleNamespace(at=1_800_000_000.0), SimpleNamespace(pk=uuid4())
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: clock.at))
    request = SimpleNamespace(COOKIES={purpose.COOKIE: purpose.signed(somebody, "here", "tenant_asked")})
    for seconds, said in ((-1, "tenant_asked"), (0, "tenant_asked"), (1, None)):
        clock.at = 1_800_000_000.0 + 15 * 60 + seconds
        assert purpose.held(request, somebody, "here") == said, seconds
    assert purpose.MINUTES == 15


def test_a_caretakers_desk_is_stood_at_for_a_quarter_of_an_hour(house, sign_in, monkeypatch):
    """Signed by the second: what begins within a second ends with its last."""
    clock = SimpleNamespace(at=1_800_000_000.0)
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: clock.at))
    simone, begun = sign_in("simone"), clock.at
    assert simone.post("/controle/comme/", {"person": house.person("awa").email}).status_code == 302
    for seconds, shown in ((AT_A_DESK * 60 - 1, True), (AT_A_DESK * 60, True), (AT_A_DESK * 60 + 1, False)):
        clock.at = begun + seconds
        answer = simone.get("/controle/gardien/immeubles/")
        assert ("Awa Diakité" in answer.content.decode()) is shown and (answer.status_code == 200) is shown, seconds
    assert AT_A_DESK == 15


# --- Working days, and the month of a case ----------------------------------------------------------------------------

REVIEWS = [  # opened, answered by
    (date(2026, 11, 23), date(2026, 11, 26)),
    (date(2026, 11, 25), date(2026, 11, 30)),  # over a week-end
    (date(2026, 11, 28), date(2026, 12, 2)),  # opened on a Saturday
    (date(2026, 4, 2), date(2026, 4, 8)),  # Easter Monday
    (date(2026, 4, 29), date(2026, 5, 5)),  # 1 May and a week-end
    (date(2026, 12, 23), date(2026, 12, 29)),  # Christmas
    (date(2027, 7, 12), date(2027, 7, 16)),  # 14 July
]


def test_a_review_is_late_after_three_working_days_and_not_on_the_third():
    assert [review_by(opened) for opened, _due in REVIEWS] == [due for _opened, due in REVIEWS]
    for _opened, due in REVIEWS:
        one = EmergencyAccess(review_by=due)
        assert [one.is_late(due + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]


def test_a_contest_is_late_after_two_working_days_and_not_on_the_second():
    for asked, due in (
        (date(2026, 11, 25), date(2026, 11, 27)),
        (date(2026, 11, 26), date(2026, 11, 30)),
        (date(2026, 5, 12), date(2026, 5, 15)),  # Ascension Day
    ):
        one = ContestedSentence(answer_by=answer_by(asked))
        assert answer_by(asked) == due
        assert [one.is_late(due + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]


def test_a_case_is_late_after_its_month_and_not_on_its_last_day():
    """31 January has its month on the last of February, or on the working day after; and two months more."""
    for asked, due, extended in (
        (date(2025, 1, 31), date(2025, 2, 28), date(2025, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 5, 2)),  # a Sunday, then 1 May
        (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 30)),
    ):
        assert due_on(asked) == due
        one = SubjectRequest(due_on=due)
        assert [one.is_late(due + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]
        longer = SubjectRequest(due_on=extended_until(asked))
        assert longer.due_on == extended and not longer.is_late(due + A_DAY)
        assert [longer.is_late(extended + step * A_DAY) for step in (-1, 0, 1)] == [False, False, True]


def test_the_database_counts_late_answers_from_the_same_midnight(house):
    """What stands out on the desks of those who answer does so on the day after, from its first moment."""
    georges, account = house.person("georges").pk, house.account(NEAR)
    contest = seal_sentence(account, house.person("elise"))
    opened = open_in_emergency(account.lease, house.person("awa"))
    for compartment, due, last_day in (
        (C.CONTESTS, "tenants_contests_due()", contest.answer_by),
        (C.CARD, "tenants_emergencies_due()", opened.review_by),
    ):
        edge = midnight(last_day + A_DAY)
        for moment, late in ((edge - A_MOMENT, 0), (edge, 1), (edge + A_MOMENT, 1)):
            stand(moment)
            assert as_role(compartment, georges, f"SELECT late FROM {due}") == [(late,)], (due, moment)


# --- Nights -----------------------------------------------------------------------------------------------------------

# Table -> the first day, after the one on which it was written, whose night takes the row of `kept` below.
NIGHTS = {
    "tenants_inspection": 8,
    "tenants_accountfact": 21,
    "tenants_contestedsentence": 30,
    "tenants_accountnote": 91,
    "tenants_lookquestion": 93,
    "tenants_lookdeferral": 185,
    "tenants_inheritedline": 181,
    "tenants_subjectrequest": 1097,
}


def kept(house) -> date:
    """A row in each table of which the night takes what is past its day."""
    day, ines, account = paris_day(), house.person("ines"), house.account(NEAR)
    note(account, "payment_difficulty", offer="instalments", date=day.isoformat())
    write_note(account, "Rappelle le 5 pour le second versement.")
    seal_sentence(account, house.person("elise"))
    seal_inherited(account)
    make_inspection(ines, [])
    ask_about_look(house.person("elise"), ago=0, verdict="explained", judged_by=ines, judged_on=day)
    closed = {"answer": "given", "closed_by": ines, "closed_on": day}
    make_demand(ines, house.residence(NEAR).tenant, **closed)
    until = {"ground": "judicial_inquiry", "until": day + 184 * A_DAY}
    LookDeferral.objects.using(OWNER).create(event=uuid4(), asked_by=ines, asked_on=day, **until)
    return day


def count(table: str) -> int:
    return run(f"SELECT count(*) FROM {table}")[0][0]


def overdue() -> set[str]:
    """What an inspector is told is past its day."""
    rows = run("SELECT source FROM tenants_ends GROUP BY source HAVING min(last_day) < loge_today()")
    return {source for (source,) in rows}


def night(moment: datetime) -> None:
    stand(moment)
    call_command("expire_notes", stdout=io.StringIO())


def test_a_night_takes_what_is_past_its_day_and_nothing_that_has_a_moment_left(house):
    day = kept(house)
    assert {table: count(table) for table in NIGHTS} == dict.fromkeys(NIGHTS, 1)
    for days in sorted(set(NIGHTS.values())):
        edge = midnight(day + days * A_DAY)
        for moment in (edge - A_MOMENT, edge, edge + A_MOMENT):
            stand(moment)
            before, late = {table for table in NIGHTS if count(table)}, overdue()
            night(moment)
            held = {table for table in NIGHTS if count(table)}
            assert (before - held, overdue()) == (late, set()), (days, moment)
            wanted = {table for table, gone in NIGHTS.items() if gone > days or (gone == days and moment < edge)}
            assert held == wanted, (days, moment)


def test_an_opening_and_a_question_end_a_year_after_the_moment_itself(house):
    opened = open_in_emergency(house.account(NEAR).lease, house.person("awa"))
    signed = {"judged_by": house.person("ines"), "judged_on": paris_day()}
    ask_about_look(house.person("elise"), at=opened.opened_at, verdict="misuse", **signed)
    tables = ("tenants_emergencyaccess", "tenants_lookquestion")
    edge = opened.opened_at + timedelta(days=366)
    for moment, left in ((edge - A_MOMENT, 1), (edge, 1), (edge + A_MOMENT, 0)):
        night(moment)
        assert [count(table) for table in tables] == [left, left], moment


# --- Months of the trace ----------------------------------------------------------------------------------------------


def test_no_month_goes_before_it_is_twelve_months_old_to_the_day(bare):
    ask = "SELECT audit_drop_months((now() - interval '12 months')::date + %s)"
    for days in (-1, 0):
        run(ask, days, alias="prune")
    with pytest.raises(DatabaseError, match="at least 12 months"):
        run(ask, 1, alias="prune")


def test_a_month_goes_when_its_last_line_is_as_old_as_the_term(bare, settings, tmp_path):
    """Twelve months, or the thirty-six that a landlord has motivated: the month before goes, the month itself stays."""
    file = tmp_path / "retention.json"
    why = {"ground": "internal_control", "decided_on": "2026-11-01", "reason": "Un mésusage " * 10}
    file.write_text(json.dumps({"months": 36, **why}))
    for term, said in ((36, str(file)), (12, "")):
        settings.RETENTION_FILE = said
        gone, stays = (make_month(months_ago(n), months_ago(n - 1)) for n in (term + 1, term))
        call_command("prune_trace", "--apply", stdout=io.StringIO())
        assert gone not in months() and stays in months(), term

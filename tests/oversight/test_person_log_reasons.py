"""The data protection officer gives a reason to read the audit log of an employee.

Nightly rules compare the reason with what happened, and raise a question if nothing explains it.
"""

import pytest

from oversight.look_rules.rules import RULES
from tests.architecture.source import ROOT
from tests.builders import leave_line, make_demand, open_in_emergency, run
from tests.oversight.test_look_rules import DAY, OWING, asks_nothing, questions_of, record_refusal


@pytest.fixture
def ines(landlord):
    return landlord.person("ines")


def read_person_log(ines, whom, reason):
    facts = {"reason": reason, "person": str(whom.pk)}
    leave_line("person_looks_read", ines, None, DAY, role="dpo", permission="person_trace_read", facts=facts)


@pytest.mark.parametrize(
    "reason", ["complaint", "access_request", "security_alert", "control", "left_post", "emergency"]
)
def test_dpo_reading_a_persons_audit_log_without_support_raises_a_question(landlord, ines, reason):
    read_person_log(ines, landlord.person("awa"), reason)
    [question] = questions_of("trace_of_person")
    assert (question.person_id, question.desk) == (ines.pk, "steward")


@pytest.mark.parametrize("reason", ["complaint", "security_alert", "control", "left_post", "emergency"])
def test_dpo_reading_a_persons_audit_log_is_explained(landlord, ines, reason):
    chloe = landlord.person("chloe")
    if reason == "complaint":
        make_demand(ines, landlord.tenant(OWING), asked=-20)
    if reason == "security_alert":
        record_refusal(chloe, "AAAA-BBBB-CCCC", DAY - 5)
    if reason == "control":
        leave_line("words_counted", ines, None, DAY - 2, role="dpo", facts={"words": 3})
    if reason == "left_post":
        run("UPDATE access_assignment SET last_day = loge_today() - 9 WHERE person_id = %s", chloe.pk)
    if reason == "emergency":
        open_in_emergency(landlord.account(OWING).lease, chloe, opened=9)
    read_person_log(ines, chloe, reason)
    assert asks_nothing("trace_of_person")


@pytest.mark.parametrize(("who", "opened"), [("awa", 9), ("chloe", 45), ("chloe", 0)])
def test_emergency_of_another_person_or_time_explains_nothing(landlord, ines, who, opened):
    """An emergency explains reading an employee's log only if the employee had emergency access in the last 31 days."""
    open_in_emergency(landlord.account(OWING).lease, landlord.person(who), opened=opened)
    read_person_log(ines, landlord.person("chloe"), "emergency")
    assert len(questions_of("trace_of_person")) == 1


@pytest.mark.parametrize("reason", ["security_alert", "left_post", "emergency"])
def test_event_that_names_nobody_does_not_stop_the_rule(landlord, ines, reason):
    """Whoever controls a web process may write such an event. The other events of the day must still be examined."""
    facts = {"reason": reason, "person": "nobody"}
    leave_line("person_looks_read", ines, None, DAY, role="dpo", permission="person_trace_read", facts=facts)
    read_person_log(ines, landlord.person("awa"), reason)
    assert len(questions_of("trace_of_person")) == 2


def test_visit_of_an_inspector_explains_reading_for_a_control(landlord, ines):
    leave_line("exhibit_shown", landlord.person("noel"), None, DAY - 2, role="inspector", facts={"exhibit": "E9"})
    read_person_log(ines, landlord.person("awa"), "control")
    assert asks_nothing("trace_of_person")


@pytest.mark.parametrize("rule", ["trace_of_person", "trace_of_account"])
def test_page_of_rules_and_notice_to_staff_say_that_an_emergency_explains(rule):
    notice = (ROOT / "docs" / "notice-to-staff.md").read_text(encoding="utf-8")
    [line] = [line for line in notice.splitlines() if line.startswith(f"| `{rule}` |")]
    assert "urgence" in line and "urgence" in str(RULES[rule].explained_by)

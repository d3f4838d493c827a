"""Nightly rules that raise a question if an API client opens an account without a reason or reads lists in bulk."""

import pytest

from access.models import AccessRequest, MachineToken, Person
from tests.access.programs import made, two_administrators
from tests.builders import OWNER, leave_line, let, make_tenant, make_unit, run
from tests.oversight.test_look_rules import CALM, DAY, LOOK, asks_nothing, questions_of, rename


@pytest.fixture
def crowd(landlord):
    building = landlord.building("Glycines B")
    return [let(make_unit(building, f"C{number}"), make_tenant(f"Foule{number}")) for number in range(25)]


@pytest.fixture
def machine(landlord):
    token, _secret = made(landlord, two_administrators(landlord))
    return Person.objects.using(OWNER).get(pk=token.machine_id)


def list_shown(who, landlord, day, number, seconds=0):
    """Write the audit event which records that a list has shown `number` residents to `who`."""
    everybody = [row for (row,) in run("SELECT id FROM tenants_residence LIMIT 1")] * number
    return leave_line("list_shown", who, None, day, shown=everybody, seconds=seconds)


def test_machine_at_its_limit_raises_a_question_for_the_steward(landlord, machine):
    line = leave_line("limit_reached", machine, None, DAY, outcome="refused")
    [question] = questions_of("burst")
    # The question must go to the data steward, because the DPO took part in issuing the client's token.
    assert (question.event, question.person_id, question.desk) == (line, machine.pk, "steward")


def test_question_goes_to_the_dpo_if_she_had_no_part_in_the_machine(landlord, machine):
    MachineToken.objects.using(OWNER).update(made_by=landlord.person("noel"))
    leave_line("limit_reached", machine, None, DAY, outcome="refused")
    assert [question.desk for question in questions_of("burst")] == ["dpo"]


def test_account_opened_by_a_machine_is_compared_with_the_file(landlord, machine):
    line = leave_line("account_opened", machine, landlord.account(CALM), LOOK, purpose="arrears")
    assert [question.event for question in questions_of("unborne")] == [line]


@pytest.mark.parametrize("whose", ["asked_by", "decided_by", "made_by"])
def test_machine_opening_the_household_of_its_makers_raises_a_question(landlord, machine, whose):
    row = AccessRequest.objects.using(OWNER).get() if whose != "made_by" else MachineToken.objects.using(OWNER).get()
    rename(getattr(row, whose), f"Luc {CALM}")
    leave_line("account_opened", machine, landlord.account(CALM), LOOK, purpose="tenant_asked")
    assert [question.person_id for question in questions_of("surname")] == [machine.pk]


def test_five_files_refused_to_a_machine_raise_a_question(landlord, machine):
    for number in range(5):
        reference = f"ZZZ{number}-ZZZZ-ZZZZ"
        leave_line("refused", machine, None, DAY, outcome="missing", facts={"reference": reference}, seconds=number)
    assert [question.person_id for question in questions_of("refused")] == [machine.pk]


def test_audit_log_read_by_a_machine_raises_a_question(landlord, machine):
    facts = {"scope": "account"}
    leave_line("history_read", machine, landlord.account(CALM), DAY, facts=facts, permission="trace_read", role="dpo")
    assert [question.person_id for question in questions_of("trace_of_account")] == [machine.pk]


def test_machine_reading_far_more_than_before_raises_a_question(landlord, machine):
    list_shown(machine, landlord, DAY - 5, 20)
    list_shown(machine, landlord, DAY, 25)
    assert asks_nothing("program")
    line = list_shown(machine, landlord, DAY, 16, seconds=-60)
    assert [question.event for question in questions_of("program")] == [line]


def test_machine_on_its_first_day_raises_a_question_from_25_residents(landlord, machine):
    list_shown(machine, landlord, DAY, 24)
    assert asks_nothing("program")
    list_shown(machine, landlord, DAY, 1, seconds=60)
    assert len(questions_of("program")) == 1


def test_machine_reading_the_same_list_daily_raises_no_question(landlord, machine):
    for day in range(5):
        list_shown(machine, landlord, DAY - day, 300)
    assert asks_nothing("program")


def test_bulk_rule_does_not_apply_to_people(landlord):
    list_shown(landlord.person("elise"), landlord, DAY, 500)
    assert asks_nothing("program")


def test_audit_page_lists_each_machine_with_its_views(landlord, sign_in, machine):
    for number in range(3):
        leave_line("account_opened", machine, landlord.account(CALM), 0, seconds=-number)
    leave_line("refused", machine, None, 0, outcome="missing", seconds=-9)
    page = sign_in("ines").get("/trace/").content.decode()
    row = page.split(f'/personnes/{machine.pk}/">', 1)[1].split("</tr>", 1)[0]
    figures = [cell.split(">", 1)[1] for cell in row.split("</td>")[1:4]]
    assert machine.name in row and figures == ["3", "0", "1"]
    assert "Jeton de machine créé" in page


def test_inactive_machine_without_views_is_not_listed(landlord, sign_in, machine):
    run("UPDATE access_person SET is_active = false WHERE id = %s", machine.pk)
    assert f"/personnes/{machine.pk}/" not in sign_in("ines").get("/trace/").content.decode()


# --- The claimed purpose does not matter -----------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["emergency", "counter", "control", "own", "tenant_asked", ""])
def test_burst_raises_a_question_whatever_the_claimed_purpose(landlord, crowd, claim):
    elise = landlord.person("elise")
    for rank, account in enumerate(crowd):
        leave_line("account_opened", elise, account, DAY, purpose=claim, seconds=rank)
    assert len(questions_of("burst")) == 1


@pytest.mark.parametrize("permission", ["checked_card_view", "emergency_open"])
def test_cards_opened_by_identity_check_or_emergency_are_no_burst(landlord, crowd, permission):
    for rank, account in enumerate(crowd):
        leave_line("card_opened", landlord.person("paola"), account, DAY, permission=permission, seconds=rank)
    assert asks_nothing("burst")


def test_repeated_views_under_a_claimed_emergency_raise_a_question(landlord):
    for day in (LOOK, LOOK - 2, LOOK - 4, LOOK - 6):
        leave_line("account_opened", landlord.person("elise"), landlord.account(CALM), day, purpose="emergency")
    assert len(questions_of("returning")) == 1

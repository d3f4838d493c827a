"""Look rules apply to programs: the rules for people to single views, and a rule of their own to bulk reading."""

import pytest

from access.models import AccessRequest, MachineToken, Person
from tests.access.programs import made, two_administrators
from tests.builders import OWNER, leave_line, let, make_tenant, make_unit, run
from tests.tenants.test_look_rules import CALM, DAY, LOOK, asked, renamed, silent


@pytest.fixture
def crowd(house):
    building = house.building("Glycines B")
    return [let(make_unit(building, f"C{number}"), make_tenant(f"Foule{number}")) for number in range(25)]


@pytest.fixture
def machine(house):
    token, _secret = made(house, two_administrators(house))
    return Person.objects.using(OWNER).get(pk=token.machine_id)


def shown(who, house, day, many, seconds=0):
    """One line of a list that named so many residents."""
    everybody = [row for (row,) in run("SELECT id FROM tenants_residence LIMIT 1")] * many
    return leave_line("list_shown", who, None, day, shown=everybody, seconds=seconds)


def test_a_program_at_its_limit_is_asked_about(house, machine):
    line = leave_line("limit_reached", machine, None, DAY, outcome="refused")
    [one] = asked("burst")
    assert (one.event, one.person_id, one.desk) == (line, machine.pk, "steward")  # the officer made its token


def test_a_program_that_the_officer_had_no_part_in_is_asked_about_at_her_desk(house, machine):
    MachineToken.objects.using(OWNER).update(made_by=house.person("noel"))
    leave_line("limit_reached", machine, None, DAY, outcome="refused")
    assert [one.desk for one in asked("burst")] == ["dpo"]


def test_one_account_opened_through_a_program_is_compared_with_the_file(house, machine):
    line = leave_line("account_opened", machine, house.account(CALM), LOOK, purpose="arrears")
    assert [one.event for one in asked("unborne")] == [line]


@pytest.mark.parametrize("whose", ["asked_by", "decided_by", "made_by"])
def test_the_household_of_whoever_had_a_part_in_the_program_is_asked_about(house, machine, whose):
    row = AccessRequest.objects.using(OWNER).get() if whose != "made_by" else MachineToken.objects.using(OWNER).get()
    renamed(getattr(row, whose), f"Luc {CALM}")
    leave_line("account_opened", machine, house.account(CALM), LOOK, purpose="tenant_asked")
    assert [one.person_id for one in asked("surname")] == [machine.pk]


def test_five_files_refused_to_a_program_are_asked_about(house, machine):
    for number in range(5):
        reference = f"ZZZ{number}-ZZZZ-ZZZZ"
        leave_line("refused", machine, None, DAY, outcome="missing", facts={"reference": reference}, seconds=number)
    assert [one.person_id for one in asked("refused")] == [machine.pk]


def test_the_trace_read_through_a_program_is_asked_about(house, machine):
    facts = {"scope": "account"}
    leave_line("history_read", machine, house.account(CALM), DAY, facts=facts, permission="trace_read", role="dpo")
    assert [one.person_id for one in asked("trace_of_account")] == [machine.pk]


def test_a_program_that_shows_far_more_than_before_is_asked_about(house, machine):
    shown(machine, house, DAY - 5, 20)
    shown(machine, house, DAY, 25)
    assert silent("program")
    line = shown(machine, house, DAY, 16, seconds=-60)
    assert [one.event for one in asked("program")] == [line]


def test_the_first_day_of_a_program_counts_from_twenty_five(house, machine):
    shown(machine, house, DAY, 24)
    assert silent("program")
    shown(machine, house, DAY, 1, seconds=60)
    assert len(asked("program")) == 1


def test_the_same_list_each_day_is_its_work(house, machine):
    for day in range(5):
        shown(machine, house, DAY - day, 300)
    assert silent("program")


def test_a_person_is_never_measured_by_that_rule(house):
    shown(house.person("elise"), house, DAY, 500)
    assert silent("program")


def test_the_officer_s_first_page_names_each_program_and_what_it_was_shown(house, sign_in, machine):
    for number in range(3):
        leave_line("account_opened", machine, house.account(CALM), 0, seconds=-number)
    leave_line("refused", machine, None, 0, outcome="missing", seconds=-9)
    page = sign_in("ines").get("/trace/").content.decode()
    row = page.split(f'/personnes/{machine.pk}/">', 1)[1].split("</tr>", 1)[0]
    figures = [cell.split(">", 1)[1] for cell in row.split("</td>")[1:4]]
    assert machine.name in row and figures == ["3", "0", "1"]
    assert "Jeton de machine fait" in page


def test_a_closed_program_without_looks_is_not_listed(house, sign_in, machine):
    run("UPDATE access_person SET is_active = false WHERE id = %s", machine.pk)
    assert f"/personnes/{machine.pk}/" not in sign_in("ines").get("/trace/").content.decode()


# --- What was done, and not what was claimed -------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["emergency", "counter", "control", "own", "tenant_asked", ""])
def test_a_burst_is_asked_about_whatever_purpose_was_claimed(house, crowd, claim):
    elise = house.person("elise")
    for rank, account in enumerate(crowd):
        leave_line("account_opened", elise, account, DAY, purpose=claim, seconds=rank)
    assert len(asked("burst")) == 1


@pytest.mark.parametrize("permission", ["checked_card_view", "emergency_open"])
def test_cards_that_have_their_own_proof_are_no_burst(house, crowd, permission):
    for rank, account in enumerate(crowd):
        leave_line("card_opened", house.person("paola"), account, DAY, permission=permission, seconds=rank)
    assert silent("burst")


def test_a_household_reopened_under_an_emergency_that_was_only_claimed_is_asked_about(house):
    for day in (LOOK, LOOK - 2, LOOK - 4, LOOK - 6):
        leave_line("account_opened", house.person("elise"), house.account(CALM), day, purpose="emergency")
    assert len(asked("returning")) == 1

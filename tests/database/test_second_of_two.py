"""Requests that a second person must decide: of two simultaneous decisions on a request, one must be refused.

A decision must also be refused if one of the two people, the requester or the decider, created the other's user
account, because one person may use both accounts.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections

from access.compartments import Compartment as C
from access.grants.actions.requests import approve, refuse
from access.models import AccessRequest, Person
from casework.actions.contests import agree_to_outcome, suspend_contest
from ledger.actions.write_offs import approve_write_off, refuse_write_off
from oversight.actions.inspections import agree_to_reading
from oversight.actions.look_questions import judge_look
from rights.actions.look_decisions import agree_to_deferral
from rights.models import LookDeferral
from tenants.actions.emergencies import review_emergency
from tests.access.acting import acting
from tests.access.programs import asked_for, two_administrators
from tests.access.test_machine_powers import added
from tests.builders import (
    OWNER,
    ask_about_look,
    ask_write_off,
    assign,
    make_inspection,
    make_person,
    open_in_emergency,
    paris_day,
    seal_sentence,
)
from tests.database.test_policies import as_role

Act = Callable[[Any, Any], Any]


@dataclass
class Case:
    """A request, stored in `row`, that waits for a decision. `asker` made the request.

    `first` and `second` are two competing decisions: (person, compartment whose database role is used, function that
    decides).
    """

    row: Any
    asker: Any
    first: tuple[Any, C, Act]
    second: tuple[Any, C, Act]


def another(landlord, role):
    person = make_person("Yvan Roux", landlord.place("Office des Trois-Rives"))
    assign(person, role, landlord.place("Office des Trois-Rives"))
    return person


def access_request(landlord):
    two, third = two_administrators(landlord), another(landlord, "access_administrator")
    row = AccessRequest.objects.using(OWNER).get(pk=asked_for(landlord, two).pk)
    yes = (two.second, C.ASSIGNMENTS, lambda by, row: approve(by=by, access_request=row))
    no = (third, C.ASSIGNMENTS, lambda by, row: refuse(by=by, access_request=row, reason="not_needed"))
    return Case(row, two.asker, yes, no)


def write_off(landlord):
    row = ask_write_off(landlord.account("Dette-Tour haute"), by=landlord.person("karim"))
    yes = (landlord.person("elise"), C.ACCOUNT, lambda by, row: approve_write_off(by=by, write_off=row))
    no = (
        landlord.person("denis"),
        C.ACCOUNT,
        lambda by, row: refuse_write_off(by=by, write_off=row, reason="not_founded"),
    )
    return Case(row, landlord.person("karim"), yes, no)


def contest(landlord):
    paul = landlord.person("paul")
    row = seal_sentence(
        landlord.account("Dette-Glycines A"), landlord.person("elise"), proposal="erase", proposed_by=paul
    )
    yes = (landlord.person("georges"), C.CONTESTS, lambda by, row: agree_to_outcome(by=by, contest=row))
    halt = (landlord.person("ines"), C.SEALED, lambda by, row: suspend_contest(by=by, contest=row))
    return Case(row, paul, yes, halt)


def contest_halted(landlord):
    case = contest(landlord)
    return Case(case.row, case.asker, case.second, case.first)


def deferral(landlord):
    ines, paul = landlord.person("ines"), landlord.person("paul")
    fields = {"event": uuid4(), "ground": "judicial_inquiry", "asked_by": ines, "asked_on": paris_day()}
    row = LookDeferral.objects.using(OWNER).create(until=paris_day(30), **fields)
    act = lambda by, row: agree_to_deferral(by=by, deferral=row)  # noqa: E731
    return Case(row, ines, (paul, C.INTAKE, act), (another(landlord, "data_steward"), C.INTAKE, act))


def reading(landlord):
    ines, paul = landlord.person("ines"), landlord.person("paul")
    act = lambda by, row: agree_to_reading(by=by, inspection=row)  # noqa: E731
    return Case(
        make_inspection(ines, []), ines, (paul, C.INTAKE, act), (another(landlord, "data_steward"), C.INTAKE, act)
    )


def emergency(landlord):
    row = open_in_emergency(landlord.account("Dette-Glycines A").lease, landlord.person("denis"))
    act = lambda by, row: review_emergency(by=by, emergency=row, verdict="justified")  # noqa: E731
    other = another(landlord, "sector_manager")
    return Case(row, landlord.person("denis"), (landlord.person("georges"), C.CONTESTS, act), (other, C.CONTESTS, act))


def question(landlord):
    act = lambda by, row: judge_look(by=by, question=row, verdict="misuse")  # noqa: E731
    other, elise = another(landlord, "dpo"), landlord.person("elise")
    return Case(
        ask_about_look(elise, found=15), elise, (landlord.person("ines"), C.REVIEWS, act), (other, C.REVIEWS, act)
    )


CASES = [access_request, write_off, contest, contest_halted, deferral, reading, emergency, question]
# `contest_halted` is left out, because it begins with the suspension of a contest, which is no decision.
DECISIONS = [case for case in CASES if case is not contest_halted]


def decide(row, who, compartment, act):
    """Decide on the request in `row` in the order of a view function: first read the person and the row, then act."""
    by = Person.objects.get(pk=who.pk)
    act(by, type(row)._default_manager.visible_to(by, compartment).get(pk=row.pk))


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.__name__)
def test_second_of_two_simultaneous_decisions_is_refused(landlord, made):
    case = made(landlord)
    outcomes: list[str] = []

    def decide_too() -> None:
        who, compartment, act = case.second
        try:
            with acting(who, compartment):
                decide(case.row, who, compartment, act)
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        except Exception as error:
            # An exception other than ValidationError would cause an error 500, so the test must fail.
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    who, compartment, act = case.first
    second = threading.Thread(target=decide_too)
    with acting(who, compartment):
        decide(case.row, who, compartment, act)
        second.start()
        second.join(0.5)
        assert second.is_alive(), outcomes
    second.join(20)
    assert outcomes == ["refused"]


@pytest.mark.parametrize("made", DECISIONS, ids=lambda made: made.__name__)
def test_account_made_by_the_requester_cannot_decide(landlord, made):
    case, top = made(landlord), landlord.place("Office des Trois-Rives")
    who, compartment, act = case.first
    added(case.asker, landlord.person("noel"), who, top)
    with pytest.raises((ValidationError, IntegrityError)), acting(who, compartment):
        decide(case.row, who, compartment, act)


@pytest.mark.parametrize("made", DECISIONS, ids=lambda made: made.__name__)
def test_maker_of_the_requesters_account_cannot_decide(landlord, made):
    case, top = made(landlord), landlord.place("Office des Trois-Rives")
    who, compartment, act = case.first
    added(who, landlord.person("noel"), case.asker, top)
    with pytest.raises((ValidationError, IntegrityError)), acting(who, compartment):
        decide(case.row, who, compartment, act)


SQL = {
    "access_accessrequest": "UPDATE access_accessrequest SET decision = 'approved', decided_by_id = loge_person(),"
    " decided_at = now(), person_id = gen_random_uuid() WHERE id = %s",
    "ledger_writeoff": "UPDATE ledger_writeoff SET decision = 'approved', decided_by_id = loge_person(),"
    " decided_at = now() WHERE id = %s",
    "casework_contestedsentence": "UPDATE casework_contestedsentence SET outcome = proposal, decided_on = loge_today(),"
    " decided_by_id = loge_person() WHERE id = %s",
    "rights_lookdeferral": "UPDATE rights_lookdeferral SET agreed_by_id = loge_person(), agreed_on = loge_today()"
    " WHERE id = %s",
    "oversight_inspection": "UPDATE oversight_inspection SET agreed_by_id = loge_person(),"
    " agreed_on = loge_today() WHERE id = %s",
    "tenants_emergencyaccess": "UPDATE tenants_emergencyaccess SET verdict = 'justified',"
    " reviewed_by_id = loge_person(), reviewed_on = loge_today() WHERE id = %s",
    "oversight_lookquestion": "UPDATE oversight_lookquestion SET verdict = 'misuse', judged_by_id = loge_person(),"
    " judged_on = loge_today() WHERE id = %s",
}


@pytest.mark.parametrize("made", DECISIONS, ids=lambda made: made.__name__)
def test_database_refuses_a_decision_by_a_dependent_account(landlord, made):
    case, top = made(landlord), landlord.place("Office des Trois-Rives")
    who, compartment, _act = case.first
    added(case.asker, landlord.person("noel"), who, top)
    with pytest.raises(IntegrityError) as error:
        as_role(compartment, who.pk, SQL[case.row._meta.db_table], case.row.pk)
    apart = {"request_decided_apart", "request_decided_in_standing", "write_off_decided_by_another"}
    assert error.value.__cause__.diag.constraint_name in apart

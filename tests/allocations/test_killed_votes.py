"""If a process is killed between a vote and the minutes, no data are half-written and the session can continue."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

from allocations.models import Candidacy
from tests.allocations.commission import Commission
from tests.audit.test_seal_running import environment
from tests.builders import events, run

pytestmark = pytest.mark.usefixtures("unkept")

# The script performs one action, and is killed either just before or just after the commit.
SCRIPT = """
import os, signal, sys
import django
django.setup()
from access.models import Person
from access.permissions import Permission as P
from allocations.actions import decisions, sessions
from allocations.models import Decision, Seat, Session
from tests.allocations.builders import acting_as

action, moment, name = sys.argv[1:]
module = sessions if action in ("close", "sign") else decisions
record = module.record

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def record_and_die(*args, **values):
    record(*args, **values)
    if moment == "before":
        die()

module.record = record_and_die
person = Person.objects.get(name=name)
with acting_as(person, P.COMMITTEE_SIT if action == "vote" else P.COMMITTEE_CHAIR) as access:
    if action == "vote":
        seat = access.rows(Seat).get(person=person)
        decisions.vote(by=person, decision=access.rows(Decision).get(), seat=seat, choice="for")
    elif action == "count":
        decisions.count_votes(by=person, decision=access.rows(Decision).get())
    elif action == "close":
        sessions.close_session(by=person, session=access.rows(Session).get())
    else:
        sessions.sign_minutes(by=person, session=access.rows(Session).get(), minutes="PV")
die()
"""
STATE = """SELECT (SELECT count(*) FROM allocations_vote), d.outcome, c.state, n.state, v.state, n.minutes_digest
    FROM allocations_decision d JOIN allocations_candidacy c ON c.id = d.candidacy_id
    JOIN allocations_agendaitem i ON i.id = c.item_id JOIN allocations_session n ON n.id = i.session_id
    JOIN allocations_vacancy v ON v.id = i.vacancy_id"""


@pytest.fixture
def commission(commission) -> Commission:
    commission.orient()
    [candidacy] = commission.designate(commission.shortlist()[:1])
    commission.prepare(candidacy)
    run("UPDATE buildings_unitterms SET financing = 'PLAI'")
    commission.convene(few_reason="very_social")
    commission.open()
    return commission


def killed(action: str, moment: str, name: str) -> None:
    given = {"env": environment(connections["default"].settings_dict["NAME"]), "cwd": settings.BASE_DIR}
    given["env"] |= {"DJANGO_SETTINGS_MODULE": "housing.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run([sys.executable, "-c", SCRIPT, action, moment, name], capture_output=True, text=True, **given)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


def count_of(kind: str) -> int:
    return len(events(kind=kind))


# Each step: action, person who acts, state of the rows before the step, and kind of the audit event.
STEPS = (
    ("vote", "Mehdi Saïdi", (1, "proposed", "presented", "open", "convened", ""), "vote_cast"),
    ("count", "Camille Roux", (2, "proposed", "presented", "open", "convened", ""), "decision_taken"),
    ("close", "Camille Roux", (2, "adopted", "ranked", "open", "convened", ""), "session_closed"),
    ("sign", "Camille Roux", (2, "adopted", "ranked", "closed", "decided", ""), "minutes_signed"),
)


def test_kill_between_vote_and_minutes_leaves_nothing_half_written(commission):
    [candidacy] = Candidacy.objects.using("owner").all()
    commission.vote(commission.propose(candidacy, "a", rank=1), "camille")
    for action, name, before, kind in STEPS:
        recorded = count_of(kind)
        assert run(STATE) == [before]
        killed(action, "before", name)
        assert run(STATE) == [before] and count_of(kind) == recorded, f"{action}, killed before its commit"
        killed(action, "after", name)
        assert run(STATE) != [before] and count_of(kind) == recorded + 1, f"{action}, killed after its commit"
    [(votes, outcome, state, session, vacancy, digest)] = run(STATE)
    assert (votes, outcome, state, session, vacancy) == (2, "adopted", "ranked", "signed", "decided")
    assert len(digest) == 64 and os.getpid() > 0

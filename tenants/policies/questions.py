"""Policies of view questions: for the employee, the managers who are asked, and the office that reads the desk."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, Lock
from tenants.models.look_question import TO_MANAGERS, TO_ONESELF

_MINE = "person_id = loge_person()"
_ANOTHERS = "person_id <> loge_person()"
_AT_DESK = f"{_ANOTHERS} AND tenants_reads_questions(desk)"
_ASKED = f"asked_on IS NOT NULL AND {_ANOTHERS} AND tenants_answers_for(person_id, place_id)"
_KEYS = {"person": "person_id", "place": "place_id", "answered_by": "answered_by_id"}


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(_KEYS.get(name, name) for name in names)


# A nightly function inserts. A trigger checks who may set which column, once.
LOCKS = (
    Lock(
        "tenants_lookquestion",
        (
            Grant(C.OWN_TRACE, rows=_MINE, columns=_columns(TO_ONESELF)),
            Grant(C.OWN_TRACE, "UPDATE", rows=_MINE, columns="explanation, explained_on"),
            Grant(C.REVIEWS, rows=_AT_DESK),
            Grant(
                C.REVIEWS, "UPDATE", rows=_AT_DESK, columns="asked_by_id, asked_on, verdict, judged_by_id, judged_on"
            ),
            Grant(C.ASSIGNMENTS, rows=_ASKED, columns=_columns(TO_MANAGERS)),
            Grant(C.ASSIGNMENTS, "UPDATE", rows=_ASKED, columns="answer, answered_by_id, answered_on"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
)
FUNCTIONS = (
    ("tenants_ask_about(text, date)", (JOBS,)),
    ("tenants_days_to_watch(integer)", (JOBS,)),
    ("tenants_reads_questions(text)", (C.REVIEWS,)),
    ("tenants_answers_for(uuid, uuid)", (C.ASSIGNMENTS,)),
    ("tenants_lines_around(uuid)", (C.REVIEWS,)),
    ("tenants_questions_due()", (C.ALL_TRACE, C.REVIEWS)),
    ("tenants_answers_due()", (C.CARD,)),
)

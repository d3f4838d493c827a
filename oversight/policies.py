"""Table policies of this app: which database role reads or writes which rows and columns."""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, TRACE, WATCHES, Grant, TablePolicy, taken_in
from oversight.models.look_question import TO_MANAGERS, TO_ONESELF
from tenants.policies.rules import (
    TODAY,
)

_WITHOUT_HITS = "id, asked_by_id, asked_on, words, lines, agreed_by_id, agreed_on, ends_on"

# Column `lines` (number of lines found) is left out, because it would tell the requester whether a word occurs.
_WITHOUT_LINES = "id, asked_by_id, asked_on, words, agreed_by_id, agreed_on, ends_on"

_MINE = "person_id = loge_person()"

_ANOTHERS = "person_id <> loge_person()"

_AT_DESK = f"{_ANOTHERS} AND oversight_reads_questions(desk)"

_ASKED = f"asked_on IS NOT NULL AND {_ANOTHERS} AND oversight_answers_for(person_id, place_id)"

_KEYS = {"person": "person_id", "place": "place_id", "answered_by": "answered_by_id"}


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(_KEYS.get(name, name) for name in names)


POLICIES = (
    # Only database functions insert word inspections (requests to read the lines of text that contain some words).
    # Once a second person has approved a word inspection, a database function returns the lines with these words.
    TablePolicy(
        "oversight_inspection",
        (
            Grant(C.INSPECTION, using="asked_by_id = loge_person()", columns=_WITHOUT_LINES),
            taken_in("SELECT", _WITHOUT_HITS),
            Grant(
                C.INTAKE,
                "UPDATE",
                using=f"(SELECT access_imports_files()) AND agreed_on IS NULL AND ends_on >= {TODAY}",
                check=f"agreed_by_id = loge_person() AND agreed_on = {TODAY}",
                columns="agreed_by_id, agreed_on",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    # A person may count how often a word occurs in free texts. oversight_countedword has digests of today's words.
    # Only database functions write to the table oversight_countedword, and a nightly job empties the table.
    TablePolicy("oversight_countedword", (Grant(JOBS, "SELECT, DELETE"),)),
    # There is no INSERT grant: a database function inserts exposure figures (how many resident cards a role can open).
    TablePolicy("oversight_exposureday", (Grant(C.ALL_TRACE, using=WATCHES),)),
    # There is no INSERT grant: a database function inserts the figures of the managers' board.
    TablePolicy(
        "oversight_boardfigure",
        (Grant(C.ASSIGNMENTS, using="place_id = ANY (ARRAY (SELECT oversight_board_places()))"),),
    ),
    # The register of personal data breaches is append-only: a correction is a new row.
    TablePolicy(
        "oversight_breach",
        (
            Grant(C.INSPECTION, using="(SELECT tenants_inspects())"),
            Grant(C.INSPECTION, "INSERT", check="(SELECT tenants_inspects()) AND noted_by_id = loge_person()"),
            Grant(C.CONTROL, using=INSPECTS),
        ),
    ),
    TablePolicy(
        "oversight_lookquestion",
        (
            Grant(C.OWN_TRACE, using=_MINE, columns=_columns(TO_ONESELF)),
            Grant(C.OWN_TRACE, "UPDATE", using=_MINE, columns="explanation, explained_on"),
            Grant(C.REVIEWS, using=_AT_DESK),
            Grant(
                C.REVIEWS, "UPDATE", using=_AT_DESK, columns="asked_by_id, asked_on, verdict, judged_by_id, judged_on"
            ),
            Grant(C.ASSIGNMENTS, using=_ASKED, columns=_columns(TO_MANAGERS)),
            Grant(C.ASSIGNMENTS, "UPDATE", using=_ASKED, columns="answer, answered_by_id, answered_on"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
)
FUNCTIONS = (
    ("oversight_texts_measured()", (C.INSPECTION, C.CONTROL)),
    ("oversight_reserve_words(uuid, bytea[])", (TRACE,)),
    ("oversight_words_counted(text[], bytea)", (C.INSPECTION, C.CONTROL)),
    ("oversight_sealed_sentences()", (C.INSPECTION, C.CONTROL)),
    ("oversight_ask_inspection(text[], bytea)", (C.INSPECTION,)),
    ("oversight_inspection_lines(uuid)", (C.INSPECTION,)),
    ("oversight_measure_exposure()", (JOBS,)),
    ("oversight_measure_board()", (JOBS,)),
    ("oversight_board_places()", (C.ASSIGNMENTS,)),
    ("oversight_ask_about(text, date)", (JOBS,)),
    ("oversight_days_to_watch(integer)", (JOBS,)),
    ("oversight_reads_questions(text)", (C.REVIEWS,)),
    ("oversight_answers_for(uuid, uuid)", (C.ASSIGNMENTS,)),
    ("oversight_events_around(uuid)", (C.REVIEWS,)),
    ("oversight_questions_due()", (C.ALL_TRACE, C.REVIEWS)),
    ("oversight_answers_due()", (C.CARD,)),
)

"""Policies of contested refusals, approved wordings and word inspections."""

from access.compartments import Compartment as C
from access.policies import JOBS, TRACE, Grant, Lock, taken_in, within
from tenants.policies.rules import ACCOUNT_SHOWN, TODAY, may, near

_WEIGHING = "(SELECT tenants_weighs())"
_WITHOUT_WORDS = (
    "id, account_id, building_id, code_id, reason, categories, ends_on, asked_on, asked_by_id, answer_by, proposal,"
    " wording, proposed_by_id, outcome, decided_on, decided_by_id, suspended_on, suspended_by_id, advice, advised_on,"
    " advised_by_id"
)
_WITHOUT_HITS = "id, asked_by_id, asked_on, words, lines, agreed_by_id, agreed_on, ends_on"
# The requester may not see the number of lines before a second person agrees: it would disclose whether a word occurs.
_WITHOUT_LINES = "id, asked_by_id, asked_on, words, agreed_by_id, agreed_on, ends_on"

LOCKS = (
    Lock(
        "tenants_contestedsentence",
        (
            # The author encrypts the sentence, and may later read the outcome but not the sentence. Nor may the
            # manager.
            near(
                C.ACCOUNT,
                f"{ACCOUNT_SHOWN} AND {may('account', 'write')} AND asked_by_id = loge_person()"
                f" AND asked_on = {TODAY} AND proposal = '' AND outcome = '' AND suspended_on IS NULL",
                "INSERT",
            ),
            Grant(C.ACCOUNT, rows="asked_by_id = loge_person()", columns=_WITHOUT_WORDS),
            Grant(C.CONTESTS, rows=within("building_id", C.CONTESTS), columns=_WITHOUT_WORDS),
            Grant(
                C.CONTESTS,
                "UPDATE",
                rows=within("building_id", C.CONTESTS),
                columns="outcome, decided_on, decided_by_id, proposal, wording, proposed_by_id",
            ),
            Grant(C.SEALED, rows=_WEIGHING),
            Grant(
                C.SEALED,
                "UPDATE",
                rows=_WEIGHING,
                columns="proposal, wording, proposed_by_id, suspended_on, suspended_by_id, advice, advised_on,"
                " advised_by_id, sentence",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    # Only functions create inspections and read the lines. Reading requires the approval of another person.
    Lock(
        "tenants_inspection",
        (
            Grant(C.INSPECTION, rows="asked_by_id = loge_person()", columns=_WITHOUT_LINES),
            taken_in("SELECT", _WITHOUT_HITS),
            Grant(
                C.INTAKE,
                "UPDATE",
                rows=f"(SELECT access_takes_in()) AND agreed_on IS NULL AND ends_on >= {TODAY}",
                check=f"agreed_by_id = loge_person() AND agreed_on = {TODAY}",
                columns="agreed_by_id, agreed_on",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    # Written and read by functions only; the nightly job erases.
    Lock("tenants_countedword", (Grant(JOBS, "SELECT, DELETE"),)),
    Lock(
        "tenants_allowedwording",
        (
            *(Grant(c) for c in (C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE, JOBS)),
            # The second person inserts exactly the wording that the first one proposed.
            Grant(
                C.CONTESTS,
                "INSERT",
                check="allowed_by_id = loge_person() AND EXISTS (SELECT FROM tenants_contestedsentence s"
                " WHERE s.proposal = 'allow_wording' AND s.outcome IN ('', 'allow_wording') AND s.wording = text"
                " AND s.proposed_by_id = tenants_allowedwording.proposed_by_id)",
            ),
        ),
    ),
)
FUNCTIONS = (
    ("tenants_weighs()", (C.SEALED, C.TRIAGE)),
    ("tenants_intake_within(bigint, bigint)", (C.INTAKE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_contests_due()", (C.CARD, C.SEALED, C.CONTESTS, C.INSPECTION, C.ALL_TRACE, C.INTAKE)),
    ("tenants_inspects()", (C.INSPECTION,)),
    ("tenants_texts_measured()", (C.INSPECTION, C.CONTROL)),
    ("tenants_take_words(uuid, bytea[])", (TRACE,)),
    ("tenants_words_counted(text[], bytea)", (C.INSPECTION, C.CONTROL)),
    ("tenants_sealed_sentences()", (C.INSPECTION, C.CONTROL)),
    ("tenants_ask_inspection(text[], bytea)", (C.INSPECTION,)),
    ("tenants_inspection_lines(uuid)", (C.INSPECTION,)),
)

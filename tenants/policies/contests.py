"""Policies of contested refusals, approved wordings and word inspections."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, Lock, within
from tenants.policies.rules import ACCOUNT_SHOWN, TODAY, may, near

_WEIGHING = "(SELECT tenants_weighs())"
_WITHOUT_WORDS = (
    "id, account_id, building_id, code_id, reason, categories, ends_on, asked_on, asked_by_id, answer_by, proposal,"
    " wording, proposed_by_id, outcome, decided_on, decided_by_id, suspended_on, suspended_by_id, advice, advised_on,"
    " advised_by_id"
)

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
)

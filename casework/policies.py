"""Row-level security policies of the tables of casework/: which rows each database role may read and write."""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, Grant, TablePolicy, taken_in, within
from tenants.policies.rules import ACCOUNT_SHOWN, KEEPING, SHOWN, SIGNED, TODAY, near

# A comment that is kept becomes a note with the same id. Only the second of the two people may insert that note.
KEPT = Grant(
    C.TRIAGE,
    "INSERT",
    using="written_by_id IS NULL AND reason = 'inherited' AND withdrawn_on IS NULL"
    " AND EXISTS (SELECT FROM casework_legacycomment s WHERE s.id = casework_accountnote.id"
    " AND s.account_id = casework_accountnote.account_id AND s.ground <> '')"
    " AND casework_keeps_line(casework_accountnote.id)",
)

# A fact that replaces a legacy comment has the same id, so that the policy can check that the comment exists.
INSTEAD = Grant(
    C.TRIAGE,
    "INSERT",
    using=f"{SIGNED} AND EXISTS (SELECT FROM casework_legacycomment s WHERE s.id = casework_accountfact.id"
    " AND s.account_id = casework_accountfact.account_id) AND casework_sorts_line(casework_accountfact.id)",
)

_WEIGHING = "(SELECT casework_weighs())"

_WITHOUT_WORDS = (
    "id, account_id, building_id, code_id, reason, categories, ends_on, asked_on, asked_by_id, answer_by, proposal,"
    " wording, proposed_by_id, outcome, decided_on, decided_by_id, suspended_on, suspended_by_id, advice, advised_on,"
    " advised_by_id"
)

_OF_RESIDENCE = "EXISTS (SELECT FROM tenants_residence r WHERE r.id = residence_id)"

_FACT_ENDS = "withdrawn_on, withdrawn_by_id, contested_on, kept_on, kept_by_id"


def may(scope: str, verb: str) -> str:
    return f"casework_fact_open(loge_person(), '{scope}', '{verb}', code_id, building_id)"


def _facts(table: str, c: C, visible: str, also: tuple[C, ...] = (), more: tuple[Grant, ...] = ()) -> TablePolicy:
    """Readers of the code may select its facts, its writers may insert them.

    Nobody edits a fact: the UPDATE grant covers only the columns in `_FACT_ENDS`, and a trigger checks them.
    """
    scope = table.removeprefix("casework_").removesuffix("fact")
    readable = f"{visible} AND {may(scope, 'read')}"
    return TablePolicy(
        table,
        (
            *(near(reader, readable) for reader in (c, *also)),
            near(c, f"{visible} AND {may(scope, 'write')} AND {SIGNED}", "INSERT"),
            Grant(c, "UPDATE", using=f"{within('building_id', c)} AND {readable}", columns=_FACT_ENDS),
            *more,
            KEEPING,
        ),
    )


# Only data stewards and data protection officers of the whole landlord read the counts of a file.
# Inspectors read the counts as well, but no lines.
_COUNTED = (Grant(C.TRIAGE, using="(SELECT casework_weighs())"), Grant(C.CONTROL, using=INSPECTS))

# Managers do not sort comments on discreet households, because no discreet mark ever names a manager.
_SORTED = (
    f"{within('building_id', C.TRIAGE)}"
    " AND ((SELECT casework_weighs()) OR account_id <> ALL (ARRAY (SELECT tenants_hidden_accounts())))"
)

POLICIES = (
    TablePolicy(
        "casework_contestedsentence",
        (
            # The author inserts the encrypted sentence, and later reads the outcome without the sentence.
            # The manager's columns exclude the sentence too.
            near(
                C.ACCOUNT,
                f"{ACCOUNT_SHOWN} AND {may('account', 'write')} AND asked_by_id = loge_person()"
                f" AND asked_on = {TODAY} AND proposal = '' AND outcome = '' AND suspended_on IS NULL",
                "INSERT",
            ),
            Grant(C.ACCOUNT, using="asked_by_id = loge_person()", columns=_WITHOUT_WORDS),
            Grant(C.CONTESTS, using=within("building_id", C.CONTESTS), columns=_WITHOUT_WORDS),
            Grant(
                C.CONTESTS,
                "UPDATE",
                using=within("building_id", C.CONTESTS),
                columns="outcome, decided_on, decided_by_id, proposal, wording, proposed_by_id",
            ),
            Grant(C.SEALED, using=_WEIGHING),
            Grant(
                C.SEALED,
                "UPDATE",
                using=_WEIGHING,
                columns="proposal, wording, proposed_by_id, suspended_on, suspended_by_id, advice, advised_on,"
                " advised_by_id, sentence",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    TablePolicy(
        "casework_allowedwording",
        (
            *(Grant(c) for c in (C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE, JOBS)),
            # The manager, as the second person, can insert only the wording that the first one proposed.
            Grant(
                C.CONTESTS,
                "INSERT",
                check="allowed_by_id = loge_person() AND EXISTS (SELECT FROM casework_contestedsentence s"
                " WHERE s.proposal = 'allow_wording' AND s.outcome IN ('', 'allow_wording') AND s.wording = text"
                " AND s.proposed_by_id = casework_allowedwording.proposed_by_id)",
            ),
        ),
    ),
    _facts("casework_cardfact", C.HELP, _OF_RESIDENCE, also=(C.COUNTER,)),
    _facts("casework_dwellingfact", C.CARD, f"(lease_id IS NULL OR {SHOWN})"),
    _facts("casework_accountfact", C.ACCOUNT, ACCOUNT_SHOWN, more=(INSTEAD,)),
    TablePolicy(
        "casework_accountnote",
        (
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {may('account', 'read')}"),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {may('account', 'write')} AND {SIGNED}", "INSERT"),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                using=f"{within('building_id', C.ACCOUNT)} AND {ACCOUNT_SHOWN} AND {may('account', 'write')}",
                columns="withdrawn_on, withdrawn_by_id",
            ),
            # The data steward inserts an approved sentence as a note of its author, with the contested values.
            Grant(
                C.SEALED,
                "INSERT",
                using="(SELECT access_takes_in()) AND EXISTS (SELECT FROM casework_contestedsentence s"
                " WHERE s.account_id = casework_accountnote.account_id AND s.code_id = casework_accountnote.code_id"
                " AND s.reason = casework_accountnote.reason AND s.ends_on = casework_accountnote.ends_on"
                " AND s.asked_by_id = written_by_id AND s.outcome = 'allow_once' AND s.sentence IS NOT NULL)",
            ),
            KEPT,
            # The import of legacy comments inserts notes after screening them; the nightly job deletes expired ones.
            KEEPING,
        ),
    ),
    TablePolicy(
        "casework_factcode",
        (
            *(Grant(c) for c in (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE, JOBS)),
            taken_in("SELECT"),
            Grant(C.INTAKE, "INSERT", using="(SELECT access_takes_in()) AND added_by_id = loge_person()"),
            taken_in("UPDATE", "retired_on"),
        ),
    ),
    TablePolicy("casework_factterm", (Grant(JOBS),)),
    # A trigger compares the statement with the database. Data stewards issue it, data protection officers do not.
    TablePolicy(
        "casework_destructioncertificate",
        (*_COUNTED, Grant(C.TRIAGE, "INSERT", using="issued_by_id = loge_person() AND (SELECT access_takes_in())")),
    ),
    TablePolicy("casework_legacycommentfile", (*_COUNTED, Grant(JOBS, "SELECT, INSERT, UPDATE"))),
    TablePolicy("casework_legacycommenttally", (*_COUNTED, Grant(JOBS))),
    # Those who sort a comment may read it. A trigger checks who decides, and deletes the row after the decision.
    TablePolicy(
        "casework_legacycomment",
        (
            Grant(C.TRIAGE, using=_SORTED),
            Grant(C.TRIAGE, "UPDATE", using=_SORTED, columns="ground, proposed_by_id, outcome, decided_by_id"),
            KEEPING,
        ),
    ),
)
FUNCTIONS = (
    ("casework_weighs()", (C.SEALED, C.TRIAGE)),
    ("casework_contests_due()", (C.CARD, C.SEALED, C.CONTESTS, C.INSPECTION, C.ALL_TRACE, C.INTAKE)),
    ("casework_fact_open(uuid, text, text, text, uuid)", (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT)),
    ("casework_challenged()", (C.CARD,)),
    ("casework_legacy_comments_reconcile(uuid)", (C.TRIAGE,)),
    ("casework_destruction_statement(uuid)", (C.TRIAGE,)),
    ("casework_sorts_line(uuid)", (C.TRIAGE,)),
    ("casework_keeps_line(uuid)", (C.TRIAGE,)),
    ("casework_line_said_instead(uuid, uuid, text)", (C.TRIAGE,)),
)

"""Row-level security policies of the tables of casework/: which rows each database role may read and write."""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, Grant, TablePolicy, taken_in, within
from casework.vocabulary.facts import CONTACT_PREFERENCE
from tenants.models.restriction import (
    ACCOUNT_NOT_RESTRICTED,
    FEW_RESIDENCES_NOT_RESTRICTED,
    RESIDENCE_NOT_RESTRICTED,
)
from tenants.policies.rules import ACCOUNT_SHOWN, KEEPING, SHOWN, SIGNED, TODAY, near

# A legacy comment that two people decide to keep becomes a note with the same id.
# Only the person who agrees to a colleague's proposal to keep a legacy comment may insert the comment's note.
KEPT = Grant(
    C.TRIAGE,
    "INSERT",
    using="written_by_id IS NULL AND reason = 'inherited' AND withdrawn_on IS NULL"
    " AND EXISTS (SELECT FROM casework_legacycomment s WHERE s.id = casework_accountnote.id"
    " AND s.account_id = casework_accountnote.account_id AND s.ground <> '')"
    " AND casework_keeps_comment(casework_accountnote.id)",
)

# A fact that replaces a legacy comment gets the comment's id, by which the policy checks that the comment exists.
INSTEAD = Grant(
    C.TRIAGE,
    "INSERT",
    using=f"{SIGNED} AND EXISTS (SELECT FROM casework_legacycomment s WHERE s.id = casework_accountfact.id"
    " AND s.account_id = casework_accountfact.account_id) AND casework_sorts_comment(casework_accountfact.id)",
)


_WITHOUT_WORDS = (
    "id, account_id, building_id, code_id, reason, categories, ends_on, asked_on, asked_by_id, answer_by, proposal,"
    " wording, proposed_by_id, outcome, decided_on, decided_by_id, suspended_on, suspended_by_id, advice, advised_on,"
    " advised_by_id"
)

_OF_RESIDENCE = "EXISTS (SELECT FROM tenants_residence r WHERE r.id = residence_id)"

_MINE_TODAY = f"made_by_id = loge_person() AND made_on = {TODAY}"

_FACT_ENDS = "withdrawn_on, withdrawn_by_id, contested_on, kept_on, kept_by_id"


# _RESIDENCE_FREE and _account_free hide data whose processing is restricted (GDPR, art. 18) from display and use.
# Access reports and erasures include restricted data, so they use neither _RESIDENCE_FREE nor _account_free.
_RESIDENCE_FREE = RESIDENCE_NOT_RESTRICTED.format(residence="residence_id")


def _account_free(day: str) -> str:
    return ACCOUNT_NOT_RESTRICTED.format(account="account_id", day=day)


def may(scope: str, verb: str) -> str:
    return f"casework_fact_open(loge_person(), '{scope}', '{verb}', code_id, building_id)"


# Housing officers who open an account may read when a resident prefers to be telephoned.
_PREFERENCE = near(
    C.ACCOUNT,
    f"{_OF_RESIDENCE} AND code_id = '{CONTACT_PREFERENCE}' AND {may('card', 'read')}"
    f" AND {FEW_RESIDENCES_NOT_RESTRICTED.format(residence='residence_id')}",
)


def _facts(
    table: str, c: C, visible: str, free: str, also: tuple[C, ...] = (), more: tuple[Grant, ...] = ()
) -> TablePolicy:
    """Return the policy of a table of facts. Each fact code names the roles that may read and insert its facts.

    `free` is the condition that the processing of the fact is not restricted. A trigger, which can say why, refuses to
    insert restricted facts.

    Nobody may change the content of a fact. UPDATE is granted only on the columns that withdraw, contest or keep a
    fact, and a trigger checks their values.
    """
    scope = table.removeprefix("casework_").removesuffix("fact")
    readable = f"{visible} AND {may(scope, 'read')} AND {free}"
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


# _COUNTED is the grant on tables that count the decisions on legacy comments, without any text of the comments.
# _COUNTED gives access to inspectors, and to data stewards and data protection officers of the whole landlord.
_COUNTED = (Grant(C.TRIAGE, using="(SELECT casework_reads_sealed_sentences())"), Grant(C.CONTROL, using=INSPECTS))

_CONTEST_FREE = _account_free("asked_on")
_WEIGHING = f"(SELECT casework_reads_sealed_sentences()) AND {_CONTEST_FREE}"
_DECIDED = f"{within('building_id', C.CONTESTS)} AND {_CONTEST_FREE}"

# Managers may not decide on a legacy comment if a discreet mark hides the household from them, for its safety.
_SORTED = (
    f"{within('building_id', C.TRIAGE)}"
    " AND ((SELECT casework_reads_sealed_sentences())"
    " OR account_id <> ALL (ARRAY (SELECT tenants_hidden_account_ids())))"
    f" AND {_account_free('first_written_on')}"
)

POLICIES = (
    TablePolicy(
        "casework_contestedsentence",
        (
            # The author of a sentence that the screening refused may insert the sentence, encrypted, but not read it.
            # Authors and managers may select only the columns `_WITHOUT_WORDS`: all columns except the sentence.
            near(
                C.ACCOUNT,
                f"{ACCOUNT_SHOWN} AND {may('account', 'write')} AND asked_by_id = loge_person()"
                f" AND asked_on = {TODAY} AND proposal = '' AND outcome = '' AND suspended_on IS NULL",
                "INSERT",
            ),
            Grant(C.ACCOUNT, using=f"asked_by_id = loge_person() AND {_CONTEST_FREE}", columns=_WITHOUT_WORDS),
            Grant(C.CONTESTS, using=_DECIDED, columns=_WITHOUT_WORDS),
            Grant(
                C.CONTESTS,
                "UPDATE",
                using=_DECIDED,
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
            # A data steward proposes a wording that the screening shall accept from now on, such as a street name.
            # A manager who agrees may insert exactly the wording that the data steward proposed.
            Grant(
                C.CONTESTS,
                "INSERT",
                check="allowed_by_id = loge_person() AND EXISTS (SELECT FROM casework_contestedsentence s"
                " WHERE s.proposal = 'allow_wording' AND s.outcome IN ('', 'allow_wording') AND s.wording = text"
                " AND s.proposed_by_id = casework_allowedwording.proposed_by_id)",
            ),
        ),
    ),
    # The account page shows when a resident prefers to be contacted, and no other fact about a resident.
    _facts("casework_cardfact", C.HELP, _OF_RESIDENCE, _RESIDENCE_FREE, also=(C.COUNTER,), more=(_PREFERENCE,)),
    # Facts about a dwelling, such as defects and keys, are not restricted: repairs are owed to all who live there.
    _facts("casework_dwellingfact", C.CARD, f"(lease_id IS NULL OR {SHOWN})", "true"),
    _facts("casework_accountfact", C.ACCOUNT, ACCOUNT_SHOWN, _account_free("written_on"), more=(INSTEAD,)),
    TablePolicy(
        "casework_accountnote",
        (
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {may('account', 'read')} AND {_account_free('written_on')}"),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {may('account', 'write')} AND {SIGNED}", "INSERT"),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                using=f"{within('building_id', C.ACCOUNT)} AND {ACCOUNT_SHOWN} AND {may('account', 'write')}"
                f" AND {_account_free('written_on')}",
                columns="withdrawn_on, withdrawn_by_id",
            ),
            # After a manager approves a contested sentence, a data steward inserts the sentence as a note.
            # A note made from a contested sentence must keep its author, fact code, reason and last day.
            Grant(
                C.SEALED,
                "INSERT",
                using="(SELECT access_imports_files()) AND EXISTS (SELECT FROM casework_contestedsentence s"
                " WHERE s.account_id = casework_accountnote.account_id AND s.code_id = casework_accountnote.code_id"
                " AND s.reason = casework_accountnote.reason AND s.ends_on = casework_accountnote.ends_on"
                " AND s.asked_by_id = written_by_id AND s.outcome = 'allow_once' AND s.sentence IS NOT NULL)",
            ),
            KEPT,
            # KEEPING is for the import, which stores legacy comments as notes, and for the nightly deletion of notes.
            KEEPING,
        ),
    ),
    # Nothing about contact attempts may reach a caretaker: they imply that the tenant is in arrears.
    TablePolicy(
        "casework_contactattempt",
        (
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {_account_free('made_on')}"),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {_MINE_TODAY}", "INSERT"),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {_MINE_TODAY}", "DELETE"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    TablePolicy(
        "casework_factcode",
        (
            *(Grant(c) for c in (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE, JOBS)),
            taken_in("SELECT"),
            Grant(C.INTAKE, "INSERT", using="(SELECT access_imports_files()) AND added_by_id = loge_person()"),
            taken_in("UPDATE", "retired_on"),
        ),
    ),
    TablePolicy("casework_factterm", (Grant(JOBS),)),
    # Only data stewards may issue a certificate of destruction. A trigger refuses a certificate with wrong counts.
    TablePolicy(
        "casework_destructioncertificate",
        (
            *_COUNTED,
            Grant(C.TRIAGE, "INSERT", using="issued_by_id = loge_person() AND (SELECT access_imports_files())"),
        ),
    ),
    TablePolicy("casework_legacycommentfile", (*_COUNTED, Grant(JOBS, "SELECT, INSERT, UPDATE"))),
    TablePolicy("casework_legacycommenttally", (*_COUNTED, Grant(JOBS))),
    # Whoever may decide on a legacy comment may read the comment. A trigger deletes the comment once it is decided.
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
    ("casework_reads_sealed_sentences()", (C.SEALED, C.TRIAGE)),
    ("casework_contests_due()", (C.CARD, C.SEALED, C.CONTESTS, C.INSPECTION, C.ALL_TRACE, C.INTAKE)),
    ("casework_fact_open(uuid, text, text, text, uuid)", (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT)),
    ("casework_contested_precautions()", (C.CARD,)),
    ("casework_answer_unread(uuid)", (C.ACCOUNT,)),
    ("casework_beside_account(uuid, uuid, text)", (C.ACCOUNT,)),
    ("casework_first_to_contact(integer)", (C.ACCOUNT,)),
    ("casework_comment_counts_agree(uuid)", (C.TRIAGE,)),
    ("casework_destruction_statement(uuid)", (C.TRIAGE,)),
    ("casework_sorts_comment(uuid)", (C.TRIAGE,)),
    ("casework_keeps_comment(uuid)", (C.TRIAGE,)),
    ("casework_comment_was_replaced(uuid, uuid, text)", (C.TRIAGE,)),
)

"""Who reads and adds what of the residents: one policy a database role, each driven by its own table's place."""

from access.compartments import Compartment as C
from access.locks import JOBS, WATCHES, Grant, Lock, taken_in, within
from tenants import emergency_locks, inspected_locks, question_locks, wall_locks
from tenants.disclosure.locks import DECISIONS, REQUESTS, disclosing
from tenants.disclosure.locks import FUNCTIONS as OF_DISCLOSURE
from tenants.emergency_locks import EMERGENCIES, EMPTIED, EMPTIED_COLUMNS, HELPED, HELPED_COLUMNS, OPENED
from tenants.inherited_locks import INHERITED, INSTEAD, KEEPING, KEPT, SIGNED
from tenants.wall_locks import OPEN_ACCOUNTS, OPEN_BOOKS, WALLS

_SHOWN = "lease_id <> ALL (ARRAY (SELECT tenants_hidden()))"
_ACCOUNT_SHOWN = "account_id <> ALL (ARRAY (SELECT tenants_hidden_accounts()))"
# Asked once a statement: written bare, the function would be called for every row.
_TODAY = "(SELECT loge_today())"
# Arrivals 14 days ahead, departures 7 days behind; who moved inside the house is out of the old building at once.
_AROUND = (
    f"moved_in <= {_TODAY} + 14 AND (moved_out IS NULL OR moved_out >= {_TODAY}"
    f" OR (NOT transferred AND moved_out >= {_TODAY} - 7))"
)
# Rental files rest after three years (law 89-462, art. 7-1).
# One household at a time: the one whose identity this person has just checked.
_CHECKED = "lease_id = ANY (ARRAY (SELECT tenants_checked()))"
_KEPT = f"(moved_out IS NULL OR moved_out >= {_TODAY} - 1096)"
_LET_AROUND = f"first_day <= {_TODAY} + 14 AND (last_day IS NULL OR last_day >= {_TODAY} - 7)"
_LIVES = "EXISTS (SELECT FROM tenants_residence r WHERE r.tenant_id = {0})"
_LIVES_OR_HOLDS = f"({_LIVES} OR EXISTS (SELECT FROM tenants_leaseparty p WHERE p.tenant_id = {{0}}))"
_BY_SERVER = Grant(JOBS, "SELECT, INSERT")
_LOADING = (_BY_SERVER, taken_in())
# All that an accountant ever books: a receipt cleared from suspense, and its undoing.
_CLEARS = (
    "kind = 'payment' AND label = 'suspense' AND reverses_id IS NULL"
    " OR reverses_id IN (SELECT c.entry_id FROM tenants_clearing c)"
)
_OF_RESIDENCE = "EXISTS (SELECT FROM tenants_residence r WHERE r.id = residence_id)"
_OF_RECEIPT = "EXISTS (SELECT FROM tenants_receipt r WHERE r.id = receipt_id)"
_CLEARING = (C.ACCOUNT, C.BOOKS)


def _at_desk(c: C) -> str:
    return f"agency_id = ANY (ARRAY (SELECT tenants_desks(loge_person(), '{c}')))"


def _correcting(columns: str) -> tuple[Grant, Grant]:
    """What a landlord's later file may say otherwise of what an earlier one brought, on the server or in a browser."""
    return Grant(JOBS, "UPDATE", columns=columns), taken_in("UPDATE", columns)


def _near(c: C, rule: str, privileges: str = "SELECT", column: str = "building_id") -> Grant:
    return Grant(c, privileges, rows=f"{within(column, c)} AND {rule}")


def _of_tenant(c: C, privileges: str = "SELECT", column: str = "tenant_id", **more: str) -> Grant:
    rule = _LIVES_OR_HOLDS if c in {C.ACCOUNT, C.IDENTITY} else _LIVES
    return Grant(c, privileges, rows=rule.format(column), **more)


def _changes(columns: str, lease: str = "lease_id") -> Grant:
    """Some columns of one's own rows. A household that is hidden is not changed blindly either."""
    rows = f"{within('building_id', C.ACCOUNT)} AND {_SHOWN.replace('lease_id', lease, 1)}"
    return Grant(C.ACCOUNT, "UPDATE", rows=rows, columns=columns)


def _may(scope: str, verb: str) -> str:
    return f"tenants_fact_open(loge_person(), '{scope}', '{verb}', code_id, building_id)"


def _facts(table: str, c: C, shown: str, also: tuple[C, ...] = (), more: tuple[Grant, ...] = ()) -> Lock:
    """Read by the code's readers, added by its writers, never edited: a trigger says what little may change."""
    scope = table[8:-4]
    read = f"{shown} AND {_may(scope, 'read')}"
    return Lock(
        table,
        (
            *(_near(reader, read) for reader in (c, *also)),
            _near(c, f"{shown} AND {_may(scope, 'write')} AND {SIGNED}", "INSERT"),
            Grant(c, "UPDATE", rows=f"{within('building_id', c)} AND {read}", columns=_FACT_ENDS),
            *more,
            KEEPING,
        ),
    )


_WEIGHING = "(SELECT tenants_weighs())"
_WITHOUT_WORDS = (
    "id, account_id, building_id, code_id, reason, categories, ends_on, asked_on, asked_by_id, answer_by, proposal,"
    " wording, proposed_by_id, outcome, decided_on, decided_by_id, suspended_on, suspended_by_id, advice, advised_on,"
    " advised_by_id"
)
_WITHOUT_HITS = "id, asked_by_id, asked_on, words, lines, agreed_by_id, agreed_on, ends_on"
_FACT_ENDS = "withdrawn_on, withdrawn_by_id, contested_on, kept_on, kept_by_id"
_TENANT = "tenants_tenant.id"
_CONTACT = "channel, phone, email, contact_name"
_REMINDED = tuple(Grant(c, rows=within("building_id", c)) for c in (C.CARD, C.HELP, C.ACCOUNT))
_PLACED_LEASE = tuple(_near(c, _SHOWN) for c in (C.ACCOUNT, C.IDENTITY))

_LOCKS = (
    Lock(
        "tenants_tenant",
        (
            *(_of_tenant(c, column=_TENANT) for c in (C.CARD, C.HELP, C.COUNTER, C.EMERGENCY, C.ACCOUNT, C.IDENTITY)),
            _of_tenant(C.HELP, "UPDATE", _TENANT, columns=_CONTACT),
            Grant(C.ACCOUNT, "INSERT"),
            *_LOADING,
            *_correcting("title, last_name, first_name, name_key, channel, phone, email, contact_name"),
        ),
    ),
    Lock(
        "tenants_residence",
        (
            *(_near(c, f"{_SHOWN} AND {_AROUND}") for c in (C.CARD, C.HELP)),
            Grant(C.COUNTER, rows=f"{_CHECKED} AND {_AROUND}"),
            Grant(C.EMERGENCY, rows=f"{OPENED} AND {_AROUND}"),
            Grant(C.EVACUATION, rows=EMPTIED, columns=EMPTIED_COLUMNS),
            *(_near(c, f"{_SHOWN} AND {_KEPT}") for c in (C.ACCOUNT, C.IDENTITY)),
            _near(C.ACCOUNT, "tenants_may_join(tenant_id)", "INSERT"),
            _changes("moved_out, transferred"),
            *_LOADING,
            *_correcting("moved_out, transferred"),
        ),
    ),
    Lock(
        "tenants_leaseunit",
        (
            *(_near(c, _LET_AROUND) for c in (C.CARD, C.HELP)),
            # A discreet dwelling is let, or it would be offered as vacant; the lease and its people stay out of sight.
            Grant(C.ACCOUNT, rows=within("building_id", C.ACCOUNT)),
            _near(C.IDENTITY, _SHOWN),
            Grant(C.ACCOUNT, "INSERT", rows=within("building_id", C.ACCOUNT)),
            _changes("last_day"),
            *_LOADING,
            *_correcting("last_day"),
        ),
    ),
    Lock(
        "tenants_helpcode",
        (
            _of_tenant(C.HELP, "SELECT, INSERT"),
            _of_tenant(C.COUNTER),
            Grant(C.EVACUATION, rows=HELPED, columns=HELPED_COLUMNS),
            _of_tenant(C.HELP, "UPDATE", columns="ended_on"),
            *_LOADING,
            *_correcting("ended_on"),
        ),
    ),
    # Written by a function alone, which asks for the reference and the name.
    Lock("tenants_identitycheck", (Grant(C.COUNTER, rows="person_id = loge_person()"),)),
    EMERGENCIES,
    Lock(
        "tenants_representative", (_of_tenant(C.ACCOUNT, "SELECT, INSERT"), *_LOADING, *_correcting("phone, last_day"))
    ),
    Lock("tenants_identity", (_of_tenant(C.IDENTITY, "SELECT, INSERT"), *_LOADING, *_correcting("birth_date"))),
    Lock(
        "tenants_bankdetail",
        (
            _of_tenant(C.IDENTITY, "SELECT, INSERT"),
            _of_tenant(C.IDENTITY, "UPDATE", columns="iban, holder, set_on"),
            Grant(JOBS, "SELECT, INSERT, UPDATE"),
            taken_in(),
            taken_in("UPDATE", "iban, holder, set_on"),
        ),
    ),
    Lock(
        "tenants_lease",
        (
            *(_near(c, "id <> ALL (ARRAY (SELECT tenants_hidden()))") for c in (C.ACCOUNT, C.IDENTITY)),
            Grant(C.ACCOUNT, "INSERT", rows=within("building_id", C.ACCOUNT)),
            _changes("notice_on, ends_on", "id"),
            *_LOADING,
            *_correcting("notice_on, ends_on"),
        ),
    ),
    Lock(
        "tenants_leaseparty",
        (
            *_PLACED_LEASE,
            _near(C.ACCOUNT, "tenants_may_join(tenant_id)", "INSERT"),
            _changes("last_day"),
            *_LOADING,
            *_correcting("last_day"),
        ),
    ),
    Lock(
        "tenants_account",
        (
            *(_near(c, f"{_SHOWN} AND settled_on IS NULL") for c in (C.ACCOUNT, C.IDENTITY)),
            _near(C.BOOKS, OPEN_ACCOUNTS),
            Grant(C.ACCOUNT, "INSERT", rows=within("building_id", C.ACCOUNT)),
            *_LOADING,
        ),
    ),
    Lock(
        "tenants_entry",
        (
            _near(C.ACCOUNT, _ACCOUNT_SHOWN),
            _near(C.ACCOUNT, f"{_ACCOUNT_SHOWN} AND tenants_open_account(account_id)", "INSERT"),
            _near(C.BOOKS, OPEN_BOOKS),
            _near(C.BOOKS, f"({_CLEARS}) AND tenants_open_account(account_id)", "INSERT"),
            *_LOADING,
        ),
    ),
    _facts("tenants_cardfact", C.HELP, _OF_RESIDENCE, also=(C.COUNTER,)),
    _facts("tenants_dwellingfact", C.CARD, f"(lease_id IS NULL OR {_SHOWN})"),
    _facts("tenants_accountfact", C.ACCOUNT, _ACCOUNT_SHOWN, more=(INSTEAD,)),
    Lock(
        "tenants_accountnote",
        (
            _near(C.ACCOUNT, f"{_ACCOUNT_SHOWN} AND {_may('account', 'read')}"),
            _near(C.ACCOUNT, f"{_ACCOUNT_SHOWN} AND {_may('account', 'write')} AND {SIGNED}", "INSERT"),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                rows=f"{within('building_id', C.ACCOUNT)} AND {_ACCOUNT_SHOWN} AND {_may('account', 'write')}",
                columns="withdrawn_on, withdrawn_by_id",
            ),
            # What two people let pass becomes the note of whoever wrote it, entered by the steward as it was asked for.
            Grant(
                C.SEALED,
                "INSERT",
                rows="(SELECT access_takes_in()) AND EXISTS (SELECT FROM tenants_contestedsentence s"
                " WHERE s.account_id = tenants_accountnote.account_id AND s.code_id = tenants_accountnote.code_id"
                " AND s.reason = tenants_accountnote.reason AND s.ends_on = tenants_accountnote.ends_on"
                " AND s.asked_by_id = written_by_id AND s.outcome = 'allow_once' AND s.sentence IS NOT NULL)",
            ),
            KEPT,
            # Taken over from an older system by the server's job, which screens them; erased by the night's.
            KEEPING,
        ),
    ),
    *INHERITED,
    WALLS,
    # Written by the night's measure alone: figures, and nobody in them.
    Lock("tenants_exposureday", (Grant(C.ALL_TRACE, rows=WATCHES),)),
    Lock(
        "tenants_contestedsentence",
        (
            # Sealed by its writer, who reads what becomes of it and not the words; nor does the manager.
            _near(
                C.ACCOUNT,
                f"{_ACCOUNT_SHOWN} AND {_may('account', 'write')} AND asked_by_id = loge_person()"
                f" AND asked_on = {_TODAY} AND proposal = '' AND outcome = '' AND suspended_on IS NULL",
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
    # Made by a function alone, which finds the lines; which they are is read by another, once somebody else has agreed.
    Lock(
        "tenants_inspection",
        (
            Grant(C.INSPECTION, rows="asked_by_id = loge_person()", columns=_WITHOUT_HITS),
            taken_in("SELECT", _WITHOUT_HITS),
            Grant(
                C.INTAKE,
                "UPDATE",
                rows=f"(SELECT access_takes_in()) AND agreed_on IS NULL AND ends_on >= {_TODAY}",
                check=f"agreed_by_id = loge_person() AND agreed_on = {_TODAY}",
                columns="agreed_by_id, agreed_on",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    Lock(
        "tenants_allowedwording",
        (
            *(Grant(c) for c in (C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE, JOBS)),
            # The second of two says yes to what the first proposes, word for word.
            Grant(
                C.CONTESTS,
                "INSERT",
                check="allowed_by_id = loge_person() AND EXISTS (SELECT FROM tenants_contestedsentence s"
                " WHERE s.proposal = 'allow_wording' AND s.outcome IN ('', 'allow_wording') AND s.wording = text"
                " AND s.proposed_by_id = tenants_allowedwording.proposed_by_id)",
            ),
        ),
    ),
    Lock(
        "tenants_factcode",
        (
            *(Grant(c) for c in (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT, C.SEALED, C.CONTESTS, C.TRIAGE, JOBS)),
            taken_in("SELECT"),
            Grant(C.INTAKE, "INSERT", rows="(SELECT access_takes_in()) AND added_by_id = loge_person()"),
            taken_in("UPDATE", "retired_on"),
        ),
    ),
    Lock("tenants_factterm", (Grant(JOBS),)),
    Lock("tenants_sourcekey", _LOADING),
    Lock("tenants_receipt", (*(Grant(c, rows=_at_desk(c)) for c in _CLEARING), *_LOADING)),
    Lock(
        "tenants_clearing",
        (
            *(Grant(c, rows=_OF_RECEIPT) for c in _CLEARING),
            *(
                Grant(
                    c,
                    "INSERT",
                    rows=f"cleared_by_id = loge_person() AND {_OF_RECEIPT} AND tenants_may_clear(receipt_id, entry_id)",
                )
                for c in _CLEARING
            ),
            *_LOADING,
        ),
    ),
    Lock(
        "tenants_discreetmark",
        (
            _near(C.ACCOUNT, _SHOWN),
            Grant(C.ACCOUNT, "INSERT", rows=within("building_id", C.ACCOUNT)),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                rows=f"{within('building_id', C.ACCOUNT)} AND {_SHOWN}",
                columns="first_day, last_day",
            ),
            _BY_SERVER,
            Grant(JOBS, "UPDATE", columns="last_day"),
        ),
    ),
    Lock(
        "tenants_discreetname",
        (
            Grant(
                C.ACCOUNT,
                "SELECT, INSERT",
                # One's own name shows before the mark does: the mark shows to those who are named.
                rows="person_id = loge_person() OR EXISTS (SELECT FROM tenants_discreetmark m WHERE m.id = mark_id)",
                check="tenants_may_name(mark_id)",
            ),
            _BY_SERVER,
        ),
    ),
    Lock("tenants_reminder", (*_REMINDED, _near(C.CARD, "true", "INSERT"), _BY_SERVER)),
    Lock(
        "tenants_reminderdoor",
        (
            *_REMINDED,
            _near(C.CARD, "true", "INSERT"),
            Grant(C.CARD, "UPDATE", rows=within("building_id", C.CARD), columns="done_on"),
            _BY_SERVER,
        ),
    ),
)

# Who makes the receipt of a person who asked for it reads some rows of most tables: declared beside it.
LOCKS = (*map(disclosing, _LOCKS), *REQUESTS, *inspected_locks.LOCKS, *DECISIONS, question_locks.QUESTIONS)

FUNCTIONS = (
    *OF_DISCLOSURE,
    ("tenants_hidden()", (C.CARD, C.HELP, C.ACCOUNT, C.IDENTITY)),
    ("tenants_keeper(text)", (C.COUNTER,)),
    ("tenants_check_identity(text, text, text)", (C.COUNTER,)),
    ("tenants_checked()", (C.COUNTER,)),
    *emergency_locks.FUNCTIONS,
    *wall_locks.FUNCTIONS,
    *inspected_locks.FUNCTIONS,
    *question_locks.FUNCTIONS,
    ("tenants_hidden_accounts()", (C.ACCOUNT, C.TRIAGE)),
    ("tenants_may_join(uuid)", (C.ACCOUNT,)),
    ("tenants_may_name(uuid)", (C.ACCOUNT,)),
    ("tenants_open_account(uuid)", _CLEARING),
    ("tenants_settle_account(uuid)", (C.ACCOUNT,)),
    ("tenants_fact_open(uuid, text, text, text, uuid)", (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT)),
    ("tenants_weighs()", (C.SEALED, C.TRIAGE)),
    ("tenants_inheritance_reconciles(uuid)", (C.TRIAGE,)),
    ("tenants_destruction_statement(uuid)", (C.TRIAGE,)),
    ("tenants_sorts_line(uuid)", (C.TRIAGE,)),
    ("tenants_keeps_line(uuid)", (C.TRIAGE,)),
    ("tenants_line_said_instead(uuid, uuid, text)", (C.TRIAGE,)),
    ("tenants_holds_at(text, uuid)", (C.SEALED, C.CONTESTS)),
    ("tenants_challenged()", (C.CARD,)),
    ("tenants_contests_due()", (C.CARD, C.SEALED, C.CONTESTS, C.INSPECTION, C.ALL_TRACE, C.INTAKE)),
    ("tenants_inspects()", (C.INSPECTION,)),
    ("tenants_texts_measured()", (C.INSPECTION, C.CONTROL)),
    ("tenants_words_counted(text[])", (C.INSPECTION, C.CONTROL)),
    ("tenants_sealed_sentences()", (C.INSPECTION, C.CONTROL)),
    ("tenants_ask_inspection(text[])", (C.INSPECTION,)),
    ("tenants_inspection_lines(uuid)", (C.INSPECTION,)),
    ("tenants_desks(uuid, text)", _CLEARING),
    ("tenants_waiting()", _CLEARING),
    ("tenants_may_clear(uuid, uuid)", _CLEARING),
    ("tenants_measure_exposure()", (JOBS,)),
    ("tenants_reached(uuid, date)", (C.ASSIGNMENTS, C.CONTROL)),
    ("tenants_account_place(text)", (C.ASSIGNMENTS, C.ALL_TRACE, C.CONTROL)),
)

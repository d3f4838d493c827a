"""Policies of facts, notes, and the closed list of fact codes."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, Lock, taken_in, within
from tenants.policies.inherited import INSTEAD, KEPT
from tenants.policies.rules import ACCOUNT_SHOWN, KEEPING, SHOWN, SIGNED, may, near

_OF_RESIDENCE = "EXISTS (SELECT FROM tenants_residence r WHERE r.id = residence_id)"
_FACT_ENDS = "withdrawn_on, withdrawn_by_id, contested_on, kept_on, kept_by_id"


def _facts(table: str, c: C, visible: str, also: tuple[C, ...] = (), more: tuple[Grant, ...] = ()) -> Lock:
    """The readers of the code may read, its writers may insert. Nobody edits: a trigger allows only the columns of
    `_FACT_ENDS` to change."""
    scope = table[8:-4]
    readable = f"{visible} AND {may(scope, 'read')}"
    return Lock(
        table,
        (
            *(near(reader, readable) for reader in (c, *also)),
            near(c, f"{visible} AND {may(scope, 'write')} AND {SIGNED}", "INSERT"),
            Grant(c, "UPDATE", rows=f"{within('building_id', c)} AND {readable}", columns=_FACT_ENDS),
            *more,
            KEEPING,
        ),
    )


LOCKS = (
    _facts("tenants_cardfact", C.HELP, _OF_RESIDENCE, also=(C.COUNTER,)),
    _facts("tenants_dwellingfact", C.CARD, f"(lease_id IS NULL OR {SHOWN})"),
    _facts("tenants_accountfact", C.ACCOUNT, ACCOUNT_SHOWN, more=(INSTEAD,)),
    Lock(
        "tenants_accountnote",
        (
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {may('account', 'read')}"),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND {may('account', 'write')} AND {SIGNED}", "INSERT"),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                rows=f"{within('building_id', C.ACCOUNT)} AND {ACCOUNT_SHOWN} AND {may('account', 'write')}",
                columns="withdrawn_on, withdrawn_by_id",
            ),
            # An approved contested sentence becomes a note of its author. The data steward inserts it exactly as it was
            # contested.
            Grant(
                C.SEALED,
                "INSERT",
                rows="(SELECT access_takes_in()) AND EXISTS (SELECT FROM tenants_contestedsentence s"
                " WHERE s.account_id = tenants_accountnote.account_id AND s.code_id = tenants_accountnote.code_id"
                " AND s.reason = tenants_accountnote.reason AND s.ends_on = tenants_accountnote.ends_on"
                " AND s.asked_by_id = written_by_id AND s.outcome = 'allow_once' AND s.sentence IS NOT NULL)",
            ),
            KEPT,
            # The import of legacy comments inserts notes after screening them; the nightly job deletes them.
            KEEPING,
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
)
FUNCTIONS = (
    ("tenants_fact_open(uuid, text, text, text, uuid)", (C.CARD, C.HELP, C.COUNTER, C.ACCOUNT)),
    ("tenants_challenged()", (C.CARD,)),
)

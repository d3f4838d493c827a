"""Who reads and decides an older system's comments."""

from access.compartments import Compartment as C
from access.locks import INSPECTS, JOBS, Grant, Lock, within
from tenants.locks.rules import KEEPING, SIGNED

# What two offices keep becomes a note, under the line's own key. Whoever reads it without sorting writes nothing.
KEPT = Grant(
    C.TRIAGE,
    "INSERT",
    rows="written_by_id IS NULL AND reason = 'inherited' AND withdrawn_on IS NULL"
    " AND EXISTS (SELECT FROM tenants_inheritedline s WHERE s.id = tenants_accountnote.id"
    " AND s.account_id = tenants_accountnote.account_id AND s.ground <> '')"
    " AND tenants_keeps_line(tenants_accountnote.id)",
)
# What is said instead, under the line's own key.
INSTEAD = Grant(
    C.TRIAGE,
    "INSERT",
    rows=f"{SIGNED} AND EXISTS (SELECT FROM tenants_inheritedline s WHERE s.id = tenants_accountfact.id"
    " AND s.account_id = tenants_accountfact.account_id) AND tenants_sorts_line(tenants_accountfact.id)",
)
# A file of the whole landlord's is counted to who answers for the whole landlord: steward and officer, as for contests.
# Whoever inspects reads the counts too, and no line.
_COUNTED = (Grant(C.TRIAGE, rows="(SELECT tenants_weighs())"), Grant(C.CONTROL, rows=INSPECTS))
# A discreet household's lines are for those who read for the whole landlord: no manager is ever named to one.
_SORTED = (
    f"{within('building_id', C.TRIAGE)}"
    " AND ((SELECT tenants_weighs()) OR account_id <> ALL (ARRAY (SELECT tenants_hidden_accounts())))"
)
LOCKS = (
    # What it states is the database's own word: a trigger compares. The steward issues it, not the officer.
    Lock(
        "tenants_destructioncertificate",
        (*_COUNTED, Grant(C.TRIAGE, "INSERT", rows="issued_by_id = loge_person() AND (SELECT access_takes_in())")),
    ),
    Lock("tenants_inheritance", (*_COUNTED, Grant(JOBS, "SELECT, INSERT, UPDATE"))),
    Lock("tenants_inheritancetally", (*_COUNTED, Grant(JOBS))),
    # Read where they are sorted, word for word; a trigger asks who decides, and takes the row away once it is decided.
    Lock(
        "tenants_inheritedline",
        (
            Grant(C.TRIAGE, rows=_SORTED),
            Grant(C.TRIAGE, "UPDATE", rows=_SORTED, columns="ground, proposed_by_id, outcome, decided_by_id"),
            KEEPING,
        ),
    ),
)
FUNCTIONS = (
    ("tenants_inheritance_reconciles(uuid)", (C.TRIAGE,)),
    ("tenants_destruction_statement(uuid)", (C.TRIAGE,)),
    ("tenants_sorts_line(uuid)", (C.TRIAGE,)),
    ("tenants_keeps_line(uuid)", (C.TRIAGE,)),
    ("tenants_line_said_instead(uuid, uuid, text)", (C.TRIAGE,)),
)

"""Policies of legacy comments, their counts and certificates."""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, Grant, Lock, within
from tenants.policies.rules import KEEPING, SIGNED

# A line that both offices keep becomes a note with the same id. Those who only read the lines cannot insert notes.
KEPT = Grant(
    C.TRIAGE,
    "INSERT",
    rows="written_by_id IS NULL AND reason = 'inherited' AND withdrawn_on IS NULL"
    " AND EXISTS (SELECT FROM tenants_inheritedline s WHERE s.id = tenants_accountnote.id"
    " AND s.account_id = tenants_accountnote.account_id AND s.ground <> '')"
    " AND tenants_keeps_line(tenants_accountnote.id)",
)
# A fact that replaces a line, with the same id.
INSTEAD = Grant(
    C.TRIAGE,
    "INSERT",
    rows=f"{SIGNED} AND EXISTS (SELECT FROM tenants_inheritedline s WHERE s.id = tenants_accountfact.id"
    " AND s.account_id = tenants_accountfact.account_id) AND tenants_sorts_line(tenants_accountfact.id)",
)
# The counts of a file concern the whole landlord, so only those responsible for the whole landlord read them: data
# steward and data protection officer. Inspectors read the counts too, but no lines.
_COUNTED = (Grant(C.TRIAGE, rows="(SELECT tenants_weighs())"), Grant(C.CONTROL, rows=INSPECTS))
# The lines of discreet households are for those who read for the whole landlord, because managers are never named to
# one.
_SORTED = (
    f"{within('building_id', C.TRIAGE)}"
    " AND ((SELECT tenants_weighs()) OR account_id <> ALL (ARRAY (SELECT tenants_hidden_accounts())))"
)
LOCKS = (
    # A trigger compares the statement with the database. The data steward issues it, not the data protection officer.
    Lock(
        "tenants_destructioncertificate",
        (*_COUNTED, Grant(C.TRIAGE, "INSERT", rows="issued_by_id = loge_person() AND (SELECT access_takes_in())")),
    ),
    Lock("tenants_inheritance", (*_COUNTED, Grant(JOBS, "SELECT, INSERT, UPDATE"))),
    Lock("tenants_inheritancetally", (*_COUNTED, Grant(JOBS))),
    # The sentence is readable where it is sorted. A trigger checks who decides, and deletes the row once it is decided.
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

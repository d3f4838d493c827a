"""Table policies for subject requests, access reports and files for data portability.

An employee who prepares an answer can read other apps' tables, but only the rows about the tenant who made the request.
The columns that name employees cannot be read. A file for data portability needs fewer tables than an access report.
"""

from access.compartments import Compartment as C
from access.policies import JOBS, WEB, Grant, TablePolicy

_ANSWERS = "(SELECT rights_answers_data_subjects())"
_THEIRS = "{0} = ANY (ARRAY (SELECT rights_disclosed()))"
_ON_ACCOUNT = (
    "account_id = ANY (ARRAY (SELECT rights_disclosed_accounts())) AND rights_disclosed_account(account_id, {0})"
)
# SQL condition for data that the person did not provide: a portability request (GDPR, art. 20) does not include them.
_NOT_PROVIDED = " AND (SELECT rights_discloses_all())"


def _theirs(column: str = "tenant_id", also: str = "") -> Grant:
    return Grant(C.DISCLOSURE, using=_THEIRS.format(column) + also)


def _on_account(day: str, columns: str, also: str = _NOT_PROVIDED) -> Grant:
    return Grant(C.DISCLOSURE, using=_ON_ACCOUNT.format(day) + also, columns=columns)


_FACT = "id, building_id, code_id, fields, ends_on, told_on, contested_on, kept_on, written_on, withdrawn_on"

_DISCLOSED: dict[str, Grant] = {
    "tenants_tenant": _theirs("id"),
    "tenants_residence": _theirs(),
    "tenants_leaseparty": _theirs(),
    "tenants_helpcode": _theirs(),
    "tenants_formername": _theirs(also=_NOT_PROVIDED),
    "tenants_representative": _theirs(also=_NOT_PROVIDED),
    "tenants_identity": _theirs(),
    "ledger_bankdetail": _theirs(also=_NOT_PROVIDED),
    "tenants_lease": Grant(C.DISCLOSURE, using="id = ANY (ARRAY (SELECT rights_disclosed_leases()))"),
    "tenants_account": Grant(C.DISCLOSURE, using="id = ANY (ARRAY (SELECT rights_disclosed_accounts()))"),
    "ledger_entry": _on_account(
        "effective_on",
        "id, account_id, building_id, kind, label, source, reason, amount_cents, effective_on, booked_on, booked_at,"
        " period, reverses_id",
        also=" AND (kind = 'payment' OR (SELECT rights_discloses_all()))",
    ),
    "ledger_writeoff": _on_account(
        "effective_on",
        "id, account_id, building_id, label, reason, amount_cents, effective_on, reverses_id, asked_at, decision,"
        " decided_at, refusal",
    ),
    "casework_cardfact": Grant(
        C.DISCLOSURE,
        using="residence_id = ANY (ARRAY (SELECT r.id FROM tenants_residence r)) AND (SELECT rights_discloses_all())",
        columns=f"{_FACT}, residence_id",
    ),
    "casework_dwellingfact": Grant(
        C.DISCLOSURE,
        using="lease_id = ANY (ARRAY (SELECT rights_disclosed_leases()))"
        f" AND rights_disclosed_lease(lease_id, written_on){_NOT_PROVIDED}",
        columns=f"{_FACT}, unit_id, lease_id",
    ),
    "casework_accountfact": _on_account("written_on", f"{_FACT}, account_id"),
    # Access reports omit a note's text if the account has several holders: the note may be about another holder.
    "casework_accountnote": Grant(
        C.DISCLOSURE,
        using="account_id = ANY (ARRAY (SELECT a.id FROM tenants_account a"
        " WHERE a.lease_id = ANY (ARRAY (SELECT rights_disclosed_sole_leases()))))",
        columns="id, account_id, building_id, code_id, reason, text, ends_on, written_on, first_written_on",
    ),
    "casework_contactattempt": _on_account("made_on", "id, account_id, building_id, outcome, made_on, back_on"),
    "casework_contestedsentence": _on_account(
        "asked_on", "id, account_id, building_id, ends_on, asked_on, outcome, decided_on"
    ),
    "casework_legacycomment": _on_account(
        "first_written_on", "id, account_id, building_id, first_written_on, ends_on, outcome"
    ),
    "tenants_discreetmark": Grant(C.DISCLOSURE, using="lease_id = ANY (ARRAY (SELECT rights_disclosed_sole_leases()))"),
    "casework_factcode": Grant(C.DISCLOSURE),
}

_AGREEING = "(SELECT access_imports_files())"

POLICIES: tuple[TablePolicy, ...] = (
    # No database role may insert requests. A SQL function creates a request and checks the proof of identity.
    TablePolicy(
        "rights_subjectrequest",
        (
            Grant(C.DISCLOSURE, using=_ANSWERS),
            Grant(
                C.DISCLOSURE,
                "UPDATE",
                using="(SELECT rights_answers_data_subjects()) AND closed_on IS NULL",
                check="(SELECT rights_answers_data_subjects()) AND (closed_on IS NULL"
                " OR closed_on = (SELECT loge_today()) AND closed_by_id = loge_person())",
                columns="due_on, extended_on, extension, closed_on, closed_by_id, answer, reason, measure",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    # Only an SQL function inserts these rows (what was erased or kept), when it answers a request for erasure.
    TablePolicy("rights_erasureline", (Grant(C.DISCLOSURE, using=_ANSWERS), Grant(JOBS, "SELECT, DELETE"))),
    # Only an SQL function inserts restrictions, when it grants a request. Employees record only two later days.
    TablePolicy(
        "tenants_restriction",
        (
            Grant(C.DISCLOSURE, using=_ANSWERS),
            Grant(C.DISCLOSURE, "UPDATE", using=_ANSWERS, columns="informed_on, lifted_on"),
        ),
    ),
    TablePolicy("rights_namedlook", (Grant(C.DISCLOSURE, using=_ANSWERS), Grant(JOBS, "SELECT, DELETE"))),
    # Only an SQL function inserts deferrals (a view of data is left out of access reports until a day), after checks.
    # A second employee approves each deferral with the role INTAKE, which cannot read whose data were viewed.
    TablePolicy(
        "rights_lookdeferral",
        (
            Grant(C.DISCLOSURE, using=_ANSWERS),
            Grant(C.INTAKE, using=_AGREEING),
            Grant(
                C.INTAKE,
                "UPDATE",
                using=f"{_AGREEING} AND agreed_on IS NULL",
                check="agreed_by_id = loge_person() AND agreed_on = (SELECT loge_today())",
                columns="agreed_by_id, agreed_on",
            ),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
)


# Policies on tables of other apps: which rows and columns an employee who prepares an access report can read.
POLICIES += tuple(TablePolicy(table, (grant,)) for table, grant in _DISCLOSED.items())

FUNCTIONS = (
    ("rights_answers_data_subjects()", (C.DISCLOSURE,)),
    (
        "rights_take_request(text, text, text, text, date, boolean, text, text, text[], uuid)",
        (C.COUNTER, C.DISCLOSURE),
    ),
    # The web process may call rights_request_figures(), because the page of figures is public.
    ("rights_request_figures()", (WEB,)),
    ("rights_prepare_receipt(uuid)", (C.DISCLOSURE,)),
    ("rights_requesters()", (C.DISCLOSURE,)),
    ("rights_disclosed()", (C.DISCLOSURE,)),
    ("rights_discloses_all()", (C.DISCLOSURE,)),
    ("rights_disclosed_leases()", (C.DISCLOSURE,)),
    ("rights_disclosed_accounts()", (C.DISCLOSURE,)),
    ("rights_disclosed_account(uuid, date)", (C.DISCLOSURE,)),
    ("rights_disclosed_lease(uuid, date)", (C.DISCLOSURE,)),
    ("rights_disclosed_sole_leases()", (C.DISCLOSURE,)),
    ("rights_disclosed_notes()", (C.DISCLOSURE,)),
    ("rights_disclosed_views(text[])", (C.DISCLOSURE,)),
    ("rights_erasure_lines()", (C.DISCLOSURE,)),
    ("rights_decide_erasure(uuid, text[], text[], text[], text[])", (C.DISCLOSURE,)),
    ("rights_begin_restriction(uuid, text, text[])", (C.DISCLOSURE,)),
    ("rights_contact_set_aside()", (C.DISCLOSURE,)),
    ("rights_restricted_people()", (C.DISCLOSURE,)),
    ("rights_applicant_looks(uuid)", (C.APPLICANTS,)),
    ("rights_request_deferral(uuid, text, date)", (C.DISCLOSURE,)),
    ("rights_name_viewer(text, text[], text, text)", (C.DISCLOSURE,)),
)

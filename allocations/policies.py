"""Row-level security policies of the tables of allocations/: an open occasion is the only way to a row."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy
from tenants.policies.rules import TODAY


def on_occasion(privileges: str = "SELECT", column: str = "application_id", also: str = "", columns: str = "") -> Grant:
    """Return a grant on the rows of applications that an open occasion lets the person see."""
    rule = f"{column} = ANY (ARRAY (SELECT loge_occasions('{C.APPLICANTS}')))"
    return Grant(C.APPLICANTS, privileges, using=f"{rule}{also}", columns=columns)


# The nightly job deletes, and `populate` inserts.
_SERVER = Grant(JOBS, "SELECT, INSERT, DELETE")
_CHANGED = (
    "number, renew_by, certified_on, reminded_on, state, housing, rooms_from, rooms_to, equipment, closed_on,"
    " closed_by_id, closing_motive"
)
_ASKED = f" AND (asked_by_id IS NULL OR asked_by_id = loge_person()) AND coalesce(asked_on, {TODAY}) = {TODAY}"

POLICIES = (
    TablePolicy(
        "allocations_application",
        (
            on_occasion(column="id"),
            # A new application belongs to a place where the person works. It opens through allocations_open_taken().
            Grant(
                C.APPLICANTS,
                "INSERT",
                check=f"registered_by_id = loge_person() AND registered_on = {TODAY} AND state = 'registered'"
                " AND allocations_works_at(loge_person(), 'applicants', kept_at_id)",
            ),
            on_occasion("UPDATE", "id", columns=_CHANGED),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_applicant",
        (on_occasion(), on_occasion("INSERT"), on_occasion("UPDATE"), on_occasion("DELETE"), _SERVER),
    ),
    TablePolicy("allocations_householdmember", (on_occasion(), on_occasion("INSERT"), on_occasion("DELETE"), _SERVER)),
    TablePolicy(
        "allocations_income",
        (on_occasion(), on_occasion("INSERT"), on_occasion("UPDATE"), on_occasion("DELETE"), _SERVER),
    ),
    TablePolicy(
        "allocations_supportingdocument",
        (
            on_occasion(),
            on_occasion("INSERT", also=_ASKED),
            on_occasion("UPDATE", columns="asked_on, asked_by_id, due_on, seen_on, seen_by_id, valid_until"),
            on_occasion("DELETE", also=" AND seen_on IS NULL"),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_closingwarning",
        (
            on_occasion(),
            on_occasion("INSERT", also=f" AND sent_by_id = loge_person() AND sent_on = {TODAY}"),
            on_occasion("UPDATE", columns="delivery, delivered_on, withdrawn_on"),
            _SERVER,
        ),
    ),
    # Functions open occasions. Their owner may end them; nobody may extend one.
    TablePolicy(
        "allocations_occasion",
        (
            Grant(C.APPLICANTS, using="person_id = loge_person()"),
            Grant(
                C.APPLICANTS,
                "UPDATE",
                using="person_id = loge_person() AND ends_at > loge_now()",
                check="person_id = loge_person() AND ends_at <= loge_now()",
                columns="ends_at",
            ),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_legalfigure",
        (
            Grant(C.APPLICANTS),
            Grant(C.STEERING),
            Grant(C.INTAKE),
            Grant(C.STEERING, "INSERT", check=f"entered_by_id = loge_person() AND entered_on = {TODAY}"),
            Grant(C.STEERING, "UPDATE", using="(SELECT access_holds_everywhere('steering'))", columns="last_day"),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy("allocations_user_permission", (Grant(C.APPLICANTS),), view=True),
    TablePolicy("allocations_group_permission", (Grant(C.APPLICANTS),), view=True),
)

FUNCTIONS: tuple[tuple[str, tuple[C | str, ...]], ...] = (
    ("allocations_works_at(uuid, text, uuid)", (C.APPLICANTS,)),
    ("allocations_occasions(uuid, text)", (C.APPLICANTS,)),
    ("loge_occasions(text)", (C.APPLICANTS,)),
    ("allocations_attempted_application(text)", (C.APPLICANTS,)),
    ("allocations_open_at_desk(text, text, uuid)", (C.APPLICANTS,)),
    ("allocations_open_taken(uuid)", (C.APPLICANTS,)),
    ("allocations_open_due(uuid)", (C.APPLICANTS,)),
    ("allocations_due()", (C.APPLICANTS,)),
    ("allocations_take_in(jsonb, uuid, interval)", (JOBS,)),
    ("allocations_take_in_by_person(jsonb, uuid, interval)", (C.INTAKE,)),
)

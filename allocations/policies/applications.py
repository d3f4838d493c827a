"""Row-level security policies of applications, grids and vacancies. Employees can read an application only through an
occasion (a dated permission to open one application)."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy, within
from tenants.policies.rules import TODAY


def on_occasion(privileges: str = "SELECT", column: str = "application_id", also: str = "", columns: str = "") -> Grant:
    """Return a grant on the rows that belong to an application which the current person has opened."""
    return Grant(C.APPLICANTS, privileges, using=f"{_opened(column, C.APPLICANTS)}{also}", columns=columns)


def in_own_case(privileges: str = "SELECT", column: str = "application_id", also: str = "", columns: str = "") -> Grant:
    """Return a grant on the rows that belong to an application whose case the current examiner has taken."""
    return Grant(C.GROUNDS, privileges, using=f"{_opened(column, C.GROUNDS)}{also}", columns=columns)


def _opened(column: str, compartment: C) -> str:
    return f"{column} = ANY (ARRAY (SELECT loge_occasions('{compartment}')))"


# STEERS is true if the person may change the rules of allocation. As a subquery, STEERS runs once per SQL statement.
STEERS = "(SELECT access_holds_everywhere('steering'))"
_OWN_CONTINGENT = "{} = ANY (ARRAY (SELECT allocations_own_contingents()))"
# Row policies apply to the subquery in _OF_OWN_VACANCY too, so it returns only vacancies of the person's contingents.
_OF_OWN_VACANCY = "{} IN (SELECT v.unit_id FROM allocations_vacancy v)"
_IN_BUILDING_OF_OWN_VACANCY = "{} IN (SELECT v.building_id FROM allocations_vacancy v)"
_TERMS = "financing, zone, qpv, qpv_on, rent_cents, charges_cents, equipment, first_letting"
_ORIENTED = "state, contingent_id, outside_flow, oriented_on, oriented_by_id, orientation_reason"
_RESERVED = (
    "id, unit_id, building_id, available_on, declared_on, declared_by_id, contingent_id, outside_flow, oriented_on,"
    " oriented_by_id, orientation_reason"
)
# DELETE is for the nightly job, and INSERT for the command `populate`, which creates test data.
_SERVER = Grant(JOBS, "SELECT, INSERT, DELETE")
_CHANGED = (
    "number, renew_by, certified_on, reminded_on, state, housing, rooms_from, rooms_to, equipment, closed_on,"
    " closed_by_id, closing_motive"
)
# The columns that an examiner needs for writing to an applicant; the mobility card (of disabled people) is left out.
_WHO = "id, application_id, tie, last_name, first_name, phone, email, street, postcode, city"
_ASKED = f" AND (asked_by_id IS NULL OR asked_by_id = loge_person()) AND coalesce(asked_on, {TODAY}) = {TODAY}"

POLICIES = (
    TablePolicy(
        "allocations_application",
        (
            on_occasion(column="id"),
            # A new application must be at a place where the person works; allocations_open_taken() opens it to them.
            Grant(
                C.APPLICANTS,
                "INSERT",
                check=f"registered_by_id = loge_person() AND registered_on = {TODAY} AND state = 'registered'"
                " AND allocations_works_at(loge_person(), 'applicants', kept_at_id)",
            ),
            on_occasion("UPDATE", "id", columns=_CHANGED),
            in_own_case(column="id", columns="id, number, kept_at_id, state"),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_applicant",
        (
            on_occasion(),
            on_occasion("INSERT"),
            on_occasion("UPDATE"),
            on_occasion("DELETE"),
            in_own_case(columns=_WHO),
            _SERVER,
        ),
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
    # SQL functions create occasions (permissions to open an application). The holder may end but not extend them.
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
            Grant(C.STEERING, "UPDATE", using=STEERS, columns="last_day"),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy(
        "allocations_priority",
        (
            on_occasion(),
            on_occasion("INSERT", also=f" AND recorded_by_id = loge_person() AND recorded_on = {TODAY}"),
            on_occasion("DELETE"),
            _SERVER,
        ),
    ),
    # An officer may refer an application to the examiner, but may not read who took the case or the examiner's answer.
    TablePolicy(
        "allocations_groundcase",
        (
            on_occasion(columns="id, application_id, referred_on"),
            on_occasion(
                "INSERT",
                also=f" AND referred_by_id = loge_person() AND referred_on = {TODAY} AND examiner_id IS NULL",
            ),
            in_own_case(also=" AND examiner_id = loge_person()"),
            in_own_case("UPDATE", also=" AND examiner_id = loge_person()", columns="answer, answered_on"),
            _SERVER,
        ),
    ),
    TablePolicy(
        "allocations_ground",
        (
            in_own_case(),
            in_own_case("INSERT", also=f" AND decided_by_id = loge_person() AND decided_on = {TODAY}"),
            in_own_case("UPDATE", columns="ends_on"),
            _SERVER,
        ),
    ),
    TablePolicy("allocations_score", (in_own_case(), _SERVER)),
    TablePolicy(
        "allocations_scoreband",
        (on_occasion(columns="application_id, grid_id, computed_on, verified, declared"), _SERVER),
    ),
    *(
        TablePolicy(
            f"allocations_{table}",
            (
                *(Grant(reader) for reader in (C.APPLICANTS, C.STEERING, C.GROUNDS)),
                *(Grant(C.STEERING, verb, using=STEERS) for verb in ("INSERT", "UPDATE", "DELETE")),
                Grant(JOBS, "SELECT, INSERT"),
            ),
        )
        for table in ("grid", "gridrubric", "gridline")
    ),
    TablePolicy(
        "allocations_ceiling",
        (
            *(Grant(reader) for reader in (C.APPLICANTS, C.STEERING, C.GROUNDS)),
            Grant(C.STEERING, "INSERT", check=f"{STEERS} AND entered_by_id = loge_person() AND entered_on = {TODAY}"),
            Grant(C.STEERING, "DELETE", using=STEERS),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy(
        "buildings_unitterms",
        (
            Grant(C.VACANCIES, using=within("building_id", C.VACANCIES)),
            Grant(C.PATRIMONY),
            Grant(C.STEERING),
            Grant(C.CONTINGENT, using=_OF_OWN_VACANCY.format("buildings_unitterms.unit_id")),
            Grant(C.STEERING, "INSERT", using=STEERS),
            Grant(C.STEERING, "UPDATE", using=STEERS, columns=_TERMS),
            Grant(JOBS, "SELECT, INSERT, UPDATE"),
        ),
    ),
    *(TablePolicy(f"buildings_{table}", (Grant(C.STEERING),)) for table in ("building", "address", "unit")),
    TablePolicy("buildings_unit", (Grant(C.CONTINGENT, using=_OF_OWN_VACANCY.format("buildings_unit.id")),)),
    *(
        TablePolicy(
            f"buildings_{table}",
            (Grant(C.CONTINGENT, using=_IN_BUILDING_OF_OWN_VACANCY.format(column)),),
        )
        for table, column in (("building", "place_id"), ("address", "building_id"))
    ),
    TablePolicy(
        "allocations_vacancy",
        (
            Grant(C.VACANCIES, using=within("building_id", C.VACANCIES)),
            Grant(
                C.VACANCIES,
                "INSERT",
                using=f"{within('building_id', C.VACANCIES)} AND declared_by_id = loge_person()"
                f" AND declared_on = {TODAY} AND state = 'declared' AND contingent_id IS NULL",
            ),
            # An officer may withdraw a vacancy once.
            # `ended_on` must be today: retention and the reuse of the secret tie-break key depend on this day.
            # Only a manager may choose a vacancy's reserving body, and SQL functions set the later states.
            Grant(
                C.VACANCIES,
                "UPDATE",
                using=f"{within('building_id', C.VACANCIES)} AND ended_on IS NULL",
                check=f"state = 'withdrawn' AND ended_on = {TODAY}",
                columns="state, ended_on",
            ),
            Grant(C.STEERING),
            Grant(
                C.STEERING,
                "UPDATE",
                using=f"{STEERS} AND state IN ('declared', 'oriented')",
                check="state = 'oriented'",
                columns=_ORIENTED,
            ),
            # Nominators may not read `state`: allocations_own_states() hides an outcome until the minutes are signed.
            Grant(C.CONTINGENT, using=_OWN_CONTINGENT.format("contingent_id"), columns=_RESERVED),
            Grant(JOBS, "SELECT, INSERT, UPDATE"),
        ),
    ),
    *(
        TablePolicy(
            f"allocations_{table}",
            (
                Grant(C.STEERING),
                Grant(C.VACANCIES),
                *own,
                Grant(C.STEERING, "INSERT", using=STEERS),
                *(Grant(C.STEERING, "UPDATE", using=STEERS, columns=columns) for columns in changed),
                Grant(JOBS, "SELECT, INSERT"),
            ),
        )
        for table, own, changed in (
            ("contingent", (Grant(C.CONTINGENT, using=_OWN_CONTINGENT.format("id")),), ("ended_on",)),
            ("convention", (Grant(C.CONTINGENT, using=_OWN_CONTINGENT.format("contingent_id")),), ("last_day",)),
            ("flowbase", (), ("lettings, transfers, rehousing, sales, identified, entered_on, entered_by_id",)),
            ("flowyear", (Grant(C.CONTINGENT, using=_OWN_CONTINGENT.format("contingent_id")),), ("share_permille",)),
        )
    ),
    TablePolicy(
        "allocations_nominator",
        (
            Grant(C.STEERING),
            Grant(C.CONTINGENT, using="person_id = loge_person()"),
            Grant(
                C.STEERING, "INSERT", check=f"{STEERS} AND named_by_id = loge_person() AND person_id <> loge_person()"
            ),
            Grant(C.STEERING, "UPDATE", using=f"{STEERS} AND person_id <> loge_person()", columns="last_day"),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    *(
        TablePolicy(f"allocations_{view}_permission", (Grant(C.APPLICANTS), Grant(C.GROUNDS)), view=True)
        for view in ("user", "group")
    ),
    # A manager requests a trial of the draft grid. The nightly job computes it and stores only counts.
    TablePolicy(
        "allocations_gridtrial",
        (
            Grant(C.STEERING),
            Grant(C.STEERING, "INSERT", check=f"{STEERS} AND asked_on = {TODAY} AND computed_on IS NULL"),
            Grant(JOBS, "SELECT"),
            Grant(JOBS, "UPDATE", columns="computed_on, compared_with, digest"),
        ),
    ),
    TablePolicy("allocations_gridtrialcount", (Grant(C.STEERING), Grant(JOBS, "SELECT, INSERT"))),
)

FUNCTIONS: tuple[tuple[str, tuple[C | str, ...]], ...] = (
    ("allocations_works_at(uuid, text, uuid)", (C.APPLICANTS, C.GROUNDS)),
    ("allocations_occasions(uuid, text)", (C.APPLICANTS, C.GROUNDS)),
    ("loge_occasions(text)", (C.APPLICANTS, C.GROUNDS)),
    ("allocations_attempted_application(text)", (C.APPLICANTS, C.CONTINGENT)),
    ("allocations_open_at_desk(text, text, uuid)", (C.APPLICANTS,)),
    ("allocations_open_taken(uuid)", (C.APPLICANTS,)),
    ("allocations_open_due(uuid)", (C.APPLICANTS,)),
    ("allocations_due()", (C.APPLICANTS,)),
    ("allocations_ground_queue()", (C.GROUNDS,)),
    ("allocations_take_case(uuid)", (C.GROUNDS,)),
    ("allocations_priority_recognised(uuid)", (C.APPLICANTS,)),
    ("allocations_ground_counts()", (C.STEERING,)),
    ("allocations_points_to_tell(uuid)", (C.APPLICANTS,)),
    ("allocations_band_position(uuid)", (C.APPLICANTS, C.GROUNDS)),
    ("access_holds_everywhere(text)", (C.STEERING,)),
    ("allocations_contingents_of(uuid)", (C.CONTINGENT,)),
    ("allocations_own_contingents()", (C.CONTINGENT,)),
    ("allocations_notices()", (C.VACANCIES,)),
    ("allocations_take_in(jsonb, uuid, interval)", (JOBS,)),
    ("allocations_take_in_by_person(jsonb, uuid, interval)", (C.INTAKE,)),
)

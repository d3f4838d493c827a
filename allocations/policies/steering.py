"""Row-level security policies of fragile residences (buildings named in the allocation agreement) and of rows for the
national register. Also grants on SQL functions that return counts for the steering pages and hide small numbers."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy
from allocations.policies.applications import STEERS
from tenants.policies.rules import TODAY

POLICIES = (
    TablePolicy(
        "allocations_fragileresidence",
        (
            Grant(C.STEERING),
            # Officers may read the intermunicipal agreement, because the letter about a decision names it.
            Grant(C.APPLICANTS),
            Grant(C.STEERING, "INSERT", check=f"{STEERS} AND entered_by_id = loge_person() AND entered_on = {TODAY}"),
            Grant(C.STEERING, "UPDATE", using=STEERS, columns="last_day"),
        ),
    ),
    # Only SQL functions write obligations to examine an application first. Access reports of applicants list them.
    TablePolicy(
        "allocations_owedexamination",
        (
            Grant(C.APPLICANTS, using="application_id = ANY (ARRAY (SELECT loge_occasions('applicants')))"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    TablePolicy("allocations_registryrun", (Grant(C.STEERING), Grant(JOBS, "SELECT, INSERT"))),
    # Triggers insert the rows for the national register, and no employee can read them.
    TablePolicy(
        "allocations_registryrow", (Grant(JOBS, "SELECT, DELETE"), Grant(JOBS, "UPDATE", columns="run_id, sent_on"))
    ),
)

FUNCTIONS: tuple[tuple[str, tuple[C | str, ...]], ...] = (
    ("allocations_told_years()", (C.STEERING, C.INSPECTION)),
    ("allocations_fairness(integer)", (C.STEERING, C.INSPECTION)),
    ("allocations_quotas(integer)", (C.STEERING,)),
    ("allocations_own_quotas(integer)", (C.CONTINGENT,)),
    ("allocations_report(integer)", (C.STEERING,)),
    ("allocations_median_wait(integer)", (C.STEERING,)),
    ("allocations_rows_to_send()", (C.STEERING,)),
    ("allocations_owed_examinations()", (C.POOL, C.VACANCIES)),
)

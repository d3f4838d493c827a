"""Who may ask for the counts of steering: functions count, and hide what is small. Also the list of fragile residences,
and what leaves for the national register."""

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy
from allocations.policies.applications import STEERS
from tenants.policies.rules import TODAY

POLICIES = (
    TablePolicy(
        "allocations_fragileresidence",
        (
            Grant(C.STEERING),
            # The letter about a decision names the agreement.
            Grant(C.APPLICANTS),
            Grant(C.STEERING, "INSERT", check=f"{STEERS} AND entered_by_id = loge_person() AND entered_on = {TODAY}"),
            Grant(C.STEERING, "UPDATE", using=STEERS, columns="last_day"),
        ),
    ),
    # Functions write it. The report for an applicant reads it.
    TablePolicy(
        "allocations_owedexamination",
        (
            Grant(C.APPLICANTS, using="application_id = ANY (ARRAY (SELECT loge_occasions('applicants')))"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    TablePolicy("allocations_registryrun", (Grant(C.STEERING), Grant(JOBS, "SELECT, INSERT"))),
    # Triggers insert the rows. No compartment of people reads them.
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

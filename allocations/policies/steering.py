"""Who may ask for the counts of steering. They need no grant on a table: functions count, and hide what is small."""

from access.compartments import Compartment as C

FUNCTIONS: tuple[tuple[str, tuple[C | str, ...]], ...] = (
    ("allocations_told_years()", (C.STEERING, C.INSPECTION)),
    ("allocations_fairness(integer)", (C.STEERING, C.INSPECTION)),
    ("allocations_quotas(integer)", (C.STEERING,)),
    ("allocations_own_quotas(integer)", (C.CONTINGENT,)),
    ("allocations_report(integer)", (C.STEERING,)),
    ("allocations_median_wait(integer)", (C.STEERING,)),
)

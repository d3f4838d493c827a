"""Row-level security policies of the tables of inspection/: which rows each database role may read and write."""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, Grant, TablePolicy

POLICIES = (
    # No role may insert a release of a copy. The function inspection_release_copy does, if the copy was requested.
    TablePolicy(
        "inspection_copyrelease",
        (Grant(C.CONTROL, using=f"asked_by_id = loge_person() AND {INSPECTS}"), Grant(JOBS, "SELECT, DELETE")),
    ),
)
FUNCTIONS = (
    ("inspection_inspected(text, date)", (C.CONTROL,)),
    ("inspection_inspected_apart(uuid, date)", (C.CONTROL,)),
    ("inspection_inspected_emergencies()", (C.CONTROL,)),
    ("inspection_inspected_contests()", (C.CONTROL,)),
    ("inspection_inspected_waiting()", (C.CONTROL,)),
    ("inspection_inspected_sorted()", (C.CONTROL,)),
    ("inspection_inspected_requests()", (C.CONTROL,)),
    ("inspection_inspected_terms()", (C.CONTROL,)),
    ("inspection_inspected_file(text)", (C.CONTROL,)),
    ("inspection_inspected_copy(text)", (C.CONTROL,)),
    ("inspection_copies_asked()", (C.INSPECTION,)),
    ("inspection_release_copy(uuid)", (C.INSPECTION,)),
)

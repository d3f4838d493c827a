"""Row-level security policies of the tables of inspection/: which rows each database role may read and write."""

from access.compartments import Compartment as C
from access.policies import INSPECTS, JOBS, Grant, TablePolicy

POLICIES = (
    # No database role may insert a copy release. Only inspection_release_copy() inserts one, for a requested copy.
    TablePolicy(
        "inspection_copyrelease",
        (Grant(C.CONTROL, using=f"asked_by_id = loge_person() AND {INSPECTS}"), Grant(JOBS, "SELECT, DELETE")),
    ),
)
FUNCTIONS = (
    ("inspection_exhibit_account(text, date)", (C.CONTROL,)),
    ("inspection_exhibit_exclusions(uuid, date)", (C.CONTROL,)),
    ("inspection_exhibit_emergencies()", (C.CONTROL,)),
    ("inspection_exhibit_contests()", (C.CONTROL,)),
    ("inspection_exhibit_waiting_comments()", (C.CONTROL,)),
    ("inspection_exhibit_sorted_comments()", (C.CONTROL,)),
    ("inspection_exhibit_subject_requests()", (C.CONTROL,)),
    ("inspection_exhibit_retention()", (C.CONTROL,)),
    ("inspection_exhibit_file(text)", (C.CONTROL,)),
    ("inspection_exhibit_copy(text)", (C.CONTROL,)),
    ("inspection_requested_copies()", (C.INSPECTION,)),
    ("inspection_release_copy(uuid)", (C.INSPECTION,)),
)

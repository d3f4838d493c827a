"""Row-level security policies of imports in the background.

A web process stores an uploaded file, which only the login `imports` can read again. People see their own imports.
Those who read the whole audit log see who imported when, without the results.
"""

from access.compartments import Compartment as C
from access.policies import EVENT, JOBS, WATCHES, Grant, TablePolicy

IMPORTS = "imports"  # The database login of the process that imports large files.

_OWN = "person_id = loge_person()"
_MAY_IMPORT = "(SELECT access_imports_files())"
_OF_OWN_RUN = "run_id IN (SELECT r.id FROM exchange_importrun r WHERE r.person_id = loge_person() AND {})"
_WAITING, _JUST_ENDED = "r.state = 'waiting'", "r.ended_at > loge_now() - interval '1 hour'"
_PROGRESS = "state, phase, file, rows_read, rows_checked, rows_saved, started_at, beat_at, ended_at, problem, report"

POLICIES = (
    # The login IMPORTS calls access_enter(), which reads the person's roles with the caller's own database rights.
    TablePolicy("access_assignment", (Grant(IMPORTS),)),
    TablePolicy(
        "audit_event", (Grant(IMPORTS, "INSERT", check="actor IS NULL AND outcome = 'changed'", columns=EVENT),)
    ),
    TablePolicy(
        "exchange_importrun",
        (
            Grant(C.INTAKE, using=f"{_OWN} AND {_MAY_IMPORT}"),
            Grant(C.INTAKE, "INSERT", check=f"{_OWN} AND state = 'waiting' AND {_MAY_IMPORT}"),
            Grant(
                C.ALL_TRACE,
                using=WATCHES,
                columns="id, person_id, kind, place_id, dry, state, rows, queued_at, started_at, ended_at",
            ),
            Grant(IMPORTS),
            # An import that has ended never changes again.
            Grant(IMPORTS, "UPDATE", using="state IN ('waiting', 'running')", check="true", columns=_PROGRESS),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    TablePolicy(
        "exchange_importfile",
        (
            Grant(C.INTAKE, "INSERT", check=f"NOT refused AND {_OF_OWN_RUN.format(_WAITING)}"),
            Grant(C.INTAKE, using=f"refused AND {_OF_OWN_RUN.format(_JUST_ENDED)}"),
            Grant(IMPORTS, "SELECT, INSERT, DELETE"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
)

FUNCTIONS = (("access_enter(uuid, boolean, text[], text, text, text, text)", (IMPORTS,)),)

"""Status page of the sealed audit log: its size and delay, which outside witnesses have signed its state, and what was
deleted from it."""

from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.retention import Retention, RetentionRefused, retention
from audit.sealed import status_page
from audit.sealed.state import recently_late, seal_state
from audit.sealed.witnesses import UNSEEN_SECONDS

BEHIND_SECONDS = 60
LATELY_DAYS = 7


@door(Permission.TRACE_READ, get_event=events.SEAL_SHOWN)
def seal(request: DoorRequest) -> HttpResponse:
    rows, state = request.access.rows, seal_state()
    late_lines = recently_late(LATELY_DAYS)
    newest, cosigned = status_page.newest(rows), status_page.seen_by(rows)
    pruned, erased = status_page.forgotten(rows)
    try:
        kept_for: Retention | None = retention()
    except RetentionRefused:  # If the retention file is missing or invalid, the page shows no retention period.
        kept_for = None
    page = {
        "newest": newest,
        "leaves": newest.size if newest else 0,
        "late": int(state.behind) if state.behind >= BEHIND_SECONDS else 0,
        "backdated": [leaf for leaf in late_lines if leaf.backdated],
        "signed_late": [leaf for leaf in late_lines if not leaf.backdated],
        "seen": cosigned,
        "unseen": int(state.unseen / 60) if cosigned and state.unseen >= UNSEEN_SECONDS else 0,
        "public_keys": status_page.public_keys(rows),
        "pruned": pruned,
        "erased": erased,
        "kept": kept_for,
        "may_take": request.access.holds(Permission.EVIDENCE_TAKE),
    }
    return render(request, "oversight/seal.html", page)

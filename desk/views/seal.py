"""The seal of the trace, as its officer reads it: how far the log has come, who has seen it, what it has forgotten."""

from django.http import HttpResponse
from django.shortcuts import render

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from audit import events
from audit.retention import Retention, RetentionRefused, retention
from audit.sealed import telling
from audit.sealed.state import recently_late, seal_state
from audit.sealed.witnesses import UNSEEN_SECONDS

BEHIND_SECONDS = 60
LATELY_DAYS = 7


@door(Permission.TRACE_READ, records=events.SEAL_SHOWN)
def seal(request: DoorRequest) -> HttpResponse:
    rows, state = request.look.rows, seal_state()
    late_lines = recently_late(LATELY_DAYS)
    newest, seen = telling.newest(rows), telling.seen_by(rows)
    pruned, erased = telling.forgotten(rows)
    page = {
        "newest": newest,
        "leaves": newest.size if newest else 0,
        "late": int(state.behind) if state.behind >= BEHIND_SECONDS else 0,
        "backdated": [leaf for leaf in late_lines if leaf.backdated],
        "signed_late": [leaf for leaf in late_lines if not leaf.backdated],
        "seen": seen,
        "unseen": int(state.unseen / 60) if seen and state.unseen >= UNSEEN_SECONDS else 0,
        "public_keys": telling.public_keys(rows),
        "pruned": pruned,
        "erased": erased,
        "kept": _retention(),
        "may_take": request.look.holds(Permission.EVIDENCE_TAKE),
    }
    return render(request, "desk/seal.html", page)


def _retention() -> Retention | None:
    """None when the file that should say it does not: pruning has stopped then."""
    try:
        return retention()
    except RetentionRefused:
        return None

"""Checks after every response of the test suite that the audit log is complete and truthful.

Three lists must be empty:
- `unrecorded`: the response has no audit event although it needs one. A page with status 200 needs an event about each
  household whose name, reference or id it contains, unless the visitor typed this text. A refusal needs an event, and a
  response 200 of a `@door` view needs an event with the outcome `shown`.
- `unattempted`: an audit event says that something was shown or refused, but the status of the response differs.
- `undescribed`: the OpenAPI description does not allow this API response.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.test import Client
from django.urls import Resolver404

from access.signin.drafts import SEALED, opened
from tests.builders import run
from tests.description import unlike_the_description

# SQL for the texts that identify a household (names, ids, reference) and the ids of its tenant, lease and account.
# If a page contains a text that identifies a household, an event of the request must name one of the household's ids.
_HOUSEHOLDS = """
    SELECT t.last_name, t.id::text, r.id::text, a.reference, a.id::text, l.id::text
    FROM tenants_tenant t
    LEFT JOIN tenants_leaseparty p ON p.tenant_id = t.id
    LEFT JOIN tenants_residence r ON r.tenant_id = t.id
    LEFT JOIN tenants_lease l ON l.id = coalesce(p.lease_id, r.lease_id)
    LEFT JOIN tenants_account a ON a.lease_id = l.id
"""
_LINES = """SELECT kind, outcome, about::text, shown::text[], actor FROM audit_event
    WHERE request = %s"""
# Audit event for each numbered sheet (a candidate's file without a name) that a page of the commission shows.
# Members may not recuse themselves after reading a candidate's sheet, so the reading of each sheet has its own event.
EACH = "sheet_shown"
# Names with fewer characters are not searched for, because short names occur within other words.
_SHORTEST = 5


@dataclass
class Findings:
    pages: int = 0
    undescribed: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    unattempted: list[str] = field(default_factory=list)


@contextmanager
def watching() -> Iterator[Findings]:
    """Compare the response to every request of the test clients with the audit events of that request."""
    found, plain = Findings(), Client.request

    def request(self: Client, **environ: Any) -> Any:
        answer = plain(self, **environ)
        _compare(found, answer, run(_LINES, answer.wsgi_request.id))  # type: ignore[attr-defined]
        return answer

    with patch.object(Client, "request", request):
        yield found


def _compare(found: Findings, answer: Any, lines: list[tuple]) -> None:
    path = answer.wsgi_request.path
    if path.startswith("/api/"):
        found.undescribed += unlike_the_description(answer)
    outcomes = [outcome for _kind, outcome, *_ in lines]
    behind_a_door = _has_a_door(answer)
    if answer.status_code == 200:
        found.pages += 1
        named = {subject for _k, _o, about, shown, _a in lines for subject in (about, *(shown or ())) if subject}
        found.unrecorded += [f"{path}: {token}" for token in sorted(_shown(answer, named))]
        if behind_a_door and not _shows_nothing(answer) and "shown" not in outcomes:
            found.unrecorded.append(f"{path}: an answer 200 without its line")
    elif answer.status_code in (403, 404) and behind_a_door and not set(outcomes) & {"refused", "missing"}:
        found.unrecorded.append(f"{path}: a refusal {answer.status_code}")
    # A search may redirect (302) to its only result. Its event is `search_run`, or `shown_as` for an inspector.
    opens_result = answer.status_code == 302 and [kind for kind, *_ in lines] in (["search_run"], ["shown_as"])
    if "shown" in outcomes and answer.status_code != 200 and not opens_result:
        found.unattempted.append(f"{path}: shown, but answered {answer.status_code}")
    if set(outcomes) & {"refused", "missing"} and answer.status_code not in (403, 404, 429):
        found.unattempted.append(f"{path}: refused, but answered {answer.status_code}")
    pages = [kind for kind, outcome, *_ in lines if outcome == "shown" and kind != EACH]
    if len(pages) > 1:
        found.unattempted.append(f"{path}: {len(pages)} looks for one page")
    each = [about for kind, outcome, about, *_ in lines if outcome == "shown" and kind == EACH]
    if len(each) != len({*each}):
        found.unattempted.append(f"{path}: a sheet recorded twice")


def _has_a_door(answer: Any) -> bool:
    """Whether the view function of the requested URL has the `@door` decorator. False for an unknown URL."""
    try:
        return hasattr(answer.resolver_match.func, "door")
    except Resolver404:
        return False


def _shows_nothing(answer: Any) -> bool:
    """Whether the response needs no audit event with the outcome `shown`.

    True for a write by the API, whose event is about the write, and for a redirect by htmx, which displays nothing.
    """
    door = answer.resolver_match.func.door
    api_write = door.api and door.writes and answer.wsgi_request.method in ("POST", "PUT", "PATCH", "DELETE")
    return bool(api_write or ("HX-Redirect" in answer.headers and not answer.content))


def _shown(answer: Any, named: set[str]) -> Iterator[str]:
    """Yield each text in a response that identifies a household without an audit event about this household."""
    text, theirs = answer.content.decode(errors="replace"), _typed(answer)
    for token, subjects in _tokens().items():
        if (
            token in text
            and token not in theirs
            and not subjects & named
            and re.search(rf"\b{re.escape(token)}\b", text)
        ):
            yield token


def _typed(answer: Any) -> str:
    """Return everything that the visitor typed: path, parameters, and a draft that was typed before the session was
    locked.
    """
    request = answer.wsgi_request
    words = [request.path, *request.GET.values()]
    if request.method == "POST":
        words += [value for values in request.POST.lists() for value in values[1]]
    if SEALED in request.GET and (draft := opened(request.user, request.GET[SEALED])):
        words += [draft.target, *(value for _name, value in draft.fields)]
    return "\n".join(words)


def _tokens() -> dict[str, set[str]]:
    tokens: dict[str, set[str]] = defaultdict(set)
    for name, tenant, residence, reference, account, lease in run(_HOUSEHOLDS):
        subjects = {key for key in (tenant, account, lease) if key}
        for token in (name, tenant, residence, reference, account, lease):
            if token and (len(token) >= _SHORTEST):
                tokens[token] |= subjects
    return tokens

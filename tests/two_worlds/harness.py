"""Non-interference: record all that a person can read, change only what they must not see, record again: same bytes.

What is normalised is named here and nowhere else: the CSRF token, the minute in the margin, a form's own key, the
number of a request in a problem.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from access.checks import routes
from access.compartments import Compartment
from access.door import Door
from tests.builders import run

NOISE = [
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b'name="csrfmiddlewaretoken"'),
    (re.compile(rb"<time[^>]*>[^<]*</time>"), b"<time/>"),
    (re.compile(rb'name="(?:idempotency_)?key" value="[0-9a-f-]{36}"|value="[0-9a-f-]{36}" name="key"'), b'name="key"'),
    (re.compile(rb'"instance": "urn:uuid:[^"]+"'), b'"instance"'),
    (re.compile(rb'name="(?:idempotency_)?key"[^>]*value="[0-9a-f-]{36}"'), b'name="key"'),
]
HEADERS_ASIDE = {"Date", "Set-Cookie", "Expires"}
# Every query parameter that a view reads (tests/architecture/test_two_worlds.py compares), and some that none reads.
QUERIES = (
    "?page=2&solde=du&nature=payment&vue=liste&du=2020-01&au=2030-12&trous=1",
    "?page=999&par=500&tri=-nom&solde=avoir&vue=facade&partie=2&jour=2026-11-20&role=caretaker",
    "?q=dette&format=json&before=zz&solde=retard&rang=1&inscrite=zz",
    "?solde=arrivees&rang=2&retour&remplace=zz&partie=2&next=/comptes/&fait=zz&champs=accounts&langue=en",
    "?solde=departs&suite=/comptes/",
)
# As a list and as facades, a month, a day and a page: whatever a page reads first, it finds here.
LONG = "?q=dette&page=2&vue=liste&solde=du&jour=2026-11-20&role=caretaker&rang=1&partie=2&remplace=zz&retour"
API_QUERIES = (
    "?limit=1",
    "?limit=100&order=-name",
    "?order=-moved_in",
    "?order=-reference",
    "?order=-opened_on",
    "?order=-effective_on&kind=charge",
    "?first_day=2020-01-01&last_day=2030-12-31",
    "?balance=owing&limit=1",
    "?when=arriving",
    "?when=leaving",
    "?cursor=zz",
    "?format=xml",
)
WORDS = ("dette", "calme", "arr", "zz", "", "quai", "K7QX-9M2D-4RTB")

# Doors left out of the comparison, each with why. A line that matches no door fails.
ASIDE = {
    "api_own_looks": "the same lines, as the API tells them",
    "own_looks": "shows the lines that the recording itself writes; tests/desk reads it for what it may hold",
}
MISSING = UUID("00000000-0000-4000-8000-000000000000")
KEY = "6b1f6f0e-6f3c-4a52-9a0a-3d8f6b0c0b11"
MISSING_REFERENCE = "ZZZZ-ZZZZ-ZZZZ"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def doors(prefix: str | tuple[str, ...] = "") -> Iterator[tuple[str, Door, tuple[str, ...]]]:
    """(url name, door, names of its arguments), for all doors but patrimony's (nobody lives in those pages)."""
    for _path, pattern in routes():
        spec = getattr(pattern.callback, "door", None)
        if not spec or pattern.name in ASIDE or spec.permission.compartment is Compartment.PATRIMONY:
            continue
        if str(pattern.name).startswith(prefix):
            yield str(pattern.name), spec, tuple(pattern.pattern.converters)


def plain(response: Any) -> Answer:
    body = response.content
    for pattern, word in NOISE:
        body = pattern.sub(word, body)
    headers = tuple(sorted((k, v) for k, v in response.headers.items() if k not in HEADERS_ASIDE | {"Content-Length"}))
    return Answer(response.status_code, headers, body)


@dataclass
class Ids:
    """Ids by the model's name ("residence" -> [...]), each list own, hidden and missing ones together."""

    by_model: dict[str, list[object]]

    def of(self, argument: str, spec: Door) -> list[object]:
        if argument in ("pk", "reference"):
            name = spec.of.__name__.lower() if spec.of else "any"
            return self.by_model.get(name + ("_reference" if argument == "reference" else ""), [MISSING])
        return self.by_model.get(argument, [MISSING])


_PLACED = ("residence", "account", "unit", "entry", "lease", "reminder", "reminderdoor")


def some_ids(kept: Collection[UUID], each: int = 2, beyond: int | None = None) -> Ids:
    """Of every model some ids within the kept buildings, as many outside or `beyond`, and one that is missing, in this
    order."""
    mine, found = [str(pk) for pk in kept], {}
    many = (each, each if beyond is None else beyond)
    for name in _PLACED:
        found[name] = _sides(
            f"SELECT id FROM tenants_{name}" if name != "unit" else "SELECT id FROM buildings_unit", mine, many
        )
    found["building"] = _sides("SELECT place_id AS id, place_id AS building_id FROM buildings_building", mine, many)
    found["tenant"] = _sides("SELECT tenant_id AS id, building_id FROM tenants_residence", mine, many)
    found["asked"] = _sides("SELECT id FROM tenants_writeoff", mine, many)
    found["account_reference"] = _sides("SELECT reference AS id, building_id FROM tenants_account", mine, many)
    found["code"] = ["contact_correction", "keys_handed", "payment_difficulty", "visit_in_pairs"]
    for name, ids in found.items():
        ids.append({"account_reference": MISSING_REFERENCE, "code": "missing"}.get(name, MISSING))
    return Ids(found)


def _sides(rows: str, mine: list[str], many: tuple[int, int]) -> list[object]:
    rows = rows.replace("SELECT id FROM", "SELECT id, building_id FROM")
    question = f"SELECT DISTINCT id FROM ({rows}) x WHERE (building_id = ANY (%s::uuid[])) = %s ORDER BY 1 LIMIT %s"
    return [pk for side, limit in zip((True, False), many, strict=True) for (pk,) in run(question, mine, side, limit)]


def urls(ids: Ids, prefix: str | tuple[str, ...] = "") -> Iterator[tuple[str, Door]]:
    """Every door with every id; doors with two arguments pair each id with the same position of the other."""
    for name, spec, arguments in doors(prefix):
        if not arguments:
            yield reverse(name), spec
            continue
        first, *others = arguments
        values = ids.of(first, spec)
        for number, value in enumerate(values):
            rest = {other: _at(ids.of(other, spec), number) for other in others}
            yield reverse(name, kwargs={first: value, **rest}), spec


def _at(values: list[object], number: int) -> object:
    return values[number % len(values)]


def read_everything(
    client: Client, ids: Ids, prefix: str | tuple[str, ...] = "", briefly: bool = False
) -> dict[str, Answer]:
    """All that a signed-in browser can be told by reading: every door, id and query, and every search; of methods GET,
    as which HEAD is answered (tests/architecture/test_two_worlds.py). Briefly: of the queries only the first.

    A door that says 403 does so before it looks for anything: it is asked once, not for each id, query and word. A page
    that reads no word of its address, seen from outside, is asked one long question instead of all.
    """
    told: dict[str, Answer] = {}
    asked: set[str] = set()
    shut: set[str] = set()
    for url, spec in urls(ids, prefix):
        view = spec.view.__qualname__
        if view in shut:
            continue
        told[f"GET {url}"] = plain(client.get(url))
        if told[f"GET {url}"].status == 403:
            shut.add(view)
        if view in shut or view in asked or prefix:
            continue
        asked.add(view)
        told |= _questioned(client, url, _queries(spec, ids)[: 1 if briefly else None], spec.api is None)
        told |= _paged(client, url) if spec.api and spec.api.paged else {}
    return told | searched(client, ids, prefix, shut)


def _questioned(client: Client, url: str, queries: list[str], page: bool) -> dict[str, Answer]:
    """Django reads the words of an address when they are first asked for, and keeps them in the request."""
    told: dict[str, Answer] = {}
    for query in queries:
        answer = client.get(url + query)
        told[f"GET {url}{query}"] = plain(answer)
        if page and "GET" not in answer.wsgi_request.__dict__:
            break
    return told


def _queries(spec: Door, ids: Ids) -> list[str]:
    if not spec.api:
        return [LONG, *QUERIES]
    if not spec.api.paged:
        return ["?tout=1"]  # it takes no question, and says so before it looks for anything
    return [*API_QUERIES, *(f"?building={key}" for key in ids.by_model["building"])]


def _paged(client: Client, url: str) -> dict[str, Answer]:
    """A list read one row at a time, to its end."""
    told: dict[str, Answer] = {}
    where = f"{url}?limit=1"
    while len(told) < 12 and (answer := client.get(where)).status_code == 200:
        told[f"GET {url} page {len(told) + 1}"] = plain(answer)
        if not (following := answer.json()["next"]):
            break
        where = f"{url}?limit=1&cursor={following}"
    return told


def searched(client: Client, ids: Ids, prefix: str | tuple[str, ...], shut: Collection[str]) -> dict[str, Answer]:
    told: dict[str, Answer] = {}
    asked: set[str] = set()
    for url, spec in urls(ids, prefix):
        view = spec.view.__qualname__
        if not spec.searches or (view in shut and view in asked):
            continue
        # All words at a door's first address, which is one's own; at its others, whether the answer depends on the id.
        words = WORDS if view not in asked and view not in shut else WORDS[:1]
        asked.add(view)
        told |= {f"POST {url} {word}": plain(_asked(client, url, spec, word)) for word in words}
    return told


def _asked(client: Client, url: str, spec: Door, word: str) -> Any:
    if spec.api:
        return client.post(url, {"q": word}, content_type="application/json")
    return client.post(url, {"q": word, "words": word, "reference": word})


def differences(before: dict[str, Answer], after: dict[str, Answer]) -> list[str]:
    assert before.keys() == after.keys()
    return [key for key in before if before[key] != after[key]]


def write_everywhere(
    client: Client, ids: Ids, hidden: Callable[[object], bool], data: dict, prefix: str | tuple[str, ...] = ""
) -> list[str]:
    """Writes to a hidden id and to a missing one must be answered alike; returns the doors that tell them apart."""
    telling = []
    for name, spec, arguments in doors(prefix):
        if not spec.writes or not arguments:
            continue
        first, *others = arguments
        values = ids.of(first, spec)
        missing = _posted(client, name, arguments, [values[-1], *[MISSING] * len(others)], data)
        for value in filter(hidden, values[:-1]):
            told = _posted(client, name, arguments, [value, *[MISSING] * len(others)], data)
            if _without(told, value) != _without(missing, values[-1]):
                telling.append(f"{name} {value}")
    return telling


def _posted(client: Client, name: str, arguments: tuple[str, ...], values: list[object], data: dict) -> Answer:
    url = reverse(name, kwargs=dict(zip(arguments, values, strict=True)))
    if not name.startswith("api_"):
        return plain(client.post(url, data))
    return plain(client.post(url, data, content_type="application/json", headers={"Idempotency-Key": KEY}))


def _without(answer: Answer, value: object) -> Answer:
    """An answer may repeat the id that was asked for."""
    return Answer(answer.status, answer.headers, answer.body.replace(str(value).encode(), b"ID"))


def refer_everywhere(
    client: Client, url: str, field: str, hidden: list[object], rest: dict[str, object] | None = None
) -> list[object]:
    """An id inside a form: a hidden one and a missing one must be answered alike. Returns those that are told apart."""

    def told(value: object) -> Answer:
        return _without(plain(client.post(url, {**(rest or {}), field: str(value)})), value)

    missing = told(MISSING)
    return [value for value in hidden if told(value) != missing]

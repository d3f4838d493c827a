"""Tools to test non-interference: what a person can read must not depend on data that the person must not see.

A test records everything that a person can read, changes only data that the person must not see, and records again.
Both recordings must be equal byte for byte. Only what differs in any two requests is left out (`NOISE`,
`HEADERS_ASIDE`): the CSRF token, the displayed time, a form's idempotency key, the id of the request in an API error,
some headers.
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
from access.guard.door_spec import Door
from tests.builders import run

NOISE = [
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b'name="csrfmiddlewaretoken"'),
    (re.compile(rb"<time[^>]*>[^<]*</time>"), b"<time/>"),
    (re.compile(rb'name="(?:idempotency_)?key" value="[0-9a-f-]{36}"|value="[0-9a-f-]{36}" name="key"'), b'name="key"'),
    (re.compile(rb'"instance": "urn:uuid:[^"]+"'), b'"instance"'),
    (re.compile(rb'name="(?:idempotency_)?key"[^>]*value="[0-9a-f-]{36}"'), b'name="key"'),
]
HEADERS_ASIDE = {"Date", "Set-Cookie", "Expires"}
# QUERIES has each query parameter that some view function reads, and some parameters that no view function reads.
# tests/architecture/test_noninterference.py fails if a query parameter is in neither QUERIES nor API_QUERIES.
QUERIES = (
    "?page=2&solde=du&tri=-solde&minimum=1&mois=1&nature=payment&vue=liste&du=2020-01&au=2030-12&trous=1",
    "?page=999&par=500&tri=-nom&solde=avoir&vue=facade&partie=2&jour=2026-11-20&role=caretaker",
    "?q=dette&format=json&before=zz&solde=retard&rang=1&inscrite=zz",
    "?solde=arrivees&rang=2&retour&remplace=zz&partie=2&next=/comptes/&fait=zz&champs=accounts&langue=en&fichier=xlsx",
    "?solde=departs&tri=-du&maximum=2000&batiment=glycines-a&suite=/comptes/&version=1&zone=idf&annee=2026&logement=zz",
    "?lieu=zz&personne=zz&suivi=1&filter=zz&attente=2&fiche=zz",
)
# LONG is one query string with a value for each parameter that any page reads.
LONG = "?q=dette&page=2&vue=liste&solde=du&jour=2026-11-20&role=caretaker&rang=1&partie=2&remplace=zz&retour"
API_QUERIES = (
    "?limit=1",
    "?limit=100&order=-name",
    "?order=-moved_in",
    "?order=-reference",
    "?order=-opened_on",
    "?order=-available_on",
    "?order=-handed_on",
    "?order=-effective_on&kind=charge",
    "?first_day=2020-01-01&last_day=2030-12-31",
    "?balance=owing&limit=1",
    "?when=arriving",
    "?when=leaving",
    "?cursor=zz",
    "?format=xml",
)
WORDS = ("dette", "calme", "arr", "zz", "", "quai", "K7QX-9M2D-4RTB", "dete", "porte 12", "06 39 98 12 34")

# Views whose responses are not recorded and compared, with the reasons. Another test checks that these views exist.
ASIDE = {
    "api_own_looks": "the same events in the API",
    "own_looks": "shows the events that the recording itself writes; tests/backoffice checks its content",
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
    """Yield (URL name, parameters of `@door`, names of the URL arguments) for each view that may show residents.

    Views about buildings and dwellings without residents are left out.
    """
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
    """Lists of ids to request, by model name ("residence" -> [...]).

    Each list begins with ids that the person may open. Then come ids that the person must not see, and last an id that
    does not exist.
    """

    by_model: dict[str, list[object]]

    def of(self, argument: str, spec: Door) -> list[object]:
        if argument in ("pk", "reference"):
            name = spec.model.__name__.lower() if spec.model else "any"
            return self.by_model.get(name + ("_reference" if argument == "reference" else ""), [MISSING])
        return self.by_model.get(argument, [MISSING])


_PLACED = {
    "residence": "tenants_residence",
    "account": "tenants_account",
    "unit": "buildings_unit",
    "entry": "ledger_entry",
    "lease": "tenants_lease",
    "reminder": "tenants_reminder",
    "reminderdoor": "tenants_reminderdoor",
    "change": "tenants_leasechange",
}


def some_ids(kept: Collection[UUID], each: int = 2, beyond: int | None = None) -> Ids:
    """Return lists of ids to request, one list per model, for a person who may see only the buildings in `kept`.

    A list has `each` ids that the person may see, `beyond` ids in other buildings (by default, as many), and an id that
    does not exist.
    """
    mine, by_model = [str(pk) for pk in kept], {}
    many = (each, each if beyond is None else beyond)
    for name, table in _PLACED.items():
        by_model[name] = _sides(f"SELECT id FROM {table}", mine, many)
    by_model["building"] = _sides("SELECT place_id AS id, place_id AS building_id FROM buildings_building", mine, many)
    by_model["tenant"] = _sides("SELECT tenant_id AS id, building_id FROM tenants_residence", mine, many)
    by_model["request_id"] = _sides("SELECT id FROM ledger_writeoff", mine, many)
    by_model["account_reference"] = _sides("SELECT reference AS id, building_id FROM tenants_account", mine, many)
    by_model["code"] = ["contact_correction", "keys_handed", "payment_difficulty", "visit_in_pairs"]
    by_model["year"] = [2025]
    for name, ids in by_model.items():
        ids.append({"account_reference": MISSING_REFERENCE, "code": "missing", "year": 1}.get(name, MISSING))
    return Ids(by_model)


def _sides(rows: str, mine: list[str], many: tuple[int, int]) -> list[object]:
    rows = rows.replace("SELECT id FROM", "SELECT id, building_id FROM")
    question = f"SELECT DISTINCT id FROM ({rows}) x WHERE (building_id = ANY (%s::uuid[])) = %s ORDER BY 1 LIMIT %s"
    return [pk for side, limit in zip((True, False), many, strict=True) for (pk,) in run(question, mine, side, limit)]


def urls(ids: Ids, prefix: str | tuple[str, ...] = "") -> Iterator[tuple[str, Door]]:
    """Yield the URL of each view with each of its ids, and the parameters of the view's `@door` decorator.

    If a URL takes two ids, only ids at the same position of their two lists are combined, to keep the number of URLs
    small.
    """
    for name, spec, arguments in doors(prefix):
        if not arguments:
            yield reverse(name), spec
            continue
        first, *others = arguments
        values = ids.of(first, spec)
        for number, value in enumerate(values):
            lists = {other: ids.of(other, spec) for other in others}
            rest = {other: candidates[number % len(candidates)] for other, candidates in lists.items()}
            yield reverse(name, kwargs={first: value, **rest}), spec


def read_everything(
    client: Client, ids: Ids, prefix: str | tuple[str, ...] = "", briefly: bool = False
) -> dict[str, Answer]:
    """Request everything that a signed-in client can read: every URL with every query string, and every search.

    With `briefly`, only the first query string of each page is sent. A view that answered 403 is not requested again,
    because it refuses before it loads anything. HEAD is not sent, because its response is that of GET.
    """
    answers: dict[str, Answer] = {}
    queried: set[str] = set()
    shut: set[str] = set()
    for url, spec in urls(ids, prefix):
        view = spec.view.__qualname__
        if view in shut:
            continue
        answers[f"GET {url}"] = plain(client.get(url))
        if answers[f"GET {url}"].status == 403:
            shut.add(view)
        if view in shut or view in queried or prefix:
            continue
        queried.add(view)
        answers |= _with_queries(client, url, _queries(spec, ids)[: 1 if briefly else None], spec.api is None)
        answers |= _paged(client, url) if spec.api and spec.api.paged else {}
    return answers | searched(client, ids, prefix, shut)


def _with_queries(client: Client, url: str, queries: list[str], page: bool) -> dict[str, Answer]:
    """Return the response to each query string.

    If the page does not read `request.GET`, only the first query string is sent. Django caches `request.GET` at the
    first reading, which shows whether the page has read it.
    """
    answers: dict[str, Answer] = {}
    for query in queries:
        answer = client.get(url + query)
        answers[f"GET {url}{query}"] = plain(answer)
        if page and "GET" not in answer.wsgi_request.__dict__:
            break
    return answers


def _queries(spec: Door, ids: Ids) -> list[str]:
    if not spec.api:
        return [LONG, *QUERIES]
    if not spec.api.paged:
        # An API endpoint without pagination refuses every query parameter, so one query string is enough to test it.
        return ["?tout=1"]
    return [*API_QUERIES, *(f"?building={key}" for key in ids.by_model["building"])]


def _paged(client: Client, url: str) -> dict[str, Answer]:
    """Request an API list page by page, with one row per page. Returns at most 12 pages."""
    answers: dict[str, Answer] = {}
    where = f"{url}?limit=1"
    while len(answers) < 12 and (answer := client.get(where)).status_code == 200:
        answers[f"GET {url} page {len(answers) + 1}"] = plain(answer)
        if not (following := answer.json()["next"]):
            break
        where = f"{url}?limit=1&cursor={following}"
    return answers


def searched(client: Client, ids: Ids, prefix: str | tuple[str, ...], shut: Collection[str]) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    searched_views: set[str] = set()
    for url, spec in urls(ids, prefix):
        view = spec.view.__qualname__
        if not spec.post_is_search or (view in shut and view in searched_views):
            continue
        # The first URL of a search view has an id that the person may open, so it is searched for each of WORDS.
        # One search word is enough to compare the responses of URLs with hidden or nonexistent ids.
        words = WORDS if view not in searched_views and view not in shut else WORDS[:1]
        searched_views.add(view)
        answers |= {f"POST {url} {word}": plain(_search(client, url, spec, word)) for word in words}
    return answers


def _search(client: Client, url: str, spec: Door, word: str) -> Any:
    if spec.api:
        return client.post(url, {"q": word}, content_type="application/json")
    return client.post(url, {"q": word, "words": word, "reference": word})


def differences(before: dict[str, Answer], after: dict[str, Answer]) -> list[str]:
    assert before.keys() == after.keys()
    return [key for key in before if before[key] != after[key]]


def write_everywhere(
    client: Client, ids: Ids, hidden: Callable[[object], bool], data: dict, prefix: str | tuple[str, ...] = ""
) -> list[str]:
    """Post to each URL with each hidden id, and with an id that does not exist.

    Returns (as text) the URL names and hidden ids whose response differs from the response to the id that does not
    exist.
    """
    differing = []
    for name, spec, arguments in doors(prefix):
        if not spec.writes or not arguments:
            continue
        first, *others = arguments
        values = ids.of(first, spec)
        missing = _posted(client, name, arguments, [values[-1], *[MISSING] * len(others)], data)
        for value in filter(hidden, values[:-1]):
            answer = _posted(client, name, arguments, [value, *[MISSING] * len(others)], data)
            if _without(answer, value) != _without(missing, values[-1]):
                differing.append(f"{name} {value}")
    return differing


def _posted(client: Client, name: str, arguments: tuple[str, ...], values: list[object], data: dict) -> Answer:
    url = reverse(name, kwargs=dict(zip(arguments, values, strict=True)))
    if not name.startswith("api_"):
        return plain(client.post(url, data))
    return plain(client.post(url, data, content_type="application/json", headers={"Idempotency-Key": KEY}))


def _without(answer: Answer, value: object) -> Answer:
    """Replace the requested id in a response by "ID". Otherwise responses that repeat the id could never be equal."""
    return Answer(answer.status, answer.headers, answer.body.replace(str(value).encode(), b"ID"))


def refer_everywhere(
    client: Client, url: str, field: str, hidden: list[object], rest: dict[str, object] | None = None
) -> list[object]:
    """Post each hidden id, and an id that does not exist, as the value of a form field.

    Returns the hidden ids whose response differs from the response to the id that does not exist.
    """

    def answer_to(value: object) -> Answer:
        return _without(plain(client.post(url, {**(rest or {}), field: str(value)})), value)

    missing = answer_to(MISSING)
    return [value for value in hidden if answer_to(value) != missing]

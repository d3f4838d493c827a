"""Requests that nobody thought of, invented by Schemathesis from the API's own description, sent as several people.

Whatever is sent: no failure of ours, an answer as described, no success without credentials or with bad ones, and none
for what the description forbids. The cases are the same every time, so that a failure can be met again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks as kept

from access.endpoint import KEY
from access.roles import roles_with
from tests.access.programs import made, two_administrators
from tests.builders import OWNER
from tests.description import described, operations
from tests.known import Known
from tests.visits import Visit, visits

pytestmark = pytest.mark.unwatched("asks the application itself, past the browser that is compared with the trace")

load_all_checks()
CHECKS = [
    not_a_server_error,
    kept.status_code_conformance,
    kept.content_type_conformance,
    kept.response_headers_conformance,
    kept.response_schema_conformance,
    kept.negative_data_rejection,
    kept.missing_required_header,
    kept.unsupported_method,
]
# Who asks, in which role, and at least how many cases. An operation is asked everything by the first who may call it,
# and by the program; by everybody else a case of each kind.
PEOPLE = {
    "awa": ("caretaker", 270),
    "elise": ("officer", 490),
    "helene": ("accountant", 200),
    "ines": ("dpo", 260),
    "jules": ("access_administrator", 190),
    "a program": ("officer", 355),
    "nobody": ("", 120),
}
# Those whose roles pass few of these doors: a case of each mode, everywhere, and of what is another's.
OTHERS = ("georges", "paola", "yann", "paul", "simone")
# Doors on one household or one account. Whoever of these may pass them has a part of the landlord, and not this one.
ON_ONE = {
    "api_resident",
    "api_account",
    "api_entries",
    "api_payment",
    "api_charge",
    "api_adjustment",
    "api_reversal",
    "api_book_entries",
}
MACHINE = ("accounts_list", "accounts_search", "account_view", "entry_post", "entry_reverse")
BY_CHANCE = 3  # cases of each mode that no rule gave
STEADY = how(
    max_examples=BY_CHANCE,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
BOTH = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
GIVEN = {"date", "uuid"}  # what a body may hold of these is known, or refused for another reason than its form


@dataclass
class Asker:
    """Somebody with what a program or a browser sends to be known."""

    name: str
    headers: dict[str, str]
    cookies: dict[str, str]

    def asks_everything(self, visit: Visit) -> bool:
        if self.name == "a program":
            return visit.door.permission.value in MACHINE
        roles = roles_with(visit.door.permission)
        return self.name == next(name for name, (role, _least) in PEOPLE.items() if not roles or role in roles)

    def send(self, case: Any) -> Any:
        case.headers, case.cookies = {**(case.headers or {}), **self.headers}, {**(case.cookies or {}), **self.cookies}
        case._has_explicit_auth = bool(self.headers)  # they are good: without them, or with others, it must fail
        return case.call()


def asker(house, sign_in, name) -> Asker:
    if name == "nobody":
        return Asker(name, {}, {})
    if name == "a program":
        _token, secret = made(house, two_administrators(house), permissions=MACHINE)
        return Asker(name, {"Authorization": f"Bearer {secret}"}, {})
    session, csrf = sign_in(name).cookies[settings.SESSION_COOKIE_NAME].value, "c" * 32
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: csrf}
    return Asker(name, {"X-CSRFToken": csrf}, cookies)


def the_api() -> Any:
    config = schemathesis.Config()
    config.projects.default.generation.update(with_security_parameters=False)
    schema = schemathesis.openapi.from_dict(described(), config=config)
    schema.app = WSGIHandler()
    return schema


def by_rule(schema, operation, everything: bool) -> Iterator[Any]:
    """The edges of every parameter and field, each thing left out, methods and types that are none."""
    rules, told = schema.config.generation_for(operation=operation, phase="coverage"), set()
    for case in schema.iter_coverage_cases(operation, generation_modes=BOTH, generation_config=rules):
        kind = [case.meta.generation.mode, *kind_of(case.meta.phase.data, everything)]
        if str(kind) not in told:
            told.add(str(kind))
            yield case


@cache
def one_of_each_mode() -> dict[str, list[Any]]:
    """Worked out once, whoever asks: of what an operation's description allows, and of what it forbids, the shortest
    that names no page: the key to one was given to somebody."""
    schema, found = the_api(), {}
    for operation in (one.ok() for one in schema.get_all_operations()):
        modes: dict[GenerationMode, Any] = {}
        for case in sorted(by_rule(schema, operation, True), key=words_asked):
            modes.setdefault(case.meta.generation.mode, case)
        found[operation.definition.raw["operationId"]] = [modes[mode] for mode in BOTH if mode in modes]
    return found


def words_asked(case: Any) -> tuple[bool, int]:
    return "cursor" in (case.query or {}), len(case.query or {})


def anew(case: Any) -> Any:
    """The same case for somebody else: what is set on it stays on it."""
    parts = {name: getattr(case, name) for name in ("method", "path_parameters", "query", "body", "media_type")}
    beside = {name: dict(getattr(case, name) or {}) for name in ("headers", "cookies")}
    body = dict(case.body) if isinstance(case.body, dict) else case.body
    return case.operation.Case(**parts | beside | {"body": body}, _meta=case.meta)


def kind_of(data: Any, everything: bool) -> list[Any]:
    if everything:
        return [data.scenario, data.parameter_location, data.parameter, data.description]
    return [] if data.parameter else [data.scenario]


def by_chance(operation, keys) -> list[Any]:
    """What no rule gives. Without a parameter or a body nothing can be wrong but the address."""
    found: list[Any] = []

    def find(case: Any) -> None:
        found.append(case)

    for mode in BOTH if operation.query or operation.body else BOTH[:1]:
        STEADY(given(operation.as_strategy(generation_mode=mode, path_parameters=keys))(find))()
    return found


def stands_on(case, visit: Visit, known: Known, keys: dict[str, str]) -> None:
    """Ids and days that exist and a key of its own, where the case leaves them right: it is asked of something."""
    meta = case.meta
    if visit.arguments and not meta.is_negative_at(ParameterLocation.PATH):
        case.path_parameters = keys
    if visit.door.writes and meta.generation.mode is GenerationMode.POSITIVE:
        case.headers = {**(case.headers or {}), KEY: str(uuid4())}
        fields = operations()[visit.name]["requestBody"]["content"]["application/json"]["schema"]["properties"]
        case.body |= {name: value for name, value in visit.post(known).items() if fields[name].get("format") in GIVEN}


@pytest.mark.parametrize("name", PEOPLE)
def test_whatever_is_sent_is_answered_as_described(house, known, sign_in, name):
    sign_in("noel")  # leaves the line of the trace that one door is asked for
    who, schema = asker(house, sign_in, name), the_api()
    doors = {visit.name: visit for visit in visits() if visit.door.api}
    answered = dict[str, Counter[int]]()
    for found in schema.get_all_operations():
        operation = found.ok()
        visit = doors[operation.definition.raw["operationId"]]
        everything, statuses = who.asks_everything(visit), answered.setdefault(visit.name, Counter())
        keys = {word: str(key) for word, key in visit.keys(known).items()}
        for case in [*by_rule(schema, operation, everything), *(by_chance(operation, keys) if everything else ())]:
            stands_on(case, visit, known, keys)
            answer = who.send(case)
            first = answer.status_code < 300 and min(statuses, default=400) >= 300
            case.validate_response(answer, checks=[*CHECKS, kept.ignored_auth] if first else CHECKS)
            statuses[answer.status_code] += 1
        assert min(statuses) < 300 or not everything, (visit.name, statuses)
        # An id that is none leads to no address, and so to no door.
        assert set(statuses) <= {401, 404} or name != "nobody", (visit.name, statuses)
    assert set(answered) == set(operations()) and len(answered) >= 27
    assert sum(map(Counter.total, answered.values())) >= PEOPLE[name][1], answered


def test_every_other_role_is_answered_as_described(house, known, sign_in):
    sign_in("noel")
    doors = {visit.name: visit for visit in visits() if visit.door.api}
    asked = Counter[int]()
    for who in [asker(house, sign_in, name) for name in OTHERS]:
        for name, visit in doors.items():
            keys = {word: str(key) for word, key in visit.keys(known).items()}
            for case in map(anew, one_of_each_mode()[name]):
                stands_on(case, visit, known, keys)
                answer = who.send(case)
                beside = [kept.ignored_auth] if answer.status_code < 300 else []
                case.validate_response(answer, checks=[*CHECKS, *beside])
                asked[answer.status_code] += 1
    assert len(doors) >= 27 and asked.total() >= 240 and asked[200] >= 20 and asked[403] >= 150, asked


def test_what_is_anothers_is_nobodys_whatever_is_sent(house, known, sign_in):
    """A household, an account and an entry of another agency, in the address of a case that is right in all else."""
    sign_in("noel")
    theirs = house.account("Dette-Quai 9")
    keys = {"pk": house.residence("Dette-Quai 9").pk, "reference": theirs.reference}
    keys["entry"] = theirs.entries.using(OWNER).first().pk
    doors, asked = [visit for visit in visits() if visit.name in ON_ONE], 0
    for who in [asker(house, sign_in, name) for name in ("awa", "elise", *OTHERS)]:
        for visit in doors:
            [right, *_wrong] = one_of_each_mode()[visit.name]
            case = anew(right)
            stands_on(case, visit, known, {word: str(keys[word]) for word in visit.arguments})
            answer = who.send(case)
            case.validate_response(answer, checks=CHECKS)
            assert right.meta.generation.mode is GenerationMode.POSITIVE
            assert answer.status_code in (403, 404), (who.name, visit.name, answer.status_code)
            asked += 1
    assert asked == len(ON_ONE) * 7

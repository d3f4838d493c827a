"""Requests that Schemathesis generates from the OpenAPI document are sent to every endpoint, as several people.

No response may be a server error or differ from the document. No request may succeed without valid credentials, or with
input that the document forbids. The requests are the same in every run, so that a failure can be reproduced.
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
from schemathesis.specs.openapi import checks as openapi_checks

from access.api.endpoint import KEY
from access.roles import roles_with
from tests.access.programs import made, two_administrators
from tests.builders import OWNER
from tests.description import described, operations
from tests.sample_objects import SampleObjects
from tests.sign_in import process_of, served_by
from tests.visits import Visit, visits

pytestmark = pytest.mark.unwatched(
    "calls the WSGI application without the test client that is compared with the audit log"
)

load_all_checks()
CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.missing_required_header,
    openapi_checks.unsupported_method,
]
# PEOPLE maps each person to a role and to the minimum number of requests that the test must send as this person.
# Of the people in PEOPLE, the first who may call an endpoint sends it all generated requests. The others send a few.
PEOPLE = {
    "awa": ("caretaker", 270),
    "elise": ("officer", 490),
    "helene": ("accountant", 200),
    "ines": ("dpo", 260),
    "jules": ("access_administrator", 190),
    "aline": ("allocation_officer", 300),
    "rosa": ("allocation_manager", 200),
    "camille": ("committee_chair", 200),
    "nadia": ("nominator", 200),
    "a program": ("officer", 355),
    "nobody": ("", 120),
}
# People who may call few endpoints. To save time, each sends one valid and one invalid request to every endpoint.
OTHERS = ("georges", "paola", "yann", "paul", "simone")
# Endpoints about one household or account. A test requests a household or account that is hidden from the caller.
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
BY_CHANCE = 3  # Number of random valid requests, and of random invalid ones, that are sent to each endpoint.
STEADY = how(
    max_examples=BY_CHANCE,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
BOTH = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
GIVEN = {"date", "uuid"}  # Values of these OpenAPI formats are replaced by dates and ids of existing objects.
# Fields with these names accept only some values, so their generated values are replaced, too.
EXACT = {"signing_year", "number", "last_name", "few_reason", "decision", "rank", "source_number"}


@dataclass
class Asker:
    """Somebody who sends requests to the API, with the headers and cookies that contain their credentials."""

    name: str
    headers: dict[str, str]
    cookies: dict[str, str]
    login: str = "web"  # Database login of the web process that serves this person.

    def asks_everything(self, visit: Visit) -> bool:
        if self.name == "a program":
            return visit.door.permission.value in MACHINE
        roles = roles_with(visit.door.permission)
        return self.name == next(name for name, (role, _least) in PEOPLE.items() if not roles or role in roles)

    def send(self, case: Any) -> Any:
        case.headers, case.cookies = {**(case.headers or {}), **self.headers}, {**(case.cookies or {}), **self.cookies}
        # `_has_explicit_auth` makes Schemathesis repeat the request without credentials and with wrong credentials.
        case._has_explicit_auth = bool(self.headers)
        with served_by(self.login):
            return case.call()


def asker(landlord, sign_in, name) -> Asker:
    if name == "nobody":
        return Asker(name, {}, {})
    if name == "a program":
        _token, secret = made(landlord, two_administrators(landlord), permissions=MACHINE)
        return Asker(name, {"Authorization": f"Bearer {secret}"}, {})
    session, csrf = sign_in(name).cookies[settings.SESSION_COOKIE_NAME].value, "c" * 32
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: csrf}
    return Asker(name, {"X-CSRFToken": csrf}, cookies, process_of(landlord.person(name)))


def the_api() -> Any:
    config = schemathesis.Config()
    config.projects.default.generation.update(with_security_parameters=False)
    schema = schemathesis.openapi.from_dict(described(), config=config)
    schema.app = WSGIHandler()
    return schema


def by_rule(schema, operation, everything: bool) -> Iterator[Any]:
    """Yield requests for an endpoint by Schemathesis's coverage rules, such as boundary values and missing fields.

    Unless `everything` is true, only one request of each kind is yielded.
    """
    rules, kinds = schema.config.generation_for(operation=operation, phase="coverage"), set()
    for case in schema.iter_coverage_cases(operation, generation_modes=BOTH, generation_config=rules):
        kind = [case.meta.generation.mode, *kind_of(case.meta.phase.data, everything)]
        if str(kind) not in kinds:
            kinds.add(str(kind))
            yield case


@cache
def one_of_each_mode() -> dict[str, list[Any]]:
    """Return two requests for each endpoint: the valid and the invalid one with the fewest query parameters.

    Requests without a paging cursor are preferred, because a cursor is valid for one person only.
    """
    schema, cases_by_name = the_api(), {}
    for operation in (result.ok() for result in schema.get_all_operations()):
        modes: dict[GenerationMode, Any] = {}
        for case in sorted(by_rule(schema, operation, True), key=words_asked):
            modes.setdefault(case.meta.generation.mode, case)
        cases_by_name[operation.definition.raw["operationId"]] = [modes[mode] for mode in BOTH if mode in modes]
    return cases_by_name


def words_asked(case: Any) -> tuple[bool, int]:
    return "cursor" in (case.query or {}), len(case.query or {})


def anew(case: Any) -> Any:
    """Copy a generated request. Sending adds the sender's headers to the request, so each sender needs a copy."""
    parts = {name: getattr(case, name) for name in ("method", "path_parameters", "query", "body", "media_type")}
    beside = {name: dict(getattr(case, name) or {}) for name in ("headers", "cookies")}
    body = dict(case.body) if isinstance(case.body, dict) else case.body
    return case.operation.Case(**parts | beside | {"body": body}, _meta=case.meta)


def kind_of(data: Any, everything: bool) -> list[Any]:
    if everything:
        return [data.scenario, data.parameter_location, data.parameter, data.description]
    return [] if data.parameter else [data.scenario]


def by_chance(operation, keys) -> list[Any]:
    """Return random valid and invalid requests for an endpoint.

    An endpoint without query and body gets only valid requests, because only its URL could be made invalid.
    """
    cases: list[Any] = []

    def find(case: Any) -> None:
        cases.append(case)

    for mode in BOTH if operation.query or operation.body else BOTH[:1]:
        STEADY(given(operation.as_strategy(generation_mode=mode, path_parameters=keys))(find))()
    return cases


def stands_on(case, visit: Visit, sample_objects: SampleObjects, keys: dict[str, str]) -> None:
    """Make a generated request work: replace valid but random ids, dates and lists by those of existing objects.

    A request that writes also gets a new idempotency key.
    """
    meta = case.meta
    if visit.arguments and not meta.is_negative_at(ParameterLocation.PATH):
        case.path_parameters = keys
    if visit.door.writes and meta.generation.mode is GenerationMode.POSITIVE:
        case.headers = {**(case.headers or {}), KEY: str(uuid4())}
        fields = operations()[visit.name]["requestBody"]["content"]["application/json"]["schema"]["properties"]
        case.body |= {
            name: value
            for name, value in visit.post(sample_objects).items()
            if fields[name].get("format") in GIVEN or (name in case.body and (isinstance(value, list) or name in EXACT))
        }


@pytest.mark.parametrize("name", PEOPLE)
def test_any_request_is_answered_as_documented(landlord, sample_objects, sign_in, name):
    sign_in("noel")  # The URL of `api_trace_event` needs the id of an audit event, which this sign-in creates.
    who, schema = asker(landlord, sign_in, name), the_api()
    doors = {visit.name: visit for visit in visits() if visit.door.api}
    answered = dict[str, Counter[int]]()
    for result in schema.get_all_operations():
        operation = result.ok()
        visit = doors[operation.definition.raw["operationId"]]
        everything, statuses = who.asks_everything(visit), answered.setdefault(visit.name, Counter())
        keys = {word: str(key) for word, key in visit.keys(sample_objects).items()}
        for case in [*by_rule(schema, operation, everything), *(by_chance(operation, keys) if everything else ())]:
            stands_on(case, visit, sample_objects, keys)
            answer = who.send(case)
            first = answer.status_code < 300 and min(statuses, default=400) >= 300
            case.validate_response(answer, checks=[*CHECKS, openapi_checks.ignored_auth] if first else CHECKS)
            statuses[answer.status_code] += 1
        assert min(statuses) < 300 or not everything, (visit.name, statuses)
        # Without credentials, requests get 401, or 404 if an invalid id in the URL matches no route.
        assert set(statuses) <= {401, 404} or name != "nobody", (visit.name, statuses)
    assert set(answered) == set(operations()) and len(answered) >= 27
    assert sum(map(Counter.total, answered.values())) >= PEOPLE[name][1], answered


def test_other_roles_are_answered_as_documented(landlord, sample_objects, sign_in):
    sign_in("noel")
    doors = {visit.name: visit for visit in visits() if visit.door.api}
    statuses = Counter[int]()
    for who in [asker(landlord, sign_in, name) for name in OTHERS]:
        for name, visit in doors.items():
            keys = {word: str(key) for word, key in visit.keys(sample_objects).items()}
            for case in map(anew, one_of_each_mode()[name]):
                stands_on(case, visit, sample_objects, keys)
                answer = who.send(case)
                beside = [openapi_checks.ignored_auth] if answer.status_code < 300 else []
                case.validate_response(answer, checks=[*CHECKS, *beside])
                statuses[answer.status_code] += 1
    assert len(doors) >= 27 and statuses.total() >= 240 and statuses[200] >= 20 and statuses[403] >= 150, statuses


def test_valid_requests_for_objects_out_of_reach_are_refused(landlord, sample_objects, sign_in):
    """A valid request whose URL names a household, account or ledger entry of another agency gets 403 or 404."""
    sign_in("noel")
    theirs = landlord.account("Dette-Quai 9")
    keys = {"pk": landlord.residence("Dette-Quai 9").pk, "reference": theirs.reference}
    keys["entry"] = theirs.entries.using(OWNER).first().pk
    doors, number = [visit for visit in visits() if visit.name in ON_ONE], 0
    for who in [asker(landlord, sign_in, name) for name in ("awa", "elise", *OTHERS)]:
        for visit in doors:
            [right, *_wrong] = one_of_each_mode()[visit.name]
            case = anew(right)
            stands_on(case, visit, sample_objects, {word: str(keys[word]) for word in visit.arguments})
            answer = who.send(case)
            case.validate_response(answer, checks=CHECKS)
            assert right.meta.generation.mode is GenerationMode.POSITIVE
            assert answer.status_code in (403, 404), (who.name, visit.name, answer.status_code)
            number += 1
    assert number == len(ON_ONE) * 7

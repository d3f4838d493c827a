"""Every request must record its audit event, whether it succeeds, fails or is refused.

Nothing changes without an event.
"""

import inspect
from importlib import import_module
from pkgutil import iter_modules
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

import access.grants.actions
import tenants.actions
from access.guard.door import door
from access.permissions import Permission
from audit import events as kinds
from tests.audit.test_fail_closed import everything_stored
from tests.builders import events, run
from tests.clones import clone, drop, stand_on
from tests.sign_in import let_in, session_in
from tests.visits import visits

pytestmark = pytest.mark.usefixtures("unkept")


class Broken(Exception):
    pass


def view_that(error):
    from tenants.models import Account

    @door(Permission.ACCOUNT_VIEW, model=Account, lookup="reference", get_event=kinds.ACCOUNT_OPENED)
    def account(request, account):
        raise error

    return account


def enter(view, landlord, rf, name="elise"):
    from types import SimpleNamespace

    request = rf.get("/comptes/x/")
    request.user = landlord.person(name)
    request.session = session_in(let_in(Client(), request.user))
    request.resolver_match = SimpleNamespace(view_name="account")
    return view(request, reference=landlord.account("Dette-Glycines A").reference)


@pytest.mark.parametrize(
    ("error", "status", "outcome"), [(Http404(), 404, "missing"), (PermissionDenied(), 403, "refused")]
)
def test_a_refusal_raised_inside_a_view_is_recorded(landlord, rf, error, status, outcome):
    assert enter(view_that(error), landlord, rf).status_code == status
    [event] = events(kind="refused")
    assert (event["outcome"], event["about"]) == (outcome, landlord.account("Dette-Glycines A").pk)
    assert not events(kind="account_opened")


def test_an_exception_is_recorded_as_a_failed_attempt(landlord, rf):
    with pytest.raises(Broken):
        enter(view_that(Broken()), landlord, rf)
    [event] = events(kind="account_opened")
    assert (event["outcome"], event["shown_ids"], event["facts"]) == ("failed", [], {})


def test_an_error_page_contains_no_names(landlord, sign_in, monkeypatch):
    monkeypatch.setattr("audit.reading.page", lambda *_: 1 / 0)
    client = sign_in("ines")
    client.raise_request_exception = False
    answer = client.get("/trace/mentions/")
    assert answer.status_code == 500 and landlord.person("ines").name not in answer.content.decode()
    assert [event["outcome"] for event in events(kind="history_read")] == ["failed"]


WRITING = [visit for visit in visits() if visit.door.writes]
NO_ROOM = "ALTER TABLE audit_event ADD CONSTRAINT no_room CHECK (outcome <> 'changed') NOT VALID"


@pytest.fixture(scope="module")
def without_room(clones, django_db_blocker):
    """Return a function that clones a template database. The clone refuses to store audit events of changes.

    Cloning is slow, so the last clone is kept for the next test that uses the same template.
    """
    made: dict[str, str] = {}

    def forget():
        for name in made.values():
            clones.drop_of(name)
            drop(name)
        made.clear()

    def of(template: str) -> str:
        if template not in made:
            forget()
            made[template] = f"loge_full_{uuid4().hex[:12]}"
            clone(template, made[template])
            stand_on(made[template])
            run(NO_ROOM)
            stand_on("postgres")
        return made[template]

    with django_db_blocker.unblock():
        yield of
        forget()


@pytest.fixture
def no_room():
    """Marks a test: the fixture `cloned` then gives the test a database that cannot store audit events of changes."""


@pytest.fixture
def cloned(request, cloned, without_room, django_db_blocker):
    with django_db_blocker.unblock():
        return without_room(cloned) if "no_room" in request.fixturenames else cloned


@pytest.mark.parametrize("who", sorted({visit.who for visit in WRITING}))
def test_a_change_that_cannot_be_recorded_is_rolled_back(no_room, sample_objects, sign_in, who):
    """A change whose audit event cannot be written must be rolled back, because both are in one transaction.

    The event of the attempt to change, written in an earlier transaction, must stay.
    """
    client = sign_in(who)
    client.raise_request_exception = False
    for visit in WRITING:
        if visit.who == who:
            url, earlier = visit.url(sample_objects), len(events(permission=visit.door.permission.value))
            stored = _without_audit_log(everything_stored())
            visit.ask_at(client, url, sample_objects, "POST")
            assert _without_audit_log(everything_stored()) == stored, visit.name
            outcomes = [event["outcome"] for event in events(permission=visit.door.permission.value)[earlier:]]
            assert outcomes[0] == "attempted" and "changed" not in outcomes, visit.name


def _without_audit_log(stored):
    return {table: rows for table, rows in stored.items() if not table.startswith("audit_event")}


def actions():
    """Yield (module, function) of every action.

    An action is a function that changes data on behalf of the person in its argument `by`.
    """
    for package in (access.grants.actions, tenants.actions):
        for found in iter_modules(package.__path__, package.__name__ + "."):
            module = import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and "by" in inspect.signature(function).parameters:
                    yield pytest.param(module, function, id=f"{found.name}.{name}")


@pytest.mark.parametrize(("module", "function"), list(actions()))
def test_every_action_takes_keyword_arguments_and_no_request(module, function):
    parameters = inspect.signature(function).parameters
    if not function.__name__.startswith("_") and "mandate" not in module.__name__:
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert "request" not in parameters

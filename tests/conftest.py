"""How the suite stands on the locks: every test that meets a door runs on a clone of one migrated database, under the
web's own login, never inside a transaction (where the door would be a savepoint, and its role would linger)."""

import io
import math
import os
import pickle
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation
from filelock import FileLock
from psycopg2.extensions import connection
from pytest_django import DjangoDbBlocker

from audit.purposes import Purpose
from audit.sealed import signing_keys
from housing.catalogues import compile_catalogues
from privacy.keys import new_ring
from tests.entering import let_in
from tests.known import Known
from tests.oracle import watching
from tests.world import World, build_world

# What the version of a server may answer otherwise: locks, policies, triggers, constraints, plans, migrations, bulk
# loading and copies. On one version everything is run; on the others these, and one round of every page (ROUNDS).
ON_EACH_VERSION = (
    "access/test_assignments.py",
    "access/test_exposure.py",
    "access/test_four_eyes.py",
    "access/test_one_answer.py",
    "access/test_reach_pages.py",
    "audit/test_append_only.py",
    "audit/test_completeness.py",
    "audit/test_months.py",
    "audit/test_sealing.py",
    "buildings/test_recut.py",
    "database",
    "desk/test_inheritance.py",
    "desk/test_populate.py",
    "desk/test_portfolio.py",
    "housing/test_backup.py",
    "housing/test_shared_cache.py",
    "housing/test_upgrade.py",
    "tenants/test_accounts.py",
    "tenants/test_books.py",
    "tenants/test_constraints.py",
    "tenants/test_discreet.py",
    "tenants/test_front_desk.py",
    "tenants/test_leases.py",
    "tenants/test_ledger.py",
    "tenants/test_notes.py",
    "tenants/test_triage.py",
)
ROUNDS = ("elise-both", "at_every_door[elise]", "at_every_door[awa]")
# Minutes each: begun last, one of them would be waited for alone.
LONGEST = ("stories/test_walk.py", "two_worlds/test_two_worlds.py", "stories/test_main_job.py")
ALIASES = ("default", "trace", "owner", "jobs", "prune", "seal", "cache")


def pytest_configure(config: pytest.Config) -> None:
    _refuse_what_is_not_there(config)
    compile_catalogues()
    settings.API_A_MINUTE = 100_000  # a suite asks faster than a program may; tests/access/test_api.py lowers it
    settings.PASSWORD_HASHERS = ["tests.hashing.Light"]


def _refuse_what_is_not_there(config: pytest.Config) -> None:
    """Each of several processes would say so to itself, and the run that no test ran."""
    here = config.invocation_params.dir
    if gone := [asked for asked in config.args if not (here / asked.partition("::")[0]).exists()]:
        raise pytest.UsageError(f"no such file or folder: {', '.join(gone)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks a database is asked of each version of its server; the rest once. The longest begin first."""
    for item in items:
        where = item.nodeid.removeprefix("tests/")
        if where.startswith(ON_EACH_VERSION) or any(one in where for one in ROUNDS):
            item.add_marker("database")
    items.sort(key=lambda item: not item.nodeid.removeprefix("tests/").startswith(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def key_ring(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Bank details are sealed with keys outside the database: the suite has a ring of its own."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    new_ring(path)
    settings.KEY_FILE = str(path)
    settings.ERASURES_FILE = str(path.with_name("erasures"))
    settings.SEAL_KEY_FILE = str(path.with_name("seal-keys.json"))
    signing_keys.new(path.with_name("seal-keys.json"), "tests/loge")


@pytest.fixture(autouse=True)
def french_afterwards() -> Iterator[None]:
    """A request in English leaves its language to whatever comes next in the same thread; here, the next test."""
    yield
    translation.deactivate()


@cache
def superuser(url: str) -> connection:
    """One connection a process, kept: each clone takes two statements, and each connection longer than they."""
    opened: connection = psycopg2.connect(url)
    opened.autocommit = True
    return opened


def run_as_super(*statements: str) -> None:
    """One autocommitted statement after another, as the server's superuser: making and dropping databases needs it."""
    with superuser(os.environ["LOGE_SUPER_URL"]).cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def stand_on(database: str) -> None:
    """Point every login at one database."""
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = database


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """Names of the databases to clone: `bare` is provisioned and empty, `world` holds the cast. Made once a run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:12]
    names = {"bare": f"loge_bare_{run}", "world": f"loge_world_{run}"}
    shared = (
        tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.getbasetemp()
    )
    done = shared / f"templates-{run}"
    with django_db_blocker.unblock(), FileLock(str(done) + ".lock"):
        if not done.exists():
            make_templates(names)
            done.touch()
    yield names
    if "PYTEST_XDIST_WORKER" not in os.environ:
        drop(*names.values())


def make_templates(names: dict[str, str]) -> None:
    stand_on(names["bare"])
    call_command("provision", verbosity=0, stdout=io.StringIO())
    stand_on("postgres")
    run_as_super(f"CREATE DATABASE {names['world']} TEMPLATE {names['bare']} OWNER {settings.INSTANCE}_owner")
    stand_on(names["world"])
    build_world()
    stand_on("postgres")


def drop(*databases: str) -> None:
    stand_on("postgres")
    run_as_super(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in databases))


def clone_of(template: str, blocker: DjangoDbBlocker) -> Iterator[str]:
    name = f"loge_t_{uuid4().hex[:16]}"
    with blocker.unblock():
        run_as_super(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {settings.INSTANCE}_owner STRATEGY FILE_COPY")
        stand_on(name)
        try:
            yield name
        finally:
            drop(name)


@pytest.fixture
def bare(templates: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A provisioned database with nothing in it."""
    yield from clone_of(templates["bare"], django_db_blocker)


@pytest.fixture
def house(
    request: pytest.FixtureRequest, templates: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """A database with the cast and their landlord in it. Whatever a browser of the test opens there is compared with
    the trace, unless marked `unwatched`: nothing may be shown and not recorded, nor recorded and not attempted."""
    provided = "known" in request.fixturenames
    template = request.getfixturevalue("provided").template() if provided else templates["world"]
    for _name in clone_of(template, django_db_blocker):
        if request.node.get_closest_marker("unwatched"):
            yield World()
            continue
        world = World()
        with watching() as found:
            world.found = found
            yield world
        assert (found.unrecorded, found.unattempted, found.undescribed) == ([], [], [])


class Provided:
    """The world with one of each thing in it, made by each process whose keys seal some of them. An identity paper was
    seen for ten minutes, an emergency lasts 45: what has stood for five is made anew."""

    MINUTES = 5

    def __init__(self, world: str, blocker: DjangoDbBlocker) -> None:
        self._world, self._blocker = world, blocker
        self._name, self._made, self._pickled = "", -math.inf, b""

    def template(self) -> str:
        if time.monotonic() - self._made > 60 * self.MINUTES:
            with self._blocker.unblock():
                self.drop()
                self._make()
        return self._name

    def _make(self) -> None:
        self._name = f"loge_known_{uuid4().hex[:12]}"
        run_as_super(f"CREATE DATABASE {self._name} TEMPLATE {self._world} OWNER {settings.INSTANCE}_owner")
        stand_on(self._name)
        self._pickled, self._made = pickle.dumps(Known(World())), time.monotonic()
        stand_on("postgres")

    def known(self, house: World) -> Known:
        known: Known = pickle.loads(self._pickled)
        known.house = house
        return known

    def drop(self) -> None:
        if self._name:
            drop(self._name)


@pytest.fixture(scope="session")
def provided(templates: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[Provided]:
    provided = Provided(templates["world"], django_db_blocker)
    yield provided
    provided.drop()


@pytest.fixture
def known(provided: Provided, house: World) -> Known:
    """One of each thing that doors are asked for: with it, the test's `house` is a clone that holds them already."""
    return provided.known(house)


@pytest.fixture
def sign_in(house: World):
    """`sign_in("awa")` -> a browser with her session. Signing in is itself an event, left in the trace."""

    def enter(name: str) -> Client:
        client = Client()
        if name != "nobody":
            let_in(client, house.person(name))
        return client

    return enter


@pytest.fixture(autouse=True)
def purpose_said(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests open accounts by their address, where nothing says why: it is said for them, after all that could say it.
    Those marked `asks` are asked, as people are."""
    if not request.node.get_closest_marker("asks"):
        monkeypatch.setattr("access.purpose.unsaid", lambda: Purpose.TENANT_ASKED)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the project. Its absence is a failure: a test that skips proves nothing."""
    for folder in Path(__file__).resolve().parents:
        if (data := folder.parent / "shared" / "data").is_dir():
            return data
    pytest.fail("shared/data was not found beside the project")

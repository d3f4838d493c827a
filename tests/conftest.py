"""Fixtures of the suite.

Every test that requests a `@door` view runs on a clone of one migrated database, with the login of the web processes,
and never inside a transaction. Inside a transaction, the view's own transaction would only be a savepoint, and the
database role that the view sets would remain set after the request.
"""

import gc
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from filelock import FileLock
from pytest_django import DjangoDbBlocker

from audit.purposes import Purpose
from audit.sealed import signing_keys
from housing.catalogues import compile_catalogues
from housing.serving.frames import with_large_frame
from privacy.encryption.keys import new_ring
from tests.audit_completeness import watching
from tests.clones import Clones, drop, run_as_super, stand_on
from tests.invariants import holding
from tests.prepared import Prepared
from tests.sample_objects import SampleObjects
from tests.sign_in import let_in
from tests.tiers import GROUPS, LONGEST, ON_EACH_VERSION, ON_SECOND_VERSION_AT_NIGHT, SLOW, runs_at_night
from tests.unsent_sessions import counting_people
from tests.world import World, build_world

# The ids of all collected tests, including those that are deselected later.
COLLECTED = pytest.StashKey[list[str]]()
MORE_THAN_POSTGRESQL = {"browser", "pooler", "proxy", "strangers", "words"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast",
        action="store_true",
        help="one case of each test, without slow tests, browsers and programs other than PostgreSQL",
    )


def pytest_configure(config: pytest.Config) -> None:
    _check_arguments_exist(config)
    compile_catalogues()
    settings.REFUSAL_SLOT = (
        # Refusals are sent at once, because the suite causes thousands. tests/access/test_refusal_time.py sets a delay.
        0.0
    )
    settings.API_A_MINUTE = (
        # The suite sends more API requests per minute than is allowed. tests/access/test_api.py sets the real limit.
        100_000
    )
    settings.SEARCHES_A_MINUTE = 100_000  # tests/tenants/test_search.py sets a lower limit of searches to test it.
    settings.PASSWORD_HASHERS = ["tests.hashing.Light"]
    # How long Hypothesis takes to generate a case depends on the machine only, and must not fail a test.
    hypothesis.settings.register_profile("loge", suppress_health_check=[hypothesis.HealthCheck.too_slow])
    hypothesis.settings.load_profile("loge")


def _check_arguments_exist(config: pytest.Config) -> None:
    """Raise UsageError if an argument names a missing file, which pytest would not report with several processes."""
    folder = config.invocation_params.dir
    if missing := [argument for argument in config.args if not (folder / argument.partition("::")[0]).exists()]:
        raise pytest.UsageError(f"no such file or folder: {', '.join(missing)}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip files without tests marked `database` when only tests with this marker are to run."""
    if not config.option.markexpr.startswith("database") or collection_path.suffix != ".py":
        return None
    files = {test.partition("::")[0] for test in ON_EACH_VERSION}
    return not collection_path.relative_to(Path(__file__).parent).as_posix().startswith(tuple(files)) or None


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Let one process of a run collect the tests alone; the others wait, and then load the bytecode that it wrote.

    In a new clone, collecting takes 30 s of a processor, and 11 s with the bytecode of the rewritten test modules.
    Without pytest's cache (`-p no:cacheprovider`, as for planted defects), all processes collect at once.
    """
    run, cache = os.environ.get("PYTEST_XDIST_TESTRUNUID"), getattr(session.config, "cache", None)
    if run is None or cache is None:
        return (yield)
    last = cache.mkdir("loge") / "collected"
    with FileLock(f"{last}.lock"):
        if not last.exists() or last.read_text() != run:
            result = yield
            last.write_text(run)
            return result
    return (yield)


def pytest_collection_finish() -> None:
    """Exclude all objects loaded so far from garbage collection, which would otherwise scan them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Collect garbage once, and exempt the remaining objects from later collections.

    At the end, pytest collects garbage five times, which would otherwise take seconds.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test and its fixtures faster than pytest does.

    All their stack frames fit into one chunk of memory (housing/serving/frames.py). 106 tests took 14.6 to 15.1 s
    instead of 15.9 s. Set-ups and tear-downs are reported only if they fail. With the reports of those that pass, four
    processes took 36 s of a processor for 9,000 empty tests, instead of 26 s.
    """
    # --durations and --junit-xml evaluate all reports.
    wants_all = item.config.option.durations is not None or item.config.option.xmlpath
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports: list[pytest.TestReport] = []
    with_large_frame(lambda: reports.extend(runtestprotocol(item, log=False, nextitem=nextitem)))()
    for report in reports:
        if wants_all or report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


# pytest-xdist reads the groups of tests in the same hook, so this hook must run first.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that run at night or on each version of PostgreSQL (tests/tiers.py), and order all tests.

    The tests of tests/nightly/ run only when `-m` names the marker `nightly`. The longest tests begin first. One of
    them creates the template databases; meanwhile the other processes run the architecture tests, which need no
    database.
    """
    nightly = "nightly" in config.option.markexpr
    _deselect(config, items, lambda item: item.get_closest_marker("nightly") is not None and not nightly)
    config.stash[COLLECTED] = [_where(item) for item in items]
    for item in items:
        if runs_at_night(_where(item)):
            item.add_marker("nightly")
        if _where(item).startswith(ON_EACH_VERSION):
            item.add_marker("database")
        if _where(item).startswith(ON_SECOND_VERSION_AT_NIGHT):
            item.add_marker("second_version_at_night")
        group = next((group for start, group in GROUPS.items() if _where(item).startswith(start)), None)
        if group and not nightly and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group))
    if config.option.fast:
        _leave_out_for_speed(config, items)
    items.sort(key=lambda item: not _where(item).startswith(LONGEST))
    items[1:] = sorted(items[1:], key=lambda item: not _where(item).startswith("architecture/"))


def _leave_out_for_speed(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow tests, and of a parametrized test all cases except the first."""
    first: dict[str, pytest.Item] = {}
    for item in items:
        if not runs_at_night(_where(item)):
            first.setdefault(item.nodeid.partition("[")[0], item)

    def is_left_out(item: pytest.Item) -> bool:
        marks = {mark.name for mark in item.iter_markers()}
        slow = _where(item).startswith(SLOW) or bool(marks & {*MORE_THAN_POSTGRESQL, "nightly"})
        return slow or first.get(item.nodeid.partition("[")[0]) is not item

    _deselect(config, items, is_left_out)


def _deselect(config: pytest.Config, items: list[pytest.Item], is_left_out: Callable[[pytest.Item], bool]) -> None:
    selected: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (left_out if is_left_out(item) else selected).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = selected


def _where(item: pytest.Item) -> str:
    return item.nodeid.removeprefix("tests/")


@pytest.fixture(scope="session", autouse=True)
def key_ring(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Set up a key ring for the suite, because bank details are encrypted with keys outside the database."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    new_ring(path)
    settings.KEY_FILE = str(path)
    settings.ERASURES_FILE = str(path.with_name("erasures"))
    settings.SEAL_KEY_FILE = str(path.with_name("seal-keys.json"))
    signing_keys.new(path.with_name("seal-keys.json"), "tests/loge")


@pytest.fixture(autouse=True)
def french_afterwards() -> Iterator[None]:
    """Reset the language after each test, because a request in English leaves English active in the thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """Create the template databases and return their names.

    `bare` is provisioned and empty; `world` also contains the landlord and its employees. They are created once per
    run. If LOGE_TEST_TEMPLATES names a folder, all runs that share the folder share the templates, and whoever set the
    variable (tests/mutants/) drops them.
    """
    lasting = os.environ.get("LOGE_TEST_TEMPLATES", "")
    run = Path(lasting).name or os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:12]
    names = {"bare": f"loge_bare_{run}", "world": f"loge_world_{run}"}
    own = tmp_path_factory.getbasetemp()
    shared = Path(lasting) if lasting else own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    done = shared / f"templates-{run}"
    with django_db_blocker.unblock(), FileLock(str(done) + ".lock"):
        if not done.exists():
            make_templates(names)
            done.touch()
    yield names
    if not lasting and "PYTEST_XDIST_WORKER" not in os.environ:
        drop(*names.values())


def make_templates(names: dict[str, str]) -> None:
    stand_on(names["bare"])
    call_command("provision", verbosity=0, stdout=io.StringIO())
    stand_on("postgres")
    run_as_super(f"CREATE DATABASE {names['world']} TEMPLATE {names['bare']} OWNER {settings.INSTANCE}_owner")
    stand_on(names["world"])
    build_world()
    stand_on("postgres")


@pytest.fixture(scope="session")
def clones(templates: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[Clones]:
    clones = Clones()
    yield clones
    with django_db_blocker.unblock():
        clones.drop()


@pytest.fixture
def bare(
    request: pytest.FixtureRequest, clones: Clones, templates: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Provide an empty provisioned database."""
    with django_db_blocker.unblock(), clones.one_of(templates["bare"], spoilt=spoils(request)) as name:
        yield name


@pytest.fixture
def cloned(request: pytest.FixtureRequest, templates: dict[str, str]) -> str:
    """Return the name of the template database that the fixture `landlord` clones.

    A test module may override the fixture `cloned` to use another template database.
    """
    if "sample_objects" in request.fixturenames:
        template: str = request.getfixturevalue("prepare")(SampleObjects).template()
        return template
    return templates["world"]


@pytest.fixture
def landlord(
    request: pytest.FixtureRequest, clones: Clones, cloned: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """Provide a database with the landlord and its employees.

    Every request of the test is compared with the audit log, unless the test is marked `unwatched`: nothing may be
    shown without an event, and no event may claim what did not happen.
    """
    with (
        django_db_blocker.unblock(),
        clones.one_of(cloned, spoilt=spoils(request)),
        counting_people() as requests,
    ):
        if request.node.get_closest_marker("unwatched"):
            yield World()
        else:
            world = World()
            with watching() as found:
                world.found = found
                yield world
            assert (found.unrecorded, found.unattempted, found.undescribed) == ([], [], [])
        assert requests.never_signed_in() == [], "signed-in browsers that never sent their session"


def spoils(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("spoils") is not None


@pytest.fixture(scope="session")
def prepare(
    clones: Clones, templates: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[Callable[[World], Any]], Prepared]]:
    """Provide `prepare(build)`: it returns a template database with the objects that the function `build` creates."""
    made: dict[Callable[[World], Any], Prepared] = {}

    def of(build: Callable[[World], Any]) -> Prepared:
        return made.setdefault(build, Prepared(templates["world"], clones, django_db_blocker, build))

    yield of
    for prepared in made.values():
        prepared.drop()


@pytest.fixture
def sample_objects(prepare: Callable[[Callable[[World], Any]], Prepared], landlord: World) -> SampleObjects:
    """Provide the sample objects of tests/sample_objects.py, which exist in the database that `landlord` provides."""
    sample_objects: SampleObjects = prepare(SampleObjects).result(landlord)
    return sample_objects


@pytest.fixture
def sign_in(landlord: World):
    """Provide `sign_in("awa")`, which returns a test client with Awa's session. Signing in writes an audit event."""

    def enter(name: str) -> Client:
        client = Client()
        if name != "nobody":
            let_in(client, landlord.person(name))
        return client

    return enter


@pytest.fixture
def unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop Django's test client from copying each template's context, which slows tests of thousands of requests."""
    monkeypatch.setattr(
        "django.template.base.Template._render", lambda template, context: template.nodelist.render(context)
    )


@pytest.fixture(autouse=True)
def purpose_said(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a default purpose of access, because tests open accounts by URL without choosing a purpose.

    Tests marked `asks` get the page that asks for a purpose, as users do.
    """
    if not request.node.get_closest_marker("asks"):
        monkeypatch.setattr("access.guard.purpose.unsaid", lambda: Purpose.TENANT_ASKED)


@pytest.fixture(autouse=True)
def read_back_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests submit a form without its confirmation page. Tests marked `reads_back` get the confirmation page."""
    # This MonkeyPatch context is separate from the fixture `monkeypatch`, whose `undo()` a test may call.
    with pytest.MonkeyPatch.context() as patch:
        if not request.node.get_closest_marker("reads_back"):
            patch.setattr("access.pages.read_back.matches", lambda _request, _values: True)
        yield


@pytest.fixture(autouse=True)
def invariants(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check the invariants of tests/invariants.py after every request, unless the test is marked
    `breaks_invariants`."""
    if request.node.get_closest_marker("breaks_invariants"):
        yield
        return
    with holding() as broken:
        yield
    assert broken.found == []


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder `shared/data` next to the project, which contains real open data.

    A test that needs the folder fails without it, since a skipped test proves nothing.
    """
    for folder in Path(__file__).resolve().parents:
        if (data := folder.parent / "shared" / "data").is_dir():
            return data
    pytest.fail("shared/data was not found beside the project")


@pytest.fixture
def another_bare(
    clones: Clones, templates: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], None]]:
    """Provide a function without arguments. Each call makes all Django connections use another new empty database."""
    with django_db_blocker.unblock(), ExitStack() as made:

        def make() -> None:
            made.enter_context(clones.one_of(templates["bare"]))

        yield make

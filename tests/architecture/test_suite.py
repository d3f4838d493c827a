"""Rules for the tests themselves. A test with a Django test client has its own copy of the test database, and no test
runs inside a transaction."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, parse, suite_texts, walk
from tests.conftest import COLLECTED
from tests.tiers import (
    AT_NIGHT,
    BY_DAY,
    GROUPS,
    LONGEST,
    ON_EACH_VERSION,
    ON_SECOND_VERSION_AT_NIGHT,
    SLOW,
    runs_at_night,
)

# Maps each test file that uses a client without a copy of the test database to the reason for having no copy.
WITHOUT_CLONE: dict[str, str] = {
    "tests/housing/test_proxy.py": "its client is one of http.client, in front of two servers that echo",
    "tests/housing/test_serving_queue.py": "its client is one of http.client; the server waits or echoes",
}
CLONED = {"landlord", "bare", "sign_in"}


def suite() -> dict[str, ast.Module]:
    return {name: parse(text) for name, text in suite_texts().items() if Path(name).name.startswith("test_")}


@cache
def words(tree: ast.Module) -> set[str]:
    names = {node.id for node in walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in walk(tree) if isinstance(node, ast.Attribute)}
    return names | {node.arg for node in walk(tree) if isinstance(node, ast.arg)}


def test_no_test_wraps_a_door_in_its_own_transaction():
    assert len(suite()) > 20
    for name, tree in suite().items():
        assert not words(tree) & {"django_db", "TestCase", "TransactionTestCase", "transactional_db"}, name


def test_tests_with_a_client_use_a_clone():
    using = {name: words(tree) for name, tree in suite().items() if words(tree) & {"Client", "client", "live_server"}}
    assert len(using) > 5
    assert {name for name, names in using.items() if not names & CLONED} == set(WITHOUT_CLONE)


def test_no_test_uses_sign_in_helpers_of_django():
    """No test uses `force_login` or `client.session`: a client signed in that way would send anonymous requests. These
    helpers put the stored session key into the cookie, but Loge stores a hash of the cookie's value."""
    for name, tree in suite().items():
        assert not words(tree) & {"force_login"}, f"{name}: tests.sign_in.let_in"
        owners = [node.value for node in walk(tree) if isinstance(node, ast.Attribute) and node.attr == "session"]
        assert "client" not in [getattr(owner, "id", "") for owner in owners], f"{name}: tests.sign_in.session_in"


@pytest.mark.xdist_group("suite")
def test_tests_of_a_group_run_in_one_process(request):
    """The id of a test in a group must contain the group's name, so that one process runs all tests of the group.

    pytest-xdist adds the name. Some versions of pytest ignore it, and each process then creates what the group shares.
    """
    grouped = [item.nodeid for item in request.session.items if item.get_closest_marker("xdist_group")]
    assert grouped
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert [test for test in grouped if "@" not in test.rpartition("]")[2]] == []


def test_every_declared_marker_is_used():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    declared = {re.split(r"[:(]", line)[0] for line in options["markers"]}
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"mark\.(\w+)|add_marker\(\"(\w+)\"", text)}
    assert len(declared) >= 8 and declared <= {marker or added for marker, added in used}


def test_every_selector_of_tiers_exists(request):
    """Each selector in tests/tiers.py is the beginning of the path of an existing test file. ON_EACH_VERSION has a
    selector for each app with migrations. When all tests were collected, each selector must match one of them."""
    selectors = (*AT_NIGHT, *BY_DAY, *GROUPS, *LONGEST, *ON_EACH_VERSION, *ON_SECOND_VERSION_AT_NIGHT)
    assert all((ROOT / "tests" / selector.partition("::")[0]).exists() for selector in selectors)
    for group in (AT_NIGHT, BY_DAY, ON_EACH_VERSION, ON_SECOND_VERSION_AT_NIGHT, SLOW):
        assert sorted(group) == list(group)
    files = [path.relative_to(ROOT / "tests").as_posix() for path in ROOT.glob("tests/**/test_*.py")]
    assert [selector for selector in SLOW if not any(file.startswith(selector) for file in files)] == []
    steps = {path.parent.name for path in ROOT.glob("*/migrations")}
    assert len(steps) >= 4 and steps <= {selector.partition("/")[0] for selector in ON_EACH_VERSION}
    collected = request.config.stash[COLLECTED]
    if {test.partition("/")[0] for test in collected} >= {"noninterference", "tenants", "matrix"}:
        assert [selector for selector in selectors if not any(test.startswith(selector) for test in collected)] == []
        cases = {(selector, case) for selector, cases in BY_DAY.items() for case in cases}
        ends = {(selector, case) for selector, case in cases if _exists(collected, selector, case)}
        assert cases - ends == set()


def _exists(collected: list[str], selector: str, case: str) -> bool:
    return any(test.startswith(selector) and test.endswith(f"[{case}]") for test in collected)


def test_replacements_named_in_tiers_run_by_day(request):
    """The tests that AT_NIGHT in tests/tiers.py names as substitutes of nightly tests must exist and run by day."""
    files = [path for text in AT_NIGHT.values() for path in re.findall(r"[a-z0-9_]+/(?:test_\w+\.py)?", text)]
    assert len(files) > 10
    assert [path for path in files if not (ROOT / "tests" / path).exists() or path in AT_NIGHT] == []
    collected = request.config.stash[COLLECTED]
    if {test.partition("/")[0] for test in collected} >= {"noninterference", "tenants", "matrix"}:
        by_day = {test.partition("::")[2] for test in collected if not runs_at_night(test)}
        names = [name for text in AT_NIGHT.values() for name in re.findall(r"(?<![/\w])test_\w+(?!\.py)\b", text)]
        assert names and [name for name in names if not any(test.startswith(name) for test in by_day)] == []


FAILING = """import pytest
@pytest.fixture
def broken_before():
    raise RuntimeError
@pytest.fixture
def broken_after():
    yield
    raise RuntimeError
def test_with_a_broken_set_up(broken_before): pass
def test_with_a_broken_tear_down(broken_after): pass
def test_that_fails(): assert False
def test_that_passes(): pass
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_errors_in_fixtures_are_reported(tmp_path, processes):
    """tests/conftest.py collects the tests in turn, runs each itself and reports part of the results. An error in a
    fixture must fail the run. Planted defects are tried without pytest's cache, as here."""
    (tmp_path / "test_failing.py").write_text(FAILING)
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_collection, pytest_runtest_protocol")
    command = [sys.executable, "-m", "pytest", "-q", "-n", processes, "-p", "no:cacheprovider"]
    # Without these variables, which belong to the running suite, the new processes would take part in it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}", f"--confcutdir={tmp_path}", f"-c{ROOT / 'pyproject.toml'}", tmp_path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert "1 failed, 2 passed, 2 errors" in done.stdout, done.stdout

"""The suite stands on the locks: what meets a door runs on a clone, never inside a test's transaction."""

import ast
import re
import tomllib
from pathlib import Path

from tests.architecture.source import ROOT, parse, suite_texts
from tests.conftest import LONGEST, ON_EACH_VERSION

# Test files whose client needs no clone, and why.
WITHOUT_CLONE: dict[str, str] = {}
CLONED = {"house", "bare", "sign_in"}


def suite() -> dict[str, ast.Module]:
    return {name: parse(text) for name, text in suite_texts().items() if Path(name).name.startswith("test_")}


def words(tree: ast.Module) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def test_no_test_wraps_a_door_in_its_own_transaction():
    assert len(suite()) > 20
    for name, tree in suite().items():
        assert not words(tree) & {"django_db", "TestCase", "TransactionTestCase", "transactional_db"}, name


def test_what_uses_a_client_runs_on_a_clone():
    using = {name: words(tree) for name, tree in suite().items() if words(tree) & {"Client", "client", "live_server"}}
    assert len(using) > 5
    assert {name for name, found in using.items() if not found & CLONED} == set(WITHOUT_CLONE)


def test_nobody_is_let_in_by_what_knows_nothing_of_our_cookie():
    """Django's own ways set the key of the stored session as the cookie: every request would be nobody's."""
    for name, tree in suite().items():
        assert not words(tree) & {"force_login"}, f"{name}: tests.entering.let_in"
        used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "client.session" not in used, f"{name}: tests.entering.session_in"


def test_every_mark_is_put_on_something():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    declared = {re.split(r"[:(]", line)[0] for line in said["markers"]}
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    used = {name for text in texts for name in re.findall(r"mark\.(\w+)|add_marker\(\"(\w+)\"", text)}
    assert len(declared) >= 8 and declared <= {one or other for one, other in used}


def test_what_each_version_is_asked_is_there(request):
    """Every step with tables is asked of each. On its own this file sees itself alone; in a whole run, all tests."""
    assert all((ROOT / "tests" / one.partition("::")[0]).exists() for one in (*ON_EACH_VERSION, *LONGEST))
    assert sorted(ON_EACH_VERSION) == list(ON_EACH_VERSION)
    steps = {path.parent.name for path in ROOT.glob("*/migrations")}
    assert len(steps) >= 4 and steps <= {one.partition("/")[0] for one in ON_EACH_VERSION}
    collected = [item.nodeid.removeprefix("tests/") for item in request.session.items]
    if {one.partition("/")[0] for one in collected} >= {"two_worlds", "tenants", "matrix"}:
        assert [one for one in ON_EACH_VERSION if not any(item.startswith(one) for item in collected)] == []

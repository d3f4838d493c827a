"""What is asked of the repository and of the database's own catalogue."""

import ast
import io
import json
import re

from django.conf import settings
from django.core.management import call_command

from access.compartments import Compartment
from tests.builders import run
from tests.laws.source import ROOT, files

BY_HAND = {"RawSQL", "extra", "raw"}


def test_statements_are_not_put_together_from_what_was_typed():
    """No way past parameters in the code; what ruff suspects (S608) is off in the tests alone, or says why."""
    used = {
        f"{name}:{node.lineno}"
        for name, tree in files().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in BY_HAND
    }
    assert used == set()
    rules = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"S"' in rules and "S608" not in rules
    silenced = [
        line
        for name in files()
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if re.search(r"noqa: .*S608", line)
    ]
    assert silenced and all(re.search(r"S608[\w, ]* [-(] *\w", line) for line in silenced), "say why"


def test_the_programs_logins_have_nothing_of_their_own(house):
    served = [f"{settings.INSTANCE}_{login}" for login in ("web", "web_card", "trace", "prune", "seal", "cache")]
    roles = [compartment.database_role for compartment in Compartment]
    rows = run(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolbypassrls OR rolcreaterole"
        " OR rolcreatedb OR rolreplication)",
        [*served, *roles],
    )
    assert rows == []
    assert run("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND rolinherit", served) == []
    assert run("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND rolcanlogin", roles) == []
    for kind, column in (("pg_class", "relowner"), ("pg_proc", "proowner"), ("pg_namespace", "nspowner")):
        owned = f"SELECT count(*) FROM {kind} WHERE {column}::regrole::text = ANY (%s)"
        assert run(owned, [*served, *roles]) == [(0,)], kind
    for role in (*served, *roles):
        assert run("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role) == [(False,)], role
        assert run("SELECT has_database_privilege(%s, current_database(), 'CREATE')", role) == [(False,)], role


def test_the_bill_of_materials_lists_what_is_pinned():
    out = io.StringIO()
    call_command("sbom", stdout=out)
    bill = json.loads(out.getvalue())
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.6"
    listed = {part["name"]: part["version"] for part in bill["components"]}
    pinned = dict(re.findall(r"^([\w-]+)(?:\[[\w,]+\])?==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.M))
    assert len(pinned) > 20 and len(listed) > len(pinned)
    assert {name: version for name, version in pinned.items() if listed.get(name) != version} == {}
    assert all(part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}" for part in bill["components"])

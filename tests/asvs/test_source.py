"""What is asked of the repository and of the database's own catalogue."""

import ast
import io
import json
import re
from importlib.metadata import distribution, distributions

from django.conf import settings
from django.core.management import call_command

from access.compartments import Compartment
from housing.management.commands.sbom import LICENCE_FILES
from tests.architecture.source import ROOT, files
from tests.builders import run

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


def test_the_bill_of_materials_lists_what_is_pinned_and_each_licence():
    out = io.StringIO()
    call_command("sbom", stdout=out)
    bill = json.loads(out.getvalue())
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.6"
    listed = {canonical(part["name"]): part["version"] for part in bill["components"]}
    pinned = dict(re.findall(r"^([\w-]+)(?:\[[\w,]+\])?==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.M))
    installed = {canonical(one.metadata["Name"]): one.version for one in distributions()}
    assert len(pinned) > 20 and listed == installed and len(listed) > len(pinned)
    assert {name: version for name, version in pinned.items() if listed.get(name) != version} == {}
    addresses = {canonical(part["purl"].removeprefix("pkg:pypi/").partition("@")[0]) for part in bill["components"]}
    assert addresses == listed.keys()
    assert [part["name"] for part in bill["components"] if not licences(part)] == []


def canonical(name: str) -> str:
    """As package indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licences(part: dict) -> list[str]:
    told = [one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in part["licenses"]]
    return [licence for licence in told if licence.strip()]


def test_what_the_metadata_do_not_say_is_what_the_licence_file_says():
    for name, licence in LICENCE_FILES.items():
        files = [str(path) for path in distribution(name).files or () if path.name == "LICENSE"]
        [text] = [distribution(name).read_text(path.partition("dist-info/")[2]) or "" for path in files]
        assert licence == "MIT" and "Permission is hereby granted, free of charge, to any person" in text, name

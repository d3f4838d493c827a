"""docs/environment.md tells every variable that the code reads, and no other."""

import ast
import configparser
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.architecture.source import ROOT, files

VARIABLE = re.compile(r"(?:LOGE_[A-Z_]+|DATABASE_URL|PROMETHEUS_MULTIPROC_DIR)")


def told() -> set[str]:
    text = (ROOT / "docs" / "environment.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.M))


def read() -> set[str]:
    """Constants of the code that are a variable's name as a whole, and what ./dev sets or asks."""
    found = {
        node.value
        for tree in files().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value)
    }
    return found | {name for name in VARIABLE.findall((ROOT / "dev").read_text(encoding="utf-8")) if name != "LOGE_PG"}


def test_the_table_tells_what_is_read():
    assert len(read()) > 25
    assert sorted(read() ^ told()) == []


def test_the_examples_name_variables_that_exist():
    examples = (ROOT / "docs" / "systemd" / "common.env.example").read_text(encoding="utf-8")
    named = set(VARIABLE.findall(examples))
    assert len(named) > 15
    assert named - told() == {"LOGE_BACKUP_RECIPIENT"}


def units() -> dict[str, configparser.ConfigParser]:
    found = {}
    for path in sorted((ROOT / "docs" / "systemd").glob("loge-*")):
        found[path.name] = configparser.ConfigParser(strict=False, interpolation=None)
        found[path.name].read(path, encoding="utf-8")
    return found


def test_every_unit_runs_what_exists_as_nobody_in_particular():
    services = {name: unit["Service"] for name, unit in units().items() if name.endswith(".service")}
    assert len(services) == 10
    for name, service in services.items():
        assert service["User"] == "loge" and service["NoNewPrivileges"] == "yes", name
        command = service["ExecStart"].split()
        if "manage.py" in command:
            verb = command[command.index("manage.py") + 1]
            assert list(ROOT.glob(f"*/management/commands/{verb}.py")), name
        else:
            assert "python:housing.serving" in command, name


def test_the_keys_that_sign_the_log_are_out_of_every_other_units_reach():
    services = {name: unit["Service"] for name, unit in units().items() if name.endswith(".service")}
    reaching = [
        name for name, service in services.items() if "/etc/loge/seal" not in service.get("inaccessiblepaths", "")
    ]
    assert reaching == ["loge-seal.service"]


def test_what_is_to_be_typed_on_a_server_exists():
    files = {name.split("-", 1)[1].split(".")[0] for name in units() if name.endswith(".service")}
    units_told = files | {"jobs", "provision"}
    typed = [
        match
        for page in sorted((ROOT / "docs").glob("*.md"))
        for match in re.findall(r"\bloge-as ([a-z,-]+) ([a-z_]+)", page.read_text(encoding="utf-8"))
    ]
    assert len(typed) > 25
    assert [unit for unit, _command in typed if not set(unit.split(",")) <= units_told] == []
    known = set(get_commands())
    assert [command for _unit, command in typed if command not in known] == []


@pytest.fixture
def machine(tmp_path):
    """A folder of configuration, and a project whose program says what it was given."""
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
    command = ["sh", str(ROOT / "docs" / "loge-as"), *words]
    return subprocess.run(command, env=machine, capture_output=True, text=True, check=False)


def test_a_command_by_hand_has_what_its_units_are_told_and_no_more(machine):
    # The account of a server is not on every machine.
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
    told = by_hand(machine)
    assert told.returncode == 2 and "loge-as web,provision provision" in told.stderr


def test_every_timer_has_its_service():
    timers = [name for name in units() if name.endswith(".timer")]
    assert len(timers) == 7
    assert [name for name in timers if name.replace(".timer", ".service") not in units()] == []

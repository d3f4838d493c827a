"""docs/environment.md tells every variable that the code reads, and no other."""

import ast
import configparser
import re

from tests.laws.source import ROOT, files

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


def test_every_timer_has_its_service():
    timers = [name for name in units() if name.endswith(".timer")]
    assert len(timers) == 7
    assert [name for name in timers if name.replace(".timer", ".service") not in units()] == []

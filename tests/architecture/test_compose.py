"""The container services in compose.yaml run the same programs as the systemd units in docs/operations/systemd. No
service has more privileges or secrets than it needs."""

from pathlib import Path

import pytest
import yaml

from access.database.provision import LOGINS
from tests.architecture.source import ROOT
from tests.architecture.test_environment import VARIABLE, documented_variables, units

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
# Maps a systemd unit (its name without "loge-") to the service in compose.yaml, if the names differ.
RENAMED = {"seal": "sealer"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_restricted(name):
    service = SERVICES[name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service and "privileged" not in service


def test_every_image_ends_as_the_account_without_privileges():
    stages = (ROOT / "Containerfile").read_text(encoding="utf-8").split("\nFROM ")[1:]
    built = {service["build"]["target"]: service for service in SERVICES.values() if "build" in service}
    users = {stage.split("\n")[0].split()[-1]: stage.rpartition("\nUSER ")[2].split()[0] for stage in stages}
    assert {target: users[target] for target in built} == dict.fromkeys(built, "10001:10001")


def test_every_unit_has_a_service_with_the_same_command():
    names = [name for name in units() if name.endswith(".service")]
    assert len(names) == 18
    for name in names:
        unit = name.removeprefix("loge-").removesuffix(".service")
        service = SERVICES[RENAMED.get(unit, unit)]
        # A service without a command in compose.yaml runs the command of its image, which is gunicorn.
        command = " ".join(service.get("command", ["gunicorn housing.wsgi --config python:housing.serving"]))
        program = units()[name]["Service"]["ExecStart"].rpartition("/.venv/bin/")[2].replace(" ${", "\0").split("\0")[0]
        assert program in command, name


def test_jobs_run_at_the_hours_of_their_timers():
    for name, unit in units().items():
        hour = unit["Timer"]["OnCalendar"].split()[-1] if name.endswith(".timer") else "daily"
        if hour != "daily":
            assert SERVICES[name.removeprefix("loge-").removesuffix(".timer")]["command"][1] == hour, name


def test_services_read_documented_variables_only():
    named = {
        name for service in SERVICES.values() for name in service.get("environment", {}) if VARIABLE.fullmatch(name)
    }
    assert len(named) > 12
    # variables.py does not list these addresses of web processes: only nginx (docs/operations/containers) reads them.
    assert named - documented_variables() == {"LOGE_WEB", "LOGE_WEB_CARD", "LOGE_WEB_CONTINGENT"}


def test_every_secret_is_written_by_new_folder_and_read_by_the_services_that_name_it():
    script = (ROOT / "docs" / "operations" / "containers" / "new-folder").read_text(encoding="utf-8")
    logins = {f"{login}-url" for login in ["super", *(login.replace("_", "-") for login in LOGINS)]}
    assert set(COMPOSE["secrets"]) == logins | {"postgres-password", "pgbouncer-users"}
    assert all(login.removesuffix("-url").replace("-", "_") in script for login in logins)
    for name, service in SERVICES.items():
        mounted = {Path(path).name for path in service.get("environment", {}).values() if "/run/secrets/" in str(path)}
        assert mounted <= set(service.get("secrets", [])), name
        assert name == "admin" or not {"super-url", "owner-url"} & set(service.get("secrets", [])), name

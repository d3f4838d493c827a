"""Builds the container images of docs/operations/containers, starts them with compose.yaml, and tests the running
services.

The base image is made of Debian packages, so no image is downloaded. The tests need root and the programs listed in
PROGRAMS, which `./dev nightly` installs on Debian. They use storage, networks and ports of their own.
"""

import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pyrage
import pytest

from tests.architecture.source import ROOT
from tests.housing.test_proxy import OFFICES, SITES, certificate, free_port

PROGRAMS = ("mmdebstrap", "podman", "podman-compose", "runc", "catatonit", "nft")
LACKING = [
    name for name in PROGRAMS if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/libexec/podman")
]
FOLDER = ROOT / "docs" / "operations" / "containers"
ACCOUNT = 10001
WEB = ("web", "web-card", "web-contingent")
SERVICES = {
    "postgres",
    "pgbouncer",
    *WEB,
    "sealer",
    "imports",
    "proxy",
    "months",
    "notes",
    "balances",
    "scores",
    "grid-lab",
    "mails",
    "exposure",
    "board",
    "prune",
    "backup",
}
# The services in WITHOUT_NETWORK have no network. They reach PostgreSQL only through sockets in shared volumes.
WITHOUT_NETWORK = SERVICES - {*WEB, "proxy", "sealer", "mails"}
BASE = "localhost/loge-base:test"

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.xdist_group("containers"),
    pytest.mark.unwatched("sends requests to containers"),
    pytest.mark.skipif(os.geteuid() != 0 or bool(LACKING), reason=f"needs root and {', '.join(PROGRAMS)}"),
]


@dataclass(frozen=True)
class Landlord:
    """An installation of Loge for one landlord, running in containers.

    `folder`: the files that the containers mount. `environ`: the environment of podman and podman-compose.
    """

    folder: Path
    environ: dict[str, str]

    def run(self, *command: str | Path, seconds: int = 300) -> str:
        done = subprocess.run(
            command,
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def compose(self, *words: str, seconds: int = 300) -> str:
        return self.run("podman-compose", "--in-pod", "false", *words, seconds=seconds)

    def manage(self, *words: str) -> str:
        return self.compose("--profile", "admin", "run", "--rm", "--no-deps", "admin", "python", "manage.py", *words)

    def inside(self, service: str, *command: str) -> str:
        return self.run("podman", "exec", f"loge_{service}_1", *command)

    def inspect(self, service: str) -> dict:
        return json.loads(self.run("podman", "inspect", f"loge_{service}_1"))[0]

    def sql(self, query: str) -> list[str]:
        password = "PGPASSWORD=$(cat /run/secrets/postgres-password)"
        command = f'{password} psql --no-psqlrc -U postgres -h /run/postgresql loge -Atc "{query}"'
        return self.inside("postgres", "sh", "-c", command).split()

    def get(self, host: str, path: str) -> tuple[int, str]:
        anyone = ssl._create_unverified_context()  # Accept the test's certificate, which is self-signed.
        port = int(self.environ["LOGE_HTTPS_PORT"])
        return answer(HTTPSConnection("127.0.0.1", port, context=anyone, timeout=20), path, {"Host": host})

    def watch(self, path: str) -> tuple[int, str]:
        return answer(HTTPConnection("127.0.0.1", int(self.environ["LOGE_METRICS_PORT"]), timeout=20), path, {})


def answer(connection: HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, str]:
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except OSError as error:  # The container may not listen on its port yet, so callers try again.
        return 0, str(error)
    finally:
        connection.close()


def configure_podman(folder: Path) -> dict[str, str]:
    """Configure podman with storage and networks for these tests only. Return the environment variables to run podman
    with.

    Containers are run by runc, because crun refuses machines with both versions of cgroups.
    """
    files, processes = (os.sysconf(name) for name in ("SC_OPEN_MAX", "SC_CHILD_MAX"))
    (folder / "containers.conf").write_text(
        f'[engine]\nruntime = "runc"\n[network]\nnetwork_config_dir = "{folder}/networks"\n'
        f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]\n'
    )
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n'
    )
    return {
        "CONTAINERS_CONF_OVERRIDE": str(folder / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "PODMAN_IGNORE_CGROUPSV1_WARNING": "1",
    }


def make_base(landlord: Landlord, folder: Path) -> None:
    """Build the base image from Debian packages.

    This machine's certificate authorities are copied into the image. Otherwise later downloads would fail behind a
    proxy that inspects traffic with a certificate of its own.
    """
    own = "/usr/local/share/ca-certificates"
    hooks = [
        f"--customize-hook=copy-in {own} {Path(own).parent}",
        '--customize-hook=chroot "$1" update-ca-certificates',
    ]
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates", *hooks, "trixie"]
    landlord.run(*command, folder / "base.tar", seconds=600)
    landlord.run("podman", "import", "--quiet", folder / "base.tar", BASE)
    (folder / "base.tar").unlink()


def make_folder(landlord: Landlord) -> None:
    landlord.run("sh", FOLDER / "new-folder", landlord.folder)
    certificate(landlord.folder / "tls")
    for path in (landlord.folder / "tls").iterdir():
        os.chown(path, ACCOUNT, ACCOUNT)
    common = landlord.folder / "common.env"
    lines = [line for line in common.read_text().splitlines() if not line.startswith("LOGE_EMAIL_PASSWORD_FILE")]
    recipient = pyrage.x25519.Identity.generate().to_public()
    common.write_text("\n".join([*lines, f"LOGE_BACKUP_RECIPIENT={recipient}", ""]))


def start(landlord: Landlord) -> None:
    """Start the containers by the steps of docs/operations/containers.md, so that the tests also test this guide."""
    # Build one image at a time, so that the first layers, which all images have in common, are built only once.
    landlord.compose("--parallel", "1", "build", seconds=1800)
    landlord.compose("up", "-d", "--no-build", "postgres", "pgbouncer")
    wait_until("PostgreSQL", lambda: accepts_connections(landlord))
    landlord.manage("keys", "new")
    landlord.manage("keys", "new", "--seal", "--origin", f"{OFFICES}/sceau")
    landlord.manage("provision")
    landlord.manage("make_months")
    landlord.compose("up", "-d", "--no-build")
    for host in SITES.values():
        wait_until(host, lambda host=host: landlord.get(host, "/sante")[0] == 200)


def accepts_connections(landlord: Landlord) -> bool:
    command = ["podman", "exec", "loge_postgres_1", "pg_isready", "--quiet", "--host", "/run/postgresql"]
    return subprocess.run(command, env=landlord.environ, capture_output=True, check=False).returncode == 0


def wait_until(title: str, is_ready, seconds: int = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_ready():
            return
        time.sleep(1)
    raise AssertionError(f"{title} is not ready after {seconds} seconds")


def take_down(landlord: Landlord, folder: Path) -> None:
    for command in (
        ("podman-compose", "--in-pod", "false", "down", "--volumes", "--timeout", "5"),
        ("podman", "rm", "--all", "--force", "--time", "0"),
        ("podman", "rmi", "--all", "--force"),
        ("umount", str(folder / "store" / "overlay")),
    ):
        subprocess.run(command, env=landlord.environ, cwd=ROOT, capture_output=True, check=False, timeout=300)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def landlord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landlord]:
    folder = tmp_path_factory.mktemp("containers")
    ports = {name: str(free_port()) for name in ("LOGE_HTTP_PORT", "LOGE_HTTPS_PORT", "LOGE_METRICS_PORT")}
    ours = {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": os.environ.get("HOME", "/root")}
    places = {"LOGE_DIR": str(folder / "landlord"), "LOGE_BASE": BASE, "LOGE_NETWORK": "10.83.71"}
    made = Landlord(folder / "landlord", ours | ports | places | configure_podman(folder))
    try:
        make_base(made, folder)
        make_folder(made)
        start(made)
        yield made
    finally:
        take_down(made, folder)


def test_both_sites_are_ready_through_the_proxy(landlord):
    for host in SITES.values():
        assert landlord.get(host, "/sante")[0] == 200
        assert landlord.get(host, "/sante/fond")[0] == 404
        status, page = landlord.get(host, "/entrer/")
        assert status == 200 and 'type="password"' in page
    for site in SITES:
        wait_until(f"{site} in depth", lambda site=site: landlord.watch(f"/{site}/sante/fond")[0] == 200)


def test_each_process_has_its_own_login(landlord):
    logins = set(landlord.sql("SELECT usename FROM pg_stat_activity WHERE usename LIKE 'loge%'"))
    assert {"loge_web", "loge_web_card", "loge_web_contingent", "loge_seal"} <= logins and "loge_owner" not in logins
    for web in WEB:
        assert landlord.inside(web, "ls", "/run/secrets").split() == ["cache-url", "trace-url", f"{web}-url"]
    assert landlord.inside("sealer", "ls", "/run/secrets").split() == ["seal-url"]
    assert landlord.inside("months", "ls", "/run/secrets").split() == ["jobs-url"]
    for service in SERVICES:
        assert "postgresql://" not in json.dumps(landlord.inspect(service)["Config"]["Env"]), service


def test_only_the_sealer_reaches_the_keys_of_the_log(landlord):
    reaching = {
        service
        for service in SERVICES
        if any(mount["Destination"] == "/etc/loge/seal" for mount in landlord.inspect(service)["Mounts"])
    }
    assert reaching == {"sealer"}


def test_the_sealer_seals_and_publishes(landlord):
    counts = "SELECT (SELECT count(*) FROM audit_event), (SELECT count(*) FROM audit_leaf)"

    def is_sealed() -> bool:
        events, leaves = landlord.sql(counts)[0].split("|")
        return 0 < int(events) == int(leaves)

    wait_until("the log", is_sealed)
    wait_until("the checkpoint", lambda: landlord.get(OFFICES, "/sceau/checkpoint")[0] == 200)
    assert landlord.get(OFFICES, "/sceau/checkpoint")[1].startswith(f"{OFFICES}/sceau\n")


def test_jobs_run_at_their_start(landlord):
    wait_until("the backup", (landlord.folder / "backup" / "loge.age").exists)
    for service in ("months", "notes", "exposure", "board", "scores", "prune", "backup"):
        assert "failed with status" not in landlord.run("podman", "logs", f"loge_{service}_1"), service


def test_no_process_has_privileges(landlord):
    names = landlord.run("podman", "ps", "--format", "{{.Names}}").split()
    assert {name.removeprefix("loge_").removesuffix("_1") for name in names} == SERVICES
    for service in SERVICES:
        rows = landlord.run("podman", "top", f"loge_{service}_1", "huser", "capeff", "capbnd", "seccomp").splitlines()[
            1:
        ]
        assert {tuple(row.split()) for row in rows} == {(str(ACCOUNT), "none", "none", "filter")}, service
        state = landlord.inspect(service)
        assert state["HostConfig"]["ReadonlyRootfs"], service
        assert "no-new-privileges" in state["HostConfig"]["SecurityOpt"], service


def test_only_web_processes_proxy_and_sealer_have_a_network(landlord):
    for service in SERVICES:
        interfaces = set(landlord.inside(service, "ls", "/sys/class/net").split())
        assert (interfaces == {"lo"}) == (service in WITHOUT_NETWORK), service


def test_the_health_checks_of_the_web_processes_succeed(landlord):
    for service in WEB:
        landlord.run("podman", "healthcheck", "run", f"loge_{service}_1")


def test_the_image_lists_its_packages_with_their_licences(landlord):
    bill = json.loads(landlord.inside("web", "python", "manage.py", "sbom"))
    assert len(bill["components"]) > 40
    assert [part["name"] for part in bill["components"] if not part.get("licenses")] == []
    assert "pytest" not in {part["name"] for part in bill["components"]}

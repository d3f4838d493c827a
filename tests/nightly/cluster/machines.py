"""The machines of the cluster: which processes each one runs, and how they are started, killed, frozen and ended."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from housing.database.embedded import unprivileged_account
from tests.architecture.source import ROOT
from tests.housing.test_proxy import certificate
from tests.nightly.cluster.network import FOLDER, Network

# Site, such as "card" for caretakers -> port of its web process, and environment variable with its database URL.
KINDS = {"web": (8000, "DATABASE_URL"), "card": (8001, "LOGE_CARD_URL"), "contingent": (8002, "LOGE_CONTINGENT_URL")}
MEMORY = "48MB"


class Machine:
    """A simulated machine, which is a group of processes. Signals are sent only to processes of this group."""

    def __init__(self, network: Network, name: str) -> None:
        self.network, self.name, self.folder = network, name, network.machine(name)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, name: str, command: list[str], environ: dict[str, str] | None = None, *, root: bool = False
    ) -> None:
        account = unprivileged_account()
        become = {} if root else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(  # type: ignore[call-overload]
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environ,
                cwd=ROOT if root else "/",
                **become,
            )

    def pids(self) -> list[int]:
        return [process.pid for process in self.processes.values() if process.poll() is None]

    def end(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()


class Node(Machine):
    """A database machine: etcd, Patroni, and PostgreSQL, which Patroni starts."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configure(self) -> None:
        address, folder = self.network.address(self.name), self.folder
        own = {"name: db1": f"name: {self.name}", "urls: http://10.83.1.11": f"urls: http://{address}"}
        self.network.write("cluster/etcd.yml", folder / "etcd.yml", {**own, "/var/lib/etcd/loge": f"{folder}/etcd"})
        own = {"name: db1": f"name: {self.name}", "listen: 10.83.1.11": f"listen: {address}"}
        own["connect_address: 10.83.1.11"] = f"connect_address: {address}"
        paths = {
            "/var/lib/postgresql/17/loge": str(self.data),
            "/var/lib/postgresql/loge.pgpass": str(folder / "pgpass"),
            "unix_socket_directories: /run/postgresql": f"unix_socket_directories: {folder}",
            "/etc/loge/db/": f"{self.network.folder}/tls/",
            "--stanza=loge": f"--config={folder}/pgbackrest.conf --stanza=loge",
        }
        # Replace the accepted network of the example, because the connections of this test come from 127.0.0.1.
        small = {"10.83.1.0/24": "127.0.0.0/8", "shared_buffers: 8GB": f"shared_buffers: {MEMORY}"}
        small["mode: automatic"] = "mode: 'off'"
        self.network.write("cluster/patroni.yml", folder / "patroni.yml", own | paths | small)
        self.configure_archive()

    def configure_archive(self) -> None:
        folder = self.folder
        paths = {
            "/srv/pgbackrest": str(self.network.folder / "repo"),
            "/var/lib/postgresql/17/loge": str(self.data),
            "/run/postgresql": str(folder),
            "/var/log/pgbackrest": str(folder),
            "/run/pgbackrest": str(folder / "lock"),
            "/var/spool/pgbackrest": str(folder),
        }
        self.network.write("cluster/pgbackrest.conf", folder / "pgbackrest.conf", paths)

    def archive(self, *words: str) -> str:
        """Run pgBackRest with this machine's configuration."""
        return self.run("pgbackrest", f"--config={self.folder}/pgbackrest.conf", "--stanza=loge", *words)

    def run(self, *command: str) -> str:
        """Run a program on this machine, as the account that runs PostgreSQL."""
        account = unprivileged_account()
        become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        done = subprocess.run(  # type: ignore[call-overload]
            command, env=self.environment(), capture_output=True, text=True, cwd="/", timeout=300, check=False, **become
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return str(done.stdout)

    def start_etcd(self) -> None:
        self.start("etcd", ["etcd", f"--config-file={self.folder}/etcd.yml"], {"PATH": os.environ["PATH"]})

    def environment(self) -> dict[str, str]:
        """Return the environment of Patroni and its tools, with the passwords of its accounts."""
        pairs = {"SUPERUSER": "postgres", "REPLICATION": "replicator", "REWIND": "rewind", "RESTAPI": "patroni"}
        environ = {"PATH": "/usr/bin:/bin:/usr/sbin", "LC_ALL": "C.UTF-8"}
        for variable, user in pairs.items():
            environ[f"PATRONI_{variable}_USERNAME"] = user
            environ[f"PATRONI_{variable}_PASSWORD"] = self.network.passwords[user]
        return environ

    def start_patroni(self) -> None:
        self.start("patroni", ["patroni", f"{self.folder}/patroni.yml"], self.environment())

    def stop_patroni(self) -> None:
        """End Patroni, which stops PostgreSQL before it ends."""
        patroni = self.processes.pop("patroni")
        patroni.terminate()
        patroni.wait(60)

    def postmaster(self) -> int | None:
        """Return the process id of PostgreSQL's main process, if it runs on this node."""
        with suppress(OSError, ValueError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            command = Path(f"/proc/{lines[0]}/cmdline").read_bytes()
            if lines[1] == str(self.data) and b"postgres" in command:
                return int(lines[0])
        return None

    def server_pids(self) -> list[int]:
        main = self.postmaster()
        if main is None:
            return []
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, children)]

    def kill_server(self) -> None:
        """Kill PostgreSQL's main process and all its children at once."""
        send(signal.SIGKILL, self.server_pids())

    def kill_all(self) -> None:
        """Kill every process of this machine at once, as a power cut does."""
        send(signal.SIGKILL, [*self.pids(), *self.server_pids()])
        for process in self.processes.values():
            process.wait()

    def freeze(self) -> None:
        """Suspend every process (SIGSTOP): connections stay open, but get no answers."""
        send(signal.SIGSTOP, [*self.pids(), *self.server_pids()])

    def start_again(self) -> None:
        self.start_etcd()
        self.start_patroni()

    def end(self) -> None:
        if patroni := self.processes.pop("patroni", None):
            # End Patroni first, because it stops PostgreSQL when it ends.
            patroni.terminate()
            with suppress(subprocess.TimeoutExpired):
                patroni.wait(20)
            patroni.kill()
        send(signal.SIGKILL, self.server_pids())
        super().end()


class Web(Machine):
    """A web machine: HAProxy, PgBouncer and three web processes."""

    def configure(self) -> None:
        folder, address = self.folder, self.network.address(self.name)
        ports = {f"127.0.0.1:{port}": f"{address}:{port}" for port in (5000, 5001)}
        self.network.write("cluster/haproxy.cfg", folder / "haproxy.cfg", ports)
        (folder / "pool").mkdir(mode=0o755)
        paths = {
            "host=127.0.0.1 port": f"host={address} port",
            "/run/pgbouncer": str(folder / "pool"),
            "/etc/pgbouncer/users": str(folder / "users"),
            "/etc/loge/db/": f"{self.network.folder}/tls/",
        }
        self.network.write("cluster/pgbouncer.ini", folder / "pgbouncer.ini", paths)
        users = "".join(f'"{user}" "{password}"\n' for user, password in self.network.passwords.items())
        (folder / "users").write_text(users)
        (folder / "users").chmod(0o600)
        for path in (folder / "users", folder / "pool"):
            shutil.chown(path, unprivileged_account().pw_uid)

    def start_pool(self) -> None:
        self.start("haproxy", [program("haproxy"), "-db", "-f", f"{self.folder}/haproxy.cfg"])
        self.start("pgbouncer", [program("pgbouncer"), f"{self.folder}/pgbouncer.ini"])

    def start_web(self, kind: str, **environ: str) -> None:
        port, variable = KINDS[kind]
        whole = self.network.environment(self.name)
        whole |= {"DATABASE_URL": whole[variable], "LOGE_BIND": f"{self.network.address(self.name)}:{port}", **environ}
        command = [sys.executable, "-m", "gunicorn", "housing.wsgi", "--config", "python:housing.serving"]
        self.start(kind, command, whole, root=True)

    def start_sealer(self) -> None:
        environ = self.network.environment(self.name)
        environ["LOGE_SEAL_KEYS"] = str(self.network.folder / "outside" / "seal-keys.json")
        # Start the sealing command again after two seconds, like systemd with Restart=on-failure and RestartSec=2.
        loop = f"trap 'kill $!; exit' TERM; while :; do {sys.executable} manage.py seal & wait $!; sleep 2; done"
        self.start("sealer", ["sh", "-c", loop], environ, root=True)


class Proxy(Machine):
    """nginx in front of the two web machines, with the configuration of docs/operations/nginx.conf."""

    port = 8443

    def configure(self) -> None:
        certificate(self.folder)
        lines = (FOLDER / "upstreams.conf").read_text(encoding="utf-8")
        upstreams = {
            f"upstream loge_{kind} {{ server 127.0.0.1:{port}; keepalive 16; }}": _upstream(lines, kind)
            for kind, (port, _variable) in KINDS.items()
        }
        address = f"127.{self.network.number}.1.1"
        examples = {
            "listen 80 default_server;": f"listen {address}:8080 default_server;",
            "listen 127.0.0.1:9101;": f"listen {address}:9101;",
            "listen 443 ssl;": f"listen {address}:{self.port} ssl;",
            "/etc/ssl/loge.pem": f"{self.folder}/loge.pem",
            "/etc/ssl/private/loge.key": f"{self.folder}/loge.key",
            "/var/log/nginx/": f"{self.folder}/",
        }
        target = self.network.write("nginx.conf", self.folder / "site.conf", upstreams | examples)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {self.folder / kind};\n" for kind in kinds)
        start = f"daemon off; pid {self.folder}/pid;\nevents {{}}\nhttp {{\n{temporary}"
        (self.folder / "conf").write_text(f"{start}include {target};\n}}\n")

    @property
    def address(self) -> str:
        return f"127.{self.network.number}.1.1"

    def start_proxy(self) -> None:
        command = [program("nginx"), "-p", str(self.folder), "-c", f"{self.folder}/conf", "-e", f"{self.folder}/errors"]
        self.start("nginx", command, root=True)


def _upstream(lines: str, kind: str) -> str:
    return next(line for line in lines.splitlines() if line.startswith(f"upstream loge_{kind} "))


def program(name: str) -> str:
    return shutil.which(name) or f"/usr/sbin/{name}"


def send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def until(happened: Callable[[], object], seconds: float, hope: str) -> None:
    """Wait until `happened` returns true. Raises AssertionError with the text `hope` after `seconds` seconds."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"not within {seconds} seconds: {hope}"
        time.sleep(0.2)

"""The cluster as a whole: starts its machines in order, and reports what Patroni says about the database nodes."""

import http.client
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import product
from typing import Any

import psycopg2

from housing.database.embedded import unprivileged_account
from tests.architecture.source import ROOT
from tests.housing.test_proxy import certificate
from tests.nightly.cluster.machines import KINDS, Node, Proxy, Web, until
from tests.nightly.cluster.network import NODES, SITES, WEBS, Network, make_network


class Cluster:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.nodes = {name: Node(network, name) for name in NODES}
        self.webs = {name: Web(network, name) for name in WEBS}
        self.proxy = Proxy(network, "nginx")

    def start_database(self) -> None:
        make_certificates(self.network)
        for node in self.nodes.values():
            node.configure()
            node.start_etcd()
        for node in self.nodes.values():
            node.start_patroni()
        until(self.is_whole, 120, "three nodes, one of them a synchronous standby")
        self.primary().archive("stanza-create")
        for web in self.webs.values():
            web.configure()
            web.start_pool()
        until(self.is_reached, 30, "HAProxy finds the primary")

    def provision(self) -> None:
        """Create the keys, the roles and the database, as docs/operations/running.md says."""
        self.manage("keys", "new")
        self.manage("keys", "new", "--seal", "--origin", "loge.trois-rives.example/sceau")
        self.manage("provision")
        self.manage("make_months")
        self.manage("collectstatic", "--noinput")

    def start_web(self) -> None:
        for web in self.webs.values():
            for kind in KINDS:
                web.start_web(kind)
        self.webs["web1"].start_sealer()
        self.proxy.configure()
        self.proxy.start_proxy()

    def manage(self, *words: str, code: int = 0, **environ: str) -> str:
        """Run a management command on the first web machine, with the passwords of all database logins."""
        return self.run("manage.py", *words, code=code, **environ)

    def run(self, *words: str, code: int = 0, **environ: str) -> str:
        seal = {"LOGE_SEAL_KEYS": str(self.network.folder / "outside" / "seal-keys.json")}
        whole = self.network.environment("web1") | seal | environ
        done = subprocess.run(
            [sys.executable, *words], env=whole, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == code, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def connect(self, url: str) -> Any:
        """Connect to the primary. Tries again, because a busy machine may exceed the time limit of a connection."""
        for _try in range(20):
            with suppress(psycopg2.OperationalError):
                return psycopg2.connect(url, connect_timeout=3)
            time.sleep(1)
        return psycopg2.connect(url, connect_timeout=3)

    def ask(self, statement: str, *parameters: object, database: str = "loge") -> list[tuple[Any, ...]]:
        """Run a statement on the primary, as PostgreSQL's administrator."""
        with closing(self.connect(self.network.direct("postgres", database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall() if cursor.description else []

    def members(self) -> dict[str, tuple[str, str]]:
        """Return the role and the state of each node, as the first node that answers reports them."""
        for name in NODES:
            try:
                url = f"http://{self.network.address(name)}:8008/cluster"
                with urllib.request.urlopen(url, timeout=2) as answer:
                    members = json.load(answer)["members"]
                return {member["name"]: (member["role"], member["state"]) for member in members}
            except (OSError, ValueError, KeyError):
                continue
        return {}

    def primary(self) -> Node:
        """Return the node that is the primary. Fails if there is none at this moment."""
        [leader] = [name for name, (role, _state) in self.members().items() if role == "leader"]
        return self.nodes[leader]

    def is_reached(self) -> bool:
        try:
            psycopg2.connect(self.network.direct("postgres", "postgres"), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True

    def is_whole(self) -> bool:
        """Whether all three nodes run, and one of the standbys is the synchronous one."""
        states = sorted(self.members().values())
        return states == [("leader", "running"), ("replica", "streaming"), ("sync_standby", "streaming")]

    def is_served(self) -> bool:
        """Whether every web process answers its health check with status 200."""
        for web, (kind, (port, _variable)) in product(self.webs, KINDS.items()):
            headers = {"Host": SITES[kind], "X-Forwarded-Proto": "https"}
            asking = http.client.HTTPConnection(self.network.address(web), port, timeout=10)
            try:
                with closing(asking) as connection:
                    connection.request("GET", "/sante", headers=headers)
                    if connection.getresponse().status != 200:
                        return False
            except (OSError, http.client.HTTPException):
                return False
        return True

    def end(self) -> None:
        for machine in (self.proxy, *self.webs.values(), *self.nodes.values()):
            machine.end()
        shutil.rmtree(self.network.folder)


def make_certificates(network: Network) -> None:
    """Make one self-signed certificate for the three nodes, which clients trust as the certificate authority."""
    tls, account = network.folder / "tls", unprivileged_account()
    certificate(tls)
    (tls / "loge.pem").rename(tls / "server.pem")
    (tls / "loge.key").rename(tls / "server.key")
    shutil.copy(tls / "server.pem", tls / "ca.pem")
    (tls / "server.key").chmod(0o600)
    for path in tls.iterdir():
        shutil.chown(path, account.pw_uid, account.pw_gid)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Yield the cluster with its database provisioned. In the end, stop every process and delete the folder."""
    whole = Cluster(make_network())
    try:
        whole.start_database()
        whole.provision()
        yield whole
    finally:
        whole.end()

"""Addresses, folders and configuration of the cluster.

The configuration is that of the examples in docs/operations, with the addresses and folders of this test.
"""

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from housing.database.embedded import LOGINS, unprivileged_account
from tests.architecture.source import ROOT

OPERATIONS = ROOT / "docs" / "operations"
FOLDER = OPERATIONS / "cluster"
NODES = ("db1", "db2", "db3")
WEBS = ("web1", "web2")
LAST_BYTE = {"db1": 11, "db2": 12, "db3": 13, "web1": 21, "web2": 22}
HOSTS = ("loge.trois-rives.example", "gardiens.trois-rives.example", "reservataires.trois-rives.example")
SITES = dict(zip(("web", "card", "contingent"), HOSTS, strict=True))
# These database logins connect through the connection pool PgBouncer, all other logins directly to the primary.
POOLED = ("web", "web_card", "web_contingent", "trace", "cache")
ADMINISTRATORS = ("postgres", "replicator", "rewind", "patroni")


@dataclass
class Network:
    """The addresses 127.N.1.0/24 for the machines, and a temporary folder with one folder for each machine.

    The number N is one for which the addresses are free.
    """

    number: int
    folder: Path
    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*ADMINISTRATORS, *(f"loge_{login}" for login in LOGINS.values())]
        self.passwords = {name: secrets.token_urlsafe(18) for name in names}
        # tests/sign_in.py changes only the user of a connection, so the logins web and web_contingent share a password.
        self.passwords["loge_web_contingent"] = self.passwords["loge_web"]

    def address(self, machine: str) -> str:
        return f"127.{self.number}.1.{LAST_BYTE[machine]}"

    def machine(self, name: str) -> Path:
        return self.folder / name

    def write(self, example: str, target: Path, examples: Mapping[str, str]) -> Path:
        """Copy an example file of docs/operations with this test's values. Fails if a value to replace is missing."""
        text = (OPERATIONS / example).read_text(encoding="utf-8")
        for value, ours in examples.items():
            assert value in text, f"{example} does not contain {value}"
            text = text.replace(value, ours)
        target.write_text(text.replace("10.83.1.", f"127.{self.number}.1."), encoding="utf-8")
        return target

    def direct(self, login: str, database: str = "loge") -> str:
        """Return a database URL for a connection to the primary through HAProxy on web1, without the pool PgBouncer."""
        tls = f"sslmode=verify-ca&sslrootcert={self.folder}/tls/ca.pem"
        return f"postgresql://{login}:{self.passwords[login]}@{self.address('web1')}:5000/{database}?{tls}"

    def pooled(self, login: str, web: str) -> str:
        return f"postgresql://{login}:{self.passwords[login]}@/loge?host={self.machine(web)}/pool"

    def environment(self, web: str) -> dict[str, str]:
        """Return the environment of Loge's processes and commands on a web machine."""
        outside = self.folder / "outside"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LOGE_", "DATABASE_URL"))}
        urls = {
            variable: self.pooled(f"loge_{login}", web) if login in POOLED else self.direct(f"loge_{login}")
            for variable, login in LOGINS.items()
        }
        return (
            clean
            | urls
            | {
                "LOGE_SUPER_URL": self.direct("postgres", "postgres"),
                "LOGE_SECRET_KEY_FILE": str(outside / "secret-key"),
                "LOGE_KEYS": str(outside / "ring.json"),
                "LOGE_HOSTS": ",".join(HOSTS),
                "LOGE_ORIGINS": ",".join(f"https://{host}" for host in HOSTS),
                "LOGE_HTTPS": "1",
                "LOGE_EMAIL_HOST": "127.0.0.1",
                "LOGE_STATIC_ROOT": str(self.folder / "static"),
                "LOGE_ERASURES": str(outside / "erasures"),
                "LOGE_WITHDRAWN": str(outside / "withdrawn"),
                "LOGE_TILES": str(self.folder / "tiles"),
                "LOGE_ACCOUNTS_AN_HOUR": "1000000",
                "LOGE_API_A_MINUTE": "1000000",
                "LOGE_WORKERS": "1",
                "LOGE_THREADS": "4",
            }
        )


def make_network() -> Network:
    """Choose a free network, and create the folders and secrets of all machines."""
    folder = Path(tempfile.mkdtemp(prefix="loge-", dir="/var/tmp"))
    folder.chmod(0o755)
    number = next(number for number in range(83, 250) if _is_free(f"127.{number}.1.11"))
    network = Network(number, folder)
    for name in ("outside", "static", "tiles", "tls", *NODES, *WEBS, "nginx", "repo"):
        (folder / name).mkdir(mode=0o755)
    for name in ("erasures", "withdrawn"):
        (folder / "outside" / name).touch(mode=0o600)
    (folder / "outside" / "secret-key").write_text(secrets.token_urlsafe(50))
    (folder / "outside" / "secret-key").chmod(0o600)
    account = unprivileged_account()
    for name in (*NODES, *WEBS, "repo", "tls"):
        shutil.chown(folder / name, account.pw_uid, account.pw_gid)
    return network


def _is_free(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, 5432)) != 0

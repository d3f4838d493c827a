"""The nginx configuration in docs/, run by a real nginx: which requests it forwards, and what it logs."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytestmark = pytest.mark.proxy
CONF = Path(__file__).parents[2] / "docs" / "operations" / "nginx.conf"
OFFICES = "loge.trois-rives.example"
# Site -> its host name. In the example configuration, the sites have the ports 8000, 8001 and 8002, in this order.
SITES = {
    "offices": OFFICES,
    "caretakers": "gardiens.trois-rives.example",
    "nominators": "reservataires.trois-rives.example",
}
FORGED = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "6.6.6.6", "Forwarded": "for=6.6.6.6", "X-Real-Ip": "6.6.6.6"}


class Echo(BaseHTTPRequestHandler):
    """A server that answers with its port, the requested path and the headers that it received."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(
            [cast(ThreadingHTTPServer, self.server).server_port, self.path, dict(self.headers.items())]
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_said: object) -> None:
        """Log nothing, because the base class would print every request."""


@dataclass(frozen=True)
class Proxy:
    folder: Path
    plain: int
    secure: int
    sites: dict[str, int]
    watched: int = 0

    def ask(self, host: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None):
        anyone = ssl._create_unverified_context()  # Accept the test's certificate, which is self-signed.
        connection = http.client.HTTPSConnection("127.0.0.1", self.secure, context=anyone, timeout=10)
        connection.request("POST" if body else "GET", path, body, {"Host": host, **(headers or {})})
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        return answer, json.loads(said) if answer.status == 200 else said.decode()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, OFFICES)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (folder / "loge.pem").write_bytes(pem)
    kept = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "loge.key").write_bytes(key.private_bytes(*kept))


def here(conf: str, folder: Path, plain: int, secure: int, sites: dict[str, int], watched: int) -> str:
    """Replace the example ports and files in the nginx configuration by those of this test.

    Fails if the configuration does not contain one of the examples, because the test would then use the real value.
    """
    examples = {
        **{f"server 127.0.0.1:{8000 + n};": f"server 127.0.0.1:{port};" for n, port in enumerate(sites.values())},
        "listen 80 default_server;": f"listen 127.0.0.1:{plain} default_server;",
        "listen 127.0.0.1:9101;": f"listen 127.0.0.1:{watched};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "/etc/ssl/loge.pem": str(folder / "loge.pem"),
        "/etc/ssl/private/loge.key": str(folder / "loge.key"),
        "/var/log/nginx/loge.log": str(folder / "loge.log"),
        # The error log has the level `warn`, so that the test sees if nginx buffers a request to disk.
        "/var/log/nginx/loge-error.log crit;": f"{folder / 'errors'} warn;",
    }
    for example, ours in examples.items():
        assert example in conf, example
        conf = conf.replace(example, ours)
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; pid {folder / 'pid'};\nevents {{}}\nhttp {{\n{temporary}{conf}}}\n"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    certificate(folder)
    houses = [ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _ in SITES]
    for house in houses:
        threading.Thread(target=house.serve_forever, daemon=True).start()
    sites = {site: house.server_port for site, house in zip(SITES, houses, strict=True)}
    ports = (free_port(), free_port(), sites, free_port())
    (folder / "conf").write_text(here(CONF.read_text(encoding="utf-8"), folder, *ports), encoding="utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-p", folder, "-c", folder / "conf", "-e", folder / "errors"])
    try:
        wait_for(ports[1], process)
        yield Proxy(folder, *ports)
    finally:
        process.terminate()
        process.wait(10)
        for house in houses:
            house.shutdown()
            house.server_close()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(100):
        assert process.poll() is None, "nginx refuses the configuration: its own words are above"
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not answer")


def test_each_host_has_its_own_process(proxy):
    for site, host in SITES.items():
        assert proxy.ask(host, "/")[1][0] == proxy.sites[site]


@pytest.mark.parametrize("host", SITES.values())
def test_forged_forwarding_headers_are_replaced(proxy, host):
    _port, _path, headers = proxy.ask(host, "/comptes/", headers=FORGED)[1]
    assert headers["X-Forwarded-Proto"] == "https"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert not headers.keys() & {"Forwarded", "X-Real-Ip"}
    assert headers["Host"] == host


@pytest.mark.parametrize("host", SITES.values())
@pytest.mark.parametrize("path", ["/mesures", "/sante/fond"])
def test_metrics_are_not_reachable_from_outside(proxy, host, path):
    assert proxy.ask(host, path)[0].status == 404
    assert proxy.ask(host, "/sante")[0].status == 200


@pytest.mark.parametrize("path", ["/mesures", "/sante", "/sante/vie", "/sante/fond"])
@pytest.mark.parametrize(("site", "host"), SITES.items())
def test_metrics_are_reachable_locally_for_each_site(proxy, site, host, path):
    """When Prometheus requests metrics, nginx must add the site's host name and `X-Forwarded-Proto: https`.

    Loge refuses requests without them, and Prometheus does not send them.
    """

    def asked(address: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", proxy.watched, timeout=10)
        connection.request("GET", address, headers=FORGED)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        return answer.status, said

    port, told, headers = json.loads(asked(f"/{site}{path}")[1])
    assert (port, told) == (proxy.sites[site], path)
    assert (headers["Host"], headers["X-Forwarded-Proto"]) == (host, "https")
    assert not headers.keys() & {"X-Forwarded-For", "Forwarded", "X-Real-Ip"}
    assert [asked(address)[0] for address in (f"/{site}/comptes/", path)] == [404, 404]


def test_plain_http_is_sent_to_https(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    connection.request("GET", "/connexion/?x=1", headers={"Host": OFFICES})
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{OFFICES}/connexion/?x=1")


def test_uploads_are_never_buffered_to_disk(proxy):
    assert proxy.ask(OFFICES, "/donnees/", body=b"x" * 9_000_000)[0].status == 200
    assert proxy.ask(OFFICES, "/donnees/", body=b"x" * 11_000_000)[0].status == 413
    assert not list((proxy.folder / "client_body").rglob("*.*"))
    assert "buffered to a temporary file" not in (proxy.folder / "errors").read_text()


def test_proxy_log_contains_no_page_or_client_address(proxy):
    address = "/comptes/K7QX-9M2D-4RTB/?mot=canari"
    proxy.ask(OFFICES, address)
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=10)
    connection.request("GET", address, headers={"Host": OFFICES})
    assert connection.getresponse().status == 301
    connection.close()
    log = (proxy.folder / "loge.log").read_text()
    assert re.search(r"GET 200 [0-9.]+$", log, re.M) and re.search(r"GET 301 [0-9.]+$", log, re.M)
    assert not re.search(r"K7QX|canari|comptes|127\.0\.0\.1", log)

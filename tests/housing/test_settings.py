"""A wrong value in the environment is reported by a sentence that names the variable."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from housing.environment import env_number, env_secret


@pytest.fixture
def secret(monkeypatch, tmp_path):
    """Create the file that LOGE_SECRET_KEY_FILE names, with a secret in it."""
    path = tmp_path / "secret"
    path.write_text(" kept \n")
    path.chmod(0o600)
    monkeypatch.delenv("LOGE_SECRET_KEY", raising=False)
    monkeypatch.setenv("LOGE_SECRET_KEY_FILE", str(path))
    return path


def test_a_secret_comes_from_its_variable_or_its_file(monkeypatch, secret):
    assert env_secret("LOGE_SECRET_KEY") == "kept"
    monkeypatch.setenv("LOGE_SECRET_KEY_FILE", "")
    assert env_secret("LOGE_SECRET_KEY") == ""
    monkeypatch.setenv("LOGE_SECRET_KEY", "in clear")
    assert env_secret("LOGE_SECRET_KEY") == "in clear"


def test_an_unreadable_secret_file_is_named(secret):
    secret.write_bytes(b"\xff\xfe")
    with pytest.raises(ImproperlyConfigured, match="it is not text"):
        env_secret("LOGE_SECRET_KEY")
    secret.unlink()
    with pytest.raises(ImproperlyConfigured, match=f"LOGE_SECRET_KEY_FILE names {secret}.*: No such file"):
        env_secret("LOGE_SECRET_KEY")


def test_an_empty_secret_file_is_refused(secret):
    secret.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match=f"LOGE_SECRET_KEY_FILE names {secret}, which is empty"):
        env_secret("LOGE_SECRET_KEY")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602])
def test_a_secret_file_open_to_others_is_refused(secret, mode):
    secret.chmod(mode)
    with pytest.raises(ImproperlyConfigured, match=f"others than its owner may open: chmod 600 {secret}"):
        env_secret("LOGE_SECRET_KEY")


def test_a_secret_given_twice_is_refused(monkeypatch, secret):
    monkeypatch.setenv("LOGE_SECRET_KEY", "in clear")
    with pytest.raises(ImproperlyConfigured, match="LOGE_SECRET_KEY and LOGE_SECRET_KEY_FILE are both set"):
        env_secret("LOGE_SECRET_KEY")


def test_database_addresses_come_from_files_too(tmp_path):
    """The settings are read in a new process, because a process reads them only once."""
    url = tmp_path / "url"
    url.write_text("postgresql://loge_seal:a%20b@/loge?host=/run/postgresql\n")
    url.chmod(0o600)
    code = "from housing.settings import DATABASES; print(DATABASES['seal']['PASSWORD'])"
    environ = {"PATH": os.environ["PATH"], "LOGE_SEAL_URL_FILE": str(url)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.stdout == "a b\n", done.stderr


@pytest.mark.parametrize("said", ["300/min", "-1", "3e2", "²"])
def test_an_invalid_number_is_reported_with_its_variable(monkeypatch, said):
    monkeypatch.setenv("LOGE_API_A_MINUTE", said)
    with pytest.raises(ImproperlyConfigured, match=r"LOGE_API_A_MINUTE is .*: write a whole number"):
        env_number("LOGE_API_A_MINUTE", 300)


def test_an_empty_number_means_the_default(monkeypatch):
    monkeypatch.setenv("LOGE_API_A_MINUTE", "")
    assert env_number("LOGE_API_A_MINUTE", 300) == 300


@pytest.mark.parametrize("said", ["x", "0", "-2", "2.5"])
def test_the_number_of_workers_must_be_positive(said):
    """If LOGE_WORKERS is not a positive whole number, gunicorn must not start, and must say so in one line."""
    asked = [sys.executable, "-c", "import housing.serving"]
    environ = {**os.environ, "LOGE_WORKERS": said}
    told = subprocess.run(asked, env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.strip() == f"LOGE_WORKERS is {said!r}: write a whole number, at least 1."


def test_each_login_has_tcp_timeouts():
    """Each database login must use TCP timeouts and keepalives, so that a dead server is noticed after seconds.

    PostgreSQL accepts no TCP connections in tests. So psycopg2 connects to a plain socket here, and the test reads the
    options of the socket on psycopg2's side.
    """
    for login, database in settings.DATABASES.items():
        with socket.create_server(("127.0.0.1", 0)) as server:
            there = {"host": "127.0.0.1", "port": server.getsockname()[1]}
            opened = psycopg2.connect(async_=True, **(database["OPTIONS"] | there))
            with closing(opened), socket.socket(fileno=os.dup(opened.fileno())) as tcp:
                assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 15_000, login
                assert tcp.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1, login
                assert tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5, login

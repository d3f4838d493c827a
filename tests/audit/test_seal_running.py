"""The sealing process (`manage.py seal`) must seal new events until it is terminated or its parent process ends."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.sealed import signing_keys
from tests.audit.test_append_only import COLUMNS, VALUES
from tests.builders import run

SEALED = "SELECT (SELECT count(*) FROM audit_leaf), (SELECT max(size) FROM audit_checkpoint)"


def environment(database):
    moved = {
        name: urlsplit(value)._replace(path=f"/{database}").geturl()
        for name, value in os.environ.items()
        if name.endswith("_URL") and value.startswith("postgresql://") and name != "LOGE_SUPER_URL"
    }
    files = {"LOGE_KEYS": settings.KEY_FILE, "LOGE_SEAL_KEYS": settings.SEAL_KEY_FILE}
    return {**os.environ, **moved, **files, "LOGE_SECRET_KEY": "for this test", "LOGE_SECRET_KEY_FILE": ""}


def within(seconds, holds):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def runs(pid):
    """Whether a process is still running. A zombie process (ended, but not yet reaped) does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def parent() -> str:
    """Return a shell script that starts the sealing process with the same lines as ./dev.

    The script prints the process id and ends when its standard input is closed.
    """
    lines = (Path(settings.BASE_DIR) / "dev").read_text(encoding="utf-8").splitlines()
    starts = [line for line in lines if line.startswith("manage() {") or line.endswith(" seal --beside &")]
    assert len(starts) == 2
    return "\n".join(['python="$0"', *starts, "echo $!", "read -r line"])


def test_sealer_runs_until_terminated_or_its_parent_ends(bare):
    given = {"env": environment(bare), "cwd": settings.BASE_DIR, "text": True}
    with subprocess.Popen([sys.executable, "manage.py", "seal"], stderr=subprocess.PIPE, **given) as alone:
        try:
            assert seals_one_more()
            alone.send_signal(signal.SIGTERM)
            assert (alone.wait(60), alone.stderr.read()) == (0, "")
        finally:
            alone.kill()
    with subprocess.Popen(
        ["sh", "-c", parent(), sys.executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **given
    ) as server:
        child = int(server.stdout.readline())
        try:
            assert seals_one_more() and runs(child)
            server.stdin.close()
            assert server.wait(60) is not None
            assert within(60, lambda: not runs(child))
        finally:
            server.kill()
            if runs(child):
                os.kill(child, signal.SIGKILL)


def seals_one_more():
    """Insert an event and return whether it is sealed within a minute, which proves that the sealing process works."""
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES})")
    [(number,)] = run("SELECT count(*) FROM audit_event")
    return within(60, lambda: run(SEALED) == [(number, number)])


def command(*words):
    out = io.StringIO()
    call_command("keys", *words, "--seal", stdout=out)
    return out.getvalue()


def test_keys_command_never_prints_private_keys_of_the_log(settings, tmp_path):
    path = tmp_path / "seal-keys.json"
    settings.SEAL_KEY_FILE = str(path)
    with pytest.raises(CommandError, match="absent"):
        command("list")
    with pytest.raises(CommandError, match="nom du journal"):
        command("new", "--origin", "two words")
    assert "rives.example/sceau+" in command("new", "--origin", "rives.example/sceau")
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="ne peut pas être remplacé"):
        command("new")
    before = path.read_text()
    assert command("new", "--if-missing") == "" and path.read_text() == before
    told = command("rotate") + command("list")
    held = signing_keys.load(path)
    assert held.current == "s2" and all(key.vkey in told for key in held.public.values())
    assert held.signer.private.private_bytes_raw().hex() not in told
    path.write_text("{}")
    with pytest.raises(CommandError, match="pas un fichier de clés"):
        command("list")


def test_a_log_named_after_its_key_cannot_rotate_it(settings, tmp_path):
    path = tmp_path / "seal-keys.json"
    settings.SEAL_KEY_FILE = str(path)
    assert "sigsum.org/v1/tree/" in command("new", "--by-key")
    assert signing_keys.load(path).origin.startswith("sigsum.org/v1/tree/")
    with pytest.raises(CommandError, match="nom de sa clé"):
        command("rotate")

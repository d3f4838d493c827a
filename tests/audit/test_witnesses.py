"""Outside servers (witnesses) countersign the sealed log's signed states (checkpoints), and the signatures are stored.

A witness that fails must not stop the sealing.
"""

import base64
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from audit.sealed import signing_keys
from audit.sealed.evidence_export import sealed
from audit.sealed.problems import Flaw
from audit.sealed.witnesses import Answer, WitnessesRefused, offer, witnesses
from audit.tlog import tree
from audit.tlog.checkpoint import parse
from audit.tlog.note import COSIGNATURE, Signer, open_note
from tests.audit.test_tampering import found, insider, newest_note, seal, write
from tests.builders import run


class Outside:
    """A fake witness: a server that countersigns logs by the C2SP standard.

    It stores the last size and root hash of each log, and signs a larger log only with a proof that the log has only
    grown.
    """

    def __init__(self) -> None:
        self.signer = Signer("witness.example/w", Ed25519PrivateKey.generate(), COSIGNATURE)
        self.logs: dict[str, tuple[int, bytes]] = {}
        self.asked = 0

    @property
    def size(self) -> int:
        return self.logs.get("tests/loge", (0, b""))[0]

    def answer(self, body: str) -> tuple[int, str]:
        head, _empty, note = body.partition("\n\n")
        old, *proof = head.split("\n")
        said = parse(open_note(note, [signing_keys.load(signing_keys.path()).signer.verifier]).text)
        self.asked += 1
        size, root = self.logs.get(said.origin, (0, tree.EMPTY_ROOT))
        if int(old.removeprefix("old ")) != size:
            return 409, f"{size}\n"
        hashes = [base64.b64decode(line) for line in proof]
        if not tree.is_consistent(size, root, said.size, said.root, hashes):
            return 422, ""
        self.logs[said.origin] = said.size, said.root
        return 200, self.signer.signature(said.text(), 1_800_000_000).line


@pytest.fixture
def witness(settings, tmp_path):
    outside = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, said = outside.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(status)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_said: object) -> None:
            """Print nothing. The base class would print each request of the fake witness to stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WITNESS_FILE = str(tmp_path / "witnesses")
    line = f"http://127.0.0.1:{server.server_port}/ {outside.signer.verifier.vkey}"
    (tmp_path / "witnesses").write_text(f"# ours\n{line}\n\nhttp://127.0.0.1:9/ {away()}\n")
    yield outside
    server.shutdown()
    server.server_close()


def away():
    return Signer("away.example/w", Ed25519PrivateKey.generate(), COSIGNATURE).verifier.vkey


def test_growth_is_cosigned_and_a_rewritten_log_is_not(bare, witness):
    write(3)
    seal()
    first, gone = offer(witnesses())
    assert (first, gone.witness, gone.failed != "") == (Answer("witness.example/w", 3), "away.example/w", True)
    # If an external witness has already cosigned the newest checkpoint, no request must be sent to this witness.
    assert offer(witnesses()[:1])[0].failed == "" and witness.asked == 1
    write(5)
    out = io.StringIO()
    call_command("seal", "--once", stdout=out)
    assert "witness.example/w\u00a0: a cosigné" in out.getvalue() and witness.size == 8
    rows = run("SELECT size, witness, line FROM audit_cosignature ORDER BY size")
    assert [row[:2] for row in rows] == [(3, "witness.example/w"), (8, "witness.example/w")]
    kept = newest_note() + bytes(rows[1][2]).decode()
    opened = open_note(kept, [signing_keys.load(signing_keys.path()).signer.verifier, witness.signer.verifier])
    assert len(opened.verified) == 2 and found((kept,)) == []
    # A witness must refuse a log rewritten with the log's own key, even if the stored cosignatures are deleted.
    with insider():
        for table in ("leaf", "subtree", "checkpoint"):
            run(f"DELETE FROM audit_{table}")
        run("ALTER TABLE audit_cosignature DISABLE TRIGGER USER")
        run("UPDATE audit_event SET outcome = 'refused'")
        write(2)
        seal("owner")
        assert found(using="owner") == []
        assert "continues" in offer(witnesses()[:1], "owner")[0].failed
        run("DELETE FROM audit_cosignature")
        assert "continues" in offer(witnesses()[:1], "owner")[0].failed
    with insider():
        run("DELETE FROM audit_event WHERE id IN (SELECT event FROM audit_leaf WHERE number > 2)")
        run("DELETE FROM audit_leaf WHERE number > 2")
        run("DELETE FROM audit_checkpoint WHERE size > 3")
        run("ALTER TABLE audit_cosignature DISABLE TRIGGER USER")
        run("DELETE FROM audit_cosignature WHERE size >= 3")
        assert "has seen 8 leaves" in offer(witnesses()[:1], "owner")[0].failed


def test_a_rolled_back_log_continues_under_another_name(bare, witness, settings, tmp_path):
    """After an old backup is restored, the log must continue with a new name and keys (docs/operations/running.md).

    The witness must refuse the old name, because it has countersigned more leaves of this log than the backup contains.
    """
    for _time in range(2):
        write(3)
        seal()
    kept = newest_note()
    assert offer(witnesses()[:1])[0].failed == "" and witness.size == 6
    with insider():
        run("ALTER TABLE audit_cosignature DISABLE TRIGGER USER")
        run("DELETE FROM audit_cosignature")
        run("DELETE FROM audit_event WHERE id IN (SELECT event FROM audit_leaf WHERE number >= 3)")
        run("DELETE FROM audit_leaf WHERE number >= 3")
        run("DELETE FROM audit_checkpoint WHERE size > 3")
        assert found((kept,), "owner") == [Flaw.ROLLED_BACK]
        assert "has seen 6 leaves" in offer(witnesses()[:1], "owner")[0].failed
        write(5)
        seal("owner")
        assert found((kept,), "owner") == [Flaw.FORKED]
        assert "continues" in offer(witnesses()[:1], "owner")[0].failed
        settings.SEAL_KEY_FILE = str(tmp_path / "again.json")
        signing_keys.new(tmp_path / "again.json", "tests/again")
        write(1)
        seal("owner")
        assert offer(witnesses()[:1], "owner") == [Answer("witness.example/w", 9)] and witness.size == 6
        write(1)
        seal("owner")
        assert offer(witnesses()[:1], "owner") == [Answer("witness.example/w", 10)]
        assert newest_note().startswith("tests/again\n10\n") and found(using="owner") == []
        # A checkpoint cosigned before the restore contradicts the new log, so the verification reports a fork.
        assert found((kept,), "owner") == [Flaw.FORKED]
        upto = sealed(lambda model: model.objects.using("owner").all())
        assert (upto.origin, upto.size, upto.cosigned_size) == ("tests/again", 10, 10)


@pytest.mark.parametrize("line", ["https://w.example", "https://w.example x+y+z", "a b c"])
def test_an_invalid_witness_file_stops_the_sealer(bare, settings, tmp_path, line):
    settings.WITNESS_FILE = str(tmp_path / "witnesses")
    with pytest.raises(WitnessesRefused):
        witnesses()
    (tmp_path / "witnesses").write_text(line + "\n")
    with pytest.raises(WitnessesRefused):
        witnesses()
    log = signing_keys.load(signing_keys.path()).signer.verifier.vkey
    (tmp_path / "witnesses").write_text(f"https://w.example {log}\n")
    with pytest.raises(CommandError, match="cosignature/v1"):
        call_command("seal", "--once")

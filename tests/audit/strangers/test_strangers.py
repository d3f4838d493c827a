"""Programs of other projects must be able to verify Loge's sealed audit log.

Go's libraries must accept the log. An outside server (witness) must countersign a log that has only grown and refuse a
rewritten one.
"""

import io
import json
import os
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.management import call_command

from audit import pack
from audit.sealed import signing_keys
from audit.sealed.witness import Ahead, Elsewhere, Forked, Unknown, Untrue, Witness, add_checkpoint, cosign
from audit.tlog import tiles, tree
from audit.tlog.checkpoint import Checkpoint
from audit.tlog.note import COSIGNATURE, Signer, sign
from tests.architecture.source import ROOT
from tests.audit.evidence import leaf, private, prove, verdict
from tests.audit.test_tampering import write
from tests.audit.tlog.test_tree import Grown
from tests.builders import run

pytestmark = [pytest.mark.strangers, pytest.mark.xdist_group("strangers")]
SIZE, OLD = 200_000, 150_000
HERE = Path(__file__).parent
GO = {
    "GOPATH": "/usr/share/gocode",
    "GO111MODULE": "off",
    "GOENV": "off",
    "CGO_ENABLED": "0",
    "GOFLAGS": "-gcflags=all=-l",
}


def origin(key) -> str:
    """Return the name that a log with this key must have for sigsum-witness, an external program, to accept it."""
    return f"sigsum.org/v1/tree/{sha256(key.public_key().public_bytes_raw()).hexdigest()}"


LOG = Signer(origin(private(1)), private(1))
THIEF = Signer(LOG.name, private(4))
WITNESS = private(2)


@dataclass
class Log:
    entries: Sequence[bytes]

    def __post_init__(self) -> None:
        self.tree = Grown(self.entries)

    def note(self, size: int, signer: Signer = LOG) -> str:
        return sign(Checkpoint(LOG.name, size, tree.root(size, self.tree.read)).text(), signer)

    def prove(self, size: int):
        return lambda old: tree.consistency_proof(old, size, self.tree.read)


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    words = leaf(7).entry()
    return [words.replace(b"000000000007", b"%012d" % number) for number in range(SIZE)]


@pytest.fixture(scope="module")
def log(entries: list[bytes]) -> Log:
    return Log(entries)


# --- Go's libraries --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the Go program verifier.go once for all tests. The folder .local caches the build."""
    program = tmp_path_factory.mktemp("go") / "verifier"
    environment = {**os.environ, **GO, "GOCACHE": str(ROOT / ".local" / "go")}
    build = ["go", "build", "-o", str(program), str(HERE / "verifier.go")]
    subprocess.run(build, env=environment, check=True, timeout=300)
    return program


@pytest.fixture(scope="module")
def folder(log: Log, entries: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("log")
    for tile in tiles.tiles_of(SIZE):
        put(at / tile.path, tiles.hashes(tile, log.tree.read))
    for tile in tiles.bundles_of(SIZE):
        first = tile.index * tiles.WIDTH
        put(at / tile.path, tiles.bundle(entries[first : first + tile.width]))
    text = Checkpoint(LOG.name, SIZE, tree.root(SIZE, log.tree.read)).text()
    put(at / "checkpoint", (log.note(SIZE) + COSIGNER.signature(text, int(time.time())).line).encode())
    put(at / "proofs.json", json.dumps(proofs(log)).encode())
    return at


COSIGNER = Signer("witness.example/w1", WITNESS, COSIGNATURE)


def proofs(log: Log) -> dict[str, list[dict[str, object]]]:
    read = log.tree.read
    return {
        "Inclusion": [
            {"Index": index, "Proof": said(tree.inclusion_proof(index, SIZE, read))}
            for index in (0, 1, 255, 256, 65_535, 131_071, 131_072, SIZE - 1, *range(17, SIZE, 997))
        ],
        "Consistency": [
            {
                "Old": old,
                "Root": said([tree.root(old, read)])[0],
                "Proof": said(tree.consistency_proof(old, SIZE, read)),
            }
            for old in (1, 2, 255, 256, 65_536, 131_072, OLD, SIZE - 1, SIZE)
        ],
    }


def said(hashes: list[bytes]) -> list[str]:
    return [b64encode(hashed).decode() for hashed in hashes]


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_go_verifies_every_entry_and_refuses_changed_files(verifier, folder):
    def judged() -> tuple[int, str]:
        run = subprocess.run(
            [verifier, folder, LOG.verifier.vkey], capture_output=True, text=True, timeout=60, check=False
        )
        return run.returncode, run.stdout

    assert judged() == (0, "agreed: 200000 entries\n")
    for name, old, new, refusal in [
        ("tile/entries/390", b"shown", b"slept", "the entries are not those of the root"),
        ("checkpoint", b"\n200000\n", b"\n200001\n", "failed to verify"),
        ("checkpoint", LOG.name.encode() + b"\n", LOG.name.encode() + b"0\n", "refused"),
        ("proofs.json", b'"Index": 255,', b'"Index": 254,', "inclusion of 254"),
        ("proofs.json", b'"Old": 150000,', b'"Old": 150001,', "consistency from 150001"),
    ]:
        content = (folder / name).read_bytes()
        assert old in content
        (folder / name).write_bytes(content.replace(old, new, 1))
        code, told = judged()
        (folder / name).write_bytes(content)
        assert code == 1 and refusal in told, (name, told)
    tile = folder / "tile/0/390"
    content = tile.read_bytes()
    tile.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    assert judged()[0] == 1


# --- sigsum-witness --------------------------------------------------------------------------------------------------


NAME = f"sigsum.org/v1/witness/{sha256(WITNESS.public_key().public_bytes_raw()).hexdigest()}"
COSIGNED = Signer(NAME, WITNESS, COSIGNATURE).verifier


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    with running_witness(tmp_path, LOG.private) as running:
        yield running


@contextmanager
def running_witness(tmp_path: Path, log_key: Ed25519PrivateKey) -> Iterator[Witness]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = tmp_path / "witness"
    secret.write_bytes(WITNESS.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    secret.chmod(0o600)
    (tmp_path / "log.pub").write_bytes(log_key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    command = ["sigsum-witness", "-k", "witness", "--log-key", "log.pub", "--state-file", "state", f"127.0.0.1:{port}"]
    # GODEBUG selects current URL routing of Go. With the older routing, sigsum-witness in Debian always answers 404.
    environment = {**os.environ, "GODEBUG": "httpmuxgo121=0"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL) as running:
        try:
            await_port(port)
            yield Witness(f"http://127.0.0.1:{port}", (COSIGNED,))
        finally:
            running.terminate()


def await_port(port: int) -> None:
    for _try in range(100):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the witness did not begin")


def altered(log: Log, index: int) -> Log:
    """Return a copy of the log in which one leaf (entry), and every hash that depends on it, is changed."""
    found, kept = Log([]), dict(log.tree.kept)
    kept[0, index] = tree.leaf_hash(leaf(8).entry())
    level = 0
    while (level + 1, index >> 1) in kept:
        index, level = index >> 1, level + 1
        kept[level, index] = tree.node_hash(kept[level - 1, 2 * index], kept[level - 1, 2 * index + 1])
    found.tree.kept = kept
    return found


def test_an_external_witness_cosigns_only_honest_growth(witness, log, tmp_path):
    assert cosign(witness, log.note(OLD), OLD, log.prove(OLD))[0].name == COSIGNED.name
    edited = altered(log, 1_000)
    assert tree.root(OLD, edited.tree.read) != tree.root(OLD, log.tree.read)
    # The external witness must refuse a log in which one entry that it has already cosigned is rewritten.
    with pytest.raises(Forked):
        cosign(witness, edited.note(SIZE), SIZE, edited.prove(SIZE), OLD)
    # The external witness has cosigned 150,000 leaves, so it must refuse a request that states an old size of 0.
    with pytest.raises(Elsewhere, match="150000"):
        add_checkpoint(witness, log.note(OLD), 0, [])
    # The external witness must refuse a correctly grown log that is signed by another key.
    with pytest.raises(Unknown):
        cosign(witness, log.note(SIZE, THIEF), SIZE, log.prove(SIZE), OLD)
    # Without the log's old size, `cosign` must learn this size from the witness's refusal and send a second request.
    [grown] = cosign(witness, log.note(SIZE), SIZE, log.prove(SIZE))
    assert abs((grown.time or 0) - time.time()) < 60
    # The external witness must refuse a log with fewer leaves than the log that it has already cosigned.
    with pytest.raises(Ahead, match="200000 leaves, this log has 150000"):
        cosign(witness, log.note(OLD), OLD, log.prove(OLD))
    with pytest.raises(Untrue, match="400"):
        add_checkpoint(witness, log.note(OLD), SIZE, [])
    forked = altered(log, OLD + 1)
    with pytest.raises(Forked):  # The external witness must refuse a log of the same size with other content.
        cosign(witness, forked.note(SIZE), SIZE, forked.prove(SIZE), SIZE)
    assert cosign(witness, log.note(SIZE), SIZE, log.prove(SIZE), SIZE)[0].time

    question = pack.Question(LOG.name, "", "")
    chosen = [prove(7, log.entries[7], SIZE, log.tree.read)]
    with (tmp_path / "pack.zip").open("wb") as file:
        links = pack.link((OLD, SIZE), log.tree.read)
        pack.write(file, question, chosen, [log.note(OLD), log.note(SIZE) + grown.line], links, [])
    code, told = verdict(tmp_path / "pack.zip", LOG.verifier.vkey, COSIGNED.vkey)
    assert code == 0 and f"Le témoin {COSIGNED.name} a vu 200000 événements" in told


# --- Our own sealer, verified by Go's libraries and the witness ---


@pytest.fixture
def own_log(bare, settings, tmp_path: Path) -> signing_keys.SealKeys:
    """Create and configure keys and folders for a log that sigsum-witness, an external program, accepts."""
    path = tmp_path / "seal-keys.json"
    made = signing_keys.new(path, "")
    settings.SEAL_KEY_FILE, settings.TILES_FOLDER = str(path), str(tmp_path / "tiles")
    settings.ERASURES_FILE = str(tmp_path / "erasures")
    return made


def test_the_sealers_log_is_cosigned_and_verified_by_others(own_log, settings, tmp_path, verifier):
    vkey, folder = own_log.signer.verifier.vkey, tmp_path / "tiles"

    def sealed() -> str:
        said = io.StringIO()
        call_command("seal", "--once", stdout=said)
        return said.getvalue().replace("\u00a0", " ")

    def judged() -> tuple[int, str]:
        words = [verifier, folder, vkey, "published"]
        told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        return told.returncode, told.stdout

    with running_witness(tmp_path, own_log.signer.private) as witness:
        settings.WITNESS_FILE = str(tmp_path / "witnesses")
        (tmp_path / "witnesses").write_text(f"{witness.url} {COSIGNED.vkey}\n")
        for many, size in ((3, 3), (600, 603)):
            write(many)
            assert f"{size} feuilles en tout" in (told := sealed()) and f"{NAME} : a cosigné" in told
            assert judged() == (0, f"agreed: {size} entries\n")
    assert run("SELECT size, witness FROM audit_cosignature ORDER BY size") == [(3, NAME), (603, NAME)]
    assert not (folder / "tile" / "entries").exists()
    for name, at in (("tile/0/000", 40), ("tile/0/002.p/91", 40), ("checkpoint", 100)):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        code, said = judged()
        (folder / name).write_bytes(content)
        assert code == 1 and said.startswith("refused: "), (name, said)
    assert judged()[0] == 0

"""The application must handle each HTTP response that an outside server (witness) may give.

The request asks the witness to countersign a checkpoint (signed state of the log).
"""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from audit.sealed.witness import (
    Ahead,
    Elsewhere,
    Forked,
    Unknown,
    Unreachable,
    Untrue,
    Witness,
    WitnessFailed,
    add_checkpoint,
    cosign,
)
from audit.tlog.tree import consistency_proof
from tests.audit.evidence import ENTRIES, LOG, SEEN, THIEF, WITNESS, Log

HOME = Log(ENTRIES, witness=None)
NOTE = HOME.note(50)
SLOWLY = 299  # SLOWLY is an invented HTTP status with which the fake witness sends its response slowly.
TEXT = NOTE.split("\n\n")[0] + "\n"
LINE = WITNESS.signature(TEXT, SEEN).line


@dataclass
class Post:
    """A fake witness (outside server that countersigns the log). It gives the answers that the test lists, in order."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    slow_answers_sent: int = 0
    url: str = ""

    @property
    def witness(self) -> Witness:
        return Witness(self.url, (WITNESS.verifier,))


@pytest.fixture(scope="module")
def server() -> Iterator[Post]:
    post = Post()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            post.asked.append(self.path.encode() + b"\n" + self.rfile.read(int(self.headers["Content-Length"])))
            status, body = post.answers.pop(0)
            self.send_response(status)
            self.end_headers()
            if status == SLOWLY:
                # The fake witness takes 30 seconds for the response, unless the client disconnects earlier.
                for _letter in range(750):
                    self.wfile.write(b" ")
                    time.sleep(0.04)
                post.slow_answers_sent += 1
            self.wfile.write(body)

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, *_said: object) -> None:
            """Print nothing. The base class would print each request of the fake witness to stderr."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    post.url = f"http://127.0.0.1:{listening.server_port}/w1/"
    yield post
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture
def post(server: Post) -> Post:
    server.answers, server.asked, server.slow_answers_sent = [], [], 0
    return server


def prove(old: int) -> list[bytes]:
    return consistency_proof(old, 50, HOME.tree.read)


def test_the_request_to_a_witness_follows_the_standard(post):
    post.answers = [(200, LINE.encode())]
    [signature] = cosign(post.witness, NOTE, 50, prove, 20)
    assert (signature.name, signature.time) == ("witness.example/w1", SEEN) and signature.line == LINE
    path, old, *proof = post.asked[0].decode().split("\n\n")[0].split("\n")
    assert (path, old, len(proof)) == ("/w1/add-checkpoint", "old 20", len(prove(20)))
    assert post.asked[0].endswith(b"\n\n" + NOTE.encode())


def test_a_conflict_is_retried_once_from_the_witness_s_size(post):
    post.answers = [(409, b"37\n"), (200, LINE.encode())]
    assert len(cosign(post.witness, NOTE, 50, prove)) == 1
    assert [asked.split(b"\n")[1] for asked in post.asked] == [b"old 0", b"old 37"]
    post.answers = [(409, b"37\n"), (409, b"20\n")]
    with pytest.raises(Elsewhere):
        cosign(post.witness, NOTE, 50, prove)
    post.answers = [(409, b"51\n")]
    with pytest.raises(Ahead, match="51 leaves, this log has 50"):
        cosign(post.witness, NOTE, 50, prove)
    with pytest.raises(Ahead):
        cosign(post.witness, NOTE, 50, prove, 51)
    post.answers = [(409, b"50\n")]
    with pytest.raises(Forked):
        cosign(post.witness, NOTE, 50, prove, 50)


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        (422, b"", Forked),
        (403, b"", Unknown),
        (404, b"", Unknown),
        (409, b"", Untrue),
        (409, b"1e9", Untrue),
        (500, b"", Untrue),
        (302, b"", Untrue),
        (200, b"", Untrue),
        (200, b"\xff", Untrue),
        (200, b"<html>", Untrue),
        (200, THIEF.signature(TEXT).line.encode(), Untrue),
        (200, WITNESS.signature(TEXT.replace("50", "51"), SEEN).line.encode(), Untrue),
        (200, replace(WITNESS, name="other").signature(TEXT, SEEN).line.encode(), Untrue),
        (200, LINE.encode() + WITNESS.signature(TEXT + "x\n", SEEN).line.encode(), Untrue),
        (200, LINE.encode() * 2_000, Untrue),
    ],
)
def test_any_other_answer_raises_its_own_error(post, status, body, raised):
    post.answers = [(status, body)]
    with pytest.raises(raised):
        add_checkpoint(post.witness, NOTE, 20, prove(20))


def test_signatures_by_other_keys_in_the_answer_are_ignored(post):
    post.answers = [(200, (replace(WITNESS, name="other").signature(TEXT, SEEN).line + LINE).encode())]
    assert [one.name for one in add_checkpoint(post.witness, NOTE, 20, prove(20))] == ["witness.example/w1"]
    # The log's own signature must be refused as a cosignature, even if the witness is configured with the log's key.
    post.answers = [(200, LOG.signature(TEXT).line.encode())]
    with pytest.raises(Untrue):
        add_checkpoint(Witness(post.url, (LOG.verifier,)), NOTE, 20, prove(20))


def test_a_slow_or_unreachable_witness_times_out(post):
    post.answers = [(SLOWLY, LINE.encode())]
    with pytest.raises(WitnessFailed):
        add_checkpoint(post.witness, NOTE, 20, prove(20), timeout=0.1)
    assert post.asked and not post.slow_answers_sent
    with pytest.raises(Unreachable, match="ConnectionRefused"):
        add_checkpoint(Witness("http://127.0.0.1:1/", ()), NOTE, 20, prove(20))
    for url in ("file:///etc/passwd", "witness.example", "http://"):
        with pytest.raises(WitnessFailed, match="begins with"):
            add_checkpoint(Witness(url, ()), NOTE, 20, prove(20))
    with pytest.raises(ValueError):
        add_checkpoint(post.witness, NOTE, 20, [bytes(32)] * 64)

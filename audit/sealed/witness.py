"""Offers checkpoints to a witness that is not ours (C2SP tlog-witness), and takes its cosignature home.

A witness signs what it has seen, and only what continues what it saw before: it is why a log cannot be rewritten by
whoever holds its key. It is asked within seconds or not at all; that it cannot be reached stops nobody's work.
"""

import base64
import http.client
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from threading import Timer
from urllib.parse import urlsplit

from audit.tlog.note import COSIGNATURE, NoteRefused, Signature, Verifier, is_by, signatures

TIMEOUT = 3.0
_ANSWER_BYTES = 65_536
_PROOF_LINES = 63
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


class WitnessFailed(Exception):
    """No cosignature. The message is for whoever runs the server."""


class Unreachable(WitnessFailed):
    """Nobody answered in time: to be tried again."""


class Elsewhere(WitnessFailed):
    """409: the witness last saw the log at another size, given here: to be tried again from there."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The witness last saw this log at {size} leaves.")
        self.size = size


class Ahead(WitnessFailed):
    """The witness has seen more of this log than there is: it was rolled back, or a copy was restored."""


class Forked(WitnessFailed):
    """The witness has seen another log under this name and key: a fork, or an old leaf that was changed."""


class Unknown(WitnessFailed):
    """The witness does not know this log, or not this key."""


class Untrue(WitnessFailed):
    """The answer is not what the standard says, or is not signed with the witness's key."""


@dataclass(frozen=True)
class Witness:
    """Where it listens (the submission prefix), and the keys under which it is believed."""

    url: str
    keys: tuple[Verifier, ...]


def cosign(
    witness: Witness, note: str, size: int, prove: Callable[[int], Sequence[bytes]], seen: int = 0
) -> list[Signature]:
    """The witness's cosignatures of this checkpoint of `size` leaves. `seen` is the size it last cosigned, as far as we
    know; when it says another one, it is asked once more from there. `prove(old)` gives the proof of growth."""
    if seen > size:
        raise Ahead(f"The witness has seen {seen} leaves, this log has {size}.")
    try:
        return add_checkpoint(witness, note, seen, prove(seen))
    except Elsewhere as answer:
        if answer.size > size:
            raise Ahead(f"The witness has seen {answer.size} leaves, this log has {size}.") from None
        if answer.size == seen:
            raise Forked(f"The witness has seen another log of {size} leaves.") from None
        return add_checkpoint(witness, note, answer.size, prove(answer.size))


def add_checkpoint(
    witness: Witness, note: str, old: int, proof: Sequence[bytes], timeout: float = TIMEOUT
) -> list[Signature]:
    """One request; what it refuses is raised."""
    status, answer = _post(witness.url, request(note, old, proof), timeout)
    if status == http.client.CONFLICT:
        raise Elsewhere(_size(answer))
    if status == http.client.UNPROCESSABLE_ENTITY:
        raise Forked(f"The witness does not find that this log continues what it saw at {old} leaves.")
    if status in (http.client.FORBIDDEN, http.client.NOT_FOUND):
        raise Unknown(f"The witness does not know this log or its key ({status}).")
    if status != http.client.OK:
        raise Untrue(f"The witness answered {status}.")
    return cosignatures(witness, note, answer)


def request(note: str, old: int, proof: Sequence[bytes]) -> bytes:
    if len(proof) > _PROOF_LINES:
        raise ValueError(f"A proof of growth is at most {_PROOF_LINES} hashes.")
    lines = [f"old {old}", *(base64.b64encode(hashed).decode("ascii") for hashed in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def cosignatures(witness: Witness, note: str, answer: bytes) -> list[Signature]:
    """Those in the answer that are of the witness's keys, on this very checkpoint; there is at least one."""
    text, _ours = signatures(note)
    known = {(key.name, key.key_id): key for key in witness.keys if key.kind == COSIGNATURE}
    try:
        _text, found = signatures(f"{text}\n{answer.decode()}")
    except (NoteRefused, UnicodeDecodeError):
        raise Untrue("The witness answered no signature lines.") from None
    signed = [(known.get((one.name, one.key_id)), one) for one in found]
    true = [one for key, one in signed if key and is_by(key, one, text)]
    if not true or len(true) < sum(key is not None for key, _one in signed):
        raise Untrue("What the witness answered is not signed with its key.")
    return true


def _size(answer: bytes) -> int:
    found = _SIZE.fullmatch(answer)
    if not found:
        raise Untrue("The witness says 409 and not at which size.")
    return int(found[1])


def _post(url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
    """No redirection is followed, no more is read than an answer is long, and an answer that trickles in is cut off."""
    parts = urlsplit(url)
    kind = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}.get(parts.scheme)
    if kind is None or not parts.hostname:
        raise WitnessFailed("The address of a witness begins with https:// or http://.")
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.connect()
        end = Timer(2 * timeout, _cut, [connection.sock])
        end.start()
        try:
            connection.request("POST", parts.path.rstrip("/") + "/add-checkpoint", body, {"Content-Type": "text/plain"})
            answer = connection.getresponse()
            return answer.status, answer.read(_ANSWER_BYTES)
        finally:
            end.cancel()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"The witness did not answer: {type(error).__name__}.") from error
    finally:
        connection.close()


def _cut(line: socket) -> None:
    with suppress(OSError):
        line.shutdown(SHUT_RDWR)

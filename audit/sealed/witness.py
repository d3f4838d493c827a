"""HTTP client for a witness (C2SP tlog-witness): asks this outside server to cosign a checkpoint of the sealed log.

A checkpoint is the signed size and root hash of the log. A witness cosigns a checkpoint only if it is proved to
continue the last one that the witness cosigned. So even somebody who holds the log's key cannot rewrite the log
unnoticed. Requests have a short timeout: the sealer and all other work go on while a witness is unreachable.
"""

import base64
import http.client
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR
from threading import Timer
from urllib.parse import urlsplit

from audit.tlog.note import COSIGNATURE, NoteRefused, Signature, Verifier, is_by, signatures

TIMEOUT = 3.0
_ANSWER_BYTES = 65_536
_PROOF_LINES = 63
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


class WitnessFailed(Exception):
    """Raised if the witness gave no cosignature for a checkpoint. The message is for whoever runs the server."""


class Unreachable(WitnessFailed):
    """Raised if the witness did not answer in time. The caller should ask for the cosignature again later."""


class Elsewhere(WitnessFailed):
    """Raised if the witness answered 409, because the last checkpoint that it cosigned has another size than the
    request assumed. `size` is the size of that checkpoint.

    The caller should ask again, with a consistency proof that begins at this size.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"The witness last saw this log at {size} leaves.")
        self.size = size


class Ahead(WitnessFailed):
    """Raised if the witness has cosigned more leaves than this log now has. Either leaves were removed, or a backup was
    restored."""


class Forked(WitnessFailed):
    """Raised if the witness has cosigned a log that is not the beginning of this one. Either two logs use the same name
    and key, or an old leaf was changed."""


class Unknown(WitnessFailed):
    """Raised if the witness does not know a log of this name, or does not accept the key that signed the checkpoint."""


class Untrue(WitnessFailed):
    """Raised if the witness's answer does not follow the standard, or is not signed with a known key of the witness."""


@dataclass(frozen=True)
class Witness:
    """An outside server that cosigns checkpoints. `url` is the address to which requests are sent (C2SP: submission
    prefix), and `keys` are the trusted public keys of the witness."""

    url: str
    keys: tuple[Verifier, ...]


def cosign(
    witness: Witness, note: str, size: int, prove: Callable[[int], Sequence[bytes]], cosigned_size: int = 0
) -> list[Signature]:
    """Ask the witness to cosign the checkpoint `note` of `size` leaves, and return the witness's cosignatures.

    `cosigned_size` is the largest size for which a cosignature of this witness is stored. `prove(old)` must return the
    proof that the log of `size` leaves continues the log of `old` leaves. If the witness answers that its last
    cosignature is for another size, send a second request with the proof from that size. Raises WitnessFailed if the
    witness refuses.
    """
    if cosigned_size > size:
        raise Ahead(f"The witness has seen {cosigned_size} leaves, this log has {size}.")
    try:
        return add_checkpoint(witness, note, cosigned_size, prove(cosigned_size))
    except Elsewhere as answer:
        if answer.size > size:
            raise Ahead(f"The witness has seen {answer.size} leaves, this log has {size}.") from None
        if answer.size == cosigned_size:
            raise Forked(f"The witness has seen another log of {size} leaves.") from None
        return add_checkpoint(witness, note, answer.size, prove(answer.size))


def add_checkpoint(
    witness: Witness, note: str, old: int, proof: Sequence[bytes], timeout: float = TIMEOUT
) -> list[Signature]:
    """Send the checkpoint `note` to the witness, with the proof that it continues the log as it was with `old` leaves.

    Return the witness's cosignatures. Raises WitnessFailed if the witness gives none.
    """
    status, answer = _post(witness.url, request(note, old, proof), timeout)
    if status == http.client.CONFLICT:
        if not (match := _SIZE.fullmatch(answer)):
            raise Untrue("The witness answered 409 without a size.")
        raise Elsewhere(int(match[1]))
    if status == http.client.UNPROCESSABLE_ENTITY:
        raise Forked(f"The witness does not find that this log continues what it saw at {old} leaves.")
    if status in (http.client.FORBIDDEN, http.client.NOT_FOUND):
        raise Unknown(f"The witness does not know this log or its key ({status}).")
    if status != http.client.OK:
        raise Untrue(f"The witness answered {status}.")
    return cosignatures(witness, note, answer)


def request(note: str, old: int, proof: Sequence[bytes]) -> bytes:
    if len(proof) > _PROOF_LINES:
        raise ValueError(f"A consistency proof has at most {_PROOF_LINES} hashes.")
    lines = [f"old {old}", *(base64.b64encode(hashed).decode("ascii") for hashed in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def cosignatures(witness: Witness, note: str, answer: bytes) -> list[Signature]:
    """Return the cosignatures of the checkpoint `note` that the witness's answer contains. Raises Untrue if the answer
    contains none by a known key of the witness, or if a cosignature by a known key is wrong."""
    text, _ours = signatures(note)
    known = {(key.name, key.key_id): key for key in witness.keys if key.kind == COSIGNATURE}
    try:
        _text, answered = signatures(f"{text}\n{answer.decode()}")
    except (NoteRefused, UnicodeDecodeError):
        raise Untrue("The witness answered no signature lines.") from None
    signed = [(known.get((signature.name, signature.key_id)), signature) for signature in answered]
    valid = [signature for key, signature in signed if key and is_by(key, signature, text)]
    if not valid or len(valid) < sum(key is not None for key, _signature in signed):
        raise Untrue("The witness's answer is not signed with its key.")
    return valid


def _post(url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
    """Send a POST request to a witness and return the status and body of the answer. The size of the answer and the
    time for it are limited, and redirects are not followed, so that no witness can block the caller."""
    parts = urlsplit(url)
    kind = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}.get(parts.scheme)
    if kind is None or not parts.hostname:
        raise WitnessFailed("The address of a witness begins with https:// or http://.")
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.connect()
        line = connection.sock

        def cut() -> None:
            with suppress(OSError):
                line.shutdown(SHUT_RDWR)

        end = Timer(2 * timeout, cut)
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

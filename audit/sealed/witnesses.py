"""Sends the newest checkpoint of the sealed log to each witness, and stores the witnesses' cosignatures.

A witness is an outside server that cosigns checkpoints, so that the log cannot be rewritten unnoticed. Each line of the
file named by LOGE_WITNESSES gives the address and the public key of one witness. The sealer does not wait for
witnesses. Monitoring raises an alarm when the newest cosignature is too old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction

from audit.sealed.stored_tree import StoredTree
from audit.sealed.witness import Witness, WitnessFailed, cosign
from audit.tlog.note import COSIGNATURE, NoteRefused, parse_vkey
from audit.tlog.tree import consistency_proof

LOGIN = "seal"
UNSEEN_SECONDS = 600
_NEWEST = "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_SEEN = "SELECT coalesce(max(size), 0) FROM audit_cosignature WHERE witness = %s"
_KEEP = "INSERT INTO audit_cosignature (size, witness, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


class WitnessesRefused(Exception):
    """Raised if the file that lists the witnesses is not valid. The message is for whoever runs the server."""


@dataclass(frozen=True)
class Answer:
    """Result of offering the newest checkpoint of the log, which has `size` leaves, to a witness. `failed` is empty if
    the witness has cosigned this checkpoint, and otherwise says why not."""

    witness: str
    size: int
    failed: str = ""


def witnesses() -> list[Witness]:
    """Return the witnesses listed in the configured file. If no file is configured, the list is empty, and nobody
    outside the landlord's server cosigns the log."""
    if not settings.WITNESS_FILE:
        return []
    try:
        lines = Path(settings.WITNESS_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise WitnessesRefused(f"{settings.WITNESS_FILE} est absent ou illisible.") from error
    return [parse_witness(line) for line in lines if line.strip() and not line.startswith("#")]


def parse_witness(line: str) -> Witness:
    """Parse one line of the witness file: the address and the public key of a witness. Raises WitnessesRefused."""
    try:
        url, vkey = line.split()
        key = parse_vkey(vkey)
    except (ValueError, NoteRefused) as error:
        raise WitnessesRefused(f"Une ligne de témoin est « adresse clé » : {error}") from error
    if key.kind != COSIGNATURE:
        raise WitnessesRefused(f"La clé de {key.name} n’est pas celle d’un témoin (cosignature/v1).")
    return Witness(url, (key,))


def offer(to: Sequence[Witness], using: str = LOGIN) -> list[Answer]:
    """Offer the newest checkpoint of the log to each witness (outside server) that has not cosigned this checkpoint.
    The HTTP requests run outside any transaction, so that a slow witness holds no database lock."""
    with connections[using].cursor() as cursor:
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
        if newest is None:
            return []
        size, note, answers = newest[0], bytes(newest[1]).decode(), []
        tree = StoredTree(cursor, size)
        for witness in to:
            name, failed = witness.keys[0].name, ""
            cursor.execute(_SEEN, [name])
            cosigned_size = cursor.fetchone()[0]
            if cosigned_size < size:
                try:
                    cosignatures = cosign(
                        witness, note, size, lambda old: consistency_proof(old, size, tree.hash_at), cosigned_size
                    )
                    lines = "".join(signature.line for signature in cosignatures).encode()
                    with transaction.atomic(using=using):
                        cursor.execute(_KEEP, [size, name, lines])
                except WitnessFailed as failure:
                    failed = str(failure)
            answers.append(Answer(name, size, failed))
        return answers

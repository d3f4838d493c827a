"""Signed notes and checkpoints must have exactly one valid encoding, and be accepted only with trusted keys.

Go's package for signed notes must agree with ours on its own example.
"""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tlog.checkpoint import Checkpoint, CheckpointRefused, parse
from audit.tlog.note import COSIGNATURE, ED25519, NoteRefused, Signer, Verifier, open_note, parse_vkey, sign, signatures

# GO_KEY and GO_NOTE are copied from the documentation of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
LOG = Signer("loge.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = Signer("witness.example/w1", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32), COSIGNATURE)
STRANGER = Signer("loge.example/log", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
TEXT = Checkpoint("loge.example/log", 20852163, bytes(range(32))).text()
NOTE = sign(TEXT, LOG) + WITNESS.signature(TEXT, 1679315147).line
TRUSTED = [LOG.verifier, WITNESS.verifier]


def test_a_note_of_another_program_is_verified():
    opened = open_note(GO_NOTE, [parse_vkey(GO_KEY)])
    assert opened.text.endswith("what your problem is.\n") and opened.unknown == ()
    assert parse_vkey(GO_KEY).vkey == GO_KEY


def test_known_signers_are_returned_and_unknown_ones_ignored():
    opened = open_note(NOTE, TRUSTED)
    assert [(verifier.name, signature.time) for verifier, signature in opened.verified] == [
        ("loge.example/log", None),
        ("witness.example/w1", 1679315147),
    ]
    alone = open_note(NOTE, [parse_vkey(LOG.verifier.vkey)])
    assert [signature.name for signature in alone.unknown] == ["witness.example/w1"]
    # A signature under the log's name by another key counts as unknown, not as wrong, because the key's id differs.
    assert len(open_note(sign(TEXT, LOG, STRANGER), TRUSTED).unknown) == 1


@pytest.mark.parametrize(
    "note",
    [
        sign(TEXT, STRANGER),
        NOTE.replace("20852163", "20852164"),
        NOTE.replace(signatures(NOTE)[1][1].line, WITNESS.signature(TEXT, 1679315148).line[:-4] + "A==\n"),
        sign(TEXT, LOG) + replace(WITNESS, name="w").signature(TEXT, 5).line.replace("— w ", "—  "),
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("loge.example/log\n", "loge.example/log\r\n", 1),
        NOTE + "\n",
        TEXT + "\n",
        TEXT,
        "",
        TEXT + "\n" + LOG.signature(TEXT).line * 65,
        sign("x" * 70_000 + "\n", LOG),
        # A valid signature must be refused if its base64 text is not canonical. The test sets an unused bit.
        NOTE.replace(LOGS := LOG.signature(TEXT).line, LOGS[:-3] + chr(ord(LOGS[-3]) + 1) + "=\n"),
        TEXT + "\n" + WITNESS.signature(TEXT, 1 << 63).line,
    ],
)
def test_malformed_or_wrongly_signed_notes_are_refused(note):
    with pytest.raises(NoteRefused):
        open_note(note, TRUSTED)


def test_a_witness_signature_covers_its_time():
    signed = WITNESS.signature(TEXT, 1679315147)
    later = replace(signed, signed=(1679315148).to_bytes(8) + signed.signed[8:])
    with pytest.raises(NoteRefused, match=r"witness\.example/w1 is wrong"):
        open_note(sign(TEXT, LOG) + later.line, TRUSTED)
    # A witness's cosignature must not be accepted as the log's signature, even if the log uses the same key.
    plain = Signer(WITNESS.name, WITNESS.private).verifier
    with pytest.raises(NoteRefused):
        open_note(TEXT + "\n" + replace(signed, key_id=plain.key_id).line, [plain])


@settings(deadline=None)
@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(0, 7))
def test_any_flipped_bit_of_a_note_is_detected(at, bit):
    spoilt = bytearray(NOTE.encode())
    spoilt[at] ^= 1 << bit
    try:
        opened = open_note(spoilt.decode(), TRUSTED)
    except (NoteRefused, UnicodeDecodeError):
        return
    # If a bit of a signer's name or key id is flipped, the note is accepted but this signature is unknown.
    assert opened.text == TEXT and len(opened.verified) == len(opened.unknown) == 1


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a",
        "a+00000000+AA",
        GO_KEY.replace("c74f", "c74e"),
        GO_KEY.replace("Peter", "Peter "),
        GO_KEY[:-4],
        Verifier("short", ED25519, b"key").vkey,
        GO_KEY.replace("+ARpc", "+Bhpc"),
        GO_KEY.replace("+ARpc", "+!Rpc"),
    ],
)
def test_a_malformed_verifier_key_is_refused(vkey):
    with pytest.raises(NoteRefused):
        parse_vkey(vkey)


def test_a_checkpoint_has_three_lines_in_canonical_form():
    assert parse(TEXT) == Checkpoint("loge.example/log", 20852163, bytes(range(32)))
    root = TEXT.split("\n")[2]
    for text in [
        TEXT[:-1],
        TEXT + "extension\n",
        TEXT + "\n",
        "\n" + TEXT,
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", "9" * 30),
        TEXT.replace("20852163", "٣"),
        TEXT.replace(root, root[:-2] + "9="),
        TEXT.replace(root, root[4:]),
        TEXT.replace(root, root.replace("A", "-", 1)),
        "",
    ]:
        with pytest.raises(CheckpointRefused):
            parse(text)

"""The verifier, given all public keys, must refuse every manipulated evidence pack (it must not exit with code 0)."""

import io
import json
from contextlib import redirect_stdout, suppress
from hashlib import sha256

import pytest

from audit import pack, verify
from tests.audit import evidence
from tests.audit.evidence import ENTRIES, LOG, PACKER, PAYLOADS, THIEF, TRUSTED, Log, leaf, prove, unpacked, verdict


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("doctored")


@pytest.fixture(scope="module")
def honest(room):
    return Log(ENTRIES).packed(room / "honest.zip")


def whole(path, indexes=range(50), claimed=(0, 49), log=None, sizes=(37, 50)):
    """Write an evidence pack to `path`. Without other arguments, it is a valid pack of the log's fifty events."""
    log = log or Log(ENTRIES)
    entries = [prove(n, log.entries[n], 50, log.tree.read, PAYLOADS[n]) for n in indexes]
    question = pack.Question(evidence.ORIGIN, "Novembre 2026", "2026-11-26T22:05:00.000000Z", claimed)
    keys = [pack.Key(vkey, "log", "2026-01-01") for vkey in TRUSTED]
    notes, links = [log.note(size) for size in sizes], pack.link(sizes, log.tree.read)
    with path.open("wb") as file:
        pack.write(file, question, entries, notes, links, keys, PACKER)
    return path


def relisted(files, **words):
    """Return the changed files of an evidence pack with a new, unsigned list of files.

    A forger without any signing key can do this, so the verifier must report that the list is unsigned.
    """
    manifest = json.loads(files["manifest.json"]) | words
    apart = ("manifest.json", "manifest.note")
    manifest["files"] = {name: sha256(files[name]).hexdigest() for name in files if name not in apart}
    kept = {name: content for name, content in files.items() if name != "manifest.note"}
    return {**kept, "manifest.json": json.dumps(manifest).encode()}


def without_cosignatures(files):
    text, _, lines = files["checkpoints/50.note"].decode().rpartition("\n\n")
    files["checkpoints/50.note"] = (text + "\n\n" + lines.split("\n")[0] + "\n").encode()


def without_event(files):
    lines = files["entries.jsonl"].splitlines(keepends=True)
    files["entries.jsonl"] = b"".join(lines[:20] + lines[21:])


def called_erased(files):
    lines = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    lines[3] |= {"absent": "erased", "salt": "", "payload": ""}
    files["entries.jsonl"] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)


DOCTORED = {
    "a reworded question": (lambda files: None, {"question": "Rien à signaler"}),
    "another date": (lambda files: None, {"made": "2027-01-01T00:00:00.000000Z"}),
    "one event removed": (without_event, {}),
    "one event removed, and no claim to be whole": (without_event, {"whole": [0, 18]}),
    "removed cosignatures": (without_cosignatures, {}),
    "given details called erased": (called_erased, {}),
}


@pytest.mark.parametrize("how", DOCTORED)
def test_a_pack_without_its_signed_list_never_ends_with_0(how, room):
    change, words = DOCTORED[how]
    files = unpacked(whole(room / "whole.zip"))
    assert verdict(room / "whole.zip", *TRUSTED)[0] == 0
    change(files)
    code, told = verdict(evidence.zipped(relisted(files, **words), room / "doctored.zip"), *TRUSTED)
    assert code in (1, 4), told
    assert code == 1 or PACKER.verifier.vkey in told


def test_removed_cosignatures_are_reported_even_with_a_signed_list(room, honest):
    files = unpacked(honest)
    without_cosignatures(files)
    code, told = verdict(evidence.zipped(evidence.listed(files), room / "cosigned.zip"), *TRUSTED)
    assert code == 4 and "witness.example/w1+" in told.split("CE QUI NE L’EST PAS")[1] and "INCOMPLET" in told


def test_any_flipped_bit_invalidates_the_manifest_signature(honest, room):
    """Every flipped bit of manifest.note, which has the signature of the pack's list of files, must be noticed.

    The verifier must refuse the pack or report the list of files as unsigned.
    """
    files = unpacked(honest)
    keys, note = [verify.parse_vkey(vkey) for vkey in TRUSTED], files["manifest.note"]
    assert verify.check_whole(files, keys)[1] == {verify.parse_vkey(PACKER.verifier.vkey)}
    for bit in range(8 * len(note)):
        turned = bytearray(note)
        turned[bit // 8] ^= 1 << bit % 8
        with suppress(verify.Stop):
            assert verify.check_whole({**files, "manifest.note": bytes(turned)}, keys)[1] == set(), bit
    for place in range(0, len(note), 40):
        turned = bytearray(note)
        turned[place] ^= 1
        changed = evidence.zipped({**files, "manifest.note": bytes(turned)}, room / "turned.zip")
        assert verdict(changed, *TRUSTED)[0] in (1, 4)


def test_a_given_key_that_signs_nothing_is_reported(honest):
    code, told = verdict(honest, *TRUSTED, THIEF.verifier.vkey)
    assert code == 4 and THIEF.verifier.vkey in told.split("CE QUI NE L’EST PAS")[1]
    assert verdict(honest, *TRUSTED)[0] == 0


def test_a_whole_pack_with_a_gap_is_refused(room):
    for name, indexes, claimed, sentence in (
        ("gap", [n for n in range(50) if n != 30], (0, 49), "après le n° 29"),
        ("end", range(49), (0, 49), "du n° 0 au n° 49"),
        ("start", range(1, 50), (0, 49), "du n° 0 au n° 49"),
    ):
        code, told = verdict(whole(room / f"{name}.zip", indexes, claimed), *TRUSTED)
        assert code == 1 and sentence in told, told
    unclaimed = whole(room / "unclaimed.zip", [n for n in range(50) if n != 30], None)
    assert verdict(unclaimed, *TRUSTED)[0] == 0
    assert verify.main([str(unclaimed), "--whole"]) == 1
    assert verify.main([str(whole(room / "all.zip", range(50), None)), "--whole"]) == 3


@pytest.mark.parametrize("claimed", ['"all"', "[0]", '[0, "49"]', "[0, 1, 2]", "{}", "[true, 3]"])
def test_a_malformed_completeness_claim_is_unreadable(room, honest, claimed):
    files = unpacked(honest)
    files["manifest.json"] = files["manifest.json"].replace(b'"files"', b'"whole": ' + claimed.encode() + b', "files"')
    assert verdict(evidence.zipped(files, room / "claim.zip"), *TRUSTED)[0] == 2


def test_an_older_checkpoint_under_a_newer_file_name_is_refused(room, honest):
    files = unpacked(honest)
    files["checkpoints/50.note"] = files["checkpoints/37.note"]
    code, told = verdict(evidence.zipped(evidence.listed(files), room / "older.zip"), *TRUSTED)
    assert code == 1 and "relevé de 37 événements" in told and "autre journal" not in told


def both(one, other, *vkeys):
    return verdict_of([str(one), str(other), *(f"--vkey={vkey}" for vkey in vkeys or TRUSTED)])


def verdict_of(arguments):
    told = io.StringIO()
    with redirect_stdout(told):
        code = verify.main(arguments)
    return code, told.getvalue()


def test_two_packs_of_one_log_agree(room, honest):
    later = whole(room / "later.zip")
    code, told = both(honest, later)
    assert code == 0 and "du même journal" in told and "mot pour mot les mêmes : 4." in told
    log = Log(ENTRIES)
    entries = [prove(5, ENTRIES[5], 37, log.tree.read, PAYLOADS[5])]
    question = pack.Question(evidence.ORIGIN, "?", "2026-11-26T22:05:00.000000Z")
    keys = [pack.Key(LOG.verifier.vkey, "log", "2026-01-01")]
    earlier = room / "earlier.zip"
    with earlier.open("wb") as file:
        pack.write(file, question, entries, [log.note(37)], [], keys, PACKER)
    for order in ((earlier, later), (later, earlier)):
        code, told = both(*order, LOG.verifier.vkey, PACKER.verifier.vkey)
        assert code == 0 and "celui de 50 événements continue celui de 37" in told
    apart = whole(room / "apart.zip", sizes=(20, 50))
    code, told = both(earlier, apart, LOG.verifier.vkey, PACKER.verifier.vkey)
    assert code == 4 and "pas de relevé en commun" in told


def test_two_packs_of_a_rewritten_log_are_refused(room, honest):
    """Given a pack of a log and a pack of the same log after a rewrite, the verifier must refuse both together.

    Each pack alone is valid, because the rewritten log is signed with the log's own key.
    """
    changed = [leaf(n, "card_opened").entry() if n == 41 else entry for n, entry in enumerate(ENTRIES)]
    rewritten = whole(room / "rewritten.zip", log=Log(changed))
    assert verdict(rewritten, *TRUSTED)[0] == 0
    code, told = both(honest, rewritten)
    assert code == 1 and "à 50 événements, l’un a été réécrit" in told

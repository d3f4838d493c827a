"""An evidence pack (ZIP file of audit events with proofs) must be verifiable by anybody who has the public keys.

Every change to the pack must be detected.
"""

import ast
import io
import re
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import pack, verify
from audit.tlog.leaf import commitment, read_entry
from audit.tlog.note import sign, signatures
from tests.architecture.source import ROOT, imports
from tests.audit import evidence
from tests.audit.evidence import (
    ENTRIES,
    LOG,
    PACKER,
    PAYLOADS,
    SEEN,
    THIEF,
    TRUSTED,
    WITNESS,
    Log,
    edited,
    leaf,
    listed,
    prove,
    unpacked,
    verdict,
)

KEY_ID = LOG.verifier.key_id.hex()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def honest(room: Path) -> Path:
    return Log(ENTRIES).packed(room / "honest.zip")


def test_verifier_reports_what_is_proved_and_what_is_not(honest, room):
    code, said = verdict(honest, *TRUSTED)
    proved, unproved = said.split("CE QUI NE L’EST PAS")
    assert code == 0
    for sentence in [
        "Le journal loge.example/journal comptait 50 événements ; ce relevé est signé de sa clé " + KEY_ID,
        "De 20 à 50 événements il n’a fait que grandir",
        "mot pour mot : 4.",
        "l’empreinte scellée avec l’événement : 3.",
        "Le témoin witness.example/w1 a vu 50 événements le 2026-11-26 22:00:00 (UTC)",
        "Le dossier est entier, signé par loge.example/dossiers.",
    ]:
        assert sentence in proved
    for sentence in [
        "tu avant d’entrer au journal",
        "tout ce qui répond",
        "sans qu’ils soient effacés : 1.",
        "pseudonyme",
    ]:
        assert sentence in unproved
    assert "aucun ne manque" not in said and "aucun témoin" not in said and "Une horloge" not in said
    run = Log(ENTRIES).packed(room / "run.zip", range(5, 9))
    assert "De l’événement 5 à l’événement 8 aucun ne manque." in verdict(run, *TRUSTED)[1]
    assert "LES ÉVÉNEMENTS" not in verdict(run, *TRUSTED)[1]
    _code, listed = verdict(run, *TRUSTED, events=True)
    assert 'n° 5, 2026-11-26T21:00:05.000000Z, account_opened, shown {"détail":5}' in listed.split("LES ÉVÉNEMENTS")[1]
    english = verdict(honest, *TRUSTED, language="en")[1]
    assert "From 20 to 50 events it only grew" in english and "é" not in english


def test_verifier_reports_where_the_trusted_keys_come_from(honest, room):
    code, said = verdict(honest)
    assert code == 3 and "elles viennent du dossier" in said and "PROUVÉ, SI LES CLÉS SONT LES BONNES" in said
    assert all(f"clé {vkey}" in said for vkey in TRUSTED)
    code, said = verdict(honest, LOG.verifier.vkey)
    assert code == 0 and "aucun témoin sûr n’a contresigné" in said and "aucune clé sûre ne les signe" in said
    assert "Ce que vaut la signature de witness.example/w1" in said
    assert verdict(honest, THIEF.verifier.vkey)[0] == 1
    # Anybody can invent a log and sign it, so the verifier must refuse a log whose key the reader does not trust.
    forged = Log([leaf(number, "nothing_seen").entry() for number in range(50)], THIEF, None).packed(
        room / "forged.zip"
    )
    assert verdict(forged)[0] == 3
    assert "aucune clé de ce journal que vous teniez pour sûre" in verdict(forged, *TRUSTED)[1]
    unsigned = Log(ENTRIES).packed(room / "unsigned.zip", signer=None)
    assert "aucune clé sûre ne les signe" in verdict(unsigned, *TRUSTED)[1]
    assert verdict(unsigned, *TRUSTED)[0] == 4 and verdict(unsigned, *TRUSTED[:2])[0] == 0


def test_old_checkpoints_outlive_their_key(room, honest):
    """A pack must stay valid if an old checkpoint in it is signed by a former key that the reader does not have.

    The last checkpoint of the pack is signed by a known key, and its proof covers the whole pack.
    """
    files = unpacked(honest)
    text = files["checkpoints/20.note"].decode().split("\n\n")[0] + "\n"
    files["checkpoints/20.note"] = sign(text, THIEF).encode()
    code, said = verdict(evidence.zipped(listed(files), room / "rotated.zip"), *TRUSTED)
    assert code == 0 and "Qui a signé le relevé de 20 ; le dernier prouve" in said, said


def test_a_pack_may_include_the_empty_checkpoint(room, honest):
    files = unpacked(honest)
    files["checkpoints/0.note"] = Log(ENTRIES).note(0).encode()
    edited("consistency.json", lambda links: links.append({"old": 0, "new": 20, "proof": []}))(files)
    code, said = verdict(evidence.zipped(listed(files), room / "nothing.zip"), *TRUSTED)
    assert code == 0 and "De 0 à 50 événements il n’a fait que grandir" in said


@pytest.mark.parametrize(
    "spoilt",
    [
        (b'"v":1', b'"v":2'),
        (b'","', b'", "'),
        (b'"v":1', b'"v":1,"w":1'),
        (b"{", b""),
        (b"2026-11", b"2026-13"),
        (ENTRIES[6], b"{}"),
        (ENTRIES[6], b"[]"),
    ],
)
def test_a_non_canonical_leaf_is_refused_even_if_it_is_in_the_log(room, spoilt):
    entries = [entry.replace(*spoilt) if number == 6 else entry for number, entry in enumerate(ENTRIES)]
    assert "6 n’a pas l’écriture convenue" in verdict(Log(entries).packed(room / "leaf.zip"), *TRUSTED)[1]


def test_an_event_later_than_its_cosignature_is_reported(room):
    late = [ENTRIES[n] if n != 41 else leaf(n).entry().replace(b"T21:00", b"T23:00") for n in range(50)]
    assert "L’heure de l’événement 41" in verdict(Log(late).packed(room / "late.zip"), *TRUSTED)[1]


def swap(lines: list[dict[str, object]]) -> None:
    lines[0]["payload"], lines[1]["payload"] = lines[1]["payload"], lines[0]["payload"]
    lines[0]["salt"], lines[1]["salt"] = lines[1]["salt"], lines[0]["salt"]


def first_hash(lines) -> None:
    lines[0]["proof"][0] = lines[1]["proof"][-1]


def resigned(size: int, old: bytes, new: bytes, signer=THIEF):
    """Return a function that changes `old` to `new` in the checkpoint for `size` leaves.

    The function then signs the changed checkpoint with `signer`.
    """

    def change(files) -> None:
        text = files[f"checkpoints/{size}.note"].decode().split("\n\n")[0] + "\n"
        files[f"checkpoints/{size}.note"] = sign(text.replace(old.decode(), new.decode()), signer).encode()

    return change


def replaced(name: str, old: bytes, new: bytes):
    def change(files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def an_hour_earlier(files) -> None:
    text, (log, witness) = signatures(files["checkpoints/50.note"].decode())
    moved = replace(witness, signed=(SEEN - 3600).to_bytes(8) + witness.signed[8:])
    files["checkpoints/50.note"] = (text + "\n" + log.line + moved.line).encode()


def cosigned_at(time: int):
    def change(files) -> None:
        note = LOG_50.replace(WITNESS.signature(TEXT_50, SEEN).line, WITNESS.signature(TEXT_50, time).line)
        files["checkpoints/50.note"] = note.encode()

    return change


LINE = "entries.jsonl"
LOG_50 = Log(ENTRIES).note(50)
TEXT_50 = signatures(LOG_50)[0]
ROOT_50 = LOG_50.split("\n")[2].encode()
FAKE_ROOT = b"A" * 43 + b"="
# Each forgery: (change, French sentence with which the verifier reports it). The forger can sign a pack's file list.
TAMPERED = {
    "a word of an event": (
        edited(LINE, lambda x: x[0].update(entry=ENTRIES[6].decode())),
        "5 n’est pas dans le journal",
    ),
    "its outcome": (replaced(LINE, b"shown", b"slept"), "5 n’est pas dans le journal"),
    "its index": (edited(LINE, lambda x: x[0].update(index=4)), "4 n’est pas dans le journal"),
    "its place beyond the end": (edited(LINE, lambda x: x[0].update(index=50)), "50 n’est pas dans le journal"),
    "before the beginning": (edited(LINE, lambda x: x[0].update(index=-1)), "-1 n’est pas dans le journal"),
    "under another checkpoint": (edited(LINE, lambda x: x[0].update(size=50)), "5 n’est pas dans le journal"),
    "under none": (edited(LINE, lambda x: x[0].update(size=51)), "5 n’est pas dans le journal"),
    "a hash of its proof": (edited(LINE, first_hash), "5 n’est pas dans le journal"),
    "a hash more": (edited(LINE, lambda x: x[0]["proof"].append(x[0]["proof"][0])), "5 n’est pas dans le journal"),
    "a hash less": (edited(LINE, lambda x: x[0]["proof"].pop()), "5 n’est pas dans le journal"),
    "the same event twice": (edited(LINE, lambda x: x.append(x[0])), "5 est joint deux fois"),
    "a letter of its details": (replaced(LINE, "détail".encode(), "détour".encode()), "Le détail de l’événement 5"),
    "the salt of its details": (replaced(LINE, b'"0505', b'"0605'), "Le détail de l’événement 5"),
    "details without a salt": (edited(LINE, lambda x: x[0].update(salt="")), "Le détail de l’événement 5"),
    "details of another event": (edited(LINE, swap), "Le détail de l’événement 5"),
    "the root": (replaced("checkpoints/50.note", ROOT_50, FAKE_ROOT), "La signature de loge.example/journal sous"),
    "the root, signed by a thief": (resigned(50, ROOT_50, FAKE_ROOT), "aucune clé de ce journal"),
    "the root, with the log's stolen key": (
        resigned(50, ROOT_50, FAKE_ROOT, LOG),
        "journal de 50 soit la suite de celui de 37",
    ),
    "an old root, with the stolen key": (
        resigned(20, Log(ENTRIES).note(20).split("\n")[2].encode(), FAKE_ROOT, LOG),
        "journal de 37 soit la suite de celui de 20",
    ),
    "the same, signed by the key of packs": (resigned(50, b"", b"", PACKER), "aucune clé de ce journal"),
    "a cosignature of the year 30,000,000": (cosigned_at(1 << 60), "La signature de witness.example/w1 sous"),
    "the size": (replaced("checkpoints/50.note", b"\n50\n", b"\n51\n"), "La signature de loge.example/journal sous"),
    "the size, with the stolen key": (
        resigned(50, b"\n50\n", b"\n51\n", LOG),
        "50.note est un relevé de 51 événements",
    ),
    "the name of the log": (resigned(50, b"loge.example", b"page.example", LOG), "50.note est le relevé d’un autre"),
    "a cosignature": (
        lambda files: files.update({"checkpoints/50.note": Log(ENTRIES).note(50)[:-6].encode() + b"AA==\n"}),
        "50.note n’est pas un relevé signé",
    ),
    "the time of a cosignature": (an_hour_earlier, "La signature de witness.example/w1 sous"),
    "a checkpoint left out": (
        lambda files: files.pop("checkpoints/37.note"),
        "journal de 50 soit la suite de celui de 20",
    ),
    "all of them": (
        lambda files: [files.pop(f"checkpoints/{size}.note") for size in evidence.SIZES],
        "Le dernier relevé n’est signé d’aucune clé",
    ),
    "the proof of growth": (edited("consistency.json", first_hash), "journal de 37 soit la suite de celui de 20"),
    "none of it": (edited("consistency.json", lambda x: x.clear()), "journal de 37 soit la suite de celui de 20"),
    "a key of the inventory": (
        replaced("keys.json", b"loge.example/journal", b"loge.example/journaI"),
        "Clé illisible",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_every_change_of_a_pack_is_refused_with_its_own_sentence(what, honest, room):
    change, sentence = TAMPERED[what]
    files = unpacked(honest)
    change(files)
    code, said = verdict(evidence.zipped(listed(files), room / "tampered.zip"), *TRUSTED)
    assert sentence in said
    assert code == (2 if "illisible" in sentence else 1) and len(said.splitlines()) == 1


@settings(deadline=None)
@given(st.data())
def test_any_flipped_bit_of_a_signed_pack_is_detected(honest, room, data):
    files = unpacked(honest)
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    files[name] = bytes(content)
    code, said = verdict(evidence.zipped(files, room / "turned.zip"), *TRUSTED)
    if code != 4:
        assert code in (1, 2) and said.startswith(("REFUSÉ. ", "ILLISIBLE. "))


@settings(deadline=None)
@given(st.data())
def test_signing_the_list_again_proves_nothing_more(honest, room, data):
    """A forger who has only the key that signs packs must not be able to prove anything new.

    The forger flips a bit of a file and signs the list of files again. The pack must be refused or prove no more than
    before.
    """
    files = unpacked(honest)
    name = data.draw(st.sampled_from(["entries.jsonl", "consistency.json", *(n for n in files if "/" in n)]))
    content = bytearray(files[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    files[name] = bytes(content)
    code, said = verdict(evidence.zipped(listed(files), room / "again.zip"), *TRUSTED)
    proved = said.partition("CE QUI NE L’EST PAS")[0].splitlines()
    assert code in (1, 2) or set(proved) <= set(verdict(honest, *TRUSTED)[1].splitlines())


@settings(deadline=None)
@given(st.data())
def test_any_bytes_end_in_a_sentence_and_an_exit_code(honest, room, data):
    content = bytearray(honest.read_bytes())
    at = data.draw(st.integers(0, len(content)))
    match data.draw(st.sampled_from(["cut", "turn", "insert", "noise"])):
        case "cut":
            del content[at:]
        case "turn":
            content[at - 1] ^= data.draw(st.integers(1, 255))
        case "insert":
            content[at:at] = data.draw(st.binary(max_size=40))
        case "noise":
            content[:] = data.draw(st.binary(max_size=200))
    path = room / "noise.zip"
    path.write_bytes(content)
    code, said = verdict(path, *TRUSTED)
    # The verifier must refuse the damaged pack (exit code 1 or 2), or print the same report as for the intact pack.
    assert code in (1, 2) or said == verdict(honest, *TRUSTED)[1]


BAD_LISTS = [
    (b"[]", "manifest.json n’est pas du JSON"),
    (b"[" * 100_000, "manifest.json n’est pas du JSON"),
    (b"\xff", "manifest.json n’est pas du JSON"),
    (b'{"format":"loge-evidence/2","origin":"","question":"","made":"","files":{}}', "manifest.json n’est pas du JSON"),
    (b'{"format":1,"format":"loge-evidence/1","origin":"","question":"","made":"","files":{}}', "n’est pas du JSON"),
    (b'{"format":"loge-evidence/1","origin":"","question":"","made":"","files":[]}', "n’est pas du JSON"),
    (b'{"format":"loge-evidence/1","origin":"","question":"","made":"","files":{}}', "n’est pas au sommaire"),
    (b"1" * 5_000, "n’est pas du JSON"),
]


FORBIDDEN_NAMES = [
    "../verify.py",
    "/etc/passwd",
    "checkpoints/../keys.json",
    "checkpoints/01.note",
    "C:\\x",
    "x\u202ey",
    "é",
]


def assert_refused(sentence: str, path: Path, code: int = 2) -> str:
    """Check that the verifier refuses the pack at `path` and prints `sentence`.

    Returns all that the verifier prints.
    """
    actual, text = verdict(path, *TRUSTED)
    assert (actual, sentence in text) == (code, True), text
    return text


def test_a_file_that_is_not_an_archive_is_refused(honest, room):
    assert_refused("n’est pas une archive ZIP", room / "absent.zip")
    assert_refused("n’est pas une archive ZIP", room)
    assert verdict(honest, "nonsense")[0] == verdict(honest, "a+b+c")[0] == 2


def test_a_malformed_manifest_is_refused(honest, room):
    good = unpacked(honest)
    for content, sentence in BAD_LISTS:
        changed = {**good, "manifest.json": content}
        assert_refused(sentence, evidence.zipped(changed, room / "x.zip"), 1 if "sommaire" in sentence else 2)


def test_forbidden_missing_and_unlisted_files_are_refused(honest, room):
    good = unpacked(honest)
    for name in FORBIDDEN_NAMES:
        text = assert_refused("un nom interdit", evidence.zipped({**good, name: b""}, room / "x.zip"))
        assert "\u202e" not in text
    for name in ("manifest.json", "keys.json", "entries.jsonl", "consistency.json"):
        changed = {key: value for key, value in good.items() if key != name}
        assert_refused(f"Il manque {name}", evidence.zipped(changed, room / "x.zip"))
    assert_refused("README", evidence.zipped({**good, "README": b""}, room / "x.zip"))
    changed = {key: value for key, value in good.items() if key != "LISEZMOI.txt"}
    assert_refused("LISEZMOI.txt n’est pas au sommaire", evidence.zipped(changed, room / "x.zip"), 1)
    changed = {**good, "checkpoints/7.note": b""}
    assert_refused("checkpoints/7.note n’est pas au sommaire", evidence.zipped(changed, room / "x.zip"), 1)


def test_malformed_entries_are_refused(honest, room):
    good = unpacked(honest)
    for line in (b"", b"{}", b'{"index":true}', b'{"index":NaN}'):
        changed = {**good, "entries.jsonl": good["entries.jsonl"] + line + b"\n"}
        assert_refused("entries.jsonl n’est pas du JSON", evidence.zipped(listed(changed), room / "x.zip"))
    lone = edited("entries.jsonl", lambda lines: lines[0].update(payload="\ud800"))
    lone(changed := dict(good))
    assert_refused("Le détail de l’événement 5", evidence.zipped(listed(changed), room / "x.zip"), 1)


def test_a_zip_archive_with_false_metadata_is_not_unpacked(honest, room):
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(room / "twice.zip", "w") as archive:
        archive.writestr("keys.json", b"1")
        archive.writestr("keys.json", b"2")
    assert "deux fois keys.json" in verdict(room / "twice.zip")[1]
    with zipfile.ZipFile(room / "many.zip", "w") as archive:
        for number in range(verify.MEMBERS + 1):
            archive.writestr(f"checkpoints/{number}.note", b"")
    assert "trop grande" in verdict(room / "many.zip")[1]
    for compression in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        with zipfile.ZipFile(room / "lzma.zip", "w", compression) as archive:
            archive.writestr("keys.json", b"1")
        assert "archive ZIP lisible" in verdict(room / "lzma.zip")[1]
    small = evidence.zipped({"keys.json": bytes(50_000_000)}, room / "bomb.zip").read_bytes()
    # The ZIP states a false size for keys.json (too small, then too large). The verifier must not unpack keys.json.
    for size, sentence in [(10, "archive ZIP lisible"), (verify.BYTES + 1, "trop grande")]:
        (room / "lies.zip").write_bytes(small.replace(struct.pack("<I", 50_000_000), struct.pack("<I", size)))
        tracemalloc.start()
        assert sentence in verdict(room / "lies.zip")[1]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()
    encrypted = bytearray(evidence.zipped({"keys.json": b"1"}, room / "locked.zip").read_bytes())
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    (room / "locked.zip").write_bytes(encrypted)
    assert "archive ZIP lisible" in verdict(room / "locked.zip")[1]


def test_the_verifier_of_a_pack_runs_without_the_project(honest, room):
    """The verifier (verify.py) in each pack must run in an empty folder, without network and without Loge's code."""
    standard = sys.stdlib_module_names | {"cryptography"}
    assert {
        module.split(".")[0] for _line, module in imports(ast.parse((ROOT / "audit/verify.py").read_text()))
    } < standard
    (room / "verify.py").write_bytes(unpacked(honest)["verify.py"])
    command = [sys.executable, "-I", "-W", "error", "verify.py", "honest.zip", f"--vkey={LOG.verifier.vkey}"]
    run = subprocess.run(command, cwd=room, capture_output=True, timeout=30, check=False)
    assert (run.returncode, run.stderr) == (0, b"") and "mot pour mot : 4." in run.stdout.decode()
    told = (ROOT / "docs/evidence.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| `([\w./<>]+)` \|", told, re.M)
    assert {re.sub("<size>", "20", name) for name in names} >= set(unpacked(honest)) - {
        "checkpoints/37.note",
        "checkpoints/50.note",
    }


def test_equal_inputs_give_equal_packs(honest, room):
    assert Log(ENTRIES).packed(room / "twin.zip").read_bytes() == honest.read_bytes()
    with pytest.raises(ValueError, match="use"):
        pack.write(io.BytesIO(), pack.Question("a", "b", "c"), [], [], [], [pack.Key("a", "door", "")])


def test_each_sentence_exists_in_both_languages():
    sentences = {name: " ".join(text.split()).split(" | ") for name, text in verify.SENTENCE_BY_NAME.items()}
    assert len(sentences) > 35 and all(len(both) == 2 for both in sentences.values())
    for french, english in sentences.values():
        assert sorted(re.findall(r"{\w+}", french)) == sorted(re.findall(r"{\w+}", english))
        assert not re.search("[éàèê’«»]", english) and "'" not in french
    raised = re.findall(r'[Ss]top\(\d, "(\w+)"', (ROOT / "audit/verify.py").read_text())
    assert {name for name in sentences if name.startswith("x_")} == set(raised)


@pytest.mark.parametrize(
    ("kind", "before", "told"),
    [
        ("trace_pruned", "2026-12-01", "p_"),
        ("trace_pruned", "2026-11-30", "u_"),
        ("account_opened", "2026-12-01", "u_"),
    ],
)
def test_erased_details_are_proved_only_by_a_pruning_in_the_pack(room, kind, before, told):
    payload = pack.Payload(PAYLOADS[41].salt, f'{{"fact.before":"{before}"}}'.encode())
    sealed = commitment(payload.salt, payload.content).hex()
    entries = list(ENTRIES)
    entries[41] = read_entry(ENTRIES[41])._replace(kind=kind, payload=sealed).entry()
    log = Log(entries)
    chosen = [prove(n, entries[n], 50, log.tree.read, None, pack.Absent.ERASED) for n in (5, 6)]
    chosen.append(prove(41, entries[41], 50, log.tree.read, payload))
    path = room / f"{kind}-{before}.zip"
    question = pack.Question(evidence.ORIGIN, "?", "2026-11-26T22:05:00.000000Z")
    with path.open("wb") as file:
        pack.write(file, question, chosen, [log.note(50)], [], [pack.Key(LOG.verifier.vkey, "log", "2026-01-01")])
    names = [name for name, _facts in verify.verify(path, [])]
    assert f"{told}erased" in names and "u_withheld" not in names


def test_memory_does_not_grow_with_the_size_of_a_pack():
    entry = pack.Entry(0, 1, ENTRIES[0], [bytes(32)] * 24, PAYLOADS[0])
    tracemalloc.start()
    try:
        pack.write(io.BytesIO(), pack.Question("a", "b", "c"), (entry for _one in range(20_000)), [], [], [])
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000  # Writing 40 MB of entries must take less than 4 MB of memory.

"""Verifies an evidence pack offline, and prints what it proves and what it does not.

    python verify.py pack.zip [other.zip] [--vkey NAME+ID+KEY]... [--whole] [--events] [--lang fr|en]

`--vkey` gives a public key obtained elsewhere: from a letter, a website or a witness's page. Without it, the keys are
taken from the pack itself; this shows that the pack is intact, but not who made it. `--events` also lists the events.
`--whole` refuses a pack with a gap between its first and its last event, even if the pack does not claim to be
complete. Given two packs, it verifies both, and checks that the later one continues the log of the earlier.

Exit codes. 0: valid, with the keys given. 1: something in the pack is false. 2: unreadable, or wrong arguments. 3:
valid, but only with the keys in the pack. 4: valid, but a key given signs nothing, or the two packs cannot be compared.

This is a single file that needs only the standard library and `cryptography`, because it is included in every pack:
somebody who distrusts the landlord has nothing else to read. It therefore reimplements the tree and the signed notes of
`audit/tlog/`, which make the proofs, so that a mistake in one implementation is not repeated in the other.

Start reading at `open_and_verify`, near the end; the checks are defined above it in the order in which it calls them.
The texts are in SENTENCES. Anything false or unreadable ends the verification at once with `Stop`.
"""

import argparse
import base64
import json
import re
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("Ce programme a besoin de « cryptography » / this program needs: python -m pip install cryptography")

FORMAT = "loge-evidence/1"
MEMBERS, BYTES = 5_000, 256 << 20
MEMBER = re.compile(
    r"(LISEZMOI\.txt|verify\.py|manifest\.json|manifest\.note|keys\.json|entries\.jsonl|consistency\.json"
    r"|checkpoints/(?:0|[1-9][0-9]{0,17})\.note)"
)
WANTED = ("manifest.json", "keys.json", "entries.jsonl", "consistency.json")
LEAF_STRINGS = ("actor", "event", "kind", "outcome", "payload", "purpose", "reason", "rules", "subject", "time")
LEAF: dict[str, type] = {**dict.fromkeys(LEAF_STRINGS, str), "v": int}
DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-[0-9]{2}")
KINDS = NOTE, WITNESS = 1, 4
ZIP = zipfile.BadZipFile, zlib.error
# The field `absent` of an event says whether its details are in the pack, left out by the pack's maker, or deleted.
GIVEN, WITHHELD, ERASED = "", "withheld", "erased"
DETAILS = {"salt": str, "payload": str, "absent": str}
PRUNING = "trace_pruned"  # An event of the kind PRUNING records the deletion of old months of the audit log.
# The program exits with code 4 if a key that the user gave signed nothing, or if two packs share no checkpoint.
SHORT = frozenset({"u_unused", "u_apart"})
CLOCKS = 300  # The clocks of the audit log and of a witness may differ by at most CLOCKS seconds.

# SENTENCES lists all texts that the program prints, one per line: name, colon, French text, bar, English text.
# Sentences x_... state why the verification stopped, p_... what the pack proves, and u_... what it does not prove.
SENTENCES = """
x_zip: Le fichier n’est pas une archive ZIP lisible. | The file is not a readable ZIP archive.
x_big: L’archive est trop grande pour être ouverte. | The archive is too large to be opened.
x_name: L’archive contient un nom interdit : {name}. | The archive holds a forbidden name: {name}.
x_twice: L’archive contient deux fois {name}. | The archive holds {name} twice.
x_lacks: Il manque {name} à l’archive. | The archive lacks {name}.
x_json: {name} n’est pas du JSON de la forme convenue. | {name} is not JSON of the agreed shape.
x_vkey: Clé illisible : {name}. | Unreadable key: {name}.
x_listed: {name} n’est pas au sommaire, ou y est sans être joint. | {name} is not on the list, or on it and not there.
x_altered: {name} n’est pas le fichier que dit le sommaire. | {name} is not the file that the list names.
x_manifest: La signature du sommaire est fausse. | The signature of the list is wrong.
x_note: {name} n’est pas un relevé signé. | {name} is not a signed checkpoint.
x_origin: {name} est le relevé d’un autre journal. | {name} is a checkpoint of another log.
x_named: {name} est un relevé de {size} événements : ce nom en promet un autre.
  | {name} is a checkpoint of {size} events: its name promises another.
x_gap: Il manque des événements au dossier, après le n° {index} : il devait les tenir tous.
  | Events are missing from the pack after no. {index}: it should contain all of them.
x_ends: Le dossier devait aller du n° {index} au n° {last}, et ne le fait pas.
  | The pack should contain no. {index} to no. {last}, and does not.
x_fork: Les deux dossiers ne sont pas du même journal : à {size} événements, l’un a été réécrit.
  | The two packs are not of the same log: one of them was rewritten (at {size} events).
x_event: L’événement {index} n’est pas le même dans les deux dossiers : l’un a été réécrit.
  | Event {index} is not the same in the two packs: one of them was rewritten.
x_others: Les deux dossiers sont de journaux différents : {name} et {other}.
  | The two packs are of different logs: {name} and {other}.
x_signature: La signature de {who} sous {name} est fausse. | The signature of {who} under {name} is wrong.
x_stranger: Le dernier relevé n’est signé d’aucune clé de ce journal que vous teniez pour sûre.
  | The last checkpoint is signed by no key of this log that you trust.
x_shrunk: Rien ne prouve que le journal de {size} soit la suite de celui de {old} : des lignes ont pu être changées.
  | Nothing proves that the log of {size} continues that of {old}: lines may have been changed.
x_leaf: L’événement {index} n’a pas l’écriture convenue. | Event {index} is not in its one spelling.
x_absent: L’événement {index} n’est pas dans le journal tel qu’il a été signé.
  | Event {index} is not in the log as it was signed.
x_again: L’événement {index} est joint deux fois. | Event {index} is there twice.
x_payload: Le détail de l’événement {index} n’est pas celui qui avait été enregistré.
  | The details of event {index} are not those that were recorded.
p_log: Le journal {name} comptait {size} événements ; ce relevé est signé de sa clé {key}.
  | The log {name} held {size} events; this checkpoint is signed with its key {key}.
p_grown: De {old} à {size} événements il n’a fait que grandir : rien d’ancien n’y a été changé ni ôté.
  | From {old} to {size} events it only grew: nothing earlier was changed or taken out.
p_entries: Événements joints, chacun à sa place et mot pour mot : {count}.
  | Events in this pack, each in its place and word for word: {count}.
p_run: De l’événement {index} à l’événement {last} aucun ne manque.
  | From event {index} to event {last} none is missing.
p_payload: Détails joints, conformes à l’empreinte scellée avec l’événement : {count}.
  | Details in this pack that match the fingerprint sealed with the event: {count}.
p_erased: Détails effacés à leur terme, comme le dit l’élagage n° {index} du {when}, joint : {count}.
  | Details erased at their date, as pruning no. {index} of {when}, in this pack, says: {count}.
p_witness: Le témoin {name} a vu {size} événements le {when} (UTC) : rien de ceux-là n’a pu changer depuis sans se voir.
  | The witness {name} saw {size} events on {when} (UTC): none of those can have changed unseen since.
p_agree: Les deux dossiers sont du même journal : celui de {size} événements continue celui de {old}.
  | The two packs are of one log: the one of {size} events continues the one of {old}.
p_shared: Événements joints aux deux dossiers, mot pour mot les mêmes : {count}.
  | Events in both packs, the same word for word: {count}.
p_whole: Le dossier est entier, signé par {name}. | The pack is whole, signed by {name}.
u_keys: À qui sont les clés : elles viennent du dossier. Comparez-les à celles que publient l’organisme et le témoin,
  puis relancez avec --vkey | Whose the keys are: they come from the pack. Compare them with those that the landlord
  and the witness publish, then run again with --vkey
u_key: clé {key} | key {key}
u_before: Qu’aucun événement n’ait été tu avant d’entrer au journal : qui n’y est jamais entré n’y laisse pas de vide.
  | That no event was kept out before it entered the log: what never entered leaves no gap.
u_chosen: Que le dossier contienne tout ce qui répond à la demande : il prouve ce qu’il joint, pas ce qu’il laisse.
  | That the pack holds all that answers the question: it proves what it holds, not what it leaves.
u_withheld: Détails que le dossier tait, sans qu’ils soient effacés : {count}. Que ces événements sont au journal reste
  sûr ; demandez-les à l’organisme. | Details that the pack withholds, though they are not erased: {count}. That these
  events are in the log remains sure; ask the landlord for them.
u_erased: Détails que le dossier dit effacés, sans élagage joint qui le montre : {count}. Que ces événements sont au
  journal reste sûr. | Details that the pack calls erased, without a pruning in it that shows it: {count}. That these
  events are in the log remains sure.
u_witness: Que l’organisme ne montre pas un autre journal à d’autres : aucun témoin sûr n’a contresigné.
  | That the landlord shows nobody else another log: no trusted witness has cosigned.
u_stranger: Ce que vaut la signature de {name} : sa clé n’est pas de celles que vous tenez pour sûres.
  | What the signature of {name} is worth: its key is not among those you trust.
u_clock: L’heure de l’événement {index} : il se dit plus récent que le jour où un témoin l’a vu.
  | The time of event {index}: it claims to be later than when a witness saw it.
u_old: Qui a signé le relevé de {size} ; le dernier prouve pourtant qu’il en est le début.
  | Who signed the checkpoint of {size}; yet the last one proves it to be its beginning.
u_whole: Les mots du sommaire (demande, date) : aucune clé sûre ne les signe.
  | The words of the list (question, date): no trusted key signs them.
u_unused: Ce que devait signer la clé {key} que vous avez donnée : elle ne signe rien dans ce dossier.
  | What the key {key} that you gave should have signed: it signs nothing in this pack.
u_apart: Que le journal de {size} événements continue celui de {old} : les deux dossiers n’ont pas de relevé en commun.
  Demandez un dossier qui joigne aussi le relevé de {old}.
  | That the log of {size} events continues that of {old}: the two packs have no checkpoint in common. Ask for a pack
  that holds the checkpoint of {old} as well.
u_names: Qui se cache sous un pseudonyme : l’organisme seul le sait, tant qu’il en garde la clé.
  | Who is behind a pseudonym: the landlord alone knows, as long as the key is kept.
e_event: n° {index}, {time}, {kind}, {outcome} {details} | no. {index}, {time}, {kind}, {outcome} {details}
t_proved: CE QUI EST PROUVÉ | WHAT IS PROVED
t_supposed: CE QUI EST PROUVÉ, SI LES CLÉS SONT LES BONNES | WHAT IS PROVED, IF THE KEYS ARE THE RIGHT ONES
t_unproved: CE QUI NE L’EST PAS | WHAT IS NOT
t_pack: DOSSIER {name} | PACK {name}
t_both: LES DEUX DOSSIERS | THE TWO PACKS
t_4: INCOMPLET : voyez ce qui n’est pas prouvé. | INCOMPLETE: see what is not proved.
t_events: LES ÉVÉNEMENTS | THE EVENTS
t_1: REFUSÉ. | REFUSED.
t_2: ILLISIBLE. | UNREADABLE.
"""
SENTENCE_BY_NAME = dict(re.findall(r"^(\w+): (.*?)$(?=\n\w+: |\n\Z)", SENTENCES, re.S | re.M))


class Stop(Exception):
    """Ends the verification at once. `code` is the exit code: 1 if a claim of the pack is false, 2 if the pack is
    unreadable. `key` is the name of the sentence to print, and `facts` are the values to fill in."""

    def __init__(self, code: int, key: str, /, **facts: Any) -> None:
        super().__init__(key)
        self.code, self.key, self.facts = code, key, facts


@contextmanager
def or_stop(code: int, key: str, /, **facts: Any) -> Iterator[None]:
    """Context manager: if reading or parsing fails inside, raise Stop with this exit code. `key` is the name of the
    sentence in SENTENCES to print, and `facts` are the values to fill in."""
    try:
        yield
    except (OSError, EOFError, ArithmeticError, LookupError, AttributeError, ValueError, TypeError, RuntimeError, *ZIP):
        raise Stop(code, key, **facts) from None


class Key(NamedTuple):
    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


Report = list[tuple[str, dict[str, Any]]]  # names of sentences to print, each with the values to fill in


# Section: reading the pack, a ZIP archive.
def open_pack(path: Path) -> dict[str, bytes]:
    with or_stop(2, "x_zip"):
        if path.stat().st_size > BYTES:
            raise Stop(2, "x_big")
        with zipfile.ZipFile(path) as archive:
            return {info.filename: read_member(archive, info) for info in members(archive)}


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members of the archive. Raise Stop if a name is unexpected or repeated, or if the contents are too
    large."""
    infos, names = archive.infolist(), set()
    if len(infos) > MEMBERS or sum(info.file_size for info in infos) > BYTES:
        raise Stop(2, "x_big")
    for info in infos:
        if not MEMBER.fullmatch(info.orig_filename):
            raise Stop(2, "x_name", name=info.orig_filename)
        if info.filename in names:
            raise Stop(2, "x_twice", name=info.filename)
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Stop(2, "x_zip")
        names.add(info.filename)
    return infos


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read a member of the archive, but at most one byte more than the size that the archive declares for it. So a
    false size cannot fill the memory."""
    with archive.open(info) as file:
        return file.read(info.file_size + 1)


def reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def types(fields: Any) -> dict[str, type]:
    return {key: type(value) for key, value in fields.items()}


def parsed(name: str, content: bytes, **shape: type) -> dict[str, Any]:
    """Parse a file of the pack: a JSON object with exactly the fields and types of `shape`. Raise Stop otherwise."""
    with or_stop(2, "x_json", name=name):
        fields = json.loads(content.decode(), object_pairs_hook=reject_duplicate_keys)
    return shaped(name, fields, **shape)


def shaped(name: str, fields: Any, **shape: type) -> dict[str, Any]:
    if isinstance(fields, dict) and types(fields) == shape:
        return fields
    raise Stop(2, "x_json", name=name)


def unbase64(text: Any) -> bytes:
    """Decode canonical base64. Any other base64 text for the same bytes is refused, so a proof has only one
    spelling."""
    content = base64.b64decode(text, validate=True)
    if base64.b64encode(content).decode() != text:
        raise ValueError
    return content


def hashes(proof: list[Any], name: str) -> list[bytes]:
    with or_stop(2, "x_json", name=name):
        decoded = [unbase64(text) for text in proof[:65]]
        if len(decoded) > 64 or any(len(digest) != 32 for digest in decoded):
            raise ValueError
    return decoded


# Section: signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
def parse_vkey(text: str) -> Key:
    with or_stop(2, "x_vkey", name=text[:120]):
        name, identity, coded = text.strip().split("+", 2)
        content = base64.b64decode(coded, validate=True)
        key = Key(name, content[0], content[1:])
        if not name.isprintable() or key.key_id.hex() != identity or key.kind not in KINDS or len(content) != 33:
            raise ValueError
    return key


def split_note(content: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Split a signed note into its text and its signatures, each as (name, key id, signature)."""
    text, _, lines = content.decode().rpartition("\n\n")
    signatures: list[tuple[str, bytes, bytes]] = []
    for line in lines.removesuffix("\n").split("\n"):
        dash, name, coded = line.split(" ")
        signed = unbase64(coded)
        if dash != "—" or not name or len(signatures) >= 64:
            raise ValueError
        signatures.append((name, signed[:4], signed[4:]))
    return text + "\n", signatures


def is_signed(key: Key, text: str, signed: bytes) -> int | None:
    """Verify the signature `signed` of `text`. Return None if the signature is wrong. If it is right, return the time
    of signing for the key of a witness, and 0 for a key of the log, whose signatures contain no time."""
    stamp, when = (8, int.from_bytes(signed[:8], "big")) if key.kind == WITNESS else (0, 0)
    message = f"cosignature/v1\ntime {when}\n{text}" if stamp else text
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signed[stamp:], message.encode())
    except (InvalidSignature, ValueError):
        return None
    return when if when < 1 << 37 else None


def parse_checkpoint(text: str) -> Checkpoint:
    origin, size, root, rest = text.split("\n")
    checkpoint = Checkpoint(origin, int(size), unbase64(root))
    if rest or str(checkpoint.size) != size or checkpoint.size < 0:
        raise ValueError
    return checkpoint


# Section: Merkle tree proofs (RFC 6962, verified as in RFC 9162).
def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def climb(index: int, last: int, first: bytes, second: bytes, proof: list[bytes]) -> tuple[bytes, bytes] | None:
    """Compute two Merkle roots from one proof (list of hashes). Return None if the proof has too few or too many
    hashes.

    For a consistency proof, the first root is that of the old tree and the second that of the new tree. The computation
    starts from the hashes `first` and `second`. For an inclusion proof, only the second root is needed.
    """
    for hashed in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            first, second = node(hashed, first), node(hashed, second)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            second = node(second, hashed)
        index, last = index >> 1, last >> 1
    return (first, second) if last == 0 else None


def is_included(entry: bytes, index: int, of: Checkpoint, proof: list[bytes]) -> bool:
    leaf = sha256(b"\x00" + entry).digest()
    roots = climb(index, of.size - 1, leaf, leaf, proof) if 0 <= index < of.size else None
    return roots is not None and roots[1] == of.root


def is_continued(old: Checkpoint, new: Checkpoint, proof: list[bytes]) -> bool:
    if old.size == 0:
        return not proof and old.root == sha256(b"").digest()
    index, last = old.size - 1, new.size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    path = proof if index else [old.root, *proof]
    return bool(path) and climb(index, last, path[0], path[0], path[1:]) == (old.root, new.root)


# Section: the checks of a pack, in the order in which `open_and_verify` calls them.
def check_list(files: dict[str, bytes]) -> dict[str, Any]:
    for name in WANTED:
        if name not in files:
            raise Stop(2, "x_lacks", name=name)
    shape = {"format": str, "origin": str, "question": str, "made": str, "files": dict}
    with or_stop(2, "x_json", name="manifest.json"):
        whole = {"whole": list} if "whole" in json.loads(files["manifest.json"]) else {}
    manifest = parsed("manifest.json", files["manifest.json"], **shape, **whole)
    if manifest["format"] != FORMAT or (whole and list(map(type, manifest["whole"])) != [int, int]):
        raise Stop(2, "x_json", name="manifest.json")
    for name in sorted({*manifest["files"], "manifest.json", "manifest.note"} ^ {*files, "manifest.note"}):
        raise Stop(1, "x_listed", name=name)
    for name, digest in manifest["files"].items():
        if sha256(files[name]).hexdigest() != digest:
            raise Stop(1, "x_altered", name=name)
    return manifest


def signers(name: str, content: bytes, keys: list[Key]) -> tuple[str, list[tuple[Key, int]], list[str]]:
    """Verify a signed note with `keys`. Return the note's text, the pairs (key, time of signing) of those keys that
    signed it, and the names of the other signers. Raise Stop if a signature by one of these keys is wrong."""
    with or_stop(1, "x_note", name=name):
        text, lines = split_note(content)
    signatures, others = [], []
    for who, key_id, signed in lines:
        key = next((key for key in keys if (key.name, key.key_id) == (who, key_id)), None)
        when = is_signed(key, text, signed) if key else None
        if key and when is None:
            raise Stop(1, "x_signature", who=who, name=name)
        signatures += [(key, when)] if key and when is not None else []
        others += [] if key else [who]
    return text, signatures, others


def check_checkpoints(
    files: dict[str, bytes], origin: str, keys: list[Key]
) -> tuple[list[Checkpoint], Report, tuple[int, int], set[Key]]:
    """Verify the signed checkpoints in the pack. Raise Stop if no key of the log signed the largest one.

    Return the checkpoints in order of size, a report on their signatures, the size and time of the last witness
    signature, and the keys that signed.
    """
    checked = sorted(
        (check_checkpoint(name, files, origin, keys) for name in files if "/" in name), key=lambda item: item[0].size
    )
    logs = [log for log, _, _ in checked]
    signed = [(log, key) for log, by, _ in checked for key, _ in by if key.kind == NOTE and key.name == origin]
    if not signed or signed[-1][0] != logs[-1]:
        raise Stop(1, "x_stranger")
    log, key = signed[-1]
    report: Report = [("p_log", {"name": origin, "size": log.size, "key": key.key_id.hex()})]
    report += [("u_old", {"size": log.size}) for log in logs if log not in dict(signed)]
    witnessed = {key.name: (log.size, when) for log, by, _ in checked for key, when in by if key.kind == WITNESS}
    report += [("p_witness", {"name": name, "size": size, "when": when}) for name, (size, when) in witnessed.items()]
    report += [
        ("u_stranger", {"name": name}) for name in dict.fromkeys(who for _, _, others in checked for who in others)
    ]
    return logs, report, max(witnessed.values(), default=(0, 0)), {key for _, by, _ in checked for key, _ in by}


def check_checkpoint(
    name: str, files: dict[str, bytes], origin: str, keys: list[Key]
) -> tuple[Checkpoint, list[tuple[Key, int]], list[str]]:
    text, by, others = signers(name, files[name], keys)
    with or_stop(1, "x_note", name=name):
        checkpoint = parse_checkpoint(text)
    if checkpoint.origin != origin:
        raise Stop(1, "x_origin", name=name)
    if name != f"checkpoints/{checkpoint.size}.note":
        raise Stop(1, "x_named", name=name, size=checkpoint.size)
    return checkpoint, by, others


def check_growth(content: bytes, logs: list[Checkpoint]) -> Report:
    """Check that each checkpoint continues the one before it. The last checkpoint then proves what all the others
    prove."""
    links = {}
    for link in parsed("consistency.json", content, links=list)["links"]:
        shaped("consistency.json", link, old=int, new=int, proof=list)
        links[link["old"], link["new"]] = hashes(link["proof"], "consistency.json")
    for old, new in pairwise(logs):
        proof = links.get((old.size, new.size))
        if proof is None or not is_continued(old, new, proof):
            raise Stop(1, "x_shrunk", old=old.size, size=new.size)
    return [("p_grown", {"old": logs[0].size, "size": logs[-1].size})] if len(logs) > 1 else []


class Event(NamedTuple):
    """An event of the pack that was proved to be in the log.

    `absent`: why the pack lacks the event's details, or "" if the pack has them. `pruned`: if the event records that
    old months of the log were deleted, a day: all months that ended earlier were deleted. Otherwise "".
    """

    number: int
    time: str
    absent: str
    pruned: str
    entry: bytes


def check_entries(content: bytes, logs: list[Checkpoint], last: tuple[int, int]) -> tuple[Report, dict[int, Event]]:
    """Check that each event of the pack is in the log, and that the details in the pack match the event's leaf.

    `last`: the number of events that the last witness signature covers, and its time. A covered event cannot be later
    than the signature, so it is reported if it claims to be. Return a report, and a dict of the events by number.
    """
    sizes = {log.size: log for log in logs}
    given: dict[int, Event] = {}
    report: Report = []
    for line in content.splitlines():
        fields = parsed("entries.jsonl", line, index=int, size=int, entry=str, proof=list, **DETAILS)
        index, entry = fields["index"], fields["entry"].encode(errors="replace")
        if index in given:
            raise Stop(1, "x_again", index=index)
        proof = hashes(fields["proof"], "entries.jsonl")
        if fields["size"] not in sizes or not is_included(entry, index, sizes[fields["size"]], proof):
            raise Stop(1, "x_absent", index=index)
        leaf = check_leaf(index, entry)
        check_payload(index, leaf["payload"], fields)
        pruned = pruned_before(leaf["kind"], fields["payload"])
        given[index] = Event(index, leaf["time"], fields["absent"], pruned, entry)
        summary = {name: leaf[name] for name in ("time", "kind", "outcome")}
        report += [("e_event", {"index": index, "details": fields["payload"], **summary})]
    size, when = last
    late = [event.number for event in given.values() if event.number < size and event.time > utc(when + CLOCKS, "T")]
    report += [("p_entries", {"count": len(given)})]
    with suppress(Stop):
        report += check_gaps(given, None)
    report += count_details(list(given.values())) + [("u_clock", {"index": index}) for index in late[:1]]
    return report, given


def check_gaps(given: dict[int, Event], claimed: list[int] | None) -> Report:
    """Raise Stop if the pack lacks an event between its first and its last one.

    `claimed` is the pair of first and last event numbers from the manifest, or None. A gap is allowed only before the
    last events, if these record the deletion of old months and so explain the gap.
    """
    run = sorted(given)
    while len(run) > 1 and given[run[-1]].pruned and run[-1] > (claimed[1] if claimed else run[-2] + 1):
        run.pop()
    for index, following in pairwise(run):
        if following != index + 1:
            raise Stop(1, "x_gap", index=index)
    if claimed and (not run or claimed != [run[0], run[-1]]):
        raise Stop(1, "x_ends", index=claimed[0], last=claimed[1])
    return [("p_run", {"index": run[0], "last": run[-1]})] if len(run) > 1 else []


def count_details(events: list[Event]) -> Report:
    """Count the events of the pack whose details are included, were left out by the pack's maker, or were deleted.

    A deletion is proved if the pack contains the event that records the deletion (kind PRUNING). Otherwise the pack
    only claims it.
    """
    newest = max((event for event in events if event.pruned), key=lambda event: event.number, default=None)
    erased = [event for event in events if event.absent == ERASED]
    # The field `pruned` is a day: all months of the audit log that ended before this day were deleted.
    explained = [e for e in erased if newest and e.number < newest.number and e.time[:7] < newest.pruned[:7]]
    counts = [
        ("p_payload", {}, sum(event.absent == GIVEN for event in events)),
        ("p_erased", {"index": newest.number, "when": newest.time[:10]} if newest else {}, len(explained)),
        ("u_withheld", {}, sum(event.absent == WITHHELD for event in events)),
        ("u_erased", {}, len(erased) - len(explained)),
    ]
    return [(name, {**facts, "count": count}) for name, facts, count in counts if count]


def pruned_before(kind: str, payload: str) -> str:
    """Return the day from the details of an event of kind PRUNING: months of the audit log that ended before this day
    were deleted. Return an empty string for other events."""
    day = None
    if kind == PRUNING:
        with suppress(ValueError, RecursionError, AttributeError):
            day = json.loads(payload).get("fact.before")
    return day if isinstance(day, str) and DAY.fullmatch(day) else ""


def check_leaf(index: int, entry: bytes) -> dict[str, Any]:
    """Parse a leaf. Raise Stop unless it is canonical JSON with exactly the fields of LEAF."""
    with or_stop(1, "x_leaf", index=index):
        leaf: dict[str, Any] = json.loads(entry)
        if json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode() != entry or types(leaf) != LEAF:
            raise ValueError
        if leaf["v"] != 1 or not DAY.match(leaf["time"]):
            raise ValueError
    return leaf


def check_payload(index: int, sealed: str, fields: dict[str, Any]) -> None:
    """Check the details of an event: if the pack has them, they must match the hash in the event's leaf. If it has
    none, the field `absent` must say why."""
    salt, content, absent = fields["salt"], fields["payload"].encode(errors="replace"), fields["absent"]
    if absent in (WITHHELD, ERASED) and not salt and not content:
        return
    if absent != GIVEN:
        raise Stop(2, "x_json", name="entries.jsonl")
    if not re.fullmatch("[0-9a-f]{64}", salt) or sha256(bytes.fromhex(salt) + content).hexdigest() != sealed:
        raise Stop(1, "x_payload", index=index)


def check_whole(files: dict[str, bytes], keys: list[Key]) -> tuple[Report, set[Key]]:
    """Check the signature of the manifest. It covers the whole pack, because the manifest lists the digests of all
    files.

    Return a report, and the keys of the log that signed the manifest.
    """
    if "manifest.note" not in files:
        return [("u_whole", {})], set()
    text, by, _ = signers("manifest.note", files["manifest.note"], keys)
    if text != f"{FORMAT}\n{sha256(files['manifest.json']).hexdigest()}\n":
        raise Stop(1, "x_manifest")
    signed = [key for key, _ in by if key.kind == NOTE]
    return [("p_whole", {"name": key.name}) for key in signed] or [("u_whole", {})], set(signed)


class Pack(NamedTuple):
    """An evidence pack whose checks have all passed. `logs` are its checkpoints in order of size."""

    report: Report
    origin: str
    logs: list[Checkpoint]
    events: dict[int, Event]


def compare(first: Pack, other: Pack) -> Report:
    """Check that two packs are about the same log. Raise Stop if they contradict each other about a checkpoint or an
    event.

    Report whether the later log is proved to continue the earlier one.
    """
    earlier, later = sorted((first, other), key=lambda pack: pack.logs[-1].size)
    old, size = earlier.logs[-1].size, later.logs[-1].size
    if earlier.origin != later.origin:
        raise Stop(1, "x_others", name=earlier.origin, other=later.origin)
    roots = {log.size: log.root for log in earlier.logs}
    for log in later.logs:
        if roots.get(log.size, log.root) != log.root:
            raise Stop(1, "x_fork", size=log.size)
    shared = earlier.events.keys() & later.events.keys()
    for index in sorted(shared):
        if earlier.events[index].entry != later.events[index].entry:
            raise Stop(1, "x_event", index=index)
    agrees = any(log.size == old for log in later.logs)
    report: Report = [("p_agree" if agrees else "u_apart", {"old": old, "size": size})]
    return report + ([("p_shared", {"count": len(shared)})] if shared else [])


def verify(path: Path, vkeys: list[str], whole: bool = False) -> Report:
    return open_and_verify(path, vkeys, whole).report


def open_and_verify(path: Path, vkeys: list[str], whole: bool = False) -> Pack:
    files = open_pack(path)
    manifest = check_list(files)
    listed = parsed("keys.json", files["keys.json"], keys=list)["keys"]
    vkeys_in_pack = [shaped("keys.json", key, vkey=str, use=str, since=str, until=str)["vkey"] for key in listed]
    inventory = [parse_vkey(text) for text in vkeys_in_pack]
    keys = [parse_vkey(text) for text in vkeys] or inventory
    logs, report, witnessed, signed = check_checkpoints(files, manifest["origin"], keys)
    report += check_growth(files["consistency.json"], logs)
    listed_events, events = check_entries(files["entries.jsonl"], logs, witnessed)
    if whole or "whole" in manifest:
        check_gaps(events, manifest.get("whole"))
    signed_list, by = check_whole(files, keys)
    report += listed_events + signed_list
    if vkeys:
        report += [("u_unused", {"key": text.strip()}) for text in vkeys if parse_vkey(text) not in signed | by]
    else:
        report += [("u_keys", {}), *(("u_key", {"key": key}) for key in vkeys_in_pack)]
    report += [] if any(name == "p_witness" for name, _ in report) else [("u_witness", {})]
    return Pack([*report, ("u_before", {}), ("u_chosen", {}), ("u_names", {})], manifest["origin"], logs, events)


# Section: printing the results.
def utc(when: int, between: str) -> str:
    return time.strftime(f"%Y-%m-%d{between}%H:%M:%S", time.gmtime(when))


def say(language: str, name: str, /, **facts: Any) -> str:
    """Format the sentence of SENTENCES with this name. Characters that could control a terminal are replaced by "?"."""
    sentence = " ".join(SENTENCE_BY_NAME[name].split()).split(" | ")[language == "en"]
    if isinstance(facts.get("when"), int):
        facts["when"] = utc(facts["when"], " ")
    plain = {key: "".join(c if c.isprintable() else "?" for c in str(value)[:300]) for key, value in facts.items()}
    return sentence.format(**plain)


def show(report: Report, language: str, trusted: bool, events: bool) -> None:
    titles = {"p": "t_proved" if trusted else "t_supposed", "u": "t_unproved", "e": "t_events"}
    for part, title in titles.items():
        lines = [say(language, name, **facts) for name, facts in report if name[0] == part]
        if lines and (part != "e" or events):
            print(say(language, title))
            print(*(f" - {line}" for line in lines), sep="\n")


def judge(arguments: argparse.Namespace) -> int:
    """Verify one or two packs, and print what they prove. If there are two, also compare them. Return the exit code."""
    packs = []
    for path in filter(None, (arguments.pack, arguments.other)):
        packs.append(open_and_verify(path, arguments.vkey, arguments.whole))
        if arguments.other:
            print(say(arguments.lang, "t_pack", name=path.name))
        show(packs[-1].report, arguments.lang, bool(arguments.vkey), arguments.events)
    compared = compare(*packs) if arguments.other else []
    if arguments.other:
        print(say(arguments.lang, "t_both"))
        show(compared, arguments.lang, bool(arguments.vkey), False)
    names = {name for pack in packs for name, _facts in pack.report} | {name for name, _facts in compared}
    if names & SHORT:
        print(say(arguments.lang, "t_4"))
        return 4
    return 0 if arguments.vkey else 3


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("other", type=Path, nargs="?")
    parser.add_argument("--vkey", action="append", default=[])
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--events", action="store_true")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):  # A letter that the console cannot encode is printed as "?".
        sys.stdout.reconfigure(errors="replace")
    try:
        return judge(options)
    except Stop as stop:
        print(say(options.lang, f"t_{stop.code}"), say(options.lang, stop.key, **stop.facts))
        return stop.code


if __name__ == "__main__":
    sys.exit(main())

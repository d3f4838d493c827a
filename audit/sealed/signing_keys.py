"""Reads, creates and rotates the keys that sign the audit log. The keys are stored in a JSON file that only the sealing
process (`manage.py seal`) can read:

    {"origin": "loge.example/sceau", "current": "s2", "keys": {"s1": {"public": "<base64>", "made": "2026-01-31"},
     "s2": {"private": "<base64>", "public": "<base64>", "made": "2026-11-26"}}}

A rotation adds a key. The next checkpoint is signed with the old key and the new one. A further rotation deletes the
old private key. The old public key stays in the file, to verify the checkpoints that the old key signed.

`origin` is the name of the log. If the file has no `origin`, the log is named after its only key, as sigsum's witnesses
require (sigsum.org, log.md). The key of such a log cannot be changed, because the log would get another name.
"""

import base64
import fcntl
import json
import os
import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.tlog.note import ED25519, Signer, Verifier

_ORIGIN = re.compile(r"[A-Za-z0-9._/:\-]{3,120}")
_BY_KEY = "sigsum.org/v1/tree/"


class SealKeysRefused(Exception):
    """Raised if the file with the signing keys is missing, readable by others, or not valid. The message is for whoever
    runs the server."""


@dataclass(frozen=True)
class SealKeys:
    """The content of the file with the signing keys of the sealed log.

    `signer` is the current key, and `older` the key before it. The first checkpoint after a rotation is signed with
    both, so that whoever trusts the older key can trust the new one. `made` gives the day on which each key was
    created.
    """

    origin: str
    current: str
    signer: Signer
    older: Signer | None
    public: dict[str, Verifier]
    made: dict[str, str]


def path() -> Path:
    """Return the path of the file with the signing keys: the setting SEAL_KEY_FILE. Demonstrations and development fall
    back to a file in `.local/`."""
    if settings.SEAL_KEY_FILE:
        return Path(settings.SEAL_KEY_FILE)
    if settings.DEBUG or settings.DEMO:
        return Path(settings.BASE_DIR) / ".local" / "seal-keys.json"
    raise SealKeysRefused(
        _(
            "Aucune clé de sceau : la variable LOGE_SEAL_KEYS doit nommer leur fichier. Créez-le avec « "
            "manage.py keys new --seal »."
        )
    )


def load(file: Path) -> SealKeys:
    content = _read(file)
    try:
        origin, current, stored = content.get("origin", ""), content["current"], content["keys"]
        if not origin or origin.startswith(_BY_KEY):
            first = next(iter(stored.values()))
            by_key = _BY_KEY + sha256(base64.b64decode(first["public"])).hexdigest()
            # A log without `origin` is named by the hash of its first key. A name with another key's hash is refused.
            if origin not in ("", by_key):
                raise ValueError(origin)
            origin = by_key
        signers = {
            name: Signer(origin, Ed25519PrivateKey.from_private_bytes(base64.b64decode(key["private"], validate=True)))
            for name, key in stored.items()
            if "private" in key
        }
        public = {name: Verifier(origin, ED25519, base64.b64decode(key["public"])) for name, key in stored.items()}
        made = {name: key["made"] for name, key in stored.items()}
        names = list(stored)
        older = signers.get(names[names.index(current) - 1]) if names[0] != current else None
        return SealKeys(origin, current, signers[current], older, public, made)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise SealKeysRefused(_not_keys(file)) from None


def new(file: Path, origin: str) -> SealKeys:
    """Create the key file with a first signing key.

    `origin` is the name of the log. It can never change, because witnesses (outside servers that cosign the log) know
    the log by this name. If `origin` is empty, the log is named after its key.
    """
    if origin and not _ORIGIN.fullmatch(origin):
        raise SealKeysRefused(
            _("Le nom du journal comporte de 3 à 120 lettres, chiffres et signes ./:-_, sans espace.")
        )
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SealKeysRefused(
            _("« %(path)s » existe déjà : un fichier de clés de sceau ne peut pas être remplacé.") % {"path": file}
        ) from None
    _write(handle, _with_new_key({"origin": origin, "keys": {}} if origin else {"keys": {}}))
    return load(file)


def rotate(file: Path) -> SealKeys:
    """Add a new signing key and make it the current one. The private keys of the new key and of the key before it stay
    in the file; all older private keys are deleted."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if load(file).origin.startswith(_BY_KEY):
            raise SealKeysRefused(
                _(
                    "Ce journal porte le nom de sa clé : une clé d’un autre nom créerait un autre journal, y "
                    "compris pour ses témoins."
                )
            )
        content = _with_new_key(_read(file))
        for name in list(content["keys"])[:-2]:
            content["keys"][name].pop("private", None)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), content)
        beside.replace(file)
    finally:
        os.close(folder)
    return load(file)


def _with_new_key(content: dict[str, Any]) -> dict[str, Any]:
    private = Ed25519PrivateKey.generate()
    name = f"s{len(content['keys']) + 1}"
    key = {
        "private": _text(private.private_bytes_raw()),
        "public": _text(private.public_key().public_bytes_raw()),
        "made": timezone.localdate().isoformat(),
    }
    return {**content, "current": name, "keys": {**content["keys"], name: key}}


def _read(file: Path) -> dict[str, Any]:
    """Read the key file. The permissions are checked on the opened file: if they were checked by path before opening,
    the path could be made to point to another file in between."""
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SealKeysRefused(
                    _("« %(path)s » est accessible à d’autres utilisateurs que son propriétaire : lancez chmod 600.")
                    % {"path": file}
                )
            content: dict[str, Any] = json.load(opened)
    except OSError:
        raise SealKeysRefused(
            _("« %(path)s » est absent ou illisible : créez-le avec « manage.py keys new --seal ».") % {"path": file}
        ) from None
    except ValueError:
        raise SealKeysRefused(_not_keys(file)) from None
    return content


def _write(handle: int, content: dict[str, Any]) -> None:
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _not_keys(file: Path) -> str:
    return _("« %(path)s » n’est pas un fichier de clés de sceau.") % {"path": file}

"""The key ring: AES-256 keys in a file outside the database, so that a database dump alone cannot be decrypted.

    {"current": "k2", "keys": {"k1": "<base64>", "k2": "<base64>"}, "made": {"k1": "2026-01-31", "k2": "2026-11-25"}}

The newest key encrypts; every key decrypts. No key is ever removed, because backups still contain values encrypted with
it. Keep a copy of the file away from the backups; without it the encrypted values are lost. With several machines, copy
the file to all after a rotation: until then the others raise WrongKey for values encrypted with the new key.
"""

import base64
import binascii
import fcntl
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

KEY_BYTES = 32
_CERTIFICATE, _PACK = b"loge certificate", b"loge evidence pack"
READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyRingRefused(Exception):
    """Raised if the key file is missing, readable by others, or not a key ring. The message is for the server's
    administrator."""


class UnknownKey(Exception):
    """Raised for a key id that is not in the key ring."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of the key ring, loaded. The object contains cipher and signer objects instead of bytes, so that no code
    can print a key."""

    current: str
    made: Mapping[str, str]
    ciphers: Mapping[str, AESGCM] = field(repr=False)
    signers: Mapping[str, Ed25519PrivateKey] = field(repr=False)
    packers: Mapping[str, Ed25519PrivateKey] = field(repr=False)

    def get(self, key_id: str) -> AESGCM:
        if key_id not in self.ciphers:
            raise _unknown(key_id)
        return self.ciphers[key_id]

    def signer(self, key_id: str) -> Ed25519PrivateKey:
        if key_id not in self.signers:
            raise _unknown(key_id)
        return self.signers[key_id]


def ring_path() -> Path:
    """Return the path of the key file: the setting KEY_FILE. Demonstrations and development fall back to a file in
    `.local/`."""
    if settings.KEY_FILE:
        return Path(settings.KEY_FILE)
    if settings.DEBUG or settings.DEMO:
        return Path(settings.BASE_DIR) / ".local" / "keys.json"
    raise KeyRingRefused(
        _(
            "Aucun trousseau de clés : la variable LOGE_KEYS doit nommer son fichier. Créez-le avec « "
            "manage.py keys new »."
        )
    )


def ring() -> KeyRing:
    """Return the key ring. The file is read again when it changes, so that no restart is needed after a key
    rotation."""
    path = ring_path()
    try:
        state = path.stat()
    except OSError:
        raise KeyRingRefused(_no_file(path)) from None
    return _remembered(path, (state.st_ino, state.st_mtime_ns, state.st_mode))


def current() -> str:
    """Return the id of the key with which new values are encrypted."""
    return ring().current


def get(key_id: str) -> AESGCM:
    return ring().get(key_id)


def load(path: Path) -> KeyRing:
    content = _read(path)
    try:
        bare = {key_id: _key(text) for key_id, text in content["keys"].items()}
        ciphers = {key_id: AESGCM(key) for key_id, key in bare.items()}
        # Each encryption key gives one signing key per purpose, from which the encryption key cannot be computed.
        signers, packers = (
            {
                key_id: Ed25519PrivateKey.from_private_bytes(
                    HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(key)
                )
                for key_id, key in bare.items()
            }
            for purpose in (_CERTIFICATE, _PACK)
        )
        loaded = KeyRing(content["current"], content.get("made", {}), ciphers, signers, packers)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise KeyRingRefused(_not_a_ring(path)) from None
    if loaded.current not in ciphers or not all(re.fullmatch("[A-Za-z0-9]{1,32}", key_id) for key_id in ciphers):
        raise KeyRingRefused(_not_a_ring(path))
    return loaded


def new_ring(path: Path) -> KeyRing:
    """Create the key file with one key. Raises KeyRingRefused if the file exists: overwriting it would lose its keys,
    and with them all values encrypted with these keys."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = _with_new_key({"keys": {}, "made": {}})
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyRingRefused(
            _("« %(path)s » existe déjà : un trousseau de clés ne peut pas être remplacé.") % {"path": path}
        ) from None
    _write(descriptor, content)
    return load(path)


def rotate(path: Path) -> KeyRing:
    """Add a key to the key ring and make it the current one. A file lock prevents two simultaneous rotations from
    overwriting each other's new key."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        # Loading raises an error if the existing key ring is invalid, so that a damaged file is not overwritten.
        load(path)
        content = _with_new_key(_read(path))
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        _write(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), content)
        beside.replace(path)
    finally:
        os.close(folder)
    return load(path)


@lru_cache(maxsize=4)
def _remembered(path: Path, _state: tuple[int, ...]) -> KeyRing:
    return load(path)


def _read(path: Path) -> dict[str, Any]:
    """Read the key file. The permissions are checked on the opened file: if they were checked by path before opening,
    the path could be made to point to another file in between."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & READABLE_BY_OTHERS:
                raise KeyRingRefused(
                    _(
                        "Le trousseau de clés « %(path)s » est accessible à d’autres utilisateurs que son "
                        "propriétaire : lancez chmod 600 %(path)s."
                    )
                    % {"path": path}
                )
            content = json.load(file)
    except OSError:
        raise KeyRingRefused(_no_file(path)) from None
    except ValueError:
        raise KeyRingRefused(_not_a_ring(path)) from None
    if not isinstance(content, dict):
        raise KeyRingRefused(_not_a_ring(path))
    return content


def _write(descriptor: int, content: Mapping[str, Any]) -> None:
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())


def _with_new_key(content: Mapping[str, Any]) -> dict[str, Any]:
    key_id = f"k{len(content['keys']) + 1}"
    while key_id in content["keys"]:
        key_id += "b"
    key = base64.b64encode(AESGCM.generate_key(bit_length=KEY_BYTES * 8)).decode("ascii")
    today = timezone.localdate().isoformat()
    return {
        "current": key_id,
        "keys": {**content["keys"], key_id: key},
        "made": {**content.get("made", {}), key_id: today},
    }


def _key(text: str) -> bytes:
    """Decode a key. A malformed key raises ValueError (binascii.Error is a subclass); the caller then refuses the whole
    key file."""
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise binascii.Error
    return key


def _unknown(key_id: str) -> UnknownKey:
    return UnknownKey(_("La clé « %(key)s » n’est pas dans le trousseau.") % {"key": key_id})


def _no_file(path: Path) -> str:
    return _("Le trousseau de clés « %(path)s » est absent ou illisible : créez-en un avec « manage.py keys new ».") % {
        "path": path
    }


def _not_a_ring(path: Path) -> str:
    return _("« %(path)s » n’est pas un trousseau de clés de 256 bits.") % {"path": path}

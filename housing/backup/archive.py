"""The backup file: a tar archive of a manifest, the database roles and the dump, encrypted on request. The manifest has
the checksums of the two other files."""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyrage

MANIFEST, DUMP, ROLES = "manifest.json", "database.dump", "roles.json"
FORMAT = 1
_AGE = b"age-encryption.org/v1"


class NotACopy(Exception):
    """Raised if a backup file, its key (age format) or the recipient of the encryption cannot be used. The message says
    why."""


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """Create a private temporary folder in the folder `beside`, and delete it at the end. A backup made there can be
    renamed atomically to a path in `beside`, because both folders are on the same disk."""
    with tempfile.TemporaryDirectory(prefix=".loge-", dir=beside) as folder:
        yield Path(folder)


def write(target: Path, parts: Path, manifest: Mapping[str, Any], recipient: str) -> None:
    """Write the backup file atomically: all its content is on disk before the file gets its final name."""
    sums = {name: checksum(parts / name) for name in (DUMP, ROLES)}
    (parts / MANIFEST).write_text(json.dumps({**manifest, "format": FORMAT, "sha256": sums}), encoding="utf-8")
    whole = parts / "whole"
    with tarfile.open(whole, "w") as tar:
        for name in (MANIFEST, ROLES, DUMP):
            tar.add(parts / name, arcname=name)
    if recipient:
        whole = encrypt(whole, recipient)
    whole.chmod(0o600)
    with whole.open("rb") as file:
        os.fsync(file.fileno())
    whole.replace(target)


def encrypt(whole: Path, recipient: str) -> Path:
    """Encrypt the archive for `recipient`, delete the unencrypted file, and return the new path. Raises NotACopy if
    `recipient` is not an age key (age-encryption.org)."""
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise NotACopy("La clé du destinataire n’est pas une clé age (age1…).") from error
    sealed = whole.with_name("sealed")
    with whole.open("rb") as plain, sealed.open("wb") as closed:
        pyrage.encrypt_io(plain, closed, [key])
    whole.unlink()
    return sealed


def unpack(source: Path, parts: Path, identity: Path | None) -> dict[str, Any]:
    """Unpack a backup into the folder `parts`, verify the checksum of each file, and return the backup's manifest."""
    try:
        with tarfile.open(decrypt(source, parts, identity)) as tar:
            for name in (MANIFEST, ROLES, DUMP):
                tar.extract(name, parts, filter="data")
    except (tarfile.TarError, KeyError) as error:
        raise NotACopy(f"{source} n’est pas une copie de Loge, ou elle est coupée.") from error
    manifest: dict[str, Any] = json.loads((parts / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise NotACopy(f"{source} a été faite par une autre version de Loge.")
    for name, expected in manifest["sha256"].items():
        if checksum(parts / name) != expected:
            raise NotACopy(f"{source} est abîmée : {name} n’a pas la somme de contrôle attendue.")
    return manifest


def decrypt(source: Path, parts: Path, identity: Path | None) -> Path:
    """Return the path of the unencrypted archive: `source` itself, or a decrypted copy in the folder `parts`."""
    with source.open("rb") as file:
        if not file.read(len(_AGE)).startswith(_AGE):
            return source
    if identity is None:
        raise NotACopy(f"{source} est chiffrée : --identity doit nommer le fichier de la clé qui l’ouvre.")
    lines = identity.read_text(encoding="ascii").splitlines()
    keys = [line for line in lines if line.startswith("AGE-SECRET-KEY-")]
    if len(keys) != 1:
        raise NotACopy(f"{identity} n’est pas un fichier de clé age.")
    opened = parts / "opened"
    with source.open("rb") as closed, opened.open("wb") as plain:
        try:
            pyrage.decrypt_io(closed, plain, [pyrage.x25519.Identity.from_str(keys[0])])
        except pyrage.DecryptError as error:
            raise NotACopy(f"La clé de {identity} n’ouvre pas {source}, ou la copie est abîmée.") from error
    return opened

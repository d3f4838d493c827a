"""The published files of the sealed log must contain what was signed, only grow, and contain nobody's name.

A shorter or different log must never replace them.
"""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from audit.sealed import signing_keys
from audit.sealed.publishing import Publication, PublicationRefused
from audit.tlog import tree
from audit.tlog.checkpoint import parse
from audit.tlog.note import open_note
from audit.tlog.prover import Prover
from tests.audit.test_tampering import insider, newest_note, seal, write
from tests.builders import run


def publish(folder, using="seal"):
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        return Publication(folder).follow(cursor)


def said(folder):
    return parse(
        open_note((folder / "checkpoint").read_text(), [signing_keys.load(signing_keys.path()).signer.verifier]).text
    )


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def agree(folder) -> int:
    """Verify the log's root hash, and that one leaf is in the log, with the hashes in the published files only.

    Returns the number of leaves.
    """
    published = said(folder)
    hash_at = Prover(lambda wanted: [(folder / tile.path).read_bytes() for tile in wanted], published.size).hash_at
    assert tree.root(published.size, hash_at) == published.root
    [(number, entry)] = run("SELECT number, entry FROM audit_leaf ORDER BY number DESC OFFSET 1 LIMIT 1")
    proof = tree.inclusion_proof(number, published.size, hash_at)
    assert tree.is_included(tree.leaf_hash(bytes(entry)), number, published.size, proof, published.root)
    return published.size


def test_published_files_contain_hashes_and_checkpoints_only(bare, tmp_path):
    assert publish(tmp_path) == 0 and files(tmp_path) == []
    write(3)
    seal()
    assert (publish(tmp_path), agree(tmp_path)) == (3, 3)
    assert files(tmp_path) == ["checkpoint", "tile/0/000.p/3"]
    write(600)
    seal()
    assert publish(tmp_path) == 603 == agree(tmp_path) == publish(tmp_path)
    assert files(tmp_path) == ["checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/91", "tile/1/000.p/2"]
    assert all(path.stat().st_mode & 0o004 for path in tmp_path.rglob("*"))
    assert {len((tmp_path / name).read_bytes()) % 32 for name in files(tmp_path)[1:]} == {0}
    kinds = {kind for (kind,) in run("SELECT DISTINCT kind FROM audit_event")}
    told = b"".join((tmp_path / name).read_bytes() for name in files(tmp_path))
    assert kinds and not any(kind.encode() in told for kind in kinds)
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    run("INSERT INTO audit_cosignature (size, witness, line) VALUES (%s, 'w', %s)", size, "— w AAAA\n".encode())
    publish(tmp_path)
    assert (tmp_path / "checkpoint").read_text() == newest_note() + "— w AAAA\n"


def test_a_published_log_is_never_rolled_back_or_replaced(bare, tmp_path, settings):
    write(5)
    seal()
    publish(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path)}
    with insider():
        run("DELETE FROM audit_checkpoint")
        run("DELETE FROM audit_event WHERE id IN (SELECT event FROM audit_leaf WHERE number >= 3)")
        run("DELETE FROM audit_leaf WHERE number >= 3")
        seal("owner")
        with pytest.raises(PublicationRefused, match="feuilles"):
            publish(tmp_path, "owner")
    settings.SEAL_KEY_FILE = str(tmp_path.parent / "renamed.json")
    signing_keys.new(signing_keys.path(), "tests/renamed")
    write(1)
    settings.TILES_FOLDER = str(tmp_path)
    with pytest.raises(CommandError, match="demande un autre dossier"):
        call_command("seal", "--once", stdout=io.StringIO())
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path)} == before
    settings.TILES_FOLDER = str(tmp_path.parent / "renamed")
    call_command("seal", "--once", stdout=io.StringIO())
    assert re.match("tests/renamed\n", (tmp_path.parent / "renamed" / "checkpoint").read_text())

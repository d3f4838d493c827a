"""Tiles (files of the published log) must have the paths and contents that the standard C2SP tlog-tiles prescribes.

Each leaf must have exactly one valid encoding.
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tlog import tiles, tree
from audit.tlog.leaf import Leaf, LeafRefused, canonical, commitment, read_entry, utc
from audit.tlog.prover import Prover
from audit.tlog.tiles import Tile
from tests.audit.tlog.test_tree import Grown, entries

SIZE = 66_000
LOG = Grown(entries(SIZE))
LEAF = Leaf(
    "0b4e2f4e-0d3e-4c1a-9d8e-6d6a3c1f2b10",
    "2026-11-26T22:01:38.123456Z",
    "account_opened",
    "shown",
    commitment(bytes(32), b"{}").hex(),
    actor="a" * 32,
    subject=f"{'b' * 32} {'c' * 32}",
    purpose="payment",
    rules="r12",
)


def test_tile_paths_follow_the_standard():
    spelt = {
        Tile(0, 1234067): "tile/0/x001/x234/067",
        Tile(0, 273, 112): "tile/0/273.p/112",
        Tile(1, 0): "tile/1/000",
        Tile(None, 1000, 1): "tile/entries/x001/000.p/1",
        Tile(63, 999999): "tile/63/x999/999",
    }
    assert {tile: tile.path for tile in spelt} == spelt
    assert {path: tiles.parse_path(path) for path in spelt.values()} == {path: tile for tile, path in spelt.items()}
    for path in ["tile/64/000", "tile/0/x000/001", "tile/0/1", "tile/0/000.p/0", "tile/0/000.p/300", "tile/0/../000"]:
        with pytest.raises(ValueError):
            tiles.parse_path(path)
    # The standard C2SP tlog-tiles gives the example of 70,000 leaves: level 0 has 273 full tiles and one of 112 hashes.
    # Of 70,000 leaves, level 1 has one full tile and one tile of 17 hashes, and level 2 has one tile of one hash.
    widths = [(tile.level, tile.width) for tile in tiles.tiles_of(70_000)]
    assert (len(widths), widths[-4:]) == (277, [(0, 112), (1, 256), (1, 17), (2, 1)])
    assert widths[:273] == [(0, 256)] * 273
    assert list(tiles.tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_new_tiles_of_a_growth_are_complete(since, more):
    before, after = set(tiles.tiles_of(since)), set(tiles.tiles_of(since + more))
    assert set(tiles.tiles_of(since + more, since)) == after - before
    assert {tile.index for tile in tiles.bundles_of(since + more, since)} == {
        tile.index for tile in after - before if tile.level == 0
    }


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_536, SIZE])
def test_proofs_from_tiles_equal_proofs_from_all_hashes(size):
    files = {tile: tiles.hashes(tile, LOG.read) for tile in tiles.tiles_of(size)}
    hash_at = Prover(lambda wanted: [files[tile] for tile in wanted], size).hash_at
    assert tree.root(size, hash_at) == tree.root(size, LOG.read)
    for index in {0, size // 3, size - 1}:
        assert tree.inclusion_proof(index, size, hash_at) == tree.inclusion_proof(index, size, LOG.read)
    for old in {0, size // 2, size - 1, size}:
        assert tree.consistency_proof(old, size, hash_at) == tree.consistency_proof(old, size, LOG.read)
    with pytest.raises(ValueError):
        hash_at(0, size)
    with pytest.raises(ValueError):
        Prover(lambda wanted: [files[tile][:-1] for tile in wanted], size).hash_at(0, 0)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_round_trips(held):
    content = tiles.bundle(held)
    assert tiles.unbundle(content) == held
    if content:
        with pytest.raises(ValueError):
            tiles.unbundle(content[:-1])


def test_oversized_bundles_are_refused():
    for held in ([b""] * 257, [bytes(65_536)]):
        with pytest.raises(ValueError):
            tiles.bundle(held)
    assert len(tiles.bundle([bytes(65_535)])) == 65_537
    with pytest.raises(ValueError):
        tiles.unbundle(bytes(2 * 257))


def test_a_leaf_is_canonical_and_holds_no_free_text():
    entry = LEAF.entry()
    assert read_entry(entry) == LEAF
    assert entry.startswith(b'{"actor":"aaaa') and b" :" not in entry
    said = json.loads(entry)
    assert list(said) == sorted(said) and said["v"] == 1 and entry == canonical(said)
    for name in LEAF._fields:
        with pytest.raises(LeafRefused):
            LEAF._replace(**{name: "Mme Élise Martin"}).entry()
        with pytest.raises(LeafRefused, match=name):
            LEAF._replace(**{name: f'","{name}":"'}).entry()
        with pytest.raises(LeafRefused):
            read_entry(entry.replace(f'"{name}":"'.encode(), f'"{name}":7,"x":"'.encode()))
    for spoilt in [b"", b"[]", b"{}", b"7", b"[" * 100_000, entry + b" ", entry.replace(b'"v":1', b'"v":2'), b"\xff"]:
        with pytest.raises(LeafRefused):
            read_entry(spoilt)
    with pytest.raises(LeafRefused):
        LEAF._replace(subject=" ".join(["b" * 32] * 2_000)).entry()


def test_canonical_json_and_commitments():
    assert canonical({"b": 1, "a": "é"}) == b'{"a":"\\u00e9","b":1}'
    for value in (1.5, None, True, ["x"], {"x": "y"}):
        with pytest.raises(LeafRefused):
            canonical({"a": value})
    assert commitment(bytes(32), b"x") == sha256(bytes(32) + b"x").digest() != commitment(b"x" * 32, b"x")
    with pytest.raises(LeafRefused):
        commitment(bytes(31), b"\x00x")
    moment = datetime(2026, 11, 26, 23, 1, 38, 123, timezone(timedelta(hours=1)))
    assert utc(moment) == "2026-11-26T22:01:38.000123Z" == utc(moment.astimezone(UTC))

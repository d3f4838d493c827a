"""Proofs that many leaves are in the log, made in bulk, must equal proofs made one by one.

Making proofs in bulk must need few reads and little memory.
"""

import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tlog import tiles, tree
from audit.tlog.prover import AT_ONCE, Prover
from audit.tlog.tiles import Tile
from tests.audit.tlog.test_tiles import LOG, SIZE
from tests.audit.tlog.test_tree import Grown, entries

HUGE = 10_000_000


class Fetched:
    """Returns tiles (groups of hashes) of a log when called. `asked` lists the tiles that each call requested."""

    def __init__(self, log: Grown) -> None:
        self.log = log
        self.asked: list[list[Tile]] = []

    def __call__(self, wanted: Sequence[Tile]) -> list[bytes]:
        self.asked.append(list(wanted))
        return [tiles.hashes(tile, self.log.read) for tile in wanted]


def test_bulk_proofs_equal_single_ones_for_many_tree_sizes():
    compared = 0
    for size in (*range(1, 30), 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, SIZE):
        indexes = sorted({at for at in (*range(30), 254, 255, 256, 511, 65_535, size // 2, size - 1) if at < size})
        for at_once in (1, 5, AT_ONCE):
            found = list(Prover(Fetched(LOG), size, at_once).inclusion(indexes))
            assert found == [tree.inclusion_proof(index, size, LOG.read) for index in indexes], (size, at_once)
            compared += len(found)
    assert compared > 2_000


@settings(deadline=None)
@given(st.data())
def test_bulk_proofs_equal_single_ones_in_any_order(data):
    size = data.draw(st.integers(1, SIZE))
    indexes = data.draw(st.lists(st.integers(0, size - 1), max_size=40))
    prover = Prover(Fetched(LOG), size, data.draw(st.integers(1, 50)))
    assert list(prover.inclusion(indexes)) == [tree.inclusion_proof(index, size, LOG.read) for index in indexes]
    old = data.draw(st.integers(0, size))
    assert tree.consistency_proof(old, size, prover.hash_at) == tree.consistency_proof(old, size, LOG.read)


def test_missing_leaves_and_wrong_tiles_raise_value_error():
    prover = Prover(Fetched(Grown(entries(300))), 300)
    for wrong in ([300], [-1], [3, 300]):
        with pytest.raises(ValueError):
            list(prover.inclusion(wrong))
    with pytest.raises(ValueError):
        list(Prover(lambda wanted: [bytes(32)] * len(wanted), 300).inclusion([3]))
    with pytest.raises(ValueError):
        list(Prover(lambda wanted: [], 300).inclusion([3]))


def test_each_tile_is_read_once_in_batches():
    """Each tile (group of 256 hashes) must be read at most once, whether the leaves are in few tiles or in many."""
    for indexes in (range(1_000), range(7, SIZE, tiles.WIDTH)):
        fetch = Fetched(LOG)
        assert len(list(Prover(fetch, SIZE).inclusion(indexes))) == len(indexes) > 250
        asked = [tile for wanted in fetch.asked for tile in wanted]
        assert len(asked) == len(set(asked)) and len(fetch.asked) <= -(-len(indexes) // AT_ONCE)


def test_proofs_of_ten_million_leaves_need_little_memory():
    """Making 600 proofs from a log of ten million leaves must take less than 3 MB of memory.

    Each leaf is in another tile (group of 256 hashes), which is the case that needs most memory.
    """
    wide = tiles.WIDTH * tree.HASH_BYTES
    indexes = range(5, HUGE, HUGE // 600)
    tracemalloc.start()
    try:
        prover = Prover(lambda wanted: (bytes(bytearray(wide))[: tile.width * 32] for tile in wanted), HUGE)
        made = sum(len(proof) for proof in prover.inclusion(indexes))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made > 600 * 20
    # Reading the tiles in batches takes less than 3 MB. The tiles of all proofs together would take 10 MB.
    assert peak < 3_000_000

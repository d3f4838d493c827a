"""The Merkle tree of the sealed log must have the same hashes and proofs as a simple implementation of RFC 6962.

It must also agree with published test vectors.
"""

from collections.abc import Sequence
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tlog import tree

# LEAVES (in hexadecimal) and ROOTS (by number of leaves) are test vectors of the Certificate Transparency programs.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


class Grown:
    """A log in memory to which leaves are added one by one.

    It stores the hashes of complete subtrees only. Computing a proof must need no other hash.
    """

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        for index, entry in enumerate(entries):
            for level, number, hashed in tree.completed(index, tree.leaf_hash(entry), self.read):
                assert (level, number) not in self.kept
                self.kept[level, number] = hashed

    def read(self, level: int, index: int) -> bytes:
        return self.kept[level, index]


def entries(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


def naive(leaves: Sequence[bytes]) -> bytes:
    """Return the root hash of a Merkle tree with these leaves, computed recursively as RFC 6962 defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = max(1 << k for k in range(20) if 1 << k < len(leaves))
    return sha256(b"\x01" + naive(leaves[:half]) + naive(leaves[half:])).digest()


MOST = 70
LOG = Grown(entries(MOST))
NAIVE = [naive(entries(size)) for size in range(MOST + 1)]
sizes = st.integers(1, MOST)


def test_roots_equal_published_test_vectors():
    log = Grown([bytes.fromhex(leaf) for leaf in LEAVES])
    assert {size: tree.root(size, log.read).hex() for size in ROOTS} == ROOTS
    assert [tree.root(size, LOG.read) for size in range(MOST + 1)] == NAIVE


def test_a_growing_tree_has_the_root_of_each_size():
    growing = tree.GrowingTree()
    roots = [growing.root()]
    for entry in entries(MOST):
        growing.append(tree.leaf_hash(entry))
        roots.append(growing.root())
    assert roots == NAIVE


def test_every_proof_is_valid_for_one_statement_only():
    held = 0
    for size in range(1, 20):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, LOG.read)
            leaf, root = tree.leaf_hash(entries(size)[index]), NAIVE[size]
            # The proof of a leaf must be valid for that leaf's index only, among all indices in a log of `size` leaves.
            assert [i for i in range(-1, size + 2) if tree.is_included(leaf, i, size, proof, root)] == [index]
            held += 1
        for old in range(size + 1):
            proof = tree.consistency_proof(old, size, LOG.read)
            assert tree.is_consistent(old, NAIVE[old], size, NAIVE[size], proof)
            assert not any(
                tree.is_consistent(other, NAIVE[other], size, NAIVE[size], proof)
                for other in range(1, size)
                if other != old
            )
            held += 1
    assert held == 19 * 20 // 2 + sum(range(2, 21))


@settings(deadline=None)
@given(sizes, st.data())
def test_a_changed_proof_is_refused(size, data):
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf = tree.leaf_hash(entries(size)[index])
    included, consistent = tree.inclusion_proof(index, size, LOG.read), tree.consistency_proof(old, size, LOG.read)
    assert tree.is_included(leaf, index, size, included, NAIVE[size])
    assert tree.is_consistent(old, NAIVE[old], size, NAIVE[size], consistent)
    other = data.draw(st.binary(min_size=32, max_size=32))
    for changed in spoilt(included, other):
        assert not tree.is_included(leaf, index, size, changed, NAIVE[size])
    for changed in spoilt(consistent, other):
        assert not tree.is_consistent(old, NAIVE[old], size, NAIVE[size], changed)
    assert not tree.is_included(other, index, size, included, NAIVE[size])
    assert not tree.is_included(leaf, index, size, included, other)
    assert not tree.is_consistent(old, other, size, NAIVE[size], consistent)
    assert not tree.is_consistent(old, NAIVE[old], size, other, consistent)


def spoilt(proof: list[bytes], other: bytes) -> list[list[bytes]]:
    """Return wrong versions of a proof: with one hash replaced, one hash left out, or one hash too many."""
    replaced = [[*proof[:at], other, *proof[at + 1 :]] for at in range(len(proof))]
    shortened = [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
    return [*replaced, *shortened, [*proof, other], [other, *proof]]


def test_proofs_outside_the_tree_are_refused():
    for asked in [(-1, 5), (5, 5), (0, 0)]:
        assert not tree.is_included(b"", *asked, [], NAIVE[5])
        refuses(lambda asked=asked: tree.inclusion_proof(*asked, LOG.read))
    for asked in [(6, 5), (-1, 5)]:
        assert not tree.is_consistent(asked[0], NAIVE[5], asked[1], NAIVE[5], [])
        refuses(lambda asked=asked: tree.consistency_proof(*asked, LOG.read))
    assert tree.is_consistent(0, tree.EMPTY_ROOT, 0, tree.EMPTY_ROOT, [])
    assert not tree.is_consistent(0, tree.EMPTY_ROOT, 0, NAIVE[1], [])
    assert not tree.is_consistent(0, NAIVE[1], 5, NAIVE[5], [])
    assert not tree.is_consistent(5, NAIVE[5], 5, NAIVE[5], [NAIVE[5]])


def refuses(act) -> None:
    try:
        act()
    except ValueError:
        return
    raise AssertionError("not refused")

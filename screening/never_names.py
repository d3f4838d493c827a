"""python -m screening.never_names FOLDER: writes the list of words in the lexicons that are nobody's name.

FOLDER has lists of people's names (CSV, columns `nom` and `prenom`). The result is the words of the lexicons minus
those in the name lists and in `data/also_names.txt`. Nothing else from the name lists is stored.
"""

import csv
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from screening.expressions.lexicon import load
from screening.words.spelling import plain, stem

DATA = Path(__file__).parent / "data"
NEVER, ALSO = DATA / "never_names.txt", DATA / "also_names.txt"
SHORTEST = 4
WORD = re.compile(r"[^\W\d_]+")
HEAD = "# Words of the lexicons, by their stems, that nobody is called by: written by screening/never_names.py."


def words_of(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()


@cache
def never_names() -> frozenset[str]:
    return frozenset(words_of(NEVER))


def listed_names(folder: Path) -> set[str]:
    """Return the stems of all words in the lists of people's names.

    The list of words that are nobody's name must not contain any of these stems.
    """
    stems = set()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                stems |= {stem(plain(word)) for word in WORD.findall(row.get("nom") or row.get("prenom") or "")}
    return stems


def candidates() -> set[str]:
    """Return the stems of all words in the lexicons' expressions. The caller removes those that are people's names.

    Light words (articles, prepositions) and numbers are left out.
    """
    lexicon = load()
    groups = {pattern for patterns in lexicon.by_key.values() for pattern in patterns}
    keys = {
        key
        for pattern in groups
        if pattern.group.category != "lawful"
        for element in pattern.elements
        if not element.optional
        for key in element.keys
    }
    light = lexicon.classes["light"]
    return {key for key in keys if key.isalpha() and key.islower() and len(key) >= SHORTEST and key not in light}


def main(folder: Path) -> None:
    also = {stem(plain(word)) for word in words_of(ALSO)}
    never = sorted(candidates() - listed_names(folder) - also)
    NEVER.write_text("\n".join([HEAD, *never, ""]), encoding="utf-8")
    sys.stdout.write(f"{len(never):,} words.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Computes the features of a note. The trained model has a weight for each feature.

Features are the expressions found, the words around them, and all words of the note.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from screening.expressions.lexicon import Group, Pattern
from screening.expressions.matching import Hit, Word
from screening.expressions.reading import SILENT, Reading
from screening.expressions.surroundings import Said

# Two words that are at most SOON words apart in a text form a pair. Each pair is a feature of the model.
SOON = 3


class Sign(Protocol):
    """A group of features whose weights are looked up and cached together.

    `names` yields the names of the group's own features. `parts` returns smaller groups, which several groups may have
    in common.
    """

    def names(self) -> Iterator[str]: ...

    def parts(self) -> "tuple[Sign, ...]": ...


def with_doubt(strength: str, faint: bool) -> str:
    return strength + ("?" if faint else "")


class Kind(NamedTuple):
    """Features of a found expression: the category, name and strength of its lexicon section, and whom it is about."""

    group: Group
    faint: bool
    of: str

    def names(self) -> Iterator[str]:
        category, name = self.group.category, self.group.name
        yield f"c:{category}|{with_doubt(self.group.strength, self.faint)}"
        yield f"g:{category}|{name}"
        yield f"g:{name}|{self.of}"

    def parts(self) -> tuple[Sign, ...]:
        return ()


class Surrounded(NamedTuple):
    """Features of a found expression that do not depend on its words. Expressions in similar contexts share them.

    The features are its strength and length, whom or what it is about, and the kinds of nouns around it.
    """

    strength: str
    length: int
    faint: bool
    of: str
    left: str
    right: str
    after: str
    lawful: bool
    premises: bool

    def names(self) -> Iterator[str]:
        strength = with_doubt(self.strength, self.faint)
        yield f"s:{strength}"
        yield f"s:{strength}|{self.of}"
        yield f"n:{self.strength}|{self.length}"
        yield f"L:{self.strength}|{self.left}"
        yield f"R:{self.strength}|{self.right}"
        yield f"A:{self.strength}|{self.after}"
        if self.lawful:
            yield f"w:{self.strength}|lawful"
        if self.premises:
            yield f"w:{self.strength}|premises"

    def parts(self) -> tuple[Sign, ...]:
        return ()


class Find(NamedTuple):
    """An expression that was found in a text. `stands` has the features of the words around it, or None if the
    expression is of the strength "hint" (too weak to be reported)."""

    pattern: Pattern
    stands: Surrounded | None

    def names(self) -> Iterator[str]:
        written = self.pattern.written
        yield f"e:{self.pattern.group.category}|{written}"
        if self.stands:
            yield f"e:{written}|{self.stands.of}"

    def parts(self) -> tuple[Sign, ...]:
        if not self.stands:
            return ()
        return Kind(self.pattern.group, self.stands.faint, self.stands.of), self.stands


def find_of(hit: Hit, target: Said, reading: Reading, premises: bool) -> Find:
    if hit.group.strength == "hint":
        return Find(hit.pattern, None)
    stands = Surrounded(
        strength=hit.group.strength,
        length=min(hit.last - hit.first, 3),
        faint=hit.faint,
        of="perhaps" if reading.covered[hit.first - reading.shift] == "perhaps" else target.of,
        left=target.left,
        right=target.right,
        after=target.after,
        lawful=bool(reading.lawful),
        premises=premises,
    )
    return Find(hit.pattern, stands)


class Tone(NamedTuple):
    """Features of a note as a whole: number of expressions, kinds of nouns, and whether the note addresses somebody."""

    strong: int
    people_words: int
    kind: str
    objects: bool
    people: bool
    addressed: bool
    lawful: int

    def names(self) -> Iterator[str]:
        yield f"N:{self.strong}|{self.people_words}"
        yield f"K:{self.kind}"
        if not self.objects:
            yield "K:no object"
        if self.people:
            yield "K:person"
        if self.addressed:
            yield "K:addressed"
        yield f"N:lawful{self.lawful}"

    def parts(self) -> tuple[Sign, ...]:
        return ()


def tone_of(reading: Reading) -> Tone:
    strong, people_words = set(), set()
    for hit, _ in reading.found_hits:
        if hit.group.strength == "person":
            people_words.add(hit.first)
        elif hit.group.strength != "hint" and not hit.faint:
            strong.add(hit.first)
    kinds = [kind for word in reading.words if (kind := word.kind)]
    return Tone(
        min(len(strong), 3),
        min(len(people_words), 2),
        kinds[0] if kinds else "",
        "object" in kinds,
        "person" in kinds,
        "addressed" in reading.marks,
        min(len(reading.lawful), 2),
    )


def of_pairs(spoken: list[Word]) -> Iterator[str]:
    """Yield the feature name of each pair of words that are at most SOON words apart in the note."""
    stems = [word.stem for word in spoken]
    for at, first in enumerate(stems):
        for second in stems[at + 1 : at + 1 + SOON]:
            yield f"b:{first}_{second}"


@dataclass(slots=True)
class Signs:
    """What the features of a note are computed from. `finds`: expressions that may lead to a refusal. `lawful`: lawful
    expressions. `spoken`: the words. `tone`: properties of the whole note, such as its number of expressions."""

    finds: list[Find]
    tone: Tone
    lawful: list[Pattern]
    spoken: list[Word]

    def signs(self) -> list[Sign]:
        return [self.tone, *self.finds, *self.lawful]

    def all_names(self) -> Counter[str]:
        """Return the names of all features of the note with their counts, for training the model.

        A word that the note repeats is counted once.
        """
        signs = [part for sign in self.signs() for part in (sign, *sign.parts())]
        named = set(of_pairs(self.spoken)).union(*(sign.names() for sign in signs))
        return Counter(named) + Counter(name for word in set(self.spoken) for name in word.names())

    @property
    def meant(self) -> list[int]:
        return [word.sum for word in self.spoken if not word.light]


def features(reading: Reading) -> Signs:
    if not SILENT.isdisjoint(reading.covered):
        spoken = [
            word
            for word, covered in zip(reading.words, reading.covered, strict=True)
            if word.is_word and covered not in SILENT
        ]
    else:
        spoken = [word for word in reading.words if word.is_word]
    premises = reading.premises if reading.found_hits else False
    finds = [find_of(hit, target, reading, premises) for hit, target in reading.found_hits]
    return Signs(finds, tone_of(reading), [hit.pattern for hit in reading.lawful], spoken)

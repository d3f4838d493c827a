"""What the model weighs of a text: the expressions found and how they stand, then the words themselves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from privacy.screening.lexicon import Group, Pattern
from privacy.screening.matching import Hit, Word
from privacy.screening.reading import SILENT, Reading
from privacy.screening.surroundings import Said

# How many words on a pair may reach.
SOON = 3


class Sign(Protocol):
    """What is weighed as one, by its own names and by those of its parts, which others have too."""

    def names(self) -> Iterator[str]: ...

    def parts(self) -> "tuple[Sign, ...]": ...


def told(strength: str, faint: bool) -> str:
    return strength + ("?" if faint else "")


class Kind(NamedTuple):
    """What is weighed of an expression for the group it stands in."""

    group: Group
    faint: bool
    of: str

    def names(self) -> Iterator[str]:
        category, name = self.group.category, self.group.name
        yield f"c:{category}|{told(self.group.strength, self.faint)}"
        yield f"g:{category}|{name}"
        yield f"g:{name}|{self.of}"

    def parts(self) -> tuple[Sign, ...]:
        return ()


class Surrounded(NamedTuple):
    """What is weighed of an expression whatever it is: how strong, of whom it is said, what stands around."""

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
        strength = told(self.strength, self.faint)
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
    """What is weighed of an expression: which, and how it stands; a hint by its words alone, whatever stands around."""

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


def find_of(hit: Hit, said: Said, reading: Reading, premises: bool) -> Find:
    if hit.group.strength == "hint":
        return Find(hit.pattern, None)
    stands = Surrounded(
        strength=hit.group.strength,
        length=min(hit.last - hit.first, 3),
        faint=hit.faint,
        of="perhaps" if reading.covered[hit.first - reading.shift] == "perhaps" else said.of,
        left=said.left,
        right=said.right,
        after=said.after,
        lawful=bool(reading.lawful),
        premises=premises,
    )
    return Find(hit.pattern, stands)


class Tone(NamedTuple):
    """What is weighed of a note as a whole: how much was found, what kinds of nouns it holds, whom it addresses."""

    strong: int
    some: int
    kind: str
    objects: bool
    people: bool
    addressed: bool
    lawful: int

    def names(self) -> Iterator[str]:
        yield f"N:{self.strong}|{self.some}"
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
    strong, some = set(), set()
    for hit, _ in reading.found:
        if hit.group.strength == "person":
            some.add(hit.first)
        elif hit.group.strength != "hint" and not hit.faint:
            strong.add(hit.first)
    kinds = [kind for word in reading.words if (kind := word.kind)]
    return Tone(
        min(len(strong), 3),
        min(len(some), 2),
        kinds[0] if kinds else "",
        "object" in kinds,
        "person" in kinds,
        "addressed" in reading.marks,
        min(len(reading.lawful), 2),
    )


def of_pairs(spoken: list[Word]) -> Iterator[str]:
    """Each word with those soon after it."""
    stems = [known_as.stem for known_as in spoken]
    for at, one in enumerate(stems):
        for other in stems[at + 1 : at + 1 + SOON]:
            yield f"b:{one}_{other}"


@dataclass(slots=True)
class Signs:
    """What the model weighs: what was found, lawful expressions, and words, with what they mean."""

    finds: list[Find]
    tone: Tone
    lawful: list[Pattern]
    spoken: list[Word]

    def signs(self) -> list[Sign]:
        return [self.tone, *self.finds, *self.lawful]

    def all_names(self) -> Counter[str]:
        """Every feature by its name, as the weights are learnt: what words bring, once for each word that brings it."""
        signs = [part for sign in self.signs() for part in (sign, *sign.parts())]
        named = set(of_pairs(self.spoken)).union(*(sign.names() for sign in signs))
        return Counter(named) + Counter(name for known_as in set(self.spoken) for name in known_as.names())

    @property
    def meant(self) -> list[int]:
        return [word.sum for word in self.spoken if not word.light]


def features(reading: Reading) -> Signs:
    if not SILENT.isdisjoint(reading.covered):
        spoken = [
            known_as
            for known_as, covered in zip(reading.words, reading.covered, strict=True)
            if known_as.is_word and covered not in SILENT
        ]
    else:
        spoken = [known_as for known_as in reading.words if known_as.is_word]
    premises = reading.premises if reading.found else False
    finds = [find_of(hit, said, reading, premises) for hit, said in reading.found]
    return Signs(finds, tone_of(reading), [hit.pattern for hit in reading.lawful], spoken)

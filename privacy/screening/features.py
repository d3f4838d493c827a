"""What the model sees of a text: the expressions found and of whom they are said, then the words themselves."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, Protocol

from privacy.screening.cutting import cut
from privacy.screening.findings import Context
from privacy.screening.lexicon import Group, Pattern
from privacy.screening.matching import LOCAL, UNMARKED, Hit, Word, hits, marks_of
from privacy.screening.surroundings import Said, cover, said_of
from privacy.screening.tokens import STOP, Token

SILENT = frozenset({"name", "street", "allowed"})
MANY = 100
# How many words on a pair may reach.
SOON = 3


@dataclass(slots=True)
class Reading:
    """A text read once: its words, what was found in it, what each find is said of."""

    tokens: list[Token]
    words: list[Word]
    places: list[int]
    covered: list[str]
    found: list[tuple[Hit, Said]] = field(default_factory=list)
    lawful: list[Hit] = field(default_factory=list)
    marks: frozenset[str] = UNMARKED
    shift: int = 0

    @property
    def premises(self) -> bool:
        """Whether a firm or an association is spoken of as a tenant: "preneur du local 9"."""
        return "premises" in self.marks or (LOCAL in self.marks and has_numbered_local(self.words))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where in the text words begin and end."""
        return self.places[first] + self.tokens[first].start, self.places[last] + self.tokens[last].end


RANK = {"certain": 3, "sure": 2, "person": 1, "hint": 0}


def by_place(found: Iterable[Hit]) -> dict[int, list[Hit]]:
    """The hits that stand over each word, so that a long text is not compared with itself."""
    over: dict[int, list[Hit]] = defaultdict(list)
    for hit in found:
        for at in range(hit.first, hit.last + 1):
            over[at].append(hit)
    return over


def outdone(hit: Hit, other: Hit) -> bool:
    """Whether another hit of its kind says the same in more words."""
    return (
        other.first <= hit.first
        and hit.last <= other.last
        and other.last - other.first > hit.last - hit.first
        and other.group.category == hit.group.category
        and RANK[other.group.strength] >= RANK[hit.group.strength]
    )


def is_kept(hit: Hit, longer: dict[int, list[Hit]], lawful: dict[int, list[Hit]], covered: list[str]) -> bool:
    """Whether a hit says anything: no part of a name, a street, a lawful expression or a longer one of its kind."""
    if covered and not SILENT.isdisjoint(covered[hit.first : hit.last + 1]):
        return False
    if lawful and any(hit.last <= other.last for other in lawful.get(hit.first, ())):
        return False
    return not longer or not any(outdone(hit, other) for other in longer.get(hit.first, ()))


def has_numbered_local(words: list[Word]) -> bool:
    return any(one.norm == LOCAL and other.norm.isdigit() for one, other in pairwise(words))


def read(text: str, context: Context | None = None) -> Reading:
    whole = cut(text)
    tokens, words = whole.tokens, whole.words
    everything = hits(tokens, words)
    marks = marks_of(words)
    covered = cover(tokens, words, marks, everything, context)
    reading = Reading(tokens, words, whole.places, covered, marks=marks)
    if not everything:
        return reading
    reading.lawful = [hit for hit in everything if hit.group.category == "lawful" and hit.group.strength == "sure"]
    candidates = [hit for hit in everything if hit.group.category != "lawful"]
    longer = by_place([hit for hit in candidates if hit.last > hit.first])
    lawful = by_place(reading.lawful)
    said: dict[tuple[int, int], Said] = {}
    silent = covered if not SILENT.isdisjoint(covered) else []
    for hit in candidates:
        if is_kept(hit, longer, lawful, silent):
            place = (hit.first, hit.last)
            if place not in said:
                said[place] = said_of(hit, tokens, words, covered)
            reading.found.append((hit, said[place]))
    return reading


def part(reading: Reading, first: int, last: int) -> Reading:
    own = slice(first, last)
    words = reading.words[own]
    return Reading(
        reading.tokens[own],
        words,
        reading.places[own],
        reading.covered[own],
        marks=marks_of(words),
        shift=first,
    )


def sentences(reading: Reading) -> list[Reading]:
    """Each sentence as if it stood alone; in a text of very many, those in which something was found."""
    tokens = reading.tokens
    starts = [at for at, token in enumerate(tokens) if token.before == STOP or at == 0]
    if len(starts) < 2:
        return []
    found: dict[int, list[tuple[Hit, Said]]] = defaultdict(list)
    lawful: dict[int, list[Hit]] = defaultdict(list)
    for one in reading.found:
        found[bisect(starts, one[0].first)].append(one)
    for hit in reading.lawful:
        lawful[bisect(starts, hit.first)].append(hit)
    parts = []
    for place, (first, last) in enumerate(pairwise([*starts, len(tokens)]), start=1):
        if place in found or len(starts) < MANY:
            own = part(reading, first, last)
            own.found, own.lawful = found[place], lawful[place]
            parts.append(own)
    return parts


class Sign(Protocol):
    """What is weighed as one, by its own names and by those of its parts, which others have too."""

    def names(self) -> Iterator[str]: ...

    def parts(self) -> "tuple[Sign, ...]": ...


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


def told(strength: str, faint: bool) -> str:
    return strength + ("?" if faint else "")


class Find(NamedTuple):
    """What is weighed of an expression: which, of whom it is said, what stands around."""

    pattern: Pattern
    length: int
    faint: bool
    of: str
    left: str
    right: str
    after: str
    lawful: bool
    premises: bool

    def names(self) -> Iterator[str]:
        group, written = self.pattern.group, self.pattern.written
        yield f"e:{group.category}|{written}"
        if group.strength != "hint":
            yield f"e:{written}|{self.of}"

    def parts(self) -> tuple[Sign, ...]:
        group = self.pattern.group
        if group.strength == "hint":
            return ()
        return Kind(group, self.faint, self.of), Surrounded(group.strength, *self[1:])


def find_of(hit: Hit, said: Said, reading: Reading, premises: bool) -> Find:
    if hit.group.strength == "hint":
        # Weighed by its words alone, whatever stands around.
        return Find(hit.pattern, 0, False, "", "", "", "", False, False)
    of = "perhaps" if reading.covered[hit.first - reading.shift] == "perhaps" else said.of
    return Find(
        hit.pattern,
        min(hit.last - hit.first, 3),
        hit.faint,
        of,
        said.left,
        said.right,
        said.after,
        bool(reading.lawful),
        premises,
    )


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

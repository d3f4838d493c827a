"""What the model sees of a text: the expressions found and of whom they are said, then the words themselves."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from privacy.screening.findings import Context
from privacy.screening.lexicon import load, named
from privacy.screening.matching import Hit, Word, hits, word
from privacy.screening.model import SOON
from privacy.screening.surroundings import Said, cover, said_of
from privacy.screening.tokens import STOP, Token, tokenize

SILENT = frozenset({"name", "street", "allowed"})
MANY = 100


@dataclass(slots=True)
class Reading:
    """A text read once: its words, what was found in it, what each find is said of."""

    tokens: list[Token]
    words: list[Word]
    covered: list[str]
    found: list[tuple[Hit, Said]] = field(default_factory=list)
    lawful: list[Hit] = field(default_factory=list)
    premises: bool = False
    shift: int = 0


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
    if any(covered[at] in SILENT for at in range(hit.first, hit.last + 1)):
        return False
    if any(hit.last <= other.last for other in lawful.get(hit.first, ())):
        return False
    return not any(outdone(hit, other) for other in longer.get(hit.first, ()))


def speaks_of_premises(tokens: list[Token]) -> bool:
    """Whether a firm or an association is spoken of as a tenant: "preneur du local 9"."""
    if any(token.norm in named("premises") for token in tokens):
        return True
    return any(one.norm == "local" and other.norm.isdigit() for one, other in pairwise(tokens))


def read(text: str, context: Context | None = None) -> Reading:
    tokens = tokenize(text, load())
    words = [word(token) for token in tokens]
    everything = hits(tokens, words)
    reading = Reading(tokens, words, cover(tokens, words, everything, context))
    reading.lawful = [hit for hit in everything if hit.group.category == "lawful" and hit.group.strength == "sure"]
    reading.premises = speaks_of_premises(tokens)
    candidates = [hit for hit in everything if hit.group.category != "lawful"]
    longer = by_place(hit for hit in candidates if hit.last > hit.first)
    lawful = by_place(reading.lawful)
    kept = [hit for hit in candidates if is_kept(hit, longer, lawful, reading.covered)]
    said: dict[tuple[int, int], Said] = {}
    for hit in kept:
        place = (hit.first, hit.last)
        if place not in said:
            said[place] = said_of(hit, tokens, words, reading.covered)
        reading.found.append((hit, said[place]))
    return reading


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
            own = slice(first, last)
            premises = speaks_of_premises(tokens[own])
            parts.append(
                Reading(
                    tokens[own], reading.words[own], reading.covered[own], found[place], lawful[place], premises, first
                )
            )
    return parts


def of_hit(hit: Hit, said: Said, reading: Reading) -> Iterator[str]:
    group = hit.group
    strength = group.strength + ("?" if hit.faint else "")
    of = "perhaps" if reading.covered[hit.first - reading.shift] == "perhaps" else said.of
    yield f"e:{group.category}|{hit.written}"
    if group.strength != "hint":
        yield f"s:{strength}"
        yield f"s:{strength}|{of}"
        yield f"c:{group.category}|{strength}"
        yield f"g:{group.category}|{group.name}"
        yield f"n:{group.strength}|{min(hit.last - hit.first, 3)}"
        yield f"g:{group.name}|{of}"
        yield f"e:{hit.written}|{of}"
        yield f"L:{group.strength}|{said.left}"
        yield f"R:{group.strength}|{said.right}"
        yield f"A:{group.strength}|{said.after}"
        if reading.lawful:
            yield f"w:{group.strength}|lawful"
        if reading.premises:
            yield f"w:{group.strength}|premises"


def of_note(reading: Reading) -> Iterator[str]:
    strong = {hit.first for hit, _ in reading.found if hit.group.strength in ("certain", "sure") and not hit.faint}
    some = {hit.first for hit, _ in reading.found if hit.group.strength == "person"}
    yield f"N:{min(len(strong), 3)}|{min(len(some), 2)}"
    kinds = [word.kind for word in reading.words if word.kind]
    yield f"K:{kinds[0] if kinds else ''}"
    if "object" not in kinds:
        yield "K:no object"
    if "person" in kinds:
        yield "K:person"
    if any(token.norm in named("addressed") for token in reading.tokens):
        yield "K:addressed"
    for hit in reading.lawful:
        yield f"l:{hit.written}"
    yield f"N:lawful{min(len(reading.lawful), 2)}"


def of_pairs(spoken: list[Word]) -> Iterator[str]:
    """Each word with those soon after it."""
    stems = [known_as.stem for known_as in spoken]
    for at, one in enumerate(stems):
        for other in stems[at + 1 : at + 1 + SOON]:
            yield f"b:{one}_{other}"


@dataclass(frozen=True, slots=True)
class Signs:
    """What the model weighs: named features, words with their letters, and words that mean something."""

    names: set[str]
    spoken: list[Word]
    meant: list[int]

    def all_names(self) -> set[str]:
        return self.names.union(of_pairs(self.spoken), *(known_as.names for known_as in self.spoken))


def features(reading: Reading) -> Signs:
    names: set[str] = set()
    for hit, said in reading.found:
        names.update(of_hit(hit, said, reading))
    names.update(of_note(reading))
    spoken = [
        known_as
        for known_as, covered in zip(reading.words, reading.covered, strict=True)
        if known_as.is_word and covered not in SILENT
    ]
    return Signs(names, spoken, [known_as.sum for known_as in spoken if not known_as.light])

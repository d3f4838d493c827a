"""Parses a text into its words, the expressions found in it, and whom or what each expression is about."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from screening.expressions.matching import LOCAL, UNMARKED, Hit, Word, hits, marks_of
from screening.expressions.surroundings import Said, cover, said_of
from screening.findings import Context
from screening.words.cutting import Cut, cut
from screening.words.tokens import STOP, Token

# An expression is ignored if one of its words belongs to a name, a street, or a wording that the landlord allows.
SILENT = frozenset({"name", "street", "allowed"})
# In a text of MANY sentences or more, only sentences with an expression are judged separately, to save time.
MANY = 100
RANK = {"certain": 3, "sure": 2, "person": 1, "hint": 0}


@dataclass(slots=True)
class Reading:
    """A parsed text: its words, the expressions found, and whom or what each expression is about."""

    tokens: list[Token]
    words: list[Word]
    places: list[int]
    covered: list[str]
    found_hits: list[tuple[Hit, Said]] = field(default_factory=list)
    lawful: list[Hit] = field(default_factory=list)
    marks: frozenset[str] = UNMARKED
    shift: int = 0

    @property
    def premises(self) -> bool:
        """Whether the note is about a tenant that is a firm or an association, as in "preneur du local 9"."""
        return "premises" in self.marks or (LOCAL in self.marks and has_numbered_local(self.words))

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the start and end, in the text, of the passage from word number `first` to word number `last`."""
        return self.places[first] + self.tokens[first].start, self.places[last] + self.tokens[last].end


def by_place(matches: Iterable[Hit]) -> dict[int, list[Hit]]:
    """Map the index of each word to the found expressions that include the word.

    With this index, overlapping expressions are found without comparing every pair.
    """
    over: dict[int, list[Hit]] = defaultdict(list)
    for hit in matches:
        for at in range(hit.first, hit.last + 1):
            over[at].append(hit)
    return over


def outdone(hit: Hit, other: Hit) -> bool:
    """Whether the found expression `other` replaces the found expression `hit`, so that only `other` is reported.

    `other` must contain `hit`, be longer, have the same category, and be at least as strong.
    """
    return (
        other.first <= hit.first
        and hit.last <= other.last
        and other.last - other.first > hit.last - hit.first
        and other.group.category == hit.group.category
        and RANK[other.group.strength] >= RANK[hit.group.strength]
    )


def is_kept(hit: Hit, longer: dict[int, list[Hit]], lawful: dict[int, list[Hit]], covered: list[str]) -> bool:
    """Whether a found expression counts as a disclosure.

    An expression does not count if one of its words belongs to a name, a street or an allowed wording. It does not
    count either if it is inside a lawful expression or inside a longer expression of the same category.
    """
    if covered and not SILENT.isdisjoint(covered[hit.first : hit.last + 1]):
        return False
    if lawful and any(hit.last <= other.last for other in lawful.get(hit.first, ())):
        return False
    return not longer or not any(outdone(hit, other) for other in longer.get(hit.first, ()))


def has_numbered_local(words: list[Word]) -> bool:
    return any(first.norm == LOCAL and second.norm.isdigit() for first, second in pairwise(words))


def parse_texts(texts: Iterable[str], context: Context | None = None) -> list[Reading]:
    """Parse texts. Each step is done for all texts before the next begins, so that its code and data stay in the
    processor's cache."""
    cuts = [cut(text) for text in texts]
    matches = [hits(each.tokens, each.words) for each in cuts]
    return [reading_of(each, everything, context) for each, everything in zip(cuts, matches, strict=True)]


def parse_text(text: str, context: Context | None = None) -> Reading:
    return parse_texts([text], context)[0]


def reading_of(whole: Cut, everything: list[Hit], context: Context | None) -> Reading:
    """Determine which of the expressions in a text count as a disclosure, and whom or what they are about."""
    tokens, words = whole.tokens, whole.words
    marks = marks_of(words)
    covered = cover(tokens, words, marks, everything, context)
    reading = Reading(tokens, words, whole.places, covered, marks=marks)
    if not everything:
        return reading
    reading.lawful = [hit for hit in everything if hit.group.category == "lawful" and hit.group.strength == "sure"]
    candidates = [hit for hit in everything if hit.group.category != "lawful"]
    longer = by_place([hit for hit in candidates if hit.last > hit.first])
    lawful = by_place(reading.lawful)
    targets: dict[tuple[int, int], Said] = {}
    silent = covered if not SILENT.isdisjoint(covered) else []
    for hit in candidates:
        if is_kept(hit, longer, lawful, silent):
            place = (hit.first, hit.last)
            if place not in targets:
                targets[place] = said_of(hit, tokens, words, covered)
            reading.found_hits.append((hit, targets[place]))
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
    """Split a parsed text into sentences, each with its own expressions.

    Returns an empty list for a text of one sentence. If the text has very many sentences, only those with an expression
    are returned.
    """
    tokens = reading.tokens
    starts = [at for at, token in enumerate(tokens) if token.before == STOP or at == 0]
    if len(starts) < 2:
        return []
    found_hits: dict[int, list[tuple[Hit, Said]]] = defaultdict(list)
    lawful: dict[int, list[Hit]] = defaultdict(list)
    for hit, target in reading.found_hits:
        found_hits[bisect(starts, hit.first)].append((hit, target))
    for hit in reading.lawful:
        lawful[bisect(starts, hit.first)].append(hit)
    parts = []
    for place, (first, last) in enumerate(pairwise([*starts, len(tokens)]), start=1):
        if place in found_hits or len(starts) < MANY:
            own = part(reading, first, last)
            own.found_hits, own.lawful = found_hits[place], lawful[place]
            parts.append(own)
    return parts

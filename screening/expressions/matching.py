"""Finds the expressions of the lexicons in a text, and accepts misspelt words in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from screening.expressions.lexicon import SOUND_FROM, Element, Group, Lexicon, Pattern, load, named
from screening.words.ordinary import known_words
from screening.words.spelling import ends_as_illness, runs_of, sound, stem
from screening.words.tokens import JOINED, PAUSE, STOP, Token

LIGHT_LIMIT = 4
GAP_LIMIT = 4
CLOSE_FROM = 8
WHOLE_NOTE = 3
AROUND = 5
MISHEARD = 2
# A word's cache `reached` has at most MANY_SUBSETS entries, because it would otherwise grow with every text.
MANY_SUBSETS = 256


NONE = UNMARKED = frozenset[str]()
NOWHERE: dict[frozenset[str], tuple[Pattern, ...]] = {}
# MARKS are names of word lists in lexicons/classes.txt. `Word.marks` has the names of the lists with this word.
MARKS = ("civility", "way", "place name", "pronoun", "premises", "addressed")
# If a note calls the dwelling "local" with a number ("local 9"), it is business premises and the tenant is a firm.
LOCAL = "local"


@dataclass(slots=True, eq=False)
class Word:
    """A word independent of any text: its stem, its kind, and the expressions of the lexicons that may contain it."""

    norm: str
    keys: frozenset[str]
    light: bool
    kind: str
    sum: int
    stem: str
    is_word: bool
    marks: frozenset[str]
    patterns: tuple[Pattern, ...]
    # `patterns` has the expressions to look for around this word. Some match only if the text has a second given word.
    # `alone` has the expressions of `patterns` that need no second word.
    # `needed` has the keys (stems, verbs, classes) of all second words that expressions of `patterns` need.
    # `offered` has the keys (stem, verbs, classes) of this word, for expressions that need it as a second word.
    alone: tuple[Pattern, ...]
    needed: frozenset[str]
    offered: frozenset[str]
    # `reached` caches which expressions of `patterns` can match, for each set of `needed` keys that a text contains.
    reached: dict[frozenset[str], tuple[Pattern, ...]]

    def names(self) -> Iterator[str]:
        """Yield the names of the word's features: one for its stem, and one for each of its substrings (`runs_of`)."""
        if not self.light:
            yield f"u:{self.stem}"
        for run in runs_of(self.norm):
            yield f"h:{run}"


@dataclass(slots=True)
class Hit:
    first: int
    last: int
    pattern: Pattern
    group: Group
    faint: bool = False


@cache
def shortcuts() -> dict[str, str]:
    """Map each long stem, shortened by one letter, to the complete stem. The map finds the stems of misspelt words."""
    stems_by_typo: dict[str, str] = {}
    # The stems are sorted, so that a typing error that resembles two stems always leads to the same stem.
    for known in sorted(load().stems):
        if len(known) >= CLOSE_FROM and known.isalpha() and known.islower():
            for place in range(1, len(known)):
                stems_by_typo.setdefault(known[:place] + known[place + 1 :], known)
    return stems_by_typo


def differences(first: str, second: str) -> int:
    """Return the edit distance of two words: how many letters must be added, left out or exchanged."""
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, start=1):
        before, row[0] = row[0], place
        for at, other in enumerate(second, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != other))
    return row[-1]


@cache
def longest_misspelling() -> int:
    """Return the length beyond which a word cannot be a misspelling of a word of the lexicons.

    Longer words are not compared with the lexicons, because the comparison takes quadratic time.
    """
    return max(map(len, load().stems)) + MISHEARD


def may_be_misspelt(norm: str, key: str, lexicon: Lexicon) -> bool:
    return len(norm) >= SOUND_FROM and len(key) <= longest_misspelling() and key not in lexicon.stems


def misspelt(key: str) -> str | None:
    """Return the stem of the lexicons that a misspelt word probably means, or None. `key` is the stem of the misspelt
    word.

    The returned stem sounds like `key`, or differs from it by one added, missing or exchanged letter. Both have the
    same first letter.
    """
    lexicon = load()
    meant = lexicon.sounds.get(sound(key))
    if meant and differences(meant, key) <= MISHEARD:
        return meant
    if len(key) < CLOSE_FROM - 1:
        return None
    near = shortcuts()
    if len(key) >= CLOSE_FROM - 1 and key in near and len(near[key]) == len(key) + 1:
        return near[key]
    for place in range(1, len(key)):
        shorter = key[:place] + key[place + 1 :]
        if len(shorter) >= CLOSE_FROM - 1 and shorter in lexicon.stems:
            return shorter
        if len(key) >= CLOSE_FROM and shorter in near and len(near[shorter]) == len(key):
            return near[shorter]
    return None


@dataclass(slots=True)
class Vocabulary:
    """The ordinary French words, and a cache of words that occurred in texts.

    `known` has the crc32 of ordinary words, which are never read as misspellings of words in the lexicons. `words` is
    the cache of the function `word`.
    """

    known: frozenset[int]
    words: dict[str, Word]

    def knows(self, norm: str) -> bool:
        return crc32(norm.encode()) in self.known


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(known_words(), {})


@cache
def marks() -> dict[str, frozenset[str]]:
    """Map each word of the word lists named in MARKS to the names of the lists that contain the word."""
    lists_by_word = {LOCAL: frozenset({LOCAL})}
    for name in MARKS:
        for norm in named(name):
            lists_by_word[norm] = lists_by_word.get(norm, UNMARKED) | {name}
    return lists_by_word


def analyse(norm: str, lexicon: Lexicon) -> Word:
    key = stem(norm)
    keys = {key}.union(lexicon.verbs.get(norm, ()))
    if norm in lexicon.exact:
        keys.add("=" + norm)
    if norm.upper() in lexicon.initials:
        keys.add(norm.upper())
    if may_be_misspelt(norm, key, lexicon) and len(keys) == 1 and not vocabulary().knows(norm):
        meant = misspelt(key)
        if meant:
            keys.add(meant)
    if ends_as_illness(norm):
        keys.add("§illness")
    light = bool(keys & lexicon.classes["light"]) or norm.isdigit()
    sorted_keys = sorted(keys)
    patterns = tuple([pattern for sorted_key in sorted_keys for pattern in lexicon.by_key.get(sorted_key, ())])
    return Word(
        norm=norm,
        keys=frozenset(keys),
        light=light,
        kind=next((lexicon.kinds[key] for key in sorted_keys if key in lexicon.kinds), ""),
        sum=crc32(norm.encode()),
        stem=key,
        is_word=norm.isalpha(),
        marks=marks().get(norm, UNMARKED),
        patterns=patterns,
        alone=tuple([pattern for pattern in patterns if not pattern.beside]),
        needed=NONE.union(*[pattern.beside for pattern in patterns]) if patterns else NONE,
        offered=NONE if lexicon.needed.isdisjoint(keys) else frozenset(lexicon.needed & keys),
        reached={} if patterns else NOWHERE,
    )


def marks_of(words: list[Word]) -> frozenset[str]:
    """Return the names of the word lists (see MARKS) that contain at least one of the given words."""
    return UNMARKED.union(*[word.marks for word in words if word.marks])


def word(norm: str) -> Word:
    words = vocabulary().words
    cached = words.get(norm)
    if cached is None:
        if len(words) > 200_000:
            words.clear()
        cached = words[norm] = analyse(norm, load())
    return cached


def step_on(element: Element, gap: bool, at: int, way: int, tokens: list[Token], words: list[Word]) -> int | None:
    """Find the next word that matches the word position `element`, and return its index, or None if there is none.

    The search starts beside the word at index `at` and goes right (`way` 1) or left (`way` -1). It may skip a few light
    words (articles, prepositions), and with `gap` a few other words. It stops at the end of the sentence, and without
    `gap` at any pause.
    """
    skipped, passed = 0, 0
    at += way
    while 0 <= at < len(tokens):
        pause = tokens[at if way > 0 else at + 1].before
        if pause == STOP or (pause == PAUSE and not gap):
            return None
        if words[at].keys & element.keys:
            return at
        if words[at].light and skipped < LIGHT_LIMIT:
            skipped += 1
        elif gap and passed < GAP_LIMIT:
            passed += 1
        else:
            return None
        at += way
    return None


def match(pattern: Pattern, at: int, tokens: list[Token], words: list[Word]) -> tuple[int, int] | None:
    first = last = at
    elements = pattern.elements
    for place in range(pattern.anchor + 1, len(elements)):
        place_found = step_on(elements[place], elements[place].gap, last, 1, tokens, words)
        if place_found is None and not elements[place].optional:
            return None
        last = last if place_found is None else place_found
    for place in range(pattern.anchor - 1, -1, -1):
        place_found = step_on(elements[place], elements[place + 1].gap, first, -1, tokens, words)
        if place_found is None and not elements[place].optional:
            return None
        first = first if place_found is None else place_found
    return first, last


def in_capitals(tokens: list[Token]) -> bool:
    return len(tokens) >= WHOLE_NOTE and all(token.written.isupper() for token in tokens if token.norm.isalpha())


def blur(matches: list[Hit], tokens: list[Token]) -> None:
    """Mark a short acronym as doubtful (`faint`) if it is not in capitals, or if the whole note is in capitals.

    A short acronym in small letters is often an ordinary word.
    """
    short = [hit for hit in matches if hit.pattern.is_short]
    capitals = bool(short) and in_capitals(tokens)
    for hit in short:
        hit.faint = capitals or not tokens[hit.first].written.isupper()


def near(group: Group, first: int, last: int, tokens: list[Token], words: list[Word]) -> bool:
    """Whether the words from index `first` to `last` count as an expression of the lexicon section `group`.

    They do not if a word of `group.unless` is near them, or if `group.needs` has words and none is near. Near means: in
    the same sentence and at most AROUND words away.
    """
    start, end = first, last
    while start > max(0, first - AROUND) and tokens[start].before != STOP:
        start -= 1
    while end + 1 < min(len(tokens), last + AROUND + 1) and tokens[end + 1].before != STOP:
        end += 1
    around = NONE.union(*[word.keys for word in words[start : end + 1]])
    return not (group.unless & around) and (not group.needs or bool(group.needs & around))


def within_reach(word: Word, offered: frozenset[str]) -> tuple[Pattern, ...]:
    """Return the expressions of `word.patterns` that can match in a text. `offered` has the keys of all words of the
    text.

    An expression that needs a second word is left out if no word of the text has a key of that second word.
    """
    beside = word.needed & offered
    patterns = word.reached.get(beside)
    if patterns is None:
        if len(word.reached) >= MANY_SUBSETS:
            word.reached.clear()
        patterns = word.reached[beside] = tuple(
            pattern for pattern in word.patterns if not pattern.beside or not pattern.beside.isdisjoint(beside)
        )
    return patterns


def hits(tokens: list[Token], words: list[Word]) -> list[Hit]:
    """Find every expression of the lexicons in the text, including expressions that are lawful to write."""
    offered = NONE.union(*[word.offered for word in words if word.offered])
    matches = []
    for at, word in enumerate(words):
        if word.patterns:
            # To save time, expressions that need a second word are tried only if the text contains such a word.
            for pattern in word.alone if word.needed.isdisjoint(offered) else within_reach(word, offered):
                span = (at, at) if len(pattern.elements) == 1 else match(pattern, at, tokens, words)
                if span and (not pattern.group.conditional or near(pattern.group, *span, tokens, words)):
                    matches.append(Hit(*span, pattern, pattern.group))
    if matches:
        blur(matches, tokens)
    return matches


__all__ = ["JOINED", "Hit", "Vocabulary", "Word", "hits", "vocabulary", "word"]

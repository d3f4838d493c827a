"""Reads the lexicon files and compiles each expression to a pattern of word stems, verbs and acronyms."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from screening.words.spelling import plain, sound, stem
from screening.words.tokens import PREFIX
from screening.words.verbs import forms

FOLDER = Path(__file__).parents[1] / "lexicons"
SECTION = re.compile(r"\[([^|\]]+)\|\s*(\w+)\s*(?:\|([^\]]*))?\]")
SHORT_INITIALS = 3
SOUND_FROM = 7
ALTERNATIVES = "|"


@dataclass(frozen=True, slots=True)
class Element:
    """One word position of a pattern, for example the second word of an expression of three words.

    A word of a note matches the position if the word has any of `keys` (see `key_of`). If `optional`, no word needs to
    match the position. If `gap`, a few other words may precede the matching word.
    """

    keys: frozenset[str]
    optional: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A section of a lexicon file: expressions with the same meaning.

    An expression does not match if a word of `unless` is near it. If `needs` is not empty, an expression matches only
    if a word of `needs` is near it.
    """

    category: str
    name: str
    strength: str
    unless: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    conditional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """An expression of a lexicon, as a sequence of word positions (`elements`).

    To save time, two rare words are looked up first. `elements[anchor]` is the rarest position: the expression is
    searched for only at words that fit this position. `beside` has the keys of the second rarest position, one of which
    must be somewhere in the note.
    """

    written: str
    elements: tuple[Element, ...]
    anchor: int
    group: Group
    beside: frozenset[str] = frozenset()
    is_short: bool = False

    def names(self) -> Iterator[str]:
        """Yield the feature name of a lawful expression. Expressions that may lead to a refusal get their feature names
        from `Find.names`."""
        yield f"l:{self.written}"

    def parts(self) -> tuple["Pattern", ...]:
        """Return an empty tuple, because the features of an expression are not divided into groups. The protocol `Sign`
        requires the method."""
        return ()


@dataclass(slots=True)
class Lexicon:
    by_key: dict[str, list[Pattern]] = field(default_factory=lambda: defaultdict(list))
    verbs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    initials: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    sounds: dict[str, str] = field(default_factory=dict)
    classes: dict[str, frozenset[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    lists: dict[str, frozenset[str]] = field(default_factory=dict)
    patterns_added: set[tuple[str, str, tuple[Element, ...]]] = field(default_factory=set)
    elements: dict[str, Element] = field(default_factory=dict)
    beginnings: frozenset[str] = frozenset()
    # `needed` has the keys of all words that must be elsewhere in a text for a pattern to match (`Pattern.beside`).
    needed: set[str] = field(default_factory=set)

    def knows(self, norm: str) -> bool:
        return stem(norm) in self.stems or norm in self.initials or norm in self.verbs


def sections(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (name, strength, lines without comments) of each section of a lexicon file."""
    name, strength, lines = "", "", list[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        head = SECTION.match(line)
        if head:
            if name:
                yield name, strength, lines
            name, strength, lines = head[1].strip(), head[2].strip(), []
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
    if name:
        yield name, strength, lines


def key_of(word: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the keys of a word of an expression. A word of a note matches if it has one of these keys.

    A lexicon writes a verb as ~boire, an acronym as HP, an exact form as =fou, and a class of words as @sport. Any
    other word matches all words with the same stem.
    """
    if word.startswith("§"):
        return frozenset({word})
    if word.startswith("@"):
        return lexicon.classes[word[1:]]
    if word.startswith("~"):
        verb = plain(word[1:])
        if "~" + verb not in lexicon.verbs:
            lexicon.verbs["~" + verb] = set(forms(verb))
        return frozenset({"~" + verb})
    if word.startswith("="):
        lexicon.exact.add(plain(word[1:]))
        return frozenset({"=" + plain(word[1:])})
    if len(word) > 1 and word.isupper():
        lexicon.initials.add(word)
        return frozenset({word})
    return frozenset({stem(plain(word))})


WORD = re.compile(r"[^\W_]+")


def pieces_of(part: str) -> list[str]:
    """Split `part` (the text between two spaces of an expression) into words, as the tokenizer would split it.

    Alternatives such as fou|folle stay one piece, because they are one word position.
    """
    if ALTERNATIVES in part or part[0] in "@~=*(§" or not part.isascii():
        if ALTERNATIVES not in part and part[0] not in "@~=*(§":
            return WORD.findall(part) or [part]
        return [part]
    return WORD.findall(part) or [part]


def element_of(part: str, lexicon: Lexicon) -> Element:
    """Return the `Element` of a word in an expression: which words of a note match it.

    Equal words share one object, because thousands of equal objects would slow down the garbage collector.
    """
    element = lexicon.elements.get(part)
    if element is None:
        element = lexicon.elements[part] = new_element(part, lexicon)
    return element


def new_element(part: str, lexicon: Lexicon) -> Element:
    optional = part.startswith("(")
    words = part.strip("()").split(ALTERNATIVES)
    keys: frozenset[str] = frozenset().union(*(key_of(word, lexicon) for word in words))
    return Element(keys, optional=optional)


def rarity(element: Element, common: frozenset[str]) -> tuple[bool, int]:
    """Return a sort key that is higher the rarer the words are that can match this word of an expression.

    Optional and frequent words have the lowest keys, long words the highest. The word with the highest key is the
    anchor: the expression is searched for only where this word occurs.
    """
    met_often = any(key in common for key in element.keys) or len(element.keys) > 40
    return (
        not element.optional and not met_often,
        min(len(key.lstrip("~")) for key in element.keys) - 3 * any(key[0] == "~" for key in element.keys),
    )


def pattern_of(written: str, group: Group, lexicon: Lexicon, common: frozenset[str]) -> Pattern:
    elements: list[Element] = []
    gap = False
    for part in written.replace("’", "'").split():
        for piece in pieces_of(part):
            if piece == "*":
                gap = True
                continue
            element = element_of(piece, lexicon)
            elements.append(Element(element.keys, element.optional, True) if gap else element)
            gap = False
    solid = [place for place, element in enumerate(elements) if not element.optional]
    anchor = max(solid, key=lambda place: rarity(elements[place], common))
    others = [place for place in solid if place != anchor]
    beside = elements[max(others, key=lambda place: rarity(elements[place], common))].keys if others else frozenset()
    short = any(key.isupper() and len(key) <= SHORT_INITIALS for key in elements[0].keys)
    return Pattern(written, tuple(elements), anchor, group, beside, short and len(elements) == 1)


def words_in(lines: list[str]) -> Iterator[str]:
    for line in lines:
        for written in line.split(";"):
            if written.strip():
                yield written.strip()


def group_of(category: str, name: str, strength: str, lines: list[str]) -> tuple[Group, list[str]]:
    conditions: dict[str, frozenset[str]] = {}
    rest = []
    for line in lines:
        head, _, words = line.partition(":")
        if head in ("unless", "needs"):
            conditions[head] = frozenset(stem(plain(word)) for word in words.split())
        else:
            rest.append(line)
    return Group(category, name, strength, **conditions, conditional=bool(conditions)), rest


def read_classes(lexicon: Lexicon) -> None:
    """Read lexicons/classes.txt into `lexicon`: named lists of words, and the kind of each noun ("person",
    "object"...)."""
    for name, strength, lines in sections(FOLDER / "classes.txt"):
        if strength == "list":
            lexicon.lists[name] = frozenset(words_in(lines))
            continue
        keys = frozenset().union(*(key_of(word, lexicon) for word in words_in(lines)))
        lexicon.classes[name] = lexicon.classes.get(name, frozenset()) | keys
        if strength == "kind":
            lexicon.kinds.update(dict.fromkeys(keys, name))


def add_group(path: Path, section: tuple[str, str, list[str]], lexicon: Lexicon, common: frozenset[str]) -> None:
    group, lines = group_of(path.stem, *section)
    for written in words_in(lines):
        pattern = pattern_of(written, group, lexicon, common)
        if (group.category, group.strength, pattern.elements) in lexicon.patterns_added:
            continue
        lexicon.patterns_added.add((group.category, group.strength, pattern.elements))
        for key in pattern.elements[pattern.anchor].keys:
            lexicon.by_key[key].append(pattern)
        lexicon.needed |= pattern.beside
        for element in pattern.elements:
            lexicon.stems.update(element.keys)
            for key in element.keys:
                if len(key) >= SOUND_FROM and key.isalpha() and key.islower():
                    lexicon.sounds.setdefault(sound(key), key)


@cache
def load() -> Lexicon:
    lexicon = Lexicon()
    read_classes(lexicon)
    common = lexicon.classes["light"] | lexicon.classes["common"]
    for path in sorted(FOLDER.glob("*.txt")):
        if path.stem != "classes":
            for section in sections(path):
                add_group(path, section, lexicon, common)
    by_form: dict[str, set[str]] = defaultdict(set)
    for verb, written_forms in lexicon.verbs.items():
        for form in written_forms:
            by_form[form].add(verb)
    lexicon.verbs = dict(by_form)
    lexicon.beginnings = frozenset(word[:PREFIX] for word in (*lexicon.stems, *by_form) if word[:PREFIX].isalpha())
    return lexicon


@cache
def named(name: str) -> frozenset[str]:
    """Return the words that lexicons/classes.txt lists under a name, such as "civility" or "pronoun"."""
    return load().lists[name]

"""Determines whom or what a found expression is about: a person, a thing, a street, a firm, or nobody known."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from screening.expressions.lexicon import named
from screening.expressions.matching import Hit, Word, marks_of
from screening.findings import Context
from screening.words.spelling import plain
from screening.words.tokens import JOINED, PAUSE, Token

BEFORE_A_NAME = ("civility", "way", "place name")
LOOK = 4
LOOK_BACK = 40
SEPARATORS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Said:
    """The kinds of nouns ("person", "object"...) around a found expression, which show whom or what it is about.

    `left` and `right`: the nouns next to the expression. `subject`: the first noun in its clause. `after`: the noun
    after the next pause. A kind is "" if there is no such noun. `pronoun` and `name`: whether a pronoun or a person's
    name precedes the expression in its clause.
    """

    left: str
    right: str
    subject: str
    after: str
    pronoun: bool
    name: bool

    @property
    def of(self) -> str:
        if self.left:
            return self.left
        if self.subject:
            return self.subject
        if self.name or self.pronoun:
            return "someone"
        return self.right or self.after or "nobody"


def looks_proper(token: Token, capitals: bool) -> bool:
    return token.written[:1].isupper() and not capitals


def is_capitals(tokens: list[Token]) -> bool:
    letters = [token.written for token in tokens if token.norm.isalpha() and len(token.norm) > 1]
    return len(letters) > 1 and sum([written.isupper() for written in letters]) > 0.8 * len(letters)


def cover_names(marked: list[int], tokens: list[Token], words: list[Word], covered: list[str], capitals: bool) -> None:
    for at in marked:
        if "civility" not in words[at].marks:
            continue
        follower = at + 1
        while follower < len(tokens) and follower <= at + LOOK and tokens[follower].before == JOINED:
            token = tokens[follower]
            proper = looks_proper(token, capitals) or (
                token.norm in ("de", "du", "le", "la", "el", "ben", "d", "l", "da")
                and not capitals
                and follower == at + 1
            )
            if not proper and not (follower == at + 1 and not words[follower].light and token.norm.isalpha()):
                break
            covered[follower] = "name" if looks_proper(token, capitals) else "perhaps"
            follower += 1


def is_named(at: int, follower: int, tokens: list[Token], words: list[Word], capitals: bool, lower: bool) -> bool:
    """Whether the word at index `follower` is the proper name of a street or place.

    The word at index `at`, before it, is a word such as "rue" or "place".
    """
    if looks_proper(tokens[follower], capitals):
        return True
    if words[follower].light or "way" not in words[at].marks:
        return False
    return (capitals or lower) and (follower > at + 1 or tokens[at].norm != "place")


def cover_streets(
    marked: list[int], tokens: list[Token], words: list[Word], covered: list[str], capitals: bool
) -> None:
    marked = [at for at in marked if not words[at].marks.isdisjoint(BEFORE_A_NAME[1:])]
    if not marked:
        return
    connector = named("connector")
    lower = not any(token.written[:1].isupper() for token in tokens[1:])
    for at in marked:
        follower = at + 1
        while follower < len(tokens) and tokens[follower].before == JOINED and tokens[follower].norm in connector:
            follower += 1
        if follower >= len(tokens) or tokens[follower].before != JOINED or not words[follower].is_word:
            continue
        if not is_named(at, follower, tokens, words, capitals, lower):
            continue
        covered[follower] = "street"
        while (
            follower + 1 < len(tokens)
            and tokens[follower + 1].before == JOINED
            and (
                looks_proper(tokens[follower + 1], capitals)
                or (
                    tokens[follower + 1].norm in connector
                    and follower + 2 < len(tokens)
                    and looks_proper(tokens[follower + 2], capitals)
                )
            )
        ):
            follower += 1
            covered[follower] = "street"


@lru_cache(maxsize=8)
def wordings_of(context: Context) -> dict[str, list[tuple[list[str], str]]]:
    """Map the first word of each name, street and allowed wording of the landlord to the whole wordings.

    With this mapping, a word of a note is compared only with the wordings that begin with the word.
    """
    by_first: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
    for why, wordings in (("name", context.names), ("street", context.streets), ("allowed", context.allowed)):
        for wording in wordings:
            parts = SEPARATORS.sub(" ", plain(wording)).split()
            if parts:
                by_first[parts[0]].append((parts, why))
    return dict(by_first)


def cover_known(tokens: list[Token], covered: list[str], context: Context) -> None:
    """Find the names, streets and allowed wordings of the landlord in a note.

    For each of their words, write "name", "street" or "allowed" into `covered`. The screening then ignores expressions
    with this word.
    """
    known = wordings_of(context)
    for at, token in enumerate(tokens):
        for parts, why in known.get(token.norm, ()):
            if [other.norm for other in tokens[at : at + len(parts)]] == parts:
                covered[at : at + len(parts)] = [why] * len(parts)


def cover(
    tokens: list[Token], words: list[Word], marks: frozenset[str], matches: list[Hit], context: Context | None
) -> list[str]:
    """Return, for each word of a note, why the screening ignores the word, or "" if the screening uses it.

    A word is ignored as part of a name, a street, a lawful expression or an allowed wording.
    """
    covered = [""] * len(tokens)
    if not marks.isdisjoint(BEFORE_A_NAME):
        marked = [at for at, word in enumerate(words) if word.marks and not word.marks.isdisjoint(BEFORE_A_NAME)]
        capitals = is_capitals(tokens)
        cover_streets(marked, tokens, words, covered, capitals)
        cover_names(marked, tokens, words, covered, capitals)
    for hit in matches:
        if hit.group.category == "lawful" and hit.group.strength == "sure":
            covered[hit.first : hit.last + 1] = ["lawful"] * (hit.last - hit.first + 1)
    if context:
        cover_known(tokens, covered, context)
    return covered


def clause_start(at: int, tokens: list[Token]) -> int:
    furthest = max(0, at - LOOK_BACK)
    while at > furthest and tokens[at].before == JOINED:
        at -= 1
    return at


def left_of(at: int, tokens: list[Token], words: list[Word]) -> str:
    """Return the kind ("person", "object"...) of the noun before the word at index `at`, or "" if no noun precedes it.

    For "aveugle" in "mur aveugle", this is the kind of "mur".
    """
    steps = 0
    while at > 0 and tokens[at].before == JOINED and steps < LOOK:
        at, steps = at - 1, steps + 1
        if words[at].kind:
            return words[at].kind
        if not words[at].light:
            return ""
    return ""


def right_of(at: int, tokens: list[Token], words: list[Word]) -> str:
    """Return the kind ("person", "object"...) of the noun after the word at index `at`, or "" if no noun follows it.

    For "dépression" in "dépression de la VMC", this is the kind of "VMC".
    """
    steps = 0
    while at + 1 < len(tokens) and tokens[at + 1].before == JOINED and steps < LOOK:
        at, steps = at + 1, steps + 1
        if words[at].kind:
            return words[at].kind
        if not words[at].light:
            return ""
    return ""


def said_of(hit: Hit, tokens: list[Token], words: list[Word], covered: list[str]) -> Said:
    start = clause_start(hit.first, tokens)
    before = words[start : hit.first]
    subject = next((word.kind for word in before if word.kind), "") if before else ""
    marks = marks_of(before)
    names = covered[start : hit.first]
    after = ""
    if hit.last + 1 < len(tokens) and tokens[hit.last + 1].before == PAUSE:
        after = right_of(hit.last + 1, tokens, words) if not words[hit.last + 1].kind else words[hit.last + 1].kind
    return Said(
        left=left_of(hit.first, tokens, words),
        right=right_of(hit.last, tokens, words),
        subject=subject,
        after=after,
        pronoun="pronoun" in marks,
        name="civility" in marks or "name" in names or "perhaps" in names,
    )

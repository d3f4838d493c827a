"""Splits a text at its spaces into chunks, and each chunk into words.

The words of a chunk are cached, because most chunks occur in many texts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from screening.expressions.lexicon import load
from screening.expressions.matching import Word, word
from screening.words.tokens import (
    ABBREVIATED,
    JOINED,
    MASKED,
    SPELLED_OUT,
    STOP,
    Cover,
    Token,
    covers,
    normal,
    pause_of,
    scan,
)

# A chunk (the text between two spaces) is cached if it has at most LONGEST_CHUNK characters.
LONGEST_CHUNK = 40
MANY_CHUNKS = 50_000
# A text with at least LINKS gaps between single letters is searched for spelled-out words ("m a l a d e").
LINKS = 3
OPENS_APART = re.compile(r"[.\-_*·/]*[^\W_](?![^\W_])")
ENDS_APART = re.compile(r"(?<![^\W_])[^\W_][.\-_*·/]*$")
SIGNS_FIRST = re.compile(r"[\W_]*")
# A word ends at a sign in PLAIN_SIGNS. Other signs may replace a letter, as in "m@lade".
PLAIN_SIGNS = frozenset(",.;:?)")


@dataclass(slots=True)
class Apart:
    """Whether a chunk (the text between two spaces) may be part of a disguised word, such as "m a l a d e".

    `opens` means that the chunk starts with a single letter, `ends` that it ends with one, `dotted` that it has a full
    stop, and `hides` that a whole disguised word is inside it.
    """

    opens: bool
    ends: bool
    dotted: bool
    hides: bool


@dataclass(slots=True)
class Chunk:
    """The text between two spaces, split into words and cached.

    `tokens`: its tokens. `paused`, `stopped`: its tokens if a pause or the end of a sentence precedes, computed when
    needed. `after`: the kind of pause after the chunk. `apart`: None for a plain word, otherwise whether the chunk may
    belong to a disguised word such as "m a l a d e". `abbreviation`: the chunk as it is split after an abbreviation, if
    that differs.
    """

    tokens: Sequence[Token]
    words: Sequence[Word]
    after: int
    apart: Apart | None = None
    abbreviation: "Chunk | None" = None
    paused: Sequence[Token] | None = None
    stopped: Sequence[Token] | None = None

    def following(self, before: int) -> Sequence[Token]:
        """Return the chunk's tokens in a text where a pause (PAUSE) or the end of a sentence (STOP) precedes the chunk.
        Only the first token differs, because it stores the kind of pause before it."""
        tokens = self.stopped if before == STOP else self.paused
        if tokens is None:
            first = self.tokens[0]
            opening = Token(first.start, first.end, first.written, first.norm, max(before, first.before))
            tokens = (opening, *self.tokens[1:])
            if before == STOP:
                self.stopped = tokens
            else:
                self.paused = tokens
        return tokens


@dataclass(slots=True)
class Cut:
    """The words of a text, with their tokens.

    Word number n starts at position `places[n] + tokens[n].start` of the text.
    """

    tokens: list[Token] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def add(self, chunk: Chunk, at: int, before: int) -> int:
        """Append the words of a chunk that starts after position `at` of the text.

        Returns the kind of pause after the chunk: JOINED (none), PAUSE or STOP.
        """
        if chunk.abbreviation and self.tokens and ABBREVIATED.fullmatch(self.tokens[-1].norm):
            chunk = chunk.abbreviation
        if not chunk.words:
            return max(before, chunk.after)
        self.tokens += chunk.following(before) if before else chunk.tokens
        self.words += chunk.words
        self.places += [at] * len(chunk.words)
        return chunk.after


def one_word(written: str, sign: str) -> Chunk:
    """Return the chunk (the text between two spaces) for the word `written`, which has at least two letters.

    `sign` is the punctuation sign that follows the word without a space, or "".
    """
    alone = chunks().get(written) if sign else None
    if alone is None:
        norm = normal(written)
        alone = Chunk((Token(1, len(written) + 1, written, norm, JOINED),), (word(norm),), JOINED)
    return Chunk(alone.tokens, alone.words, pause_of(sign, alone.tokens[0].norm)) if sign else alone


def cut_chunk(written: str, last: str = "") -> Chunk:
    """Split `written` (the text between two spaces) into words.

    `last` is the word that precedes `written` in the text.
    """
    bare, sign = (written[:-1], written[-1]) if written[-1] in PLAIN_SIGNS else (written, "")
    if bare.isalpha() and len(bare) > 1:
        return one_word(bare, sign)
    tokens, after = scan(f" {written}", [], JOINED, last)
    return Chunk(tuple(tokens), tuple([word(token.norm) for token in tokens]), after, apart_in(written))


def apart_in(written: str) -> Apart:
    masked = MASKED.search(written) is not None and bool(covers(written, load()))
    apart = len(written) == 1 or not written.isalnum()
    return Apart(
        apart and OPENS_APART.match(written) is not None,
        apart and ENDS_APART.search(written) is not None,
        "." in written,
        masked or SPELLED_OUT.search(written) is not None,
    )


@cache
def chunks() -> dict[str, Chunk]:
    return {}


def chunk_of(written: str) -> Chunk:
    known = chunks()
    if len(known) > MANY_CHUNKS:
        known.clear()
    chunk = known[written] = cut_chunk(written)
    signs = SIGNS_FIRST.match(written) if chunk.apart and chunk.apart.dotted else None
    if signs and "." in signs.group():
        chunk.abbreviation = cut_chunk(written, "m")
    return chunk


def whole(text: str, hidden: list[Cover]) -> Cut:
    """Split a whole text into words at once, without the cache of chunks.

    A text with disguised words such as "m a l a d e" or with very long chunks cannot be split chunk by chunk.
    """
    tokens = scan(text, hidden)[0]
    return Cut(tokens, [word(token.norm) for token in tokens], [0] * len(tokens))


def cut(text: str) -> Cut:
    known = chunks()
    done = Cut()
    tokens, words, places = done.tokens, done.words, done.places
    at, before, links, hides = -1, STOP, 0, False
    last: Apart | None = None
    for written in text.split(" "):
        if not written:
            at += 1
            continue
        chunk = known.get(written)
        if chunk is None:
            if len(written) > LONGEST_CHUNK:
                return whole(text, covers(text, load()))
            chunk = chunk_of(written)
        apart = chunk.apart
        if apart is None:
            tokens += chunk.following(before) if before else chunk.tokens
            words += chunk.words
            places.append(at)
            before = chunk.after
        else:
            before = done.add(chunk, at, before)
            hides = hides or apart.hides
            if last and last.ends and apart.opens:
                links += LINKS if last.dotted else 1
        last = apart
        at += len(written) + 1
    hidden = covers(text, load()) if hides or links >= LINKS else []
    return whole(text, hidden) if hidden else done

"""Texts for which the screening takes as long as possible, and a function that clears the screening's caches."""

import random
from collections.abc import Iterator
from itertools import islice

from screening.expressions import lexicon, matching
from screening.weights import model, opinion
from screening.words import cutting, spelling, tokens

SEED = 20261129
LETTERS = "aeioustrnlpdcm"
# The texts of 280 characters for which the screening takes longest. An automatic search found them.
SLOWEST = (
    "pas, a a a ! , holy X., œœœœœœœr·e·c·o·n·c·i·l·i f*u*i*t b.r.û.l.e.u.r dehors est @İd'heure, Ne Ne "
    "Ne Ne *14, )avec ai. les-㎯repris Soupe s.o.n ·du. près, d.é.b.i.t., droit jamais. x-p-r-i-n-t-, "
    "joint j-'-a-i m.m.l'usine,.nid-2 parti, @mddponlr.a*chef passé.luiua",
    "va vs yh dû od he fd lv nu pj ci in hd na om ht dp fè fa ct md li bi id on tu nf to mp eu be sm mo "
    "mé av kb ec né dr no ét rb am pn bt pc mb qq vb jc mv cl lt ly yo an jr la là hv ea ce pm es so or "
    "ha rn un ok dg db gt el km ou ad ij tv ag te ep ab pb sr jb we bu hu je tt bc hs d",
)


def _filled(pieces: Iterator[str], between: str, length: int) -> str:
    """Join pieces with `between`, and cut the result to `length` characters."""
    return between.join(islice(pieces, length))[:length]


def _drawn(drawing: random.Random, pieces: list[str]) -> Iterator[str]:
    while True:
        yield drawing.choice(pieces)


def _new_words(drawing: random.Random, letters: int, alphabet: str = LETTERS) -> Iterator[str]:
    while True:
        yield "".join(drawing.choices(alphabet, k=letters))


def _slips(drawing: random.Random, sample_objects: list[str]) -> Iterator[str]:
    """Yield misspelt words: words that the screening knows, each with one letter replaced."""
    for word in _drawn(drawing, [word for word in sample_objects if len(word) >= 8]):
        place = drawing.randrange(1, len(word))
        yield word[:place] + drawing.choice(LETTERS) + word[place + 1 :]


def hostile_texts(length: int) -> dict[str, str]:
    """Return texts that are slow to screen, by their kind. The random seed is fixed, so a longer text begins with the
    shorter one of the same kind.
    """
    known = sorted(stem for stem in lexicon.load().stems if stem.isalpha())
    short = [word for word in known if len(word) <= 3]
    drawn: dict[str, tuple[Iterator[str], str]] = {
        "letters apart": (_drawn(random.Random(SEED), list(LETTERS)), " "),
        "letters behind full stops": (_drawn(random.Random(SEED), list(LETTERS)), "."),
        "words spelled out": (map(" ".join, _drawn(random.Random(SEED), known)), " "),
        "words spelled out with full stops": (map(".".join, _drawn(random.Random(SEED), known)), "."),
        "short words": (_drawn(random.Random(SEED), short), " "),
        "words of the lexicons": (_drawn(random.Random(SEED), known), " "),
        "a sentence each": (_drawn(random.Random(SEED), known), ". "),
        "words without spaces": (_drawn(random.Random(SEED), known), ""),
        "one word": (_new_words(random.Random(SEED), 5), ""),
        "words that nobody knows": (_new_words(random.Random(SEED), 8), " "),
        "misspelt words": (_slips(random.Random(SEED), known), " "),
        "misspelt words joined": (_slips(random.Random(SEED), known), "-"),
        "signs for letters": (_new_words(random.Random(SEED), 24, "abcd*1$@"), " "),
        "two alphabets": (_new_words(random.Random(SEED), 8, "aсeоpхbαωβ"), " "),
    }
    repeated = {
        "one letter": "a",
        "signs of eighteen letters": "ﷺ",
        "two letters in one sign": "ﬆ",
        "accents in signs of their own": "e\u0301",
        "signs of no width": "a\u200b",
        "backwards": "\u202eab",
        "figures": "1234567890",
        "stars": "a*",
        "full stops": "Il. ",
        "names": "Mme De ",
        "streets": "rue de la ",
        "pictures": "🙂",
        "one word again": "alcoolique ",
    }
    texts = {name: _filled(pieces, between, length) for name, (pieces, between) in drawn.items()}
    texts |= {name: (piece * length)[:length] for name, piece in repeated.items()}
    return texts | {f"competed {place}": (text * length)[:length] for place, text in enumerate(SLOWEST)}


def forget_everything() -> None:
    """Clear the screening's caches of earlier texts, so that a test measures each text with empty caches.

    The lexicons and the weights of the neural network stay loaded."""
    cutting.chunks().clear()
    matching.vocabulary().words.clear()
    for remembered in (tokens.normal, spelling.stem, spelling.sound, opinion.signs_of):
        remembered.cache_clear()
    weights = model.load()
    weights.by_word.clear()
    weights.by_sign.clear()
    if weights.second:
        weights.second.by_place.clear()
        weights.second.by_part.clear()

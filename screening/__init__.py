"""Detects whether a text discloses something about a person that may not be written. Needs NumPy, but neither Django
nor network.

    screen("Mme est sous chimiothérapie, passer le matin")

The modules process a text in this order. `shown` returns its visible characters. `tokens` and `cutting` split them into
words. `spelling` normalises each word, and `ordinary` tells whether it is a common word. `lexicon` and `verbs` load the
known expressions from `lexicons/`. `matching` finds these expressions in the text. `surroundings` determines whom or
what an expression is about. `reading` combines these steps. `features` computes the features that `model` weighs. If
the result is uncertain, the neural network in `opinion` decides too, with the help of `meanings`. `judging` chooses the
passages to report, and `findings` and `wording` explain them. `naming` and `never_names` screen names. The programs of
research/screening/ train and measure the weights.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from screening.expressions import lexicon, matching
from screening.expressions.reading import Reading, parse_texts
from screening.findings import CATEGORIES, Context, Finding
from screening.judging import Stretch, judge
from screening.weights import meanings, model
from screening.wording import wording
from screening.words.shown import visible_text

# `screen_many` does each step of the screening for TOGETHER texts before it begins the next step, so that the step's
# code and data stay in the processor's cache. Larger batches save little more time.
TOGETHER = 200


def prepare() -> None:
    """Load the lexicons, weights and word vectors when a process starts.

    Otherwise the first screened text would have to wait half a second for them.
    """
    lexicon.load()
    matching.shortcuts()
    matching.longest_misspelling()
    model.load()
    meanings.load()


def finding(text: str, reading: Reading, stretch: Stretch, language: str) -> Finding:
    start, end = reading.span(stretch.first, stretch.last)
    inside = reading.words[stretch.first : stretch.last + 1]
    words = wording(stretch.category, language, (key for word in inside for key in sorted(word.keys)))
    return Finding(stretch.category, start, end, text[start:end], words.why, words.instead, words.facts)


def screen(text: str, context: Context | None = None, language: str = "fr") -> list[Finding]:
    """Return what a text discloses, one finding per passage, in the order of the text.

    An empty list means that the text discloses nothing and may be stored.
    """
    return screen_together([text], context, language)[0]


def screen_many(texts: Iterable[str], context: Context | None = None, language: str = "fr") -> Iterator[list[Finding]]:
    """Screen many texts. Yields for each text, in the given order, what `screen` returns.

    Takes TOGETHER texts from `texts` at once. While they are screened, Python's garbage collector pauses in the whole
    process. It would search the new objects of all these texts many times, and the screening makes no reference cycles.
    """
    remaining = iter(texts)
    while batch := list(islice(remaining, TOGETHER)):
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            results = screen_together(batch, context, language)
        finally:
            if was_enabled:
                gc.enable()
        yield from results


def screen_together(texts: Sequence[str], context: Context | None, language: str) -> list[list[Finding]]:
    visible = [visible_text(text) for text in texts]
    readings = parse_texts([characters for characters, _places in visible], context)
    results = []
    for text, (characters, places), reading, stretches in zip(texts, visible, readings, judge(readings), strict=True):
        findings = [finding(characters, reading, stretch, language) for stretch in stretches]
        results.append([in_original(each, text, places) for each in findings])
    return results


def in_original(in_visible: Finding, text: str, places: Sequence[int]) -> Finding:
    """Return the finding with its positions in the original text, which may contain invisible characters."""
    covered = places[in_visible.start : in_visible.end]
    start, end = min(covered), max(covered) + 1
    return replace(in_visible, start=start, end=end, text=text[start:end])


__all__ = ["CATEGORIES", "Context", "Finding", "prepare", "screen", "screen_many"]

"""Whether a text says of a person what may not be written: pure Python, without Django and without a network.

from privacy.screening import screen
screen("Mme est sous chimiothérapie, passer le matin")

In the order in which a text meets them: `shown` (what is seen of it), `tokens` and `cutting` (its words), `words` and
`ordinary` (their spelling), `lexicon` and `verbs` (the expressions; their files are in `lexicons/`), `matching` (where
they stand), `surroundings` (of whom they are said), `reading` (all of that, once), `features` (what is weighed),
`model` (the weights), `opinion` and `packed` (asked where they hesitate), `judging` (the verdict), `findings` and
`wording` (what is answered); `naming` and
`never_names` are for names. The weights are learnt by `train`, `opinion_train` and `meanings`
from `notes/`, which `written` reads; `scores` says how well.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from privacy.screening import lexicon, matching, meanings, model
from privacy.screening.findings import CATEGORIES, Context, Finding
from privacy.screening.judging import Stretch, judge
from privacy.screening.reading import Reading, read
from privacy.screening.shown import shown
from privacy.screening.wording import wording


def prepare() -> None:
    """Load the lexicons, weights and word vectors (half a second), so that the first text does not wait for them."""
    lexicon.load()
    matching.shortcuts()
    matching.longest_misspelling()
    model.load()
    meanings.load()


def finding(text: str, reading: Reading, stretch: Stretch, language: str) -> Finding:
    start, end = reading.span(stretch.first, stretch.last)
    inside = reading.words[stretch.first : stretch.last + 1]
    words = wording(stretch.category, language, (key for one in inside for key in sorted(one.keys)))
    return Finding(stretch.category, start, end, text[start:end], words.why, words.instead, words.facts)


def screen(text: str, context: Context | None = None, language: str = "fr") -> list[Finding]:
    """What a text discloses, in its order; nothing for a text that may be kept."""
    seen, places = shown(text)
    reading = read(seen, context)
    return [_as_written(finding(seen, reading, one, language), text, places) for one in judge(reading)]


def _as_written(found: Finding, text: str, places: Sequence[int]) -> Finding:
    """Where it stands in the text as it is, with what is hidden in it."""
    stood = places[found.start : found.end]
    start, end = min(stood), max(stood) + 1
    return replace(found, start=start, end=end, text=text[start:end])


def screen_many(texts: Iterable[str], context: Context | None = None, language: str = "fr") -> Iterator[list[Finding]]:
    """The same for many texts, one answer each, in their order."""
    for text in texts:
        yield screen(text, context, language)


__all__ = ["CATEGORIES", "Context", "Finding", "prepare", "screen", "screen_many"]

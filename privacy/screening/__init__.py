"""Whether a text says of a person what may not be written: pure Python, without Django and without a network.

from privacy.screening import screen
screen("Mme est sous chimiothérapie, passer le matin")
"""

from collections.abc import Iterable, Iterator

from privacy.screening.features import read
from privacy.screening.findings import CATEGORIES, Context, Finding
from privacy.screening.judging import Stretch, judge
from privacy.screening.tokens import Token
from privacy.screening.wording import wording


def finding(text: str, tokens: list[Token], stretch: Stretch, language: str) -> Finding:
    start, end = tokens[stretch.first].start, tokens[stretch.last].end
    words = wording(stretch.category, language)
    return Finding(stretch.category, start, end, text[start:end], words.why, words.instead, words.facts)


def screen(text: str, context: Context | None = None, language: str = "fr") -> list[Finding]:
    """What a text discloses, in its order; nothing for a text that may be kept."""
    reading = read(text, context)
    return [finding(text, reading.tokens, stretch, language) for stretch in judge(reading)]


def screen_many(texts: Iterable[str], context: Context | None = None, language: str = "fr") -> Iterator[list[Finding]]:
    """The same for many texts, one answer each, in their order."""
    for text in texts:
        yield screen(text, context, language)


__all__ = ["CATEGORIES", "Context", "Finding", "screen", "screen_many"]

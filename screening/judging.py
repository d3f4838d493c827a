"""Decides whether a note discloses something that may not be written, in which category, and by which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from screening.expressions.matching import Hit
from screening.expressions.reading import SILENT, Reading, sentences
from screening.expressions.surroundings import Said
from screening.findings import CATEGORIES
from screening.weights.features import Find, features
from screening.weights.model import Known, Model, load
from screening.weights.opinion import Opinion

CERTAIN = 0.0
# If the linear model's score is in the range HESITANT, the neural network scores the note too.
# A range up to 1.75 would lower the rate of wrong refusals by 0.004, but run the slow neural network too often.
HESITANT = (-1.0, 1.0)
# If both models score a note, its score is FIRST times the linear model's score plus SECOND times the network's.
FIRST, SECOND = 0.5, 0.65
# A note with an unambiguous expression (`is_certain`) is refused even if both models allow it: its score is ENOUGH.
ENOUGH = 0.5
IMPERSONAL = frozenset({"object", "firm", "animal", "weather"})
WEIGHTY = 0.35
LONGEST_SPAN = 6


@dataclass(slots=True)
class Stretch:
    """A passage of a note, from word number `first` to `last`.

    `category` is what the passage discloses, and `weight` is how much it adds to the note's score. `certain` is true if
    the passage leads to a refusal whatever the score is.
    """

    category: str
    first: int
    last: int
    weight: float
    certain: bool = False


@dataclass(slots=True)
class Weighed:
    """A text or a sentence with its score, the expressions found in it, and its features that have weights."""

    reading: Reading
    finds: list[Find]
    known: Known
    score: float


def is_certain(hit: Hit, target: Said) -> bool:
    """Whether the expression alone leads to a refusal of the note, whatever the note's score is.

    False if a noun for a thing, firm, animal or the weather directly precedes the expression, because this noun gives
    it another meaning. False also for a short acronym that may be an ordinary word.
    """
    return hit.group.strength == "certain" and not hit.faint and target.left not in IMPERSONAL


def weighed(reading: Reading, finds: list[Find], model: Model) -> Iterator[Stretch]:
    """Yield a `Stretch` (passage) for each expression of the note, with its contribution to the note's score.

    Expressions of the strength "hint" are left out, because they are too weak to be reported.
    """
    for (hit, target), find in zip(reading.found_hits, finds, strict=True):
        if hit.group.strength != "hint":
            yield Stretch(hit.group.category, hit.first, hit.last, model.weight_of(find), is_certain(hit, target))


def second_opinion(model: Model, score: float) -> Opinion | None:
    """Return the neural network if the linear model's `score` is uncertain (see HESITANT), otherwise None."""
    return model.second if HESITANT[0] < score < HESITANT[1] else None


def word_weights(reading: Reading, known: Known, model: Model, category: str) -> list[float]:
    """Return, for each word of a note, how much the word contributes to the refusal and to the category.

    The function `by_attribution` needs these weights to choose the passage to report if no expression explains the
    refusal.
    """
    opinion = second_opinion(model, model.total(known))
    added_by_network = opinion.by_word(reading) if opinion else [0.0] * len(reading.words)
    return [
        -1.0 if covered in SILENT else model.weight_of_word(word, category) + added
        for word, covered, added in zip(reading.words, reading.covered, added_by_network, strict=True)
    ]


def likely(known: Known, model: Model) -> str:
    totals = model.totals(known, CATEGORIES)
    return max(totals, key=totals.__getitem__)


def by_attribution(reading: Reading, known: Known, model: Model) -> Stretch:
    """Choose the passage to report for a refused note in which no expression explains the refusal.

    Of all sequences of neighbouring words, the one with the highest sum of weights is chosen. Each word after the first
    costs 0.05, so that the passage stays short.
    """
    category = likely(known, model)
    weights = word_weights(reading, known, model, category)
    shift = reading.shift
    best = Stretch(category, shift, shift + len(weights) - 1, 0.0)
    for first in range(len(weights)):
        total = 0.0
        for last in range(first, min(first + LONGEST_SPAN, len(weights))):
            total += weights[last]
            # The tolerance 1e-9 makes the first of two equally weighted passages win, despite rounding errors.
            if total - 0.05 * (last - first) > best.weight + 1e-9:
                best = Stretch(category, shift + first, shift + last, total - 0.05 * (last - first))
    return best


def shortest(stretches: list[Stretch]) -> list[Stretch]:
    """Remove each passage that overlaps a passage of the same category with a higher weight."""
    result: list[Stretch] = []
    taken: set[tuple[str, int]] = set()
    for stretch in sorted(stretches, key=lambda stretch: (-stretch.weight, stretch.last - stretch.first)):
        places = {(stretch.category, at) for at in range(stretch.first, stretch.last + 1)}
        if not places & taken:
            taken |= places
            result.append(stretch)
    return sorted(result, key=lambda stretch: (stretch.first, stretch.last, CATEGORIES.index(stretch.category)))


def chosen(part: Weighed, model: Model) -> list[Stretch]:
    """Choose the passages of a refused text to report to its writer.

    These are the expressions that add enough to the score. If there are none, it is the sequence of words that adds
    most to the score.
    """
    stretches = list(weighed(part.reading, part.finds, model))
    strong = [stretch for stretch in stretches if stretch.certain or stretch.weight > WEIGHTY]
    if strong:
        heaviest = max(stretch.weight for stretch in strong)
        named = {stretch.category for stretch in strong}
        scores = model.totals(part.known, named) if len(named) > 1 else dict.fromkeys(named, 0.0)
        best = max(scores.values())
        strong = [
            stretch
            for stretch in strong
            if stretch.certain
            or (stretch.weight > heaviest / 4 and (scores[stretch.category] > best - 3 or stretch.weight == heaviest))
        ]
        return shortest(strong)
    return [by_attribution(part.reading, part.known, model)]


def weigh(readings: Sequence[Reading], model: Model) -> list[Weighed]:
    signs = [features(reading) for reading in readings]
    known = [model.known(each) for each in signs]
    scores = [model.total(each) for each in known]
    for place, score in enumerate(scores):
        if opinion := second_opinion(model, score):
            scores[place] = FIRST * score + SECOND * opinion.score(readings[place])
    return [
        Weighed(reading, each.finds, own, score)
        for reading, each, own, score in zip(readings, signs, known, scores, strict=True)
    ]


def weigh_all(readings: Sequence[Reading], model: Model) -> Iterator[tuple[float, list[Weighed]]]:
    """Yield for each text the highest score of the text and its sentences, and the list of sentences that disclose
    something.

    Each sentence is also scored by itself, so that harmless sentences cannot hide a disclosure. If no single sentence
    discloses something, the list has only the whole text. If the score would allow a text that has an unambiguous
    expression (see `is_certain`), the score is ENOUGH.
    """
    texts = [[reading, *sentences(reading)] for reading in readings]
    weighed_parts = iter(weigh([*chain.from_iterable(texts)], model))
    for text in texts:
        whole, *parts = islice(weighed_parts, len(text))
        disclosing = [part for part in parts if part.score > CERTAIN] or [whole]
        score = max([part.score for part in (whole, *parts)])
        if score <= CERTAIN and any(is_certain(hit, target) for hit, target in whole.reading.found_hits):
            score = ENOUGH
        yield score, disclosing


def verdict(reading: Reading, model: Model) -> float:
    return next(weigh_all([reading], model))[0]


def judge(readings: Sequence[Reading], model: Model | None = None) -> Iterator[list[Stretch]]:
    """Yield for each text the list of passages to report. The list is empty if the text discloses nothing."""
    model = model or load()
    for reading, (score, disclosing) in zip(readings, weigh_all(readings, model), strict=True):
        if reading.tokens and score > CERTAIN:
            yield [stretch for part in disclosing for stretch in chosen(part, model)]
        else:
            yield []

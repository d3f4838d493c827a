"""From what was read to what is answered: whether the note discloses, what, and which words."""

from collections.abc import Iterator
from dataclasses import dataclass

from privacy.screening.features import Find, features
from privacy.screening.findings import CATEGORIES
from privacy.screening.matching import Hit
from privacy.screening.model import Known, Model, load
from privacy.screening.opinion import Opinion
from privacy.screening.reading import SILENT, Reading, sentences
from privacy.screening.surroundings import Said

CERTAIN = 0.0
# Between which scores the weights hesitate: up to 1.75 it refused 0.004 less, and took too long. How much each counts.
HESITANT = (-1.0, 1.0)
FIRST, SECOND = 0.5, 0.65
# Beyond what is needed, and no more: the weights had another opinion.
ENOUGH = 0.5
IMPERSONAL = frozenset({"object", "firm", "animal", "weather"})
WEIGHTY = 0.35
LONGEST_SPAN = 6


@dataclass(slots=True)
class Stretch:
    """Words from `first` to `last` that disclose a category, and how strongly."""

    category: str
    first: int
    last: int
    weight: float
    certain: bool = False


@dataclass(slots=True)
class Weighed:
    """A reading, or a part of one, with its expressions, what the model knows of it and its score."""

    reading: Reading
    finds: list[Find]
    known: Known
    score: float


def is_certain(hit: Hit, said: Said) -> bool:
    """Words that have no other sense disclose, whatever stands around them."""
    return hit.group.strength == "certain" and not hit.faint and said.left not in IMPERSONAL


def weighed(reading: Reading, finds: list[Find], model: Model) -> Iterator[Stretch]:
    """Each expression with what it adds to the verdict."""
    for (hit, said), find in zip(reading.found, finds, strict=True):
        if hit.group.strength != "hint":
            yield Stretch(hit.group.category, hit.first, hit.last, model.weight_of(find), is_certain(hit, said))


def asked_beside(model: Model, score: float) -> Opinion | None:
    """The second opinion, where the weights hesitate."""
    return model.second if HESITANT[0] < score < HESITANT[1] else None


def word_weights(reading: Reading, known: Known, model: Model, category: str) -> list[float]:
    """What each word adds for the category and for the verdict, where no expression explains it."""
    asked = asked_beside(model, model.total(known))
    opinion = asked.by_word(reading) if asked else [0.0] * len(reading.words)
    return [
        -1.0 if covered in SILENT else model.weight_of_word(known_as, category) + added
        for known_as, covered, added in zip(reading.words, reading.covered, opinion, strict=True)
    ]


def likely(known: Known, model: Model) -> str:
    totals = model.totals(known, CATEGORIES)
    return max(totals, key=totals.__getitem__)


def by_attribution(reading: Reading, known: Known, model: Model) -> Stretch:
    """The heaviest run of words."""
    category = likely(known, model)
    weights = word_weights(reading, known, model, category)
    shift = reading.shift
    best = Stretch(category, shift, shift + len(weights) - 1, 0.0)
    for first in range(len(weights)):
        total = 0.0
        for last in range(first, min(first + LONGEST_SPAN, len(weights))):
            total += weights[last]
            # Of two runs as heavy, the first: what the last digit says is chance.
            if total - 0.05 * (last - first) > best.weight + 1e-9:
                best = Stretch(category, shift + first, shift + last, total - 0.05 * (last - first))
    return best


def shortest(stretches: list[Stretch]) -> list[Stretch]:
    """One stretch for words that overlap within a category: the weightiest."""
    kept: list[Stretch] = []
    taken: set[tuple[str, int]] = set()
    for stretch in sorted(stretches, key=lambda one: (-one.weight, one.last - one.first)):
        places = {(stretch.category, at) for at in range(stretch.first, stretch.last + 1)}
        if not places & taken:
            taken |= places
            kept.append(stretch)
    return sorted(kept, key=lambda one: (one.first, one.last, CATEGORIES.index(one.category)))


def chosen(one: Weighed, model: Model) -> list[Stretch]:
    """The expressions that weigh; failing them the one that weighs most; failing that the heaviest words."""
    stretches = list(weighed(one.reading, one.finds, model))
    strong = [stretch for stretch in stretches if stretch.certain or stretch.weight > WEIGHTY]
    if strong:
        heaviest = max(stretch.weight for stretch in strong)
        named = {stretch.category for stretch in strong}
        scores = model.totals(one.known, named) if len(named) > 1 else dict.fromkeys(named, 0.0)
        best = max(scores.values())
        strong = [
            stretch
            for stretch in strong
            if stretch.certain
            or (stretch.weight > heaviest / 4 and (scores[stretch.category] > best - 3 or stretch.weight == heaviest))
        ]
        return shortest(strong)
    return [by_attribution(one.reading, one.known, model)]


def weigh(reading: Reading, model: Model) -> Weighed:
    signs = features(reading)
    known = model.known(signs)
    score = model.total(known)
    asked = asked_beside(model, score)
    if asked:
        score = FIRST * score + SECOND * asked.score(reading)
    return Weighed(reading, signs.finds, known, score)


def weigh_all(reading: Reading, model: Model) -> tuple[float, list[Weighed]]:
    """The verdict, and what it rests on: the sentences that disclose alone, or the whole.

    A sentence is judged alone too, so that what stands beside a disclosure cannot hide it.
    """
    whole = weigh(reading, model)
    parts = [weigh(sentence, model) for sentence in sentences(reading)]
    disclosing = [one for one in parts if one.score > CERTAIN] or [whole]
    score = max(one.score for one in (whole, *parts))
    if score <= CERTAIN and any(is_certain(hit, said) for hit, said in reading.found):
        score = ENOUGH
    return score, disclosing


def verdict(reading: Reading, model: Model) -> float:
    return weigh_all(reading, model)[0]


def judge(reading: Reading, model: Model | None = None) -> list[Stretch]:
    if not reading.tokens:
        return []
    model = model or load()
    score, disclosing = weigh_all(reading, model)
    if score <= CERTAIN:
        return []
    return [stretch for one in disclosing for stretch in chosen(one, model)]

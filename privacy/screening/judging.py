"""From what was read to what is answered: whether the note discloses, what, and which words."""

from collections.abc import Iterator
from dataclasses import dataclass

from privacy.screening.features import SILENT, Reading, features, of_hit
from privacy.screening.findings import CATEGORIES
from privacy.screening.model import Model, load
from privacy.screening.words import stem

CERTAIN = 0.0
WEIGHTY = 0.35
LONGEST_SPAN = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words from `first` to `last` that disclose a category, and how strongly."""

    category: str
    first: int
    last: int
    weight: float


def weighed(reading: Reading, model: Model) -> Iterator[Stretch]:
    """Each expression with what it adds to the verdict."""
    for hit, said in reading.found:
        if hit.group.strength != "hint":
            yield Stretch(
                hit.group.category,
                hit.first,
                hit.last,
                sum(model.weight(name) for name in set(of_hit(hit, said, reading))),
            )


def word_weights(reading: Reading, model: Model, category: str) -> list[float]:
    """What each word adds for the category and for the verdict, where no expression explains it."""
    weights = []
    for token, covered in zip(reading.tokens, reading.covered, strict=True):
        name = f"u:{stem(token.norm)}"
        weights.append(-1.0 if covered in SILENT else model.weight(name, category) + model.weight(name))
    return weights


def by_attribution(reading: Reading, model: Model, category: str) -> Stretch:
    """The heaviest run of words."""
    weights = word_weights(reading, model, category)
    best = Stretch(category, 0, len(weights) - 1, 0.0)
    for first in range(len(weights)):
        total = 0.0
        for last in range(first, min(first + LONGEST_SPAN, len(weights))):
            total += weights[last]
            if total - 0.05 * (last - first) > best.weight:
                best = Stretch(category, first, last, total - 0.05 * (last - first))
    return best


def likely(names: set[str], model: Model) -> str:
    return max(CATEGORIES, key=lambda category: model.score(names, category))


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


def chosen(reading: Reading, names: set[str], model: Model) -> list[Stretch]:
    """The expressions that weigh; failing them the one that weighs most; failing that the heaviest words."""
    stretches = list(weighed(reading, model))
    strong = [stretch for stretch in stretches if stretch.weight > WEIGHTY]
    if strong:
        heaviest = max(stretch.weight for stretch in strong)
        scores = {category: model.score(names, category) for category in CATEGORIES}
        best = max(scores.values())
        strong = [
            one
            for one in strong
            if one.weight > heaviest / 4 and (scores[one.category] > best - 3 or one.weight == heaviest)
        ]
        return shortest(strong)
    return [by_attribution(reading, model, likely(names, model))]


def judge(reading: Reading) -> list[Stretch]:
    if not reading.tokens:
        return []
    model = load()
    names = features(reading)
    if model.score(names) <= CERTAIN:
        return []
    return chosen(reading, names, model)


def categories_of(reading: Reading, names: set[str], model: Model) -> frozenset[str]:
    """What a note that discloses discloses."""
    return frozenset(stretch.category for stretch in chosen(reading, names, model)) if reading.tokens else frozenset()

"""The linear model of the screening: how it adds up the weights of a note's features."""

import pytest

from screening import judging
from screening.expressions.reading import parse_text
from screening.findings import CATEGORIES
from screening.weights import model


def test_the_scores_of_categories_add_up_all_features_of_the_note():
    """The weights of a word are cached by category. The sum here uses no cache, and the second round the filled one."""
    shipped = model.load()
    signs = judging.features(parse_text("elle est séropositive et alcoolique, son fils est en prison"))
    known = shipped.known(signs)
    rows = [*known.named, *(row for entry in known.words for row in entry.rows)]
    meant = [entry.meant for entry in known.meant]
    for _ in range(2):
        totals = shipped.totals(known, CATEGORIES)
        for category in CATEGORIES:
            features = sum(shipped.columns[category][row] for row in rows)
            meanings_of_words = sum(shipped.leanings[category][row] for row in meant) / len(meant) ** 0.5
            wanted = shipped.intercepts[category] + features + meanings_of_words
            assert totals[category] == pytest.approx(wanted), category
    assert len({round(total, 6) for total in totals.values()}) == len(CATEGORIES)

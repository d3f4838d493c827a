"""The time to screen a text must grow linearly with its length, measured in executed lines of code."""

import sys

import pytest

from screening import prepare, screen
from screening.expressions import matching
from tests.screening.hostile import forget_everything, hostile_texts

SHORT, LONG = 140, 560
# A text four times as long should run about four times as many lines of code. Quadratic work would run 16 times.
# The longer text may run eight times as many lines of code, because only it may need the neural network.
GROWTH = 8


def lines_run(text: str) -> int:
    """Count the lines of the screening's code that run for a text, with empty caches."""
    count = 0

    def trace(frame, event, _argument):
        nonlocal count
        if "screening" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    prepare()
    forget_everything()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        screen(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", hostile_texts(1))
def test_work_grows_linearly_with_the_length(name):
    few, many = (lines_run(hostile_texts(length)[name]) for length in (SHORT, LONG))
    assert few > 10
    assert many <= few * GROWTH


def test_overlong_words_are_not_compared_letter_by_letter(monkeypatch):
    """The screening must not search for misspellings of very long words.

    The search leaves out each letter of the word in turn, which takes quadratic time.
    """
    lengths = []
    compare = matching.misspelt
    monkeypatch.setattr(matching, "misspelt", lambda key: lengths.append(len(key)) or compare(key))
    for text in hostile_texts(LONG).values():
        forget_everything()
        screen(text)
    assert len(lengths) > 100
    assert max(lengths) <= matching.longest_misspelling() < 30


def test_a_misspelling_at_the_limit_is_still_found():
    longest = max(matching.load().stems, key=len)
    slip = longest[:9] + "x" + longest[9:]
    assert matching.may_be_misspelt(slip, slip, matching.load()) and matching.misspelt(slip) == longest


def test_the_cache_of_a_word_is_bounded():
    word = matching.word("il")
    for place in range(2 * matching.MANY_SUBSETS):
        matching.within_reach(word, frozenset({f"nothing {place}"}))
    busiest = max(map(matching.word, sorted(matching.load().stems)[:4000]), key=lambda one: len(one.needed))
    assert len(busiest.needed) > 20
    for offered in busiest.needed:
        for other in busiest.needed:
            matching.within_reach(busiest, frozenset({offered, other}))
            assert len(busiest.reached) <= matching.MANY_SUBSETS

"""The neural network that screens texts if the other rules of the screening are unsure.

The network's integers do not overflow, its result depends on word order, and the network read from its file equals the
trained one.
"""

from collections import defaultdict

import numpy
import pytest

from research.screening import opinion_train
from research.screening.written import Note, all_notes
from screening import judging
from screening.expressions.reading import parse_text
from screening.weights import meanings, model, opinion
from screening.words.spelling import LONG_WORD, runs_of

NOTES = [
    Note(
        f"{turn}",
        text,
        frozenset(labels),
        marked=tuple((words, label) for label in labels for words in (text.split(". ")[0],)),
    )
    for turn in range(800)
    for text, labels in (
        ("il est alcoolique", {"addiction"}),
        ("badge remis le 12. fuite sous l'évier", set()),
        ("elle est séropositive. badge remis", {"health"}),
        ("mur aveugle à ravaler, M. Dupont prévenu", set()),
    )
]


# All tests of this module run in one process, so that the network is trained only once.
pytestmark = pytest.mark.xdist_group("opinion")


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    return opinion_train.learn(
        NOTES, [parse_text(note.text) for note in NOTES], tmp_path_factory.mktemp("opinion") / "net"
    )


def highest_added(network):
    """Return the highest value that a word and its context can add to a hidden unit, whatever the text."""
    sizes = abs(network.vectors * (network.scales * opinion.FINEST)[:, None])
    by_kind = defaultdict(list)
    for name, row in network.rows.items():
        by_kind[name[0]].append(row)
    coordinates = numpy.frombuffer(meanings.load().coordinates, numpy.int8).astype(numpy.int64)
    highest = abs(coordinates.reshape(-1, meanings.COORDINATES) @ network.turn).max(0)
    # A word has one stem and at most two kinds. The vectors of its letters are divided by the root of their number.
    letters = len(runs_of("abcdefghijklmnopqrstuvwxyz"[:LONG_WORD])) ** 0.5
    for kind, times in {"u": 1, "k": 2, "h": letters, "b": 1, "c": 1}.items():
        highest = highest + times * sizes[by_kind[kind]].max(0)
    # It may be in all lists of words ("m"), and in all expressions ("f", "g", "o") at once.
    for kind in "mfgo":
        highest = highest + sizes[by_kind[kind]].sum(0)
    return int(max(highest / opinion.COARSER @ abs(network.runs)))


def test_no_sum_of_the_network_exceeds_32_bits():
    assert opinion.WIDTH * highest_added(opinion.load()) < numpy.iinfo(numpy.int32).max


def test_the_stored_network_equals_the_trained_one(tmp_path):
    """The screening's neural network, read from its file, gives the same results as when computed with numpy."""
    from numpy import arange, concatenate

    examples = list(opinion_train.examples(NOTES, [parse_text(note.text) for note in NOTES]))
    net = opinion_train.Net(opinion_train.Heard(examples))
    net.parts["biases"] += 0.1
    opinion_train.write(net, tmp_path / "net")
    kept = opinion.read_file(tmp_path / "net")
    batch = opinion_train.Batch(net.heard, arange(8))
    parts = net.parts
    vectors = (net.heard.traits[batch.kinds] @ parts["traits"] + net.heard.meant[batch.kinds] @ parts["turn"])[
        batch.which
    ] + net.heard.around[batch.words] @ parts["traits"]
    spaced = net.spaced(batch, vectors)
    runs = concatenate([spaced[:, run : run + batch.longest] for run in range(opinion.WIDTH)], 2)
    top, _ = net.highest(batch, runs.reshape(-1, runs.shape[-1]))
    wanted = (top * (top > 0)) @ parts["weights"][:, 0] + parts["intercepts"][0]
    assert len({round(float(one), 3) for one in wanted}) > 3
    for example, score in zip(examples, wanted, strict=False):
        assert kept.score(example.reading) == pytest.approx(float(score), abs=0.05)


def test_training_separates_disclosing_from_lawful_notes(learnt):
    assert learnt.score(parse_text("elle est alcoolique")) > learnt.score(parse_text("badge remis le 12")) + 1


def test_contributions_of_words_sum_to_the_score(learnt):
    for note in NOTES[:4]:
        reading = parse_text(note.text)
        assert sum(learnt.by_word(reading)) + learnt.intercept == pytest.approx(learnt.score(reading))
        heard, wanted = learnt.heard(reading).tolist(), [0.0] * len(reading.words)
        for unit, (floor, weight) in enumerate(zip(learnt.floors.tolist(), learnt.weights.tolist(), strict=True)):
            values = [window[unit] for window in heard]
            wanted[values.index(max(values))] += max(0, max(values) - floor) * weight
        assert learnt.by_word(reading) == pytest.approx(wanted)
    assert learnt.by_word(parse_text("")) == []
    assert learnt.score(parse_text("")) == learnt.intercept


def test_word_order_changes_the_score():
    kept = opinion.load()
    assert kept.score(parse_text("il a bu la tasse")) != kept.score(parse_text("la tasse a bu il"))


def test_the_network_runs_only_for_uncertain_scores(monkeypatch):
    asked = []
    monkeypatch.setattr(opinion.Opinion, "score", lambda _, reading: asked.append(reading) or 0.0)
    shipped = model.load()
    low, high = judging.HESITANT
    texts = [note.text for note in all_notes()["hand_e"]]
    for text in texts:
        reading = parse_text(text)
        before = len(asked)
        first = shipped.total(shipped.known(judging.features(reading)))
        judging.weigh([reading], shipped)
        assert (len(asked) > before) == (low < first < high), text
    assert 20 < len(asked) < len(texts) / 2

"""The screening package depends on NumPy alone, and its command reads and writes JSON Lines."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from research.screening import train
from screening.expressions import lexicon
from screening.weights import model

ROOT = Path(__file__).parents[2]


def test_screening_imports_numpy_and_no_other_library():
    code = (
        "import sys; before = set(sys.modules); from screening import screen; assert screen('séropositif');"
        "imported = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(imported - sys.stdlib_module_names | imported & {'socket'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['numpy', 'screening']"


def run_screen(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("screen", stdout=out, stderr=err)
    except CommandError as error:
        return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), str(error)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), ""


def test_screen_command_answers_each_line_in_order(monkeypatch):
    lines = [{"id": 2, "text": "badge remis"}, {"id": "a", "text": "il est alcoolique"}]
    answers, errors, failure = run_screen(monkeypatch, "".join(json.dumps(line) + "\n" for line in lines))
    assert [answer["id"] for answer in answers] == [2, "a"]
    assert answers[0] == {"id": 2, "categories": [], "findings": []}
    assert answers[1]["categories"] == ["addiction"]
    [finding] = answers[1]["findings"]
    assert set(finding) == {"category", "start", "end", "text", "why", "instead"}
    assert (errors, failure) == ("", "")


ODD_NOTES = [
    {"id": 'a"\\b\n', "text": 'dit « je suis "alcoolique" » \\ \u2028 \x07'},
    {"id": None, "text": "femme \\ battue, nouvelle serrure"},
    {"id": [1.5, {"é": "œ"}], "text": "badge remis"},
]


def test_screen_command_output_equals_json_encoding(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(json.dumps(note) + "\n" for note in ODD_NOTES)))
    out = io.StringIO()
    call_command("screen", stdout=out)
    lines = out.getvalue().split("\n")[:-1]
    answers = [json.loads(line) for line in lines]
    assert [json.dumps(answer, ensure_ascii=False) for answer in answers] == lines
    assert [answer["id"] for answer in answers] == [note["id"] for note in ODD_NOTES]
    assert [len(answer["findings"]) for answer in answers] == [1, 1, 0]
    assert answers[1]["findings"][0]["text"] == "femme \\ battue"


def test_typo_corrections_are_the_same_in_every_process():
    """If a misspelt word is equally close to two known words, every process must choose the same known word.

    Python sets have another order in each process, so the choice must not depend on the order of a set."""
    code = (
        "from zlib import crc32; from screening.expressions.matching import shortcuts; found = shortcuts();"
        "print(len(found), crc32(repr(sorted(found.items())).encode()))"
    )
    told = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        told.add(done.stdout)
    assert len(told) == 1
    assert int(told.pop().split()[0]) > 10_000


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": 1, "text": 3}', '{"text": "séropositif"}'])
def test_a_malformed_line_is_reported_and_fails_the_command(monkeypatch, line):
    answers, errors, failure = run_screen(monkeypatch, f'{line}\n{{"id": 9, "text": "badge remis"}}\n')
    assert [answer["id"] for answer in answers] == [9]
    assert "1" in errors
    assert "séropositif" not in errors + failure
    assert failure


def test_every_section_of_the_lexicons_has_a_comment():
    for path in lexicon.FOLDER.glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("#"), path.name
        for line in lines:
            if line.startswith("["):
                assert line.partition("]")[2].strip(), f"{path.name}: {line}"


def test_stored_weights_equal_the_trained_ones(tmp_path):
    notes = ["il est alcoolique", "badge remis", "elle est séropositive", "mur aveugle"] * 3
    labels = [frozenset({"addiction"}), frozenset(), frozenset({"health"}), frozenset()] * 3
    labels[0] = frozenset(model.COLUMNS[1:])
    learnt = train.fit([train.features(train.parse_text(note)) for note in notes], labels)
    model.write(learnt, tmp_path / "weights")
    again = model.read_file(tmp_path / "weights")
    names = train.features(train.parse_text(notes[0]))
    assert again.score(names) == pytest.approx(learnt.score(names), abs=0.1)


def test_no_expression_matches_a_common_word_alone():
    """No expression that the screening refuses may consist of a common word alone.

    Such a mistake in a lexicon would make the screening refuse half of all notes.
    """
    known = lexicon.load()
    common = known.classes["light"] | {
        "avec",
        "sans",
        "mais",
        "tres",
        "bien",
        "loyer",
        "cle",
        "porte",
        "merci",
        "bonjour",
    }
    for key in common:
        for pattern in known.by_key.get(key, ()):
            alone = sum(not element.optional for element in pattern.elements) == 1
            assert not (alone and pattern.group.strength == "sure" and pattern.group.category != "lawful"), (
                pattern.written
            )

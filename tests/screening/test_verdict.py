"""Whether a text is refused must not depend on spacing, punctuation, order of clauses or neighbouring sentences, and
hardly on case and accents."""

import gc
import random
import time
import unicodedata

import pytest

import screening
from research.screening.written import all_notes
from screening import CATEGORIES, TOGETHER, Context, screen, screen_many
from screening.expressions.lexicon import load
from screening.naming import screen_name
from screening.words import cutting
from screening.words.shown import _PLAIN
from screening.words.spelling import plain
from screening.words.tokens import covers

SENSITIVE = [
    "elle est séropositive",
    "le fils est schizophrène",
    "il est alcoolique",
    "femme battue, nouvelle serrure",
    "ancien SDF",
    "il sort de prison",
    "titre de séjour expiré",
    "quel connard",
]
LAWFUL = [
    "badge remis le 12",
    "Prière de rappeler l’agence : message à transmettre.",
    "mur aveugle à ravaler",
    "fuite sous l'évier, plombier prévenu",
    "échéancier accordé, 50 € par mois",
    "rue de l'Hôpital, code 4512",
]


def categories(text, context=None):
    return {finding.category for finding in screen(text, context)}


@pytest.mark.parametrize("text", SENSITIVE)
@pytest.mark.parametrize("change", [str.upper, plain, lambda text: text.replace(" ", "  "), lambda text: f"« {text} »"])
def test_case_accents_and_spacing_do_not_change_a_disclosure(text, change):
    assert categories(text) & categories(change(text))


@pytest.mark.parametrize("text", SENSITIVE)
def test_a_lawful_sentence_hides_no_disclosure(text):
    for beside in LAWFUL:
        for whole in (f"{beside}. {text}", f"{text}. {beside}", f"{beside}, {text}"):
            assert categories(text) & categories(whole), whole


@pytest.mark.parametrize("text", LAWFUL)
def test_lawful_sentences_stay_lawful_together(text):
    assert screen(text) == []
    assert screen(". ".join(random.Random(text).sample(LAWFUL, len(LAWFUL)))) == []


@pytest.mark.parametrize(
    "text",
    ["s é r o p o s i t i f", "a.l.c.o.o.l.i.q.u.e", "alc00lique", "c*nnard", "séroooopositif", "schizofrène", "s.d.f"],
)
def test_disguised_words_are_detected(text):
    [finding] = screen(text)
    assert text.startswith(finding.text.rstrip("."))


HIDDEN = {
    "a space of no width": "alco\u200bolique",
    "a place to part it": "alco\u00adolique",
    "signs that join": "al\u2060co\u034foli\u200dque",
    "Cyrillic letters": "\u0430l\u0441\u043e\u043eliqu\u0435",
    "a Greek letter": "\u03b1lcoolique",
    "small capitals": "\u1d00\u029f\u1d04\u1d0f\u1d0f\u029f\u026a\u01eb\u1d1c\u1d07",
    "letters in rings": "\u24d0\u24db\u24d2\u24de\u24de\u24db\u24d8\u24e0\u24e4\u24d4",
    "letters in flags": "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in "alcoolique"),
    "letters in black squares": "".join(chr(0x1F170 + ord(letter) - ord("a")) for letter in "alcoolique"),
    "letters with rings of their own": "a\u20ddl\u20ddcoolique",
    "a letter that shows nothing": "alco\u3164olique",
    "a letter without its dot": "alcool\u0131que",
    "a letter struck through": "alco\u00f8lique",
    "spaces that do not part": "\u00a0".join("alcoolique"),
    "backwards, turned round": "\u202eeuqilooc\u200bla\u202c",
    "backwards to the end": "\u202eeuqiloocla",
}


@pytest.mark.parametrize("word", HIDDEN.values(), ids=HIDDEN)
def test_lookalike_and_invisible_characters_hide_nothing(word):
    text = f"Mme est {word}"
    [one] = screen(text)
    assert one.category == "addiction" and one.text == text[one.start : one.end] == word.strip("\u202e\u202c")
    assert screen_name(f"Durand, est {word}")


def test_combining_accents_change_no_verdict():
    for text in (*SENSITIVE, *LAWFUL):
        apart = unicodedata.normalize("NFD", text)
        found, as_whole = screen(apart), screen(text)
        assert [one.category for one in found] == [one.category for one in as_whole], text
        assert all(one.text == apart[one.start : one.end] for one in found)


def test_characters_taken_as_plain_are_visible():
    taken = [sign for sign in map(chr, range(0x3000)) if _PLAIN(sign)]
    assert len(taken) > 200
    assert all(unicodedata.normalize("NFKC", sign) in (sign, "...", " ") for sign in taken)
    assert not {unicodedata.category(sign) for sign in taken} & {"Cf", "Mn"}


@pytest.mark.parametrize("name", ["Дмитрий Иванов", "Σωκράτης", "Nguye\u0302\u0303n", "محمد", "O\u2019Neill"])
def test_names_in_other_alphabets_are_allowed(name):
    assert not screen_name(name)


@pytest.mark.parametrize("text", ["", " ", "…", "12/03", "🙂", "\n\n", "a" * 5000, "1 " * 2000])
def test_any_text_can_be_screened(text):
    assert isinstance(screen(text), list)


def seconds(text, context=None):
    """Return the time of the fastest of three runs of the screening, to exclude delays by other processes."""

    def run():
        start = time.process_time()
        screen(text, context)
        return time.process_time() - start

    return min(run() for _ in range(3))


HOSTILE = [
    "1 ",
    "s e r ",
    "e.t.a.",
    "a@",
    "a!",
    "-",
    "é",
    "🙂",
    "il est fou ",
    "HP ",
    "s.d.f. ",
    "alcoolique, ",
    "mur aveugle ",
    "rue de la ",
    "M. Dupont ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_screening_time_grows_in_proportion_to_the_length(piece):
    """A text eight times as long may take at most twenty times as long to screen. A quadratic search would take 64
    times as long."""
    short, long = ((piece * length)[:length] for length in (2_000, 16_000))
    assert seconds(long) < 20 * seconds(short)


def test_screening_time_of_random_letters_grows_in_proportion_to_the_length():
    letters = random.Random(5).choices("aeiourstnlcdmp", k=8_000)
    assert seconds(" ".join(letters)) < 20 * seconds(" ".join(letters[:1_000]))


def words_and_places(done: cutting.Cut) -> list[tuple[object, ...]]:
    return [
        (place + token.start, place + token.end, token.written, token.norm, token.before, word)
        for token, word, place in zip(done.tokens, done.words, done.places, strict=True)
    ]


ODD = [
    "",
    " ",
    "M .Dupont ( rdc . gauche) -merci",
    "a  b\nc .d - e\t- f",
    "s. d. f. ou s d f",
    "2. 5 - 3\n\n\n4 …fin",
    "l'a b'c d e",
]


def test_cached_chunks_split_like_the_whole_text():
    texts = [*ODD, *HOSTILE, *(note.text for hand in ("dev", "hand_e", "hand_z") for note in all_notes()[hand])]
    assert len(texts) > 2_000
    for text in texts:
        assert words_and_places(cutting.cut(text)) == words_and_places(cutting.whole(text, covers(text, load()))), text


def test_each_spelled_out_word_is_detected():
    text = "c h a u d i e r e, il est s c h i z o p h r e n e et a l c o o l i q u e"
    assert {finding.text for finding in screen(text)} >= {"s c h i z o p h r e n e", "a l c o o l i q u e"}


def given(category_needed):
    """Short notes from the training data. Here they only serve as examples of texts, so it does not matter that they
    were trained on."""
    notes = [note for hand in ("dev", "hand_e") for note in all_notes()[hand] if len(note.text) < 120]
    return [note.text for note in notes if bool(note.labels) == category_needed][::3]


def test_case_accents_and_spacing_hardly_ever_change_a_verdict():
    """More spaces or other apostrophes never change whether a text is refused.

    Capitals, or lower case without accents, may change it for a few texts, because names then look like other words."""
    texts = given(True) + given(False)
    assert len(texts) > 300
    verdicts = {text: bool(screen(text)) for text in texts}
    for change, allowed in (
        (lambda text: text.replace(" ", "  "), 0.0),
        (lambda text: f" {text} ", 0.0),
        (lambda text: text.replace("'", "’"), 0.0),
        (plain, 0.03),
        (str.upper, 0.06),
    ):
        changed = [text for text in texts if verdicts[text] != bool(screen(change(text)))]
        assert len(changed) <= allowed * len(texts), changed[:5]


def test_a_lawful_sentence_hides_no_disclosure_of_the_notes():
    found = [text.rstrip(".") for text in given(True) if screen(text)]
    assert len(found) > 80
    for text in found:
        for beside in LAWFUL:
            assert screen(f"{text}. {beside}."), text
            assert screen(f"{beside}. {text}."), text


def test_the_order_of_sentences_does_not_change_a_verdict():
    found = [text.rstrip(".") for text in given(True) if screen(text)]
    for text, beside in zip(found, given(False), strict=False):
        both = {bool(screen(f"{text}. {beside}")), bool(screen(f"{beside.rstrip('.')}. {text}"))}
        assert both == {True}, text


def test_every_finding_of_the_notes_is_exact_and_explained():
    for text in given(True):
        for finding in screen(text, language="en"):
            assert text[finding.start : finding.end] == finding.text != ""
            assert finding.text == finding.text.strip()
            assert finding.why
            assert finding.instead


def test_findings_are_in_order_and_exact():
    text = "Mme est séropositive, son mari est alcoolique et leur fils sort de prison."
    found = screen(text)
    assert [finding.category for finding in found] == ["health", "addiction", "offence"]
    assert [finding.start for finding in found] == sorted(finding.start for finding in found)
    assert all(text[finding.start : finding.end] == finding.text for finding in found)
    assert {finding.category for finding in found} <= set(CATEGORIES)


def test_the_landlords_names_streets_and_allowed_wordings_are_context():
    text = "résidence à revoir avec alcoolique"
    assert screen(text)
    assert screen(text, Context(allowed=frozenset({"alcoolique"}))) == []
    assert screen("schizophrène a payé", Context(names=frozenset({"Schizophrène"}))) == []


def test_many_texts_are_answered_in_their_order():
    assert [bool(found) for found in screen_many([LAWFUL[0], SENSITIVE[0], LAWFUL[1]])] == [False, True, False]


def test_many_texts_are_answered_like_each_text_alone():
    texts = ["", "...", *(note.text for note in all_notes()["hand_e"]), f"{LAWFUL[0]}. {SENSITIVE[0]}. {LAWFUL[1]}."]
    assert len(texts) > TOGETHER and len(texts) % TOGETHER
    assert list(screen_many(iter(texts))) == [screen(text) for text in texts]


def test_the_garbage_collector_pauses_only_while_texts_are_screened(monkeypatch):
    enabled = []
    monkeypatch.setattr(screening, "screen_together", lambda texts, *_: enabled.append(gc.isenabled()) or [[]])
    for _ in screen_many(["a", "b"]):
        assert gc.isenabled()
    assert enabled == [False]
    monkeypatch.setattr(screening, "screen_together", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        next(screen_many(["a"]))
    assert gc.isenabled()
    gc.disable()
    try:
        with pytest.raises(ZeroDivisionError):
            next(screen_many(["a"]))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_landlords_hundred_thousand_names_do_not_slow_a_note_down():
    letters = str.maketrans("0123456789", "abcdefghij")
    names = frozenset(f"Nom{number} Schizophrène".translate(letters) for number in range(100_000))
    context = Context(names=names)
    assert screen("Nomhhhhh Schizophrène a payé", context) == []
    text = "il est alcoolique, nouvelle serrure posée. " * 200
    assert seconds(text, context) < 3 * seconds(text, Context(names=frozenset({"Nom Schizophrène"})))

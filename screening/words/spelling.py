"""Normalises words: lower case, no accents, and one stem for both genders and numbers."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "’": "'", "ß": "ss"})
# `FRENCH` removes the accents of French letters fast. For other letters, `plain` uses Unicode's slower normalisation.
FRENCH = LIGATURES | str.maketrans("àâäçéèêëîïôöùûüÿøıłđħ", "aaaceeeeiioouuuyoildh")
# WHOLE has words that `stem` leaves unchanged, although their ending looks like a plural or feminine form.
WHOLE = frozenset(
    (Path(__file__).parents[1] / "data" / "whole.txt").read_text(encoding="utf-8").splitlines()[1].split()
)
ENDINGS = (
    ("oises", "oi"),
    ("oise", "oi"),
    ("aises", "ai"),
    ("aise", "ai"),
    ("trices", "teu"),
    ("trice", "teu"),
    ("teurs", "teu"),
    ("teur", "teu"),
    ("euses", "eu"),
    ("euse", "eu"),
    ("eurs", "eu"),
    ("eur", "eu"),
    ("eux", "eu"),
    ("ieres", "ier"),
    ("iere", "ier"),
    ("ives", "if"),
    ("ive", "if"),
    ("ifs", "if"),
    ("iennes", "ien"),
    ("ienne", "ien"),
    ("ennes", "en"),
    ("enne", "en"),
    ("onnes", "on"),
    ("onne", "on"),
    ("elles", "el"),
    ("elle", "el"),
    ("ettes", "et"),
    ("ette", "et"),
    ("ques", "q"),
    ("que", "q"),
    ("eaux", "eau"),
    ("aux", "al"),
    ("ales", "al"),
    ("ale", "al"),
    ("ees", ""),
    ("ee", ""),
    ("es", ""),
    ("e", ""),
    ("s", ""),
    ("x", ""),
)
BY_ENDING = dict(ENDINGS)
LONGEST_ENDING = max(map(len, BY_ENDING))
BEFORE_ENDING = 3
LONG_NAME = 7
LONG_WORD = 24
# The pattern ENDING_OF_ILLNESS is searched in a word's last 24 letters only, to save time. Every match fits in them.
LONGEST_ILLNESS = 24


def plain(text: str) -> str:
    """Return a text in lower case without accents.

    The length stays the same unless the text has ligatures such as "œ".
    """
    if text.isascii():
        return text.lower()
    simple = text.lower().translate(FRENCH)
    if simple.isascii():
        return simple
    decomposed = unicodedata.normalize("NFKD", text.translate(LIGATURES).lower().translate(FRENCH))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of a noun or adjective, which is the same for both genders and for singular and plural.

    Short words are returned unchanged.
    """
    if len(word) <= BEFORE_ENDING or word in WHOLE:
        return word
    for size in range(min(LONGEST_ENDING, len(word) - BEFORE_ENDING), 0, -1):
        replacement = BY_ENDING.get(word[-size:])
        if replacement is not None:
            root = word[:-size] + replacement
            return root[:-1] if replacement == "" and root.endswith("e") and len(root) > BEFORE_ENDING + 1 else root
    return word


def runs_of(word: str) -> set[str]:
    """Return all substrings of four and five characters of the word, which is enclosed in "<" and ">" to mark its ends.

    The model uses them as features, because related and misspelt words share substrings with a known word.
    """
    if len(word) > LONG_WORD:
        return set()
    marked = f"<{word}>"
    return {marked[at : at + size] for size in (4, 5) for at in range(len(marked) - size + 1)}


SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"[aeo]u?x?eau|eau|au", "o"),
        (r"sch|sh", "ch"),
        (r"ch(?=[rnl])", "k"),
        (r"qu|q", "k"),
        (r"c(?=[eiy])", "s"),
        (r"ck|c(?!h)", "k"),
        (r"g(?=[eiy])", "j"),
        (r"gu(?=[ei])", "g"),
        (r"(?<!c)h", ""),
        (r"y", "i"),
        (r"(?:ain|ein|in|un|im)(?![aeiou])", "1"),
        (r"(?:an|en|am|em)(?![aeioumn])", "2"),
        (r"ai|ei|er$|ez$|ees?$|et$", "e"),
        (r"z|(?<=[aeiou])s(?=[aeiou])", "z"),
        (r"(.)\1+", r"\1"),
        (r"oeu|eu", "e"),
        (r"(?<=..)[esxtdp]+$", ""),
        (r"ti(?=on)", "si"),
    )
]


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return a rough phonetic form of a word. Spellings that sound alike have the same form."""
    for pattern, replacement in SOUNDS:
        word = pattern.sub(replacement, word)
    return word


ENDING_OF_ILLNESS = re.compile(
    r"(?:ectomie|ostomie|oplastie|plegie|plegique|(?<!sym)(?<!anti)(?<!tele)path(?:ie|ique)|therapie|dermie|(?<!nost)algies?"
    r"|rragie|trophie|ectasie|sclerose|cytose|cytaire|oscopie|leps?ie|phren(?:e|ie)|phob(?:ie|ique)|leucemie|semie|glycemie"
    r"|ticemie|sarcome|blastome|carcinome|nevrose|psychose|arthrose|nephrite|hepatite|colite|gastrite|phlebite|myelite"
    r"|cephalite|cardite|arthrite|azepam|azolam|oxetine|statine|sartan|prazole|triptan|cilline|mycine|floxacine|gliptine"
    r"|gliflozine|dipine|(?<!a)pril|olol|conazole|fibrate|setron|terol|tinib|zumab|ximab|umab|peridol|peridone|azapine|tiapine|codone|morphone)s?$"
)


def ends_as_illness(word: str) -> bool:
    return len(word) > LONG_NAME and ENDING_OF_ILLNESS.search(word[-LONGEST_ILLNESS:]) is not None

"""Inserts the no-break spaces of French typography, because source strings are written with plain spaces.

The rules are those of the Imprimerie nationale: U+00A0 before a colon, inside « » and after n° and art.; U+202F before
; ? ! and €, and between thousands. A percent sign has U+00A0 before it, even if it is doubled in a format string. The
signs ; : ? ! € % then never begin a line.
"""

import re
import unicodedata

_SIGNS = (
    (
        re.compile(r"(?<=[\w»)}>.]) (?=[:»](?:[\s.,;)<]|$))|(?<=«) (?=\S)|(?<=n°) (?=\d)|(?<=\bart\.) (?=[\dA-Z])"),
        "\u00a0",
    ),
    (re.compile(r"(?<=\d) (?=%%?(?:[\s.,)<]|$))|(?<=\)s) (?=%%)"), "\u00a0"),
    (re.compile(r"(?<=[\w»)}>.]) (?=[;?!€](?:[\s.,)<]|$))|(?<=\b\d) (?=\d{3}\b)|(?<=\b\d\d) (?=\d{3}\b)"), "\u202f"),
)


def typeset(sentence: str) -> str:
    """Replace plain spaces by no-break spaces where French typography requires them."""
    for plain, space in _SIGNS:
        sentence = plain.sub(space, sentence)
    return sentence


# Names before which « de » becomes « d’ »: with an initial vowel, silent h, or y before a consonant.
_ELIDED = re.compile(r"[AEIOU]|Y[^AEIOUY]|H(?:E[LNR]|ILA|IPP|O[NR]|U[BG]|YA)")


def after_de(name: str) -> str:
    """Put « de » or « d’ » before a name: « d’Élise », « de Paul »."""
    letters = unicodedata.normalize("NFKD", name.replace("Œ", "OE").replace("Æ", "AE")).upper()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return f"d’{name}" if _ELIDED.match(bare) else f"de {name}"

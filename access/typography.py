"""Spaces that French printing wants and no keyboard has: sentences are written with plain ones, and set here.

As the Imprimerie nationale has it: U+00A0 before a colon, inside « » and after n° and art., U+202F before ; ? ! and €
and in thousands. None of them breaks: no line of a page begins with a sign that ends the one above.
"""

import re

_SIGNS = (
    (
        re.compile(r"(?<=[\w»)}>.]) (?=[:»](?:[\s.,;)<]|$))|(?<=«) (?=\S)|(?<=n°) (?=\d)|(?<=\bart\.) (?=[\dA-Z])"),
        "\u00a0",
    ),
    (re.compile(r"(?<=[\w»)}>.]) (?=[;?!€](?:[\s.,)<]|$))|(?<=\b\d) (?=\d{3}\b)|(?<=\b\d\d) (?=\d{3}\b)"), "\u202f"),
)


def typeset(sentence: str) -> str:
    """A French sentence as a page shows it; what is set already stays as it is, and so do signs that are listed."""
    for plain, space in _SIGNS:
        sentence = plain.sub(space, sentence)
    return sentence

"""No-break spaces of French typography. Strings are written with plain spaces, and set here.

By the rules of the Imprimerie nationale: U+00A0 before a colon, inside « » and after n° and art.; U+202F before ; ? !
and € and between thousands. So a line never starts with one of these signs.
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
    """The sentence with no-break spaces. Those already set stay."""
    for plain, space in _SIGNS:
        sentence = plain.sub(space, sentence)
    return sentence

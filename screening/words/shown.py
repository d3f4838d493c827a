"""The characters that a reader sees in a text, whatever characters it is written with.

Letters of other alphabets that look like Latin letters are replaced by Latin letters, and invisible characters are
removed, so that the screening reads what a colleague would read. Copied text may have such characters without bad
intent, for example combining accents and soft hyphens.
"""

import re
import unicodedata

# `_PLAIN` matches a text that has only ordinary French characters, as most notes do. No character is replaced then.
_PLAIN = re.compile(r"[\x00-\x7f\xa0°À-ÖØ-öø-ÿŒœŸ«»‘’“”–—…€\u202f]*").fullmatch
_LIKE = (
    ("абвгдезијкмнопрстухѕіԁһԛԝѵ", "aбbгдeзijkmhoпpctyxsidhqwv"),  # Cyrillic letters that look like Latin letters
    ("АВЕЅІЈКМНОРСТУХ", "ABESIJKMHOPCTYX"),
    ("αβγεηικνορτυχω", "abyenikvoptuxw"),  # Greek letters that look like Latin letters
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("ɑɡɩօոսӏǀ", "agionull"),
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"),
)
_AS_OURS = str.maketrans(
    {other: ours for others, all_ours in _LIKE for other, ours in zip(others, all_ours, strict=True)}
)
# _AS_OURS replaces letters drawn as flags, in black shapes or in brackets. Unicode normalisation leaves them as is.
_AS_OURS |= {
    start + place: "abcdefghijklmnopqrstuvwxyz"[place]
    for start in (0x1F1E6, 0x1F150, 0x1F170, 0x249C)
    for place in range(26)
}
# _BLANK has invisible characters (Korean fillers, empty braille) to remove, which Unicode counts as letters or symbols.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_HIDDEN = frozenset({"Cf", "Mn", "Me"})
_BACKWARDS, _ONWARDS = "\u202e", "\u202c"


def visible_text(text: str) -> tuple[str, list[int] | range]:
    """Return the visible characters of a text, in the order displayed, and their positions in the text."""
    if _PLAIN(text):
        return text, range(len(text))
    signs: list[str] = []
    places: list[int] = []
    turned: int | None = None  # `turned` is the index in `signs` where text displayed from right to left begins.
    for place, sign in enumerate(text):
        if sign in (_BACKWARDS, _ONWARDS):
            _turn(signs, places, turned)
            turned = len(signs) if sign == _BACKWARDS else None
        elif unicodedata.category(sign) not in _HIDDEN and sign not in _BLANK:
            sign = sign.translate(_AS_OURS)
            plain = unicodedata.normalize("NFKC", sign)
            signs.append((plain if len(plain) == 1 else sign).translate(_AS_OURS))
            places.append(place)
    _turn(signs, places, turned)
    return "".join(signs), places


def _turn(signs: list[str], places: list[int], start: int | None) -> None:
    if start is not None:
        signs[start:], places[start:] = signs[start:][::-1], places[start:][::-1]

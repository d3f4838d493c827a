"""Validates IBANs (ISO 13616): the country's format, the check digits and, in some countries, the national check
digits. Also finds IBANs in a sentence.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import InvalidCountryCode, InvalidLength, InvalidStructure, SchwiftyException

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Countries whose national check digits (in France, the RIB key) are verified too, because all banks use one rule.
# Germany is left out: its check digits depend on the bank, and an outdated list of banks would refuse valid numbers.
NATIONAL_KEY = frozenset({"BE", "ES", "FR", "IT", "MC", "PT", "SM"})
NO_IBAN = _("Un IBAN commence par deux lettres et deux chiffres, suivis uniquement de lettres et de chiffres.")
NO_COUNTRY = _("Aucun pays n’utilise ces deux premières lettres : vérifiez l’IBAN.")
WRONG_LENGTH = _("Cet IBAN est trop court ou trop long pour son pays : vérifiez-le.")
WRONG_SIGNS = _("Cet IBAN n’a pas le format de son pays : vérifiez ses lettres et ses chiffres.")
WRONG_KEY = _("Les chiffres de contrôle de cet IBAN ne correspondent pas : vérifiez-le.")
_BEGINS = re.compile("[A-Z]{2}[0-9]{2}")


def compact(iban: str) -> str:
    """Convert an IBAN to the stored form: capitals without spaces."""
    return "".join(iban.split()).upper()


def validate_iban(text: str) -> None:
    """Raise ValidationError if the IBAN is invalid. The message says what is wrong."""
    if fault := _fault(text):
        raise ValidationError(fault, code="iban")


def valid_iban(text: str) -> bool:
    return _fault(text) is None


def _fault(text: str) -> "_StrPromise | None":
    """Return what is wrong with the IBAN, or None for a valid one.

    The messages of the IBAN library are not used, because they repeat the number."""
    signs = "".join(text.split()).upper()
    if not (signs.isascii() and signs.isalnum()) or not _BEGINS.match(signs):
        return NO_IBAN
    try:
        IBAN(signs, validate_bban=signs[:2] in NATIONAL_KEY)
    except InvalidCountryCode:
        return NO_COUNTRY
    except InvalidLength:
        return WRONG_LENGTH
    except InvalidStructure:
        return WRONG_SIGNS
    except SchwiftyException:
        return WRONG_KEY
    return None


def masked(iban: str) -> str:
    """Mask an IBAN ("FR•• •••• 0189"): its owner can recognise it, but nobody else can use it."""
    number = compact(iban)
    return f"{number[:2]}•• •••• {number[-4:]}" if len(number) >= 15 else "••••"


# `_STARTS` matches the first letters of a possible IBAN in a sentence, also directly after other letters ("IBANFR76").
_STARTS = re.compile(r"(?=([A-Za-z]{2}[0-9]{2}))")
_SIGN = re.compile(r"[\s.\-]{0,2}([A-Za-z0-9])")
# From this length, a number with the format of its country counts as a mistyped IBAN if its check digits are wrong.
MISTYPED_FROM = 20


def find_ibans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each IBAN in a sentence, in the order of the text. Its check digits may be wrong, and
    its characters may be separated by spaces, full stops or hyphens."""
    end = 0
    for start in _STARTS.finditer(text):
        if start.start() >= end and (last := end_of_iban(text, start.start(), start[1])):
            end = last
            yield start.start(), end


def end_of_iban(text: str, start: int, first: str) -> int:
    """Return the end of the IBAN that begins at `start` with the characters `first`, or 0 if no IBAN begins there."""
    try:
        length = IBAN(first.upper(), allow_invalid=True).spec.iban_length
    except SchwiftyException:
        return 0
    signs, at = first, start + len(first)
    while len(signs) < length and (sign := _SIGN.match(text, at)):
        signs, at = signs + sign[1], sign.end()
    fault = _fault(signs)
    return at if fault is None or (fault is WRONG_KEY and length >= MISTYPED_FROM) else 0

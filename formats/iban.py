"""Validation of IBANs (ISO 13616): the country's structure, the check digits, and the national key where all banks of
a country use the same."""

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import InvalidCountryCode, InvalidLength, InvalidStructure, SchwiftyException

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Countries with one national key for all banks (in France the RIB key). German keys depend on the bank and change; an
# outdated list of banks would refuse valid numbers.
NATIONAL_KEY = frozenset({"BE", "ES", "FR", "IT", "MC", "PT", "SM"})
NO_IBAN = _("Un IBAN commence par deux lettres et deux chiffres, suivis uniquement de lettres et de chiffres.")
NO_COUNTRY = _("Aucun pays n’utilise ces deux premières lettres : vérifiez l’IBAN.")
WRONG_LENGTH = _("Cet IBAN est trop court ou trop long pour son pays : vérifiez-le.")
WRONG_SIGNS = _("Cet IBAN n’a pas le format de son pays : vérifiez ses lettres et ses chiffres.")
WRONG_KEY = _("Les chiffres de contrôle de cet IBAN ne correspondent pas : vérifiez-le.")
_BEGINS = re.compile("[A-Z]{2}[0-9]{2}")


def compact(iban: str) -> str:
    """The stored form: capitals without spaces."""
    return "".join(iban.split()).upper()


def validate_iban(text: str) -> None:
    """Raises ValidationError with a message that says what is wrong."""
    if fault := _fault(text):
        raise ValidationError(fault, code="iban")


def valid_iban(text: str) -> bool:
    return _fault(text) is None


def _fault(text: str) -> "_StrPromise | None":
    """What is wrong, in our own words: the library's message quotes the number."""
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
    """ "FR•• •••• 0189": enough to recognise one's own number, useless to anybody else."""
    number = compact(iban)
    return f"{number[:2]}•• •••• {number[-4:]}" if len(number) >= 15 else "••••"

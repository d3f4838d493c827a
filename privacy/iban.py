"""Bank account numbers (IBAN, ISO 13616): the country's structure, both check digits, and the national key where
the country has a single one."""

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

# Countries with one national key for all their banks (in France the RIB key). German keys differ from bank to bank and
# change; a number is not refused for a list of banks that has aged.
NATIONAL_KEY = frozenset({"BE", "ES", "FR", "IT", "MC", "PT", "SM"})
MAXIMUM = 34


def compact(iban: str) -> str:
    """As it is stored: capitals, no spaces of any width."""
    return "".join(iban.split()).upper()


def valid_iban(text: str) -> bool:
    signs = "".join(text.split())
    if len(signs) > MAXIMUM or not (signs.isascii() and signs.isalnum()):
        return False
    try:
        IBAN(signs.upper(), validate_bban=signs[:2].upper() in NATIONAL_KEY)
    except SchwiftyException:  # its message quotes the number
        return False
    return True


def masked(iban: str) -> str:
    """ "FR•• •••• 0189": enough to recognise one's own, useless to anybody else."""
    number = compact(iban)
    return f"{number[:2]}•• •••• {number[-4:]}" if len(number) >= 15 else "••••"

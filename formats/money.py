"""Sums of money: parsed from French or English notation and stored as integer cents, never as floats."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from formats.language import in_french

# Amounts in cents must be smaller than this limit, one million euros. The database enforces the same limit.
LARGEST = 100_000_000

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_WHOLE = r"(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)"
_SUM = re.compile(rf"({_WHOLE})(?:[,.]([0-9]{{1,2}}))?")
# Unambiguous sums such as 1,051.80 and 1.051,80: they have a thousands separator and a decimal separator.
_BOTH_SIGNS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]{1,2})|([0-9]{1,3}(?:\.[0-9]{3})+),([0-9]{1,2})")
# Ambiguous sums such as 1,051 and 1.051: the comma or point may group thousands or separate the cents.
_TWO_WAYS = re.compile(r"([0-9]{1,3})[,.]([0-9]{3})")
_FINER_THAN_CENTS = re.compile(rf"{_WHOLE}[,.][0-9]{{3,}}")


def parse_euros(text: str) -> int:
    """Parse "1 051,80", "1051.80", "12 €", "€1,051.80" or "1.051,80" into positive cents. Raises ValidationError."""
    signs = _SPACES.sub(" ", text).strip().removeprefix("€").removesuffix("€").strip()
    if signs.startswith(("-", "−", "–", "+")):
        raise ValidationError(_("Écrivez le montant sans signe, par exemple 12,50."), code="signed")
    if two_ways := _TWO_WAYS.fullmatch(signs):
        raise ValidationError(
            _("« %(typed)s » peut se lire de deux façons : écrivez %(whole)s, ou deux chiffres après la virgule."),
            code="two_ways",
            params={"typed": signs, "whole": "".join(two_ways.groups())},
        )
    if _FINER_THAN_CENTS.fullmatch(signs):
        raise ValidationError(_("Écrivez deux chiffres au plus après la virgule."), code="finer")
    match = _SUM.fullmatch(signs) or _BOTH_SIGNS.fullmatch(signs)
    if match is None:
        raise ValidationError(_("Écrivez le montant en chiffres, par exemple 1 051,80."), code="not_a_sum")
    whole, rest = (*(part for part in match.groups() if part is not None), "0")[:2]
    digits = re.sub("[ ,.]", "", whole)
    # An amount with more than 12 digits is too large. int() is not called, because it is slow for long numbers.
    too_long = len(digits) > 12
    cents = LARGEST if too_long else int(digits) * 100 + int(rest.ljust(2, "0"))
    if cents == 0:
        raise ValidationError(_("Le montant ne peut pas être zéro."), code="zero")
    if cents >= LARGEST:
        raise ValidationError(_("Le montant doit être inférieur à un million d’euros."), code="too_large")
    return cents


def plain(cents: int) -> str:
    """Format a sum for a spreadsheet, without spaces or currency: -1051,80 in French, -1051.80 in English."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}{',' if in_french() else '.'}{rest:02}"


def spoken(cents: int) -> str:
    """Format a sum for a sentence: 1 051,80 € in French, €1,051.80 in English."""
    whole, rest = divmod(abs(cents), 100)
    if in_french():
        return f"{whole:,}".replace(",", "\u202f") + f",{rest:02}\u202f€"
    return f"€{whole:,}.{rest:02}"

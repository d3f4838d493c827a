"""Types of CSV cells: how each is parsed, written and documented."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation

from formats.iban import compact, valid_iban
from formats.money import parse_euros
from formats.spreadsheets import Figure, harmless
from formats.telephone import dialled, read_phone
from screening.naming import screen_address, screen_name
from tenants.models.account import ALPHABET

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#:-]{0,63}")
_REFERENCE = re.compile(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})|(\d{1,2})/(\d{4})", re.ASCII)
_SURFACE = re.compile(r"(\d{1,5})(?:[.,](\d))?", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(?:[.,]\d{1,15})?", re.ASCII)
_BAN = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)
_FLOOR = re.compile(r"-?\d{1,2}", re.ASCII)
_OLDEST, _LATEST = 1900, 2100
ONE_CODE = "un code de la liste"
# A text longer than four times its limit is too long even after NFC, which composes at most four characters into one.
LONGEST_COMPOSED = 4


class Wrong(ValueError):
    """Raised if a cell is refused. The argument is a key of REASONS, never a part of the cell."""


@dataclass(frozen=True)
class Kind:
    """A type of cell. `sql` is the SQL type of its column in the staging table.

    `parse` turns a cell that is not empty into a value, and `write` turns a value into a cell. `admits` says, for
    the documentation, which values are allowed. `listed` has the allowed codes, if the type has a list.
    """

    sql: str
    parse: Callable[[str], Any]
    write: Callable[[Any], str]
    admits: str
    listed: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Return the text with composed accents (NFC) and with single plain spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def without_apostrophe(text: str) -> str:
    """Remove the apostrophe that Loge writes before a text that a spreadsheet would run as a formula."""
    return text[1:] if text[:1] == "'" and harmless(text[1:]) == text else text


def read_text(text: str, most: int) -> str:
    """Parse a text of at most `most` characters.

    A text that a spreadsheet would run as a formula is accepted only after an apostrophe, as the export writes it. The
    apostrophe is removed.
    """
    # A text that is far too long is refused at once, because normalising combining marks takes quadratic time.
    if len(" ".join(text.split())) > LONGEST_COMPOSED * most:
        raise Wrong("long")
    cleaned = clean(text)
    plain = without_apostrophe(cleaned)
    if plain == cleaned and harmless(plain) != plain:
        raise Wrong("formula")
    if not plain.isprintable():
        raise Wrong("control")
    if len(plain) > most:
        raise Wrong("long")
    return plain


def text(most: int) -> Kind:
    admits = f"texte, {most} signes au plus"
    return Kind("text", lambda cell: read_text(cell, most), lambda value: harmless(clean(value)), admits)


def read_name(cell: str, most: int) -> str:
    plain = read_text(cell, most)
    if screen_name(plain):
        raise Wrong("named")
    return plain


def name(most: int) -> Kind:
    """Parse a person's name. Words that disclose something about a person are refused."""
    return replace(text(most), parse=lambda cell: read_name(cell, most), admits=f"nom, {most} signes au plus")


def listed(codes: Collection[str]) -> Kind:
    known = frozenset(codes)

    def parse(cell: str) -> str:
        if cell not in known:
            raise Wrong("not_listed")
        return cell

    return Kind("text", parse, str, ONE_CODE, tuple(codes))


def _matched(shape: re.Pattern[str], reason: str, admits: str) -> Kind:
    def parse(cell: str) -> str:
        if not shape.fullmatch(cell):
            raise Wrong(reason)
        return cell

    return Kind("text", parse, str, admits)


def several(item: Kind, admits: str) -> Kind:
    """Return the type of cells that hold several values of the type `item`, separated by spaces."""

    def parse(cell: str) -> str:
        return " ".join(dict.fromkeys(item.parse(part) for part in cell.split()))

    return Kind("text", parse, str, admits, item.listed)


@lru_cache(8_192)
def read_day(cell: str) -> date:
    match = _DAY.fullmatch(cell)
    if not match:
        raise Wrong("day")
    year, month, day, day2, month2, year2 = match.groups()
    return _date(year or year2, month or month2, day or day2, "day")


def _date(year: str, month: str, day: str, reason: str) -> date:
    try:
        parsed = date(int(year), int(month), int(day))
    except ValueError:
        raise Wrong(reason) from None
    if not _OLDEST <= parsed.year <= _LATEST:
        raise Wrong(reason)
    return parsed


@lru_cache(4_096)
def read_month(cell: str) -> date:
    match = _MONTH.fullmatch(cell)
    if match:
        year, month, month2, year2 = match.groups()
        return _date(year or year2, month or month2, "1", "month")
    try:
        return read_day(cell).replace(day=1)
    except Wrong:
        raise Wrong("month") from None


@lru_cache(65_536)
def read_euros(cell: str) -> int:
    try:
        # Amounts in the files are written in French format, whatever the language of the user.
        with translation.override("fr"):
            return parse_euros(cell)
    except ValidationError as error:
        raise Wrong(str(error.code)) from None


def write_euros(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}"


def read_surface(cell: str) -> Decimal:
    match = _SURFACE.fullmatch(cell)
    if not match or not int(match[1] + (match[2] or "0")):
        raise Wrong("surface")
    return Decimal(f"{match[1]}.{match[2] or 0}")


def read_degrees(cell: str, most: int) -> Decimal:
    """Parse an angle of at most `most` degrees, such as "48,862253", and round it to six decimals."""
    if not _DEGREES.fullmatch(cell) or abs(Decimal(cell.replace(",", "."))) > most:
        raise Wrong("degrees")
    return round(Decimal(cell.replace(",", ".")), 6)


def read_floor(cell: str) -> int:
    if not _FLOOR.fullmatch(cell) or int(cell) < -9:
        raise Wrong("floor")
    return int(cell)


def read_yes_no(cell: str) -> bool:
    if cell.casefold() not in ("oui", "non"):
        raise Wrong("yes_no")
    return cell.casefold() == "oui"


def phone_in(cell: str, short: bool = False) -> str:
    try:
        return read_phone(cell, short)
    except ValidationError:
        raise Wrong("phone") from None


def write_phone(number: str) -> str:
    """Write a telephone number in national form or with 00.

    A number that begins with + would be run as a formula by a spreadsheet.
    """
    return dialled(number) or number.replace("+", "00")


def read_email(cell: str) -> str:
    address = read_text(cell, 254).casefold()
    try:
        validate_email(address)
    except ValidationError:
        raise Wrong("email") from None
    if screen_address(address):
        raise Wrong("named")
    return address


def read_iban(cell: str) -> str:
    if not valid_iban(cell):
        raise Wrong("iban")
    return compact(cell)


KEY = _matched(_KEY, "key", "votre identifiant, opaque pour Loge")
REFERENCE = _matched(_REFERENCE, "reference", "référence d’un compte de Loge, douze signes")
DAY = Kind("date", read_day, date.isoformat, "jour, 23/11/2026 ou 2026-11-23")
MONTH = Kind("date", read_month, lambda value: f"{value:%Y-%m}", "mois, 11/2026 ou 2026-11")
EUROS = Kind("bigint", read_euros, write_euros, "montant au-dessus de zéro, 1 051,80")
SURFACE = Kind("numeric", read_surface, lambda value: str(value).replace(".", ","), "surface, 62,5")
LATITUDE = Kind("numeric", partial(read_degrees, most=90), Figure, "degrés, 48,862253")
LONGITUDE = Kind("numeric", partial(read_degrees, most=180), Figure, "degrés, 2,348676")
BAN_ID = _matched(_BAN, "ban_id", "identifiant BAN, 75119_0342_00012")
FLOOR = Kind("int", read_floor, Figure, "nombre entier, 0 au rez-de-chaussée")
YES_NO = Kind("boolean", read_yes_no, lambda value: "oui" if value else "non", "oui ou non")
PHONE_NUMBER = Kind("text", phone_in, write_phone, "numéro, 06 39 98 12 34 ou +33639981234")
AGENCY_PHONE = Kind("text", partial(phone_in, short=True), write_phone, "numéro, aussi à quatre chiffres (3949)")
EMAIL = Kind("text", read_email, harmless, "adresse électronique")
EMAILS = several(EMAIL, "adresses électroniques, séparées par une espace")
KEYS = several(KEY, "clés, séparées par une espace")
IBAN = Kind("text", read_iban, str, "IBAN, vérifié par ses chiffres de contrôle")

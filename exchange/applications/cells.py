"""Parsers for the values of both kinds of application file, such as incomes, postal addresses and dates of birth."""

import re
from datetime import date
from functools import lru_cache

from allocations.models.application import MOST_ROOMS, NUMBER_SHAPE
from allocations.vocabulary import EQUIPMENT
from exchange.portfolio.values import (
    Kind,
    Wrong,
    listed,
    read_day,
    read_euros,
    read_name,
    read_text,
    several,
    write_euros,
)
from screening import screen
from screening.naming import screen_name

_NUMBER = re.compile(NUMBER_SHAPE)
_NO_INCOME = re.compile(r"0+(?:[,.]0{1,2})?\s*€?")
_WHOLE_EUROS = re.compile(r"-?[0-9]{1,9}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_POSTCODE = re.compile(r"[0-9]{5}")
_HOUSE_NUMBER = re.compile(r"[0-9]{1,5}(?:[-/][0-9]{1,5})? ?(?:bis|ter|quater|[A-Z])?", re.IGNORECASE)
_ROOMS = re.compile(rf"[1-{MOST_ROOMS}]")
LONGEST_NAME, LONGEST_LINE = 80, 80
_BEFORE_1900 = re.compile(r"1[0-8]\d{2}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/1[0-8]\d{2}", re.ASCII)


def read_number(cell: str) -> str:
    if not _NUMBER.fullmatch(cell):
        raise Wrong("number")
    return cell


def read_birth(cell: str) -> date:
    """Parse a date of birth, or the expected date of a birth. Raises Wrong for a year before 1900. Accepts future
    dates, because the caller checks them."""
    if _BEFORE_1900.fullmatch(cell):
        raise Wrong("too_old")
    return read_day(cell)


def read_income(cell: str) -> int:
    """Parse an income in euros into cents. Unlike other amounts in imported files, an income may be zero."""
    if _NO_INCOME.fullmatch(cell):
        return 0
    if cell[:1] in ("-", "−", "–"):
        raise Wrong("negative")
    return read_euros(cell)


def read_whole_euros(cell: str) -> int:
    """Parse an amount that the national register writes in whole euros. Returns cents."""
    if not _WHOLE_EUROS.fullmatch(cell):
        raise Wrong("whole_euros")
    if cell.startswith("-") and int(cell):
        raise Wrong("negative")
    return abs(int(cell)) * 100


def read_year(cell: str) -> int:
    if not _YEAR.fullmatch(cell):
        raise Wrong("year")
    return int(cell)


def read_rooms(cell: str) -> int:
    if not _ROOMS.fullmatch(cell):
        raise Wrong("rooms")
    return int(cell)


def read_postcode(cell: str) -> str:
    if not _POSTCODE.fullmatch(cell):
        raise Wrong("postcode")
    return cell


def read_house_number(cell: str) -> str:
    if not _HOUSE_NUMBER.fullmatch(cell):
        raise Wrong("address")
    return cell


@lru_cache(16_384)
def read_address(cell: str) -> str:
    """Parse one part of a postal address, such as the street. Raises Wrong if the screening finds a remark about a
    person in the text."""
    plain = read_text(cell, LONGEST_LINE)
    if screen(plain):
        raise Wrong("address")
    return plain


@lru_cache(65_536)
def read_screened_name(cell: str) -> str:
    """Parse and screen a first or last name. Results are cached, because the same names occur often."""
    return read_name(cell, LONGEST_NAME)


def discloses(first_name: str, last_name: str) -> bool:
    """Whether first and last name together disclose something about a person. A remark could be split so that each half
    looks like a name."""
    return bool(screen_name(f"{first_name} {last_name}"))


NUMBER = Kind("text", read_number, str, "numéro unique, 18 signes")
BIRTH = Kind("date", read_birth, date.isoformat, "jour, 23/11/2026 ou 2026-11-23")
INCOME = Kind("bigint", read_income, write_euros, "montant, 0 compris, 21 051,80")
YEAR = Kind("int", read_year, str, "année, 2025")
ROOMS = Kind("int", read_rooms, str, f"nombre de pièces, de 1 à {MOST_ROOMS}")
POSTCODE = Kind("text", read_postcode, str, "cinq chiffres")
EQUIPMENTS = several(listed(tuple(EQUIPMENT.terms)), "codes de la liste, séparés par une espace")
ADDRESS = Kind("text", read_address, str, f"texte d’adresse, {LONGEST_LINE} signes au plus")

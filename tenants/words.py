"""What the screen is told of an account's surroundings, and what it found, laid out for a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.guard.context import Look
from buildings.models import Address
from screening import Context, Finding
from tenants.models import Account, AllowedWording, FactCode

# What holds words to their neighbours, and hangs in the air without them.
_HOLDING = " ,;:-'" + chr(0x2019)


CATEGORIES: dict[str, Promise | str] = {
    "health": _("santé"),
    "addiction": _("dépendances"),
    "origin": pgettext_lazy("d’une personne", "origine"),
    "religion": _("religion"),
    "politics": _("opinions"),
    "sexuality": _("vie sexuelle"),
    "offence": _("infractions"),
    "private_life": _("vie privée"),
    "hardship": _("difficultés sociales"),
    "judgement": _("jugements sur la personne"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of the sentence; `number` when it is one of the words refused."""

    text: str
    number: int = 0


@dataclass(frozen=True)
class Refusal:
    """Words refused, why, and what takes their place: a code with its form, or nothing."""

    number: int
    finding: Finding
    span: str
    facts: list[tuple[FactCode, str]]


def around(look: Look, account: Account, names: Iterable[str]) -> Context:
    """Names of the account's people, streets of its building, wordings allowed by two: none is a disclosure."""
    streets = look.rows(Address).filter(building=account.building_id)
    allowed = frozenset(one.text for one in look.rows(AllowedWording))
    return Context(names=frozenset(names), streets=frozenset(one.street for one in streets), allowed=allowed)


def pieces(text: str, findings: Sequence[Finding]) -> list[Piece]:
    """The sentence cut where the marks begin and end. Findings come in order; what overlaps is marked once."""
    cut, at = [], 0
    for number, finding in enumerate(findings, 1):
        start = max(finding.start, at)
        if start < finding.end:
            cut += [Piece(text[at:start]), Piece(text[start : finding.end], number)]
            at = finding.end
    return [piece for piece in (*cut, Piece(text[at:])) if piece.text]


def refusals(findings: Sequence[Finding], codes: Mapping[str, FactCode], urls: Mapping[str, str]) -> list[Refusal]:
    return [
        Refusal(
            number,
            finding,
            f"{finding.start}-{finding.end}",
            [(codes[fact], urls[fact]) for fact in finding.facts if fact in codes],
        )
        for number, finding in enumerate(findings, 1)
    ]


def without(text: str, span: str) -> str:
    """The sentence once the words between two places are taken out, with the spaces and commas that held them."""
    first, _dash, last = span.partition("-")
    if not (first.isdigit() and last.isdigit() and int(first) < int(last) <= len(text)):
        return text
    before, after = text[: int(first)].rstrip(_HOLDING), text[int(last) :].lstrip(_HOLDING)
    return f"{before} {after}".strip() if after and after[0] not in ".!?" else f"{before}{after}".strip()

"""Connects pages with the screening, which finds sensitive personal data in sentences.

Before the screening, this module collects the words that a sentence about an account may contain. Afterwards, it
prepares the findings for display.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.guard.context import AccessContext
from buildings.models import Address
from casework.models import AllowedWording, FactCode
from privacy.identifiers import IDENTIFIERS
from screening import Context, Finding

# _HOLDING lists separators. When refused words are removed from a sentence, the separators around them are removed too.
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
    **{code: identifier.title for code, identifier in IDENTIFIERS.items()},
}


@dataclass(frozen=True)
class Piece:
    """A part of a screened sentence. If the screening refuses it, `number` is the number of the finding, else zero."""

    text: str
    number: int = 0


@dataclass(frozen=True)
class Refusal:
    """Refused words of a sentence, for display, and the facts to record instead, each with the URL of its form."""

    number: int
    finding: Finding
    span: str
    facts: list[tuple[FactCode, str]]


def around(access: AccessContext, building: UUID, names: Iterable[str] = (), others: Iterable[str] = ()) -> Context:
    """Return the words that the screening accepts in sentences about an account of this building.

    These are `names` (of people), the building's streets, and the wordings that were approved for all accounts.
    `others` are names of other people, which are refused.
    """
    streets = access.rows(Address).filter(building=building)
    allowed = frozenset(wording.text for wording in access.rows(AllowedWording))
    street_names = frozenset(address.street for address in streets)
    return Context(frozenset(names), street_names, allowed, frozenset(others))


def pieces(text: str, findings: Sequence[Finding]) -> list[Piece]:
    """Cut a sentence at the start and end of each finding (refused words). `findings` must be in order.

    If two findings overlap, their common part belongs to the first.
    """
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
    """Remove refused words from a sentence, with the separators around them.

    `span` is their start and end as the page posts it, such as "3-12". A malformed span changes nothing.
    """
    first, _dash, last = span.partition("-")
    if not (first.isdigit() and last.isdigit() and int(first) < int(last) <= len(text)):
        return text
    before, after = text[: int(first)].rstrip(_HOLDING), text[int(last) :].lstrip(_HOLDING)
    return f"{before} {after}".strip() if after and after[0] not in ".!?" else f"{before}{after}".strip()

"""The context that the screening needs about an account, and its findings arranged for a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.guard.context import AccessContext
from buildings.models import Address
from casework.models import AllowedWording, FactCode
from screening import Context, Finding

# Separators to remove together with the words beside them.
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
    """A part of the sentence. `number` is the number of its finding, or zero if the screening found nothing in it."""

    text: str
    number: int = 0


@dataclass(frozen=True)
class Refusal:
    """A finding on the page: the refused words, and the facts to record instead, each with the address of its form."""

    number: int
    finding: Finding
    span: str
    facts: list[tuple[FactCode, str]]


def around(access: AccessContext, building: UUID, names: Iterable[str] = ()) -> Context:
    """Return what the screening accepts about an account: names of its people, streets of its building, approved
    wordings."""
    streets = access.rows(Address).filter(building=building)
    allowed = frozenset(wording.text for wording in access.rows(AllowedWording))
    return Context(names=frozenset(names), streets=frozenset(address.street for address in streets), allowed=allowed)


def pieces(text: str, findings: Sequence[Finding]) -> list[Piece]:
    """Cut the sentence at the start and end of each finding. `findings` must be in order.

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
    """Remove the characters of a span such as "3-12" from the sentence, and the separators around them."""
    first, _dash, last = span.partition("-")
    if not (first.isdigit() and last.isdigit() and int(first) < int(last) <= len(text)):
        return text
    before, after = text[: int(first)].rstrip(_HOLDING), text[int(last) :].lstrip(_HOLDING)
    return f"{before} {after}".strip() if after and after[0] not in ".!?" else f"{before}{after}".strip()

"""Sentences about numbered sheets, motives and decisions, in the reader's language."""

from collections.abc import Sequence

from django.utils.translation import gettext, gettext_lazy, ngettext

from allocations.models import Decision, DecisionKind, Sheet
from allocations.rules.motives import MOTIVES
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from formats.language import in_french
from formats.money import spoken

HARD = "\u00a0"
_EFFORT = gettext_lazy("taux d’effort de %(rate)s, limite %(limit)s ; reste à vivre de %(left)s, minimum %(least)s")


def percent_text(permille: int) -> str:
    """Write a share with one decimal: 331 gives 33,1 % in French."""
    whole, tenth = divmod(permille, 10)
    return f"{whole},{tenth}{HARD}%" if in_french() else f"{whole}.{tenth}%"


def bracket_text(sheet: Sheet) -> str:
    """Write the bracket of income, a part of the ceiling of the dwelling."""
    if sheet.income_bracket is None:
        return gettext("non établies")
    first = sheet.income_bracket * 10
    return gettext("de %(first)s %% à moins de %(last)s %% du plafond") % {"first": first, "last": first + 10}


def waited_text(months: int) -> str:
    years, rest = divmod(months, 12)
    parts = []
    if years:
        parts.append(ngettext("%(count)s an", "%(count)s ans", years) % {"count": years})
    if rest or not years:
        parts.append(ngettext("%(count)s mois", "%(count)s mois", rest) % {"count": rest})
    return gettext(" et ").join(parts)


def documents_text(codes: Sequence[str]) -> str:
    return ", ".join(SUPPORTING_DOCUMENTS.label(code) for code in codes) or gettext("aucune")


def figures_text(code: str, figures: Sequence[int]) -> str:
    """Write the figures of a motive's condition as a sentence, or "" for a motive without figures."""
    numbers = dict(zip(("count", "limit"), map(str, figures), strict=False))
    match code:
        case "over_every_ceiling" | "over_this_ceiling":
            sentence = gettext("ressources de %(value)s, plafond de %(limit)s")
            numbers = {"value": spoken(figures[0]), "limit": spoken(figures[1])}
        case "paper_missing":
            sentence = ngettext(
                "%(count)s pièce demandée n’est pas parvenue dans le délai",
                "%(count)s pièces demandées ne sont pas parvenues dans le délai",
                figures[0],
            )
        case "too_small":
            sentence = ngettext(
                "%(count)s personne, au plus %(limit)s dans un logement de cette taille",
                "%(count)s personnes, au plus %(limit)s dans un logement de cette taille",
                figures[0],
            )
        case "too_large":
            sentence = ngettext(
                "%(count)s personne, au moins %(limit)s dans un logement de cette taille",
                "%(count)s personnes, au moins %(limit)s dans un logement de cette taille",
                figures[0],
            )
        case "effort_rate":
            sentence = str(_EFFORT)
            rate, limit, left, least = figures
            numbers = {"rate": percent_text(rate), "limit": percent_text(limit)}
            numbers |= {"left": spoken(left), "least": spoken(least)}
        case "other_ranked_before":
            sentence = ngettext("%(count)s candidat classé avant", "%(count)s candidats classés avant", figures[0])
        case _:
            return ""
    return sentence % numbers


def motive_text(code: str, figures: Sequence[int]) -> str:
    """Write a motive with the figures of its condition."""
    words = figures_text(code, figures) if figures else ""
    return f"{MOTIVES.label(code)} ({words})" if words else MOTIVES.label(code)


def decision_text(decision: Decision) -> str:
    """Write a decision with all that belongs to it: rank, document and its last day, or motive with figures."""
    label = str(DecisionKind(decision.kind).label).capitalize()
    if decision.motive:
        words = {"decision": label, "motive": motive_text(decision.motive, decision.figures)}
        return gettext("%(decision)s : %(motive)s") % words
    if decision.kind == DecisionKind.ALLOCATION:
        return label
    words = {"decision": label, "rank": str(decision.rank)}
    if decision.document_by is None:
        return gettext("%(decision)s, rang %(rank)s") % words
    words |= {
        "document": SUPPORTING_DOCUMENTS.label(decision.missing_document),
        "day": f"{decision.document_by:%d/%m/%Y}",
    }
    return gettext("%(decision)s, rang %(rank)s : %(document)s à fournir au plus tard le %(day)s") % words

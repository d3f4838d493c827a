"""Sentences about refusal motives and decisions, in the reader's language."""

from collections.abc import Sequence

from django.utils.translation import gettext

from allocations.models import Decision, DecisionKind
from allocations.rules.motives import MOTIVES
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from allocations.wording import motive_figures_text


def motive_text(code: str, figures: Sequence[int]) -> str:
    """Return a refusal motive as text, with the figures for which its condition is met."""
    words = motive_figures_text(code, list(figures)) if figures else ""
    return f"{MOTIVES.label(code)} ({words})" if words else MOTIVES.label(code)


def decision_text(decision: Decision) -> str:
    """Return a decision as text, with its rank, its missing document and due date, or its motive and figures."""
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

"""Computes which decisions the chair of the commission may propose now about a candidate."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from access.guard.context import AccessContext
from allocations.committee.agenda import recused_from
from allocations.committee.sheets import motives_that_hold
from allocations.committee.wording import motive_text
from allocations.models import CURRENT, Candidacy, Decision, DecisionKind
from allocations.rules.motives import MOTIVES, decision_of
from allocations.vocabulary import SUPPORTING_DOCUMENTS

WITHOUT_MOTIVE = (DecisionKind.ALLOCATION, DecisionKind.RANKED, DecisionKind.CONDITIONAL)


@dataclass(frozen=True)
class Options:
    """Choices of the form that proposes a decision.

    `decisions` maps a form value, such as "d:too_small", to a label, and `documents` maps codes of missing documents to
    labels. `blind` is true for a recused chair, who may not read the sheet.
    """

    decisions: dict[str, str]
    documents: dict[str, str]
    rank: int
    blind: bool

    @property
    def without_motive(self) -> bool:
        """Whether no refusal can be proposed now. A refusal needs a motive whose condition is met."""
        return all(":" not in value for value in self.decisions)


def options_for(access: AccessContext, candidacy: Candidacy) -> Options:
    blind = candidacy.pk in recused_from(access, candidacy.item_id)  # type: ignore[arg-type]
    documents = list(SUPPORTING_DOCUMENTS.terms) if blind else candidacy.sheet.documents_to_come
    kinds = [kind for kind in kinds_with_rank(candidacy) if documents or kind != DecisionKind.CONDITIONAL]
    decisions = {kind.value: str(kind.label).capitalize() for kind in kinds}
    computed = {motive.code: motive.figures for motive in motives_that_hold(candidacy.pk)}
    motives = {code: [] for code in MOTIVES.terms} if blind else computed
    for code, figures in sorted(motives.items(), key=lambda motive: (decision_of(motive[0]), motive[0])):
        kind = DecisionKind(decision_of(code))
        words = {"decision": str(kind.label).capitalize(), "motive": motive_text(code, figures)}
        decisions[f"{kind.value}:{code}"] = gettext("%(decision)s : %(motive)s") % words
    labels = {code: SUPPORTING_DOCUMENTS.label(code) for code in documents}
    return Options(decisions, labels, next_rank(candidacy), blind)


def _ranked(candidacy: Candidacy) -> Any:
    of_item = Decision._default_manager.filter(candidacy__item=candidacy.item_id, rank__isnull=False)
    return of_item.filter(outcome__in=CURRENT)


def kinds_with_rank(candidacy: Candidacy) -> list[DecisionKind]:
    """Return the kinds of allocation that may still be proposed for a dwelling. A plain allocation excludes every other
    allocation; ranked and conditional allocations may be combined."""
    kinds = set(_ranked(candidacy).values_list("kind", flat=True))
    if DecisionKind.ALLOCATION in kinds:
        return []
    return [kind for kind in WITHOUT_MOTIVE if not kinds or kind != DecisionKind.ALLOCATION]


def next_rank(candidacy: Candidacy) -> int:
    """Return the first free rank for the dwelling. No other rank may be proposed for this candidacy."""
    ranks = set(_ranked(candidacy).values_list("rank", flat=True))
    return next(rank for rank in range(1, len(ranks) + 2) if rank not in ranks)


def may_propose(candidacy: Candidacy) -> bool:
    """Whether the chair may propose a decision about a candidate: none is proposed or adopted yet."""
    open_now = Decision._default_manager.filter(candidacy=candidacy.pk, outcome__in=CURRENT)
    return not open_now.exists()

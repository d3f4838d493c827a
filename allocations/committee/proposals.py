"""The decisions that the chair may propose for a sheet, because their conditions are met now."""

from dataclasses import dataclass

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
    """Choices of the form that proposes a decision. `decisions` maps a form value, such as "d:too_small", to a label;
    `documents` maps codes of missing documents to labels. `blind` is true for a recused chair, who records what other
    members propose without reading the sheet."""

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
    kinds = [kind for kind in WITHOUT_MOTIVE if documents or kind != DecisionKind.CONDITIONAL]
    decisions = {kind.value: str(kind.label).capitalize() for kind in kinds}
    computed = {motive.code: motive.figures for motive in motives_that_hold(candidacy.pk)}
    motives = {code: [] for code in MOTIVES.terms} if blind else computed
    for code, figures in sorted(motives.items(), key=lambda motive: (decision_of(motive[0]), motive[0])):
        kind = DecisionKind(decision_of(code))
        words = {"decision": str(kind.label).capitalize(), "motive": motive_text(code, figures)}
        decisions[f"{kind.value}:{code}"] = gettext("%(decision)s : %(motive)s") % words
    labels = {code: SUPPORTING_DOCUMENTS.label(code) for code in documents}
    return Options(decisions, labels, next_rank(access, candidacy), blind)


def next_rank(access: AccessContext, candidacy: Candidacy) -> int:
    ranks = Decision._default_manager.filter(candidacy__item=candidacy.item_id).filter(outcome__in=CURRENT)
    return max((rank for rank in ranks.values_list("rank", flat=True) if rank), default=0) + 1


def may_propose(candidacy: Candidacy) -> bool:
    """Whether no decision on the sheet is proposed or adopted, so that one may be proposed."""
    open_now = Decision._default_manager.filter(candidacy=candidacy.pk, outcome__in=CURRENT)
    return not open_now.exists()

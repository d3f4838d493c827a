"""Letters to an applicant: which letters an application or candidacy can get, and the facts that each letter states.

A letter states only stored facts, and cannot be printed if they do not exist. No letter mentions why the person
applies, nor differs by nationality, health or sealed ground (sensitive priority).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from access.guard.context import AccessContext
from allocations.models import (
    Application,
    Candidacy,
    ClosingWarning,
    Decision,
    FragileResidence,
    Grid,
    Offer,
    Outcome,
    Priority,
    SessionState,
    Sheet,
    SupportingDocument,
)
from allocations.points_told import PointsTold, Position, position_of, score_without_grounds
from allocations.rules.clocks import PARIS
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from allocations.wording import motive_figures
from formats.language import in_french
from formats.months import months_after

# In the last two months before an application expires, the renewal reminder is a due task and can be printed.
REMINDER_MONTHS = 2

Facts = dict[str, Any]


@dataclass(frozen=True)
class RequestedDocument:
    """A requested supporting document, with its label and the fact that it proves."""

    kind: str
    due_on: date

    @property
    def label(self) -> str:
        return SUPPORTING_DOCUMENTS.label(self.kind)

    @property
    def proves(self) -> str:
        return SUPPORTING_DOCUMENTS.terms[self.kind].row["proves_fr" if in_french() else "proves_en"]


@dataclass(frozen=True)
class Letter:
    """A kind of letter. `facts` returns the variables of its template, or None if the application or candidacy does not
    get this letter. `registered` is true if the letter is sent with proof of delivery."""

    code: str
    facts: Callable[[AccessContext, Any], Facts | None]
    registered: bool = False

    @property
    def template(self) -> str:
        return f"allocations/letters/{self.code}.html"


def _certificate(access: AccessContext, application: Application) -> Facts | None:
    return {"written_on": access.day} if application.number and application.is_open else None


def _documents(access: AccessContext, application: Application) -> Facts | None:
    rows = (
        access.rows(SupportingDocument).filter(application=application, seen_on__isnull=True).order_by("due_on", "kind")
    )
    documents = [RequestedDocument(row.kind, row.due_on) for row in rows]
    return {"written_on": access.day, "documents": documents} if documents and application.is_open else None


def _reminder(access: AccessContext, application: Application) -> Facts | None:
    soon = access.day <= application.renew_by <= months_after(access.day, REMINDER_MONTHS)
    return {"written_on": access.day} if soon and application.is_open else None


def _warning(access: AccessContext, application: Application) -> Facts | None:
    warning = access.rows(ClosingWarning).filter(application=application, withdrawn_on__isnull=True).first()
    return {"written_on": warning.sent_on, "warning": warning} if warning and application.is_open else None


def _closing(_access: AccessContext, application: Application) -> Facts | None:
    return None if application.is_open else {"written_on": application.closed_on}


def _points(access: AccessContext, application: Application) -> Facts | None:
    score = score_without_grounds(application)
    if score is None or not application.is_open:
        return None
    return {"written_on": access.day, "told": PointsTold.of(access, score)}


LETTERS = {
    letter.code: letter
    for letter in (
        Letter("certificate", _certificate),
        Letter("documents", _documents),
        Letter("reminder", _reminder),
        Letter("points", _points),
        Letter("warning", _warning, registered=True),
        Letter("closing", _closing),
    )
}


@dataclass(frozen=True)
class DecisionTold:
    """The data of the letter about an adopted decision, with the sheet that the commission read.

    `residence` is None, except after a refusal because the building is fragile. Then it is the entry of the
    intermunicipal agreement that names the building.
    """

    decision: Decision
    sheet: Sheet
    unit_type: str
    missing: list[RequestedDocument]
    residence: FragileResidence | None = None

    @property
    def document(self) -> RequestedDocument:
        """Return the missing document on which a conditional allocation depends."""
        assert self.decision.document_by  # noqa: S101 - a constraint requires it for kind c
        return RequestedDocument(self.decision.missing_document, self.decision.document_by)

    @property
    def figures(self) -> list[str]:
        """Return the figures of the refusal motive, as the database computed them, in the active language."""
        return motive_figures(self.decision.motive, self.decision.figures, self.sheet, self.unit_type)


def decision_facts(access: AccessContext, candidacy: Candidacy) -> Facts | None:
    decision = access.rows(Decision).filter(candidacy=candidacy, outcome=Outcome.ADOPTED).first()
    if decision is None:
        return None
    placed = (
        access.rows(Candidacy).select_related("item__session").only("item__session__state", "item__session__held_at")
    )
    session = placed.get(pk=candidacy.pk).item.session
    if session.state not in (SessionState.CLOSED, SessionState.SIGNED):
        return None
    sheet = access.rows(Sheet).get(candidacy=candidacy)
    missing = missing_on_decision(access, candidacy, decision) if decision.motive == "paper_missing" else []
    return {
        "written_on": access.day,
        "held_on": session.held_at,
        "told": DecisionTold(
            decision, sheet, candidacy.vacancy.unit.type, missing, residence_on_decision(access, candidacy, decision)
        ),
        "grid": grid_on(access, sheet.prepared_on),
        "position": position_to_print(candidacy),
    }


def missing_on_decision(access: AccessContext, candidacy: Candidacy, decision: Decision) -> list[RequestedDocument]:
    """Return the requested documents that were overdue and still unseen when the decision was proposed."""
    day = decision.proposed_at.astimezone(PARIS).date()
    rows = access.rows(SupportingDocument).filter(application=candidacy.application_id, due_on__lt=day)
    unseen = rows.filter(Q(seen_on__isnull=True) | Q(seen_on__gt=day)).order_by("due_on", "kind")
    return [RequestedDocument(row.kind, row.due_on) for row in unseen]


def residence_on_decision(access: AccessContext, candidacy: Candidacy, decision: Decision) -> FragileResidence | None:
    """Return the entry of the intermunicipal agreement that named the building as fragile when the refusal was
    proposed. Returns None if the refusal had another motive."""
    if decision.motive != "fragile_residence":
        return None
    day = decision.proposed_at.astimezone(PARIS).date()
    rows = access.rows(FragileResidence).in_force(day).filter(building=candidacy.vacancy.building_id)
    row: FragileResidence | None = rows.order_by("-first_day").first()
    return row


def position_to_print(candidacy: Candidacy) -> Position | None:
    """Return the applicant's position by points, as in the letter about points. Returns None if the application was
    referred to an examiner, because an officer must not print the position of such an application."""
    application = candidacy.application
    if application is None or score_without_grounds(application) is None:
        return None
    return position_of(application.pk)


def grid_on(access: AccessContext, day: date) -> Grid | None:
    """Return the points grid in force on a day."""
    rows = access.rows(Grid).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), adopted_on__lte=day)
    grid: Grid | None = rows.order_by("-version").first()
    return grid


def offer_facts(access: AccessContext, candidacy: Candidacy) -> Facts | None:
    offer = access.rows(Offer).filter(candidacy=candidacy).first()
    if offer is None:
        return None
    priorities = access.rows(Priority).filter(application=candidacy.application_id, code="dalo")
    return {
        "written_on": offer.sent_on,
        "offer": offer,
        "rank": access.rows(Decision).get(candidacy=candidacy, outcome=Outcome.ADOPTED).rank,
        "grid": grid_on(access, offer.sent_on),
        "dalo": priorities.filter(recorded_on__lte=offer.sent_on, ends_on__gte=offer.sent_on).exists(),
    }


def renunciation_facts(access: AccessContext, candidacy: Candidacy) -> Facts | None:
    """Return the facts of the offer, for the letter that confirms a renunciation and repeats the warning about the DALO
    priority."""
    facts = offer_facts(access, candidacy)
    return facts | {"written_on": access.day} if facts and facts["offer"].renounced_on else None


CANDIDACY_LETTERS = {
    letter.code: letter
    for letter in (
        Letter("decision", decision_facts),
        Letter("offer", offer_facts),
        Letter("renunciation", renunciation_facts),
    )
}

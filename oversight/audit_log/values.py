"""Labels for the page of an audit event: what the page shows instead of the codes of its facts, its subject and its
URL."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.template.defaultfilters import date as formatted
from django.urls import NoReverseMatch, get_resolver
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from access.grants.reasons import EndReason, KeepReason, LookReason, RefusalReason, ResetReason, StartReason
from access.models.place import Level
from access.roles import ROLES
from allocations.models.application import ClosingMotive
from allocations.models.claim import ClaimSource
from allocations.models.decision import DecisionKind
from allocations.models.decision import Outcome as DecisionOutcome
from allocations.models.income import Basis
from allocations.models.occasion import OccasionReason
from allocations.models.offer import Answer as OfferAnswer
from allocations.models.offer import OfferDelivery
from allocations.models.priority import CaseAnswer
from allocations.models.session import CarryOver, FewReason, SeatRelease, Voice
from allocations.models.vacancy import OrientationReason
from allocations.rules.motives import MOTIVES
from allocations.vocabulary import LEGAL_FIGURES, SUPPORTING_DOCUMENTS
from audit import reading
from audit.events import KINDS
from audit.models import Event
from casework.models.contact_attempt import ContactOutcome
from casework.models.legacy_comments import Outcome as CommentOutcome
from casework.vocabulary import (
    CONTEST_ADVICE,
    CONTEST_OUTCOMES,
    DEFERRAL_GROUNDS,
    EXTENSIONS,
    LEGACY_COMMENT_GROUNDS,
    LOOK_ANSWERS,
    LOOK_EXPLANATIONS,
    LOOK_VERDICTS,
    NAME_REASONS,
    NOTE_EXCEPTIONS,
)
from casework.vocabulary.facts import TITLES
from formats.language import in_french
from formats.money import spoken
from formats.vocabulary import Vocabulary
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS, WRITE_OFF_REFUSALS
from oversight.audit_log.code_words import (
    DETAILS,
    FILTERS,
    FORMATS,
    LETTERS,
    LISTS,
    MEANS,
    NAME_FIELDS,
    OLD,
    ORDERS,
    OTHER_REASONS,
    PARTS,
    QUESTIONS,
    SCOPES,
    SUBJECTS,
    Words,
)
from oversight.models.breach import Nature
from privacy.identifiers import IDENTIFIERS
from rights.models.erasure import StoredData
from rights.models.subject_request import Answer, Proof, Right
from screening.wording import categories
from tenants.models.emergency import ClosingReason, EmergencyReason, Verdict
from tenants.models.identity_check import Shown
from tenants.models.lease_change import Change
from tenants.names import Document as NameDocument
from tenants.names import Reason as NameReason


def words(source: Vocabulary | type[TextChoices] | Words) -> Words:
    """Map the codes of a closed list to their labels."""
    if isinstance(source, Mapping):
        return source
    return dict(source.choices)


# LISTS_OF maps each detail of an event (fact) to the closed lists that may contain its code, in order of search.
LISTS_OF: dict[str, tuple[Any, ...]] = {
    "advice": (CONTEST_ADVICE,),
    "basis": (Basis,),
    "change": (Change,),
    "decision": (DecisionKind,),
    "delivery": (OfferDelivery,),
    "document": (Shown, Proof),
    "fact": (TITLES,),
    "figure": (LEGAL_FIGURES,),
    "filters": (FILTERS,),
    "format": (FORMATS,),
    "ground": (DEFERRAL_GROUNDS, LEGACY_COMMENT_GROUNDS),
    "label": (ENTRY_LABELS,),
    "letter": (LETTERS,),
    "level": (Level,),
    "list": (LISTS,),
    "means": (MEANS,),
    "motive": (MOTIVES, ClosingMotive),
    "nature": (Nature,),
    "occasion": (OccasionReason,),
    "order": (ORDERS,),
    "part": (PARTS,),
    "question": (QUESTIONS,),
    "result": (ContactOutcome, DecisionOutcome),
    "right": (Right,),
    "role": ({code: role.name for code, role in ROLES.items()},),
    "scope": (SCOPES,),
    "source": (ClaimSource,),
    "supporting_document": (SUPPORTING_DOCUMENTS,),
    "voice": (Voice,),
}
# LISTS_OF_KIND maps (kind of event, fact) to lists of codes, which replace the lists of the same fact in LISTS_OF.
LISTS_OF_KIND: dict[tuple[str, str], tuple[Any, ...]] = {
    ("access_refused", "reason"): (RefusalReason,),
    ("access_requested", "reason"): (StartReason,),
    ("adjustment_posted", "reason"): (ADJUSTMENTS,),
    ("assignment_ended", "reason"): (EndReason,),
    ("assignment_granted", "reason"): (StartReason,),
    ("chair_taken", "reason"): (OTHER_REASONS,),
    ("challenge_decided", "answer"): (Answer,),
    ("contest_decided", "answer"): (CONTEST_OUTCOMES,),
    ("contest_sent_back", "answer"): (CONTEST_OUTCOMES,),
    ("contest_weighed", "answer"): (CONTEST_OUTCOMES,),
    ("emergency_closed", "reason"): (ClosingReason,),
    ("emergency_opened", "reason"): (EmergencyReason,),
    ("emergency_reviewed", "answer"): (Verdict,),
    ("entry_reversed", "reason"): (REVERSALS,),
    ("evacuation_opened", "reason"): (EmergencyReason,),
    ("evidence_taken", "format"): (DETAILS,),
    ("evidence_taken", "reason"): (LookReason,),
    ("factors_reset", "reason"): (ResetReason,),
    ("ground_decided", "answer"): (CaseAnswer,),
    ("name_corrected", "reason"): (NameReason,),
    ("name_corrected", "document"): (NameDocument,),
    ("inherited_decided", "answer"): (CommentOutcome,),
    ("look_answered", "answer"): (LOOK_ANSWERS,),
    ("look_explained", "answer"): (LOOK_EXPLANATIONS,),
    ("look_judged", "answer"): (LOOK_VERDICTS,),
    ("look_named", "reason"): (NAME_REASONS,),
    ("note_replaced", "reason"): (NOTE_EXCEPTIONS,),
    ("note_written", "reason"): (NOTE_EXCEPTIONS,),
    ("occasion_opened", "reason"): (OccasionReason,),
    ("offer_answered", "answer"): (OfferAnswer,),
    ("person_looks_read", "reason"): (LookReason,),
    ("right_kept", "reason"): (KeepReason,),
    ("seat_released", "reason"): (SeatRelease,),
    ("session_locked", "reason"): (OTHER_REASONS,),
    ("sessions_ended", "reason"): (ResetReason, OTHER_REASONS),
    ("data_erased", "answer"): (Answer,),
    ("subject_request_answered", "answer"): (Answer,),
    ("subject_request_extended", "reason"): (EXTENSIONS,),
    ("vacancy_carried_over", "reason"): (CarryOver,),
    ("vacancy_convened", "reason"): (FewReason,),
    ("vacancy_oriented", "reason"): (OrientationReason,),
    ("write_off_asked", "reason"): (ADJUSTMENTS,),
    ("write_off_refused", "reason"): (WRITE_OFF_REFUSALS,),
}
# AS_THEY_ARE: details of events whose values are displayed without a label, such as digests and names of files.
AS_THEY_ARE = frozenset({"digest", "erasure", "exhibit", "key_digest", "reference", "sheet"})


def lists_of(kind: str, name: str) -> tuple[Any, ...]:
    """Return the closed lists that may contain the code of this detail (fact) of an event of this kind."""
    return LISTS_OF_KIND.get((kind, name)) or LISTS_OF.get(name, ())


def in_words(kind: str, name: str, value: Any) -> Any:
    """Return what the page shows for a detail (fact) of an event: the label of a code, a day in words, or the value.

    An id becomes the number that is printed in letters to tenants: its first eight characters. A code that no list has
    comes from an old event.
    """
    if wording := WORDINGS.get(name):
        return wording(value)
    if not isinstance(value, str):
        return value
    if reading.is_id(value):
        return number(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return formatted(date.fromisoformat(value), "j F Y")
    for source in lists_of(kind, name):
        labels = words(source)
        if value in labels:
            return labels[value]
    return value if name in AS_THEY_ARE else OLD


def number(key: object) -> str:
    """Return the short number by which printed letters identify an object or event: the start of its id."""
    return _("n° %(number)s") % {"number": str(key)[:8]}


def _several(labels: Words, separator: str = ".", between: str = ", ") -> Callable[[Any], str]:
    """Return a function that labels a value of several codes, such as "phone.help"."""
    return lambda value: between.join(str(labels.get(code, OLD)) for code in str(value).split(separator))


def _categories(value: Any) -> str:
    title = "title_fr" if in_french() else "title_en"
    titles = {code: category[title] for code, category in categories().items()} | {
        code: capfirst(str(identifier.title)) for code, identifier in IDENTIFIERS.items()
    }
    return ", ".join(str(titles[code]) for code in str(value).split(".") if code in titles) or str(OLD)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


IN_CENTS = {term.code for term in LEGAL_FIGURES.where(unit="cents")}
# WORDINGS maps facts whose values are not single codes to the function that words them.
WORDINGS: Mapping[str, Callable[[Any], Any]] = {
    "categories": _categories,
    "cents": spoken,
    "encrypted": lambda value: _("oui") if value else _("non"),
    "erased": _several(dict(StoredData.choices)),
    "fields": _several(NAME_FIELDS),
    "filters": _several(FILTERS),
    "from_minute": _clock,
    "means": _several(MEANS, "-", " + "),
    "page": lambda value: KINDS[value].sentence if value in KINDS else OLD,
    "to_minute": _clock,
}


@dataclass(frozen=True)
class Fact:
    """A fact of an audit event, as the page displays it.

    If the fact names an employee, `person` is the employee's id, whose events may be opened with a reason. If the fact
    names another event, `event` is that event's id. Otherwise both are "".
    """

    label: Promise | str
    value: Any
    person: str = ""
    event: str = ""


def facts_in_words(event: Event) -> list[Fact]:
    facts = [_fact(event.kind, name, label, value) for name, label, value in reading.facts(event)]
    return _in_euros(event, facts) if event.facts.get("figure") in IN_CENTS else facts


def _in_euros(event: Event, facts: list[Fact]) -> list[Fact]:
    """Show in euros a legal figure that is stored in cents: change its value, and the unit in its label."""
    label = LEGAL_FIGURES.label(event.facts["figure"])
    texts = {"figure": label.replace("en centimes", "en euros").replace("in cents", "in euros")}
    if isinstance(value := event.facts.get("value"), int):
        texts["value"] = spoken(value)
    return [
        replace(fact, value=texts.get(name, fact.value))
        for (name, *_rest), fact in zip(reading.facts(event), facts, strict=True)
    ]


def _fact(kind: str, name: str, label: Promise | str, value: Any) -> Fact:
    words_of_value = in_words(kind, name, value)
    if name in ("person", "approved_by"):
        return Fact(label, words_of_value, person=value)
    return Fact(label, words_of_value, event=value if name == "look" else "")


def subject_words(event: Event) -> Promise | str:
    return SUBJECTS.get(event.about_kind, OLD)


def address_of(route: str) -> Promise | str:
    """Return the address of a URL name with "…" in place of each variable part."""
    try:
        possibilities = get_resolver().reverse_dict.getlist(route)
        pattern = possibilities[0][0][0][0]
    except (NoReverseMatch, IndexError, KeyError):
        return OLD
    return "/" + re.sub(r"%\(\w+\)s", "…", pattern)

"""Labels for the page of an audit event: what the page shows instead of the codes of its facts, its subject and its
URL."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.template.defaultfilters import date as formatted
from django.urls import NoReverseMatch, get_resolver
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

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
from formats.vocabulary import Vocabulary
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS, WRITE_OFF_REFUSALS
from oversight.models.breach import Nature
from privacy.identifiers import IDENTIFIERS
from rights.models.erasure import StoredData
from rights.models.subject_request import Answer, Proof, Right
from screening.wording import categories
from tenants.models.emergency import EmergencyReason, Verdict
from tenants.models.identity_check import Shown
from tenants.models.lease_change import Change
from tenants.names import Document as NameDocument
from tenants.names import Reason as NameReason

Words = Mapping[str, Promise | str]


def words(source: Vocabulary | type[TextChoices] | Words) -> Words:
    """Map the codes of a closed list to their labels."""
    if isinstance(source, Mapping):
        return source
    return dict(source.choices)


SUBJECTS: Words = {
    "access_request": _("demande d’accès"),
    "account": _("compte"),
    "application": _("demande de logement"),
    "assignment": _("affectation"),
    "breach": _("violation de données"),
    "building": _("immeuble"),
    "candidacy": _("candidature"),
    "event": _("mention de la trace"),
    "inheritance": _("ancien commentaire"),
    "inspection": _("contrôle des textes"),
    "lease": _("bail"),
    "look_question": _("question sur une consultation"),
    "machine_token": _("jeton de programme"),
    "person": _("membre du personnel"),
    "place": _("lieu"),
    "receipt": _("encaissement"),
    "reminder": _("message à transmettre"),
    "reminder_door": _("message à transmettre à une porte"),
    "residence": _("occupation d’un logement"),
    "rights_review": _("revue des droits"),
    "session": _("séance de la commission"),
    "tenant": _("locataire"),
    "unit": _("logement"),
}
NAME_FIELDS: Words = {
    "title": _("civilité"),
    "last_name": _("nom"),
    "first_name": _("prénom"),
}
MEANS: Words = {
    "password": _("mot de passe"),
    "passkey": _("clé de sécurité"),
    "code": _("code de l’application"),
    "recovery": _("code de secours"),
    "directory": _("annuaire de l’organisme"),
    "assured": _("second facteur vérifié par l’annuaire"),
    "demonstration": _("démonstration, sans mot de passe"),
    "other": _("autre moyen"),
}
LISTS: Words = {
    "access_requests": _("demandes d’accès"),
    "accounts": _("comptes"),
    "accounts_former": _("comptes de locataires partis"),
    "accounts_to_contact": _("comptes à contacter"),
    "assignments": _("affectations"),
    "board": _("tableau de bord"),
    "books": _("écritures par référence"),
    "cash_receipts": _("reçus d’espèces du jour"),
    "claims": _("demandes de lecture"),
    "contests": _("réclamations"),
    "copies": _("copies de dossiers"),
    "deferrals": _("reports d’information"),
    "emergencies": _("accès d’urgence"),
    "evacuations": _("listes d’évacuation"),
    "inheritance": _("anciens commentaires"),
    "inspections": _("contrôles des textes"),
    "look_answers": _("réponses sur des consultations"),
    "look_questions": _("questions sur des consultations"),
    "machine_tokens": _("jetons de programmes"),
    "people": _("personnel"),
    "place": _("un lieu"),
    "places": _("lieux"),
    "receipts": _("encaissements à affecter"),
    "reminder": _("message à transmettre"),
    "residents": _("occupants"),
    "stand_ins": _("remplacements"),
    "subject_requests": _("demandes de personnes"),
    "tasks": _("ce qui attend une personne"),
    "today": _("le jour d’un gardien"),
    "vacant": _("logements vacants"),
    "walls": _("dossiers fermés à un agent"),
    "work": _("la journée d’un gestionnaire"),
}
# FILTERS and ORDERS label the codes of list filters and sort orders. An event separates several codes by full stops.
FILTERS: Words = {
    "age": _("ancienneté de la dette"),
    "amount": _("somme"),
    "building": _("bâtiment"),
    "state": _("solde"),
}
ORDERS: Words = {
    "contact": _("dernier contact"),
    "du": _("dû depuis plus d’un mois"),
    "fin": _("fin du bail"),
    "logement": _("logement"),
    "nom": _("titulaires"),
    "reference": _("référence"),
    "solde": _("solde"),
}
SCOPES: Words = {
    "account": _("un compte"),
    "accounts": _("comptes"),
    "agency": _("agence d’une référence"),
    "books": _("écritures par référence"),
    "breaches": _("violations de données"),
    "event": _("une mention"),
    "exposure": _("exposition des données"),
    "lines": _("mentions"),
    "overview": _("vue d’ensemble"),
    "person": _("une personne"),
    "register": _("registre des traitements"),
    "residents": _("occupants"),
    "texts": _("textes"),
    "whole": _("toute la trace"),
}
QUESTIONS: Words = {
    "coverage": _("qui couvre chaque immeuble"),
    "mine": _("ses propres droits"),
    "person": _("les droits d’une personne"),
    "reach": _("ce que chacun peut ouvrir"),
    "request": _("une demande d’accès"),
    "review": _("une revue des droits"),
    "reviews": _("revues des droits"),
    "unused": _("droits sans usage"),
}
OTHER_REASONS: Words = {
    "chair_absent": _("présidence absente"),
    "person": _("par la personne elle-même"),
    "quiet": _("sans activité"),
}
# LISTS_OF maps each fact to the closed lists that may contain its code. The lists are searched in this order.
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
    "ground": (DEFERRAL_GROUNDS, LEGACY_COMMENT_GROUNDS),
    "label": (ENTRY_LABELS,),
    "level": (Level,),
    "list": (LISTS,),
    "means": (MEANS,),
    "motive": (MOTIVES, ClosingMotive),
    "nature": (Nature,),
    "occasion": (OccasionReason,),
    "order": (ORDERS,),
    "question": (QUESTIONS,),
    "result": (ContactOutcome, DecisionOutcome),
    "right": (Right,),
    "role": ({code: role.name for code, role in ROLES.items()},),
    "scope": (SCOPES,),
    "source": (ClaimSource,),
    "supporting_document": (SUPPORTING_DOCUMENTS,),
    "voice": (Voice,),
}
# LISTS_OF_KIND maps (kind of event, fact) to lists, where the same code has another meaning than in LISTS_OF.
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
    ("emergency_opened", "reason"): (EmergencyReason,),
    ("emergency_reviewed", "answer"): (Verdict,),
    ("entry_reversed", "reason"): (REVERSALS,),
    ("evacuation_opened", "reason"): (EmergencyReason,),
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
# The codes of facts in AS_THEY_ARE are shown without a label, because readers know them: digests, numbers, file kinds.
AS_THEY_ARE = frozenset(
    {"digest", "erasure", "exhibit", "format", "key_digest", "letter", "page", "part", "reference", "sheet"}
)


def lists_of(kind: str, name: str) -> tuple[Any, ...]:
    """Return the closed lists that may contain the code of this fact, for this kind of event."""
    return LISTS_OF_KIND.get((kind, name)) or LISTS_OF.get(name, ())


def in_words(kind: str, name: str, value: Any) -> Any:
    """Return what the page shows for the value of a fact: the label of a code, a day in words, or the value itself."""
    if name == "categories":
        title = "title_fr" if in_french() else "title_en"
        titles = {code: category[title] for code, category in categories().items()} | {
            code: capfirst(str(identifier.title)) for code, identifier in IDENTIFIERS.items()
        }
        return ", ".join(str(titles[code]) for code in str(value).split(".") if code in titles)
    if name == "fields":
        return ", ".join(str(NAME_FIELDS.get(code, code)) for code in str(value).split("."))
    if name == "erased":
        return ", ".join(str(StoredData(code).label) for code in str(value).split(".") if code in StoredData.values)
    if name == "filters":
        return ", ".join(str(FILTERS.get(code, code)) for code in str(value).split("."))
    if name == "means":
        return " + ".join(str(MEANS.get(code, code)) for code in str(value).split("-"))
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return formatted(date.fromisoformat(value), "j F Y")
    for source in lists_of(kind, name):
        labels = words(source)
        if value in labels:
            return labels[value]
    return value


def facts_in_words(event: Event) -> list[tuple[Promise | str, Any, bool]]:
    """Return for each fact of an event its label, its value in words, and whether the value is an id."""
    return [
        (label, in_words(event.kind, name, value), reading.is_id(value)) for name, label, value in reading.facts(event)
    ]


def subject_words(event: Event) -> Promise | str:
    return SUBJECTS.get(event.about_kind, event.about_kind)


def address_of(route: str) -> str:
    """Return the address of a URL name with "…" in place of each variable part, or the name if it no longer exists."""
    try:
        possibilities = get_resolver().reverse_dict.getlist(route)
        pattern = possibilities[0][0][0][0]
    except (NoReverseMatch, IndexError, KeyError):
        return route
    return "/" + re.sub(r"%\(\w+\)s", "…", pattern)

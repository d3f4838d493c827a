"""The tables and columns in the copy of a household's file (exhibit E22)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.facts import sentence
from casework.models import (
    AccountFact,
    AccountNote,
    CardFact,
    ContactAttempt,
    ContestedSentence,
    DwellingFact,
    FactCode,
    LegacyComment,
)
from formats.iban import masked
from inspection.models import CopyRelease
from ledger.models import BankDetail, Clearing, Entry, WriteOff
from ledger.vocabulary import ENTRY_LABELS
from rights.disclosure.exclusions import MODELS_ABOUT_APPLICANTS
from rights.disclosure.sections import Cents
from rights.models import ErasureLine, NamedLook, SubjectRequest
from tenants import models as of

# ASIDE maps each model about tenants that the copy of a household's file leaves out to the reason.
ASIDE: dict[str, str] = {
    "tenants.LeaseChange": "the values before a change of today, stored to undo it and erased at night",
    "tenants.ReminderDoor": "records that a message was brought to a door, whoever lived there",
    "tenants.SearchKey": "the name and telephone number again, in parts, for the search",
    "ledger.Balance": "the sum of the entries, which the copy shows",
    "ledger.SavedFilter": "which accounts an employee looks for; it names no household",
    "ledger.CashReceipt": "the number of a receipt for an entry, which the copy shows",
    "ledger.Receipt": "a payment that is not assigned to an account",
    "oversight.LookQuestion": "a question to an employee, which names no household",
    "rights.LookDeferral": "under the secrecy of another authority, so it is not disclosed without that authority",
    "oversight.Breach": "numbers and codes that concern many people: E20",
    "oversight.Inspection": "a question about words, not about a household",
    "oversight.CountedWord": "digest of a word that the data protection officer counted today",
    **{
        f"allocations.{model}": "an application is of an applicant, and is told by its own report"
        for model in MODELS_ABOUT_APPLICANTS
    },
}

# UNTOLD maps each column that the copy of a household's file leaves out to the reason.
_FOLDED = "the name again, in small letters without accents, for searches"
_REPLACED = "the id of the previous version, which has its own line while it is stored"
_UNDER_SEAL = "restricted text, which is read with the data protection officer and a second person"
UNTOLD: dict[str, str] = {
    **dict.fromkeys(("tenants.LeaseParty.name_key", "tenants.Residence.name_key", "tenants.Tenant.name_key"), _FOLDED),
    **{f"tenants.Account.reference_{group}": "part of the reference" for group in ("start", "middle", "end")},
    **{f"casework.{model}.replaces": _REPLACED for model in ("AccountFact", "AccountNote", "CardFact", "DwellingFact")},
    "casework.ContactAttempt.made_on": "the moment of the contact is shown",
    "casework.ContestedSentence.sentence": _UNDER_SEAL,
    "casework.ContestedSentence.wording": _UNDER_SEAL,
    "casework.LegacyComment.sentence": _UNDER_SEAL,
    "rights.SubjectRequest.prepared_until": "the time at which the prepared access report closed",
}


@dataclass(frozen=True)
class Names:
    """What the copy of a household's file shows instead of ids.

    `by_id` maps ids to the names of tenants and employees, and to the door numbers of dwellings. `codes` maps fact
    codes to their definitions.
    """

    by_id: Mapping[UUID, str]
    codes: Mapping[str, FactCode]


Tell = Callable[[Any, Names], Any]


@dataclass(frozen=True)
class Copied:
    """A table in the copy of a household's file, with the rows of one model.

    `columns` pairs a heading with the name of a model attribute, or with a function of a row and `Names`.
    """

    model: type[Model]
    title: Promise | str
    columns: tuple[tuple[Promise | str, str | Tell], ...]

    @property
    def source(self) -> str:
        return self.model._meta.db_table


def _of(key: str) -> Tell:
    """Show the first eight characters of an id: enough to recognise the row with this id elsewhere in the copy."""
    return lambda row, names: str(getattr(row, key) or "")[:8]


_WHO, _DWELLING = (_("Personne"), "tenant_id"), (_("Logement"), "unit_id")
_LIFTED = ((_("Informé de la levée le"), "informed_on"), (_("Levée le"), "lifted_on"))
_CONTACT = (
    (_("Contact choisi"), "get_channel_display"),
    (_("Téléphone"), "phone"),
    (_("Courriel"), "email"),
    (_("Personne choisie"), "contact_name"),
)
_FROM, _TO = (_("Depuis le"), "first_day"), (_("Jusqu’au"), "last_day")
_SAID = (
    (_("Noté le"), "written_on"),
    (_("Date et heure"), "written_at"),
    (_("Ce qui est noté"), lambda fact, names: sentence(names.codes[fact.code_id], fact.fields, names.by_id)),
    (_("Jusqu’au"), "ends_on"),
    (_("Noté par"), "written_by_id"),
    (_("Communiqué au locataire le"), "told_on"),
    (_("Contesté le"), "contested_on"),
    (_("Maintenu le"), "kept_on"),
    (_("Maintenu par"), "kept_by_id"),
    (_("Retiré le"), "withdrawn_on"),
    (_("Retiré par"), "withdrawn_by_id"),
)
COPIED = (
    Copied(
        of.Tenant,
        _("Personnes du foyer"),
        (
            (_("Civilité"), "get_title_display"),
            (_("Nom"), "last_name"),
            (_("Prénom"), "first_name"),
            *_CONTACT,
        ),
    ),
    Copied(
        of.FormerName,
        _("Anciens noms"),
        (_WHO, (_("Nom"), "last_name"), (_("Prénom"), "first_name"), _TO),
    ),
    Copied(
        of.Representative,
        _("Représentants"),
        (_WHO, (_("Nom"), "name"), (_("Téléphone"), "phone"), _FROM, _TO),
    ),
    Copied(of.Identity, _("Dates de naissance"), (_WHO, (_("Date de naissance"), "birth_date"))),
    Copied(
        BankDetail,
        _("Coordonnées bancaires"),
        (
            _WHO,
            (_("IBAN, masqué"), lambda row, names: masked(row.iban.reveal())),
            (pgettext_lazy("compte bancaire", "Titulaire"), lambda row, names: row.holder.reveal()),
            (_("Enregistré le"), "set_on"),
        ),
    ),
    Copied(
        of.Lease,
        _("Bail"),
        (
            (_("Signé le"), "signed_on"),
            (_("Début"), "starts_on"),
            (_("Congé"), "notice_on"),
            (_("Fin"), "ends_on"),
            (_("Logement"), "main_unit_id"),
        ),
    ),
    Copied(of.LeaseUnit, _("Logements du bail"), (_DWELLING, _FROM, _TO)),
    Copied(of.LeaseParty, _("Parties au bail"), (_WHO, (_("Qualité"), "get_capacity_display"), _FROM, _TO)),
    Copied(
        of.Residence,
        _("Où ces personnes habitent, ou ont habité"),
        (
            _WHO,
            _DWELLING,
            (_("Entrée"), "moved_in"),
            (_("Dernier jour"), "moved_out"),
            (_("Par mutation"), "transferred"),
        ),
    ),
    Copied(
        of.HelpCode,
        _("Aides demandées"),
        (
            _WHO,
            (_("Aide"), "label"),
            (_("Demandée par"), "get_asked_by_display"),
            (_("Demandée le"), "asked_on"),
            (_("À redemander avant le"), "renew_by"),
            (_("Retirée le"), "ended_on"),
        ),
    ),
    Copied(
        of.Account,
        _("Compte"),
        ((_("Référence"), "reference"), (_("Ouvert le"), "opened_on"), (_("Soldé le"), "settled_on")),
    ),
    Copied(
        Entry,
        _("Écritures"),
        (
            (_("Date"), "effective_on"),
            (_("Date comptable"), "booked_on"),
            (_("Période"), "period"),
            (_("Nature"), "get_kind_display"),
            (_("Libellé"), "label_text"),
            (_("Motif"), "reason_text"),
            (_("Origine"), "get_source_display"),
            (_("Montant"), lambda row, names: Cents(row.amount_cents)),
            (_("Passée par"), "posted_by_id"),
            (_("Passée le"), "booked_at"),
            (_("Numéro"), _of("id")),
            (_("Annule"), _of("reverses_id")),
        ),
    ),
    Copied(
        WriteOff,
        _("Sommes en moins, décidées à deux"),
        (
            (_("Demandée le"), "asked_at"),
            (_("Demandée par"), "asked_by_id"),
            (_("Nature"), "get_kind_display"),
            (_("Libellé"), lambda row, names: ENTRY_LABELS.label(row.label)),
            (_("Motif"), "reason_text"),
            (_("Montant"), lambda row, names: Cents(row.amount_cents)),
            (_("Prend effet"), "effective_on"),
            (_("Annule"), _of("reverses_id")),
            (_("Réponse"), "get_decision_display"),
            (_("Motif du refus"), "refusal_text"),
            (_("Réponse de"), "decided_by_id"),
            (_("Réponse le"), "decided_at"),
            (_("Numéro"), _of("id")),
        ),
    ),
    Copied(
        Clearing,
        _("Encaissements affectés"),
        ((_("Le"), "cleared_at"), (_("Par"), "cleared_by_id"), (_("Écriture"), _of("entry_id"))),
    ),
    Copied(CardFact, _("Faits de la fiche et consignes"), (_SAID[0], (_("Personne"), "residence_id"), *_SAID[1:])),
    Copied(DwellingFact, _("Faits du logement"), (_SAID[0], _DWELLING, *_SAID[1:])),
    Copied(AccountFact, _("Faits du compte"), _SAID),
    Copied(
        ContactAttempt,
        _("Contacts au sujet d’une somme due"),
        (
            (_("Le"), "made_at"),
            (_("Résultat"), "get_outcome_display"),
            (_("À contacter de nouveau le"), "back_on"),
            (_("Par"), "made_by_id"),
        ),
    ),
    Copied(
        AccountNote,
        _("Notes"),
        (
            (_("Écrite le"), "written_on"),
            (_("Date et heure"), "written_at"),
            (_("Phrase"), "text"),
            (_("Sujet"), lambda row, names: names.codes[row.code_id].title),
            (_("Motif"), "reason_text"),
            (_("Première version du"), "first_written_on"),
            (_("S’efface le"), "ends_on"),
            (_("Écrite par"), "written_by_id"),
            (_("Retirée le"), "withdrawn_on"),
            (_("Retirée par"), "withdrawn_by_id"),
        ),
    ),
    Copied(
        ContestedSentence,
        _("Phrases contestées, sous scellés"),
        (
            (_("Demandée le"), "asked_on"),
            (_("Demandée par"), "asked_by_id"),
            (_("Motif"), "get_reason_display"),
            (_("Catégories"), "categories"),
            (_("Réponse due le"), "answer_by"),
            (_("Proposition"), "get_proposal_display"),
            (_("Proposée par"), "proposed_by_id"),
            (_("Issue"), "get_outcome_display"),
            (_("Décidée le"), "decided_on"),
            (_("Décidée par"), "decided_by_id"),
            (_("Suspendue le"), "suspended_on"),
            (_("Avis"), "get_advice_display"),
            (_("Avis rendu le"), "advised_on"),
            (_("S’efface le"), "ends_on"),
        ),
    ),
    Copied(
        LegacyComment,
        _("Anciens commentaires, sous scellés"),
        (
            (_("Écrite le"), "first_written_on"),
            (_("Catégorie"), "get_category_display"),
            (_("Caractères"), "signs"),
            (_("Fondement"), "ground_text"),
            (_("Issue"), "get_outcome_display"),
            (_("Décidée par"), "decided_by_id"),
            (_("S’efface le"), "ends_on"),
        ),
    ),
    Copied(of.DiscreetMark, _("Discrétion"), (_FROM, _TO)),
    Copied(of.DiscreetName, _("Agents nommés malgré la discrétion"), ((_("Agent"), "person_id"),)),
    Copied(
        of.ConflictWall,
        _("Conflit d’intérêts"),
        (
            (_("Agent"), "person_id"),
            (_("Fermé le"), "set_on"),
            (_("Fermé par"), "set_by_id"),
            (_("Rouvert le"), "ended_on"),
            (_("Rouvert par"), "ended_by_id"),
        ),
    ),
    Copied(
        of.IdentityCheck,
        _("Identité vérifiée à l’accueil"),
        ((_("Jusqu’à"), "until"), (_("Agent"), "person_id"), (_("Pièce d’identité présentée"), "get_document_display")),
    ),
    Copied(
        of.EmergencyAccess,
        _("Ouverture en urgence"),
        (
            (_("Le"), "opened_at"),
            (_("Jusqu’à"), "until"),
            (_("Agent"), "person_id"),
            (_("Motif"), "get_reason_display"),
            (pgettext_lazy("examen", "Avis"), "get_verdict_display"),
            (_("Examiné par"), "reviewed_by_id"),
            (_("Examiné le"), "reviewed_on"),
        ),
    ),
    Copied(
        of.Restriction,
        _("Limitation du traitement"),
        (_WHO, (_("Depuis le"), "begun_on"), (_("Fondement"), "get_ground_display"), *_LIFTED),
    ),
    Copied(of.SetAsideContact, _("Coordonnées mises à part"), (_WHO, *_CONTACT)),
    Copied(
        SubjectRequest,
        _("Demandes des personnes"),
        (
            (_("Reçue le"), "opened_on"),
            _WHO,
            (_("Droit"), "get_kind_display"),
            (_("Donnée"), "get_matter_display"),
            (_("Consultation"), "look"),
            (_("Identité"), "get_proof_display"),
            (_("Due le"), "due_on"),
            (_("Prolongée le"), "extended_on"),
            (_("Motif de la prolongation"), "extension_text"),
            (_("Réponse le"), "closed_on"),
            (_("Réponse"), "get_answer_display"),
            (_("Motif"), "reason_text"),
            (_("Ce qui a été fait"), "measure_text"),
            (_("Destinataires informés"), lambda request, names: ", ".join(request.recipient_texts)),
            (_("Réponse de"), "closed_by_id"),
        ),
    ),
    Copied(
        ErasureLine,
        _("Réponses aux demandes d’effacement"),
        (
            (_("Donnée"), "get_data_display"),
            (_("Nombre"), "rows"),
            (_("Décision"), "get_decision_display"),
            (_("Motif"), "ground_text"),
            (_("Jusqu’au"), "until"),
        ),
    ),
    Copied(
        NamedLook,
        _("Noms d’agents indiqués dans un relevé"),
        (
            (_("Le"), "decided_on"),
            (_("Agent"), "person_id"),
            (_("Consultation"), _of("event")),
            (_("Motif"), "get_reason_display"),
            (_("Éléments examinés"), "get_weighed_display"),
            (_("Décidée par"), "decided_by_id"),
        ),
    ),
    Copied(
        of.SourceKey, _("Clés d’un ancien logiciel"), ((_("Table d’origine"), "get_kind_display"), (_("Clé"), "key"))
    ),
    Copied(
        CopyRelease,
        _("Copies ouvertes pour un contrôle"),
        (
            (_("Le"), "released_at"),
            (_("Jusqu’à"), "until"),
            (_("Demandée par"), "asked_by_id"),
            (_("Ouverte par"), "released_by_id"),
        ),
    ),
)

"""Lists all queues of tasks: what waits for a person's decision or action, and which permission lets the person see the
number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.permissions import Permission
from backoffice.waiting import lines as of
from backoffice.waiting.lines import Reader


@dataclass(frozen=True)
class Queue:
    """A queue of tasks on the page named `page`.

    `lines`: query that counts the tasks by kind and day. `on_its_day`: the day of a task is the day on which the task
    begins to wait, not its deadline. `labels`: label of each kind of task; other kinds have `label`. `read_in`:
    compartment (kind of data) in which the query runs, by default that of the permission.
    """

    page: str
    permission: Permission
    label: Promise | str
    lines: Callable[[Reader], QuerySet[Any]] | str
    labels: Mapping[str, Promise | str] = field(default_factory=dict)
    on_its_day: bool = False
    read_in: Compartment | None = None

    @property
    def compartment(self) -> Compartment:
        return self.read_in or self.permission.compartment


QUEUES: tuple[Queue, ...] = (
    Queue(
        "accounts_to_contact",
        Permission.CONTACTS_RECORD,
        _("Comptes à rappeler"),
        of.calls,
        {"appointment": _("Rendez-vous convenus avec des locataires")},
        on_its_day=True,
    ),
    Queue("work", Permission.WRITE_OFF_DECIDE, _("Sommes en moins à décider"), of.write_offs),
    Queue("work", Permission.NOTES_WRITE, _("Réponses à vos refus contestés"), of.contest_answers),
    Queue("receipts", Permission.RECEIPTS_CLEAR, _("Encaissements à affecter"), of.receipts),
    Queue("books_receipts", Permission.BOOKS_CLEAR, _("Encaissements à affecter"), of.receipts),
    Queue(
        "hand_overs",
        Permission.LEASE_CHANGE,
        _("Baux à signer"),
        of.leases_to_sign,
    ),
    Queue(
        "applications",
        Permission.APPLICATIONS_DUE,
        _("Tâches des demandes de logement"),
        of.APPLICATIONS,
        {
            "certificate": _("Attestations d’enregistrement à remettre"),
            "reminder": _("Rappels de renouvellement à envoyer"),
            "not_renewed": _("Demandes non renouvelées à vérifier"),
            "documents": _("Pièces demandées et non fournies"),
            "expired_document": _("Pièces expirées à redemander"),
            "delivery": _("Preuves de remise à enregistrer"),
            "closing": _("Demandes à radier, ou avertissements à retirer"),
            "offer_answer": _("Propositions : notification ou réponse à enregistrer"),
            "condition": _("Attributions sous condition : pièces à voir"),
        },
    ),
    Queue(
        "orientation",
        Permission.VACANCY_ORIENT,
        _("Logements vacants à orienter"),
        of.vacancies_to_orient,
    ),
    Queue(
        "own_sessions",
        Permission.COMMITTEE_SIT,
        _("Séances de la commission"),
        of.SESSIONS,
        {"minutes": _("Procès-verbaux à signer")},
        on_its_day=True,
    ),
    Queue("own_contingent", Permission.CANDIDATE_NOMINATE, _("Logements pour lesquels désigner"), of.NOMINATIONS),
    Queue(
        "ground_cases",
        Permission.GROUND_CASES_LIST,
        _("Motifs réservés à prendre en charge"),
        of.GROUND_CASES,
        {"own": _("Motifs réservés à décider")},
    ),
    Queue("claims_to_agree", Permission.CLAIM_AGREE, _("Lectures d’une fiche à accorder"), of.CLAIMS),
    Queue("buildings", Permission.REMINDER_DO, _("Messages à transmettre"), of.errands),
    Queue(
        "buildings",
        Permission.PRECAUTION_TELL,
        _("Précautions contestées"),
        of.contested_precautions,
        read_in=Compartment.CARD,
    ),
    Queue(
        "look_questions",
        Permission.LOOKS_JUDGE,
        _("Questions : avis à donner"),
        of.LOOK_QUESTIONS,
    ),
    Queue(
        "look_answers",
        Permission.LOOKS_ANSWER,
        _("Questions sur vos équipes"),
        of.look_answers,
    ),
    Queue(
        "subject_requests",
        Permission.SUBJECT_REQUESTS_ANSWER,
        _("Demandes de personnes concernées"),
        of.subject_requests,
    ),
    Queue("deferrals", Permission.DEFERRAL_AGREE, _("Reports à accorder"), of.deferrals),
    Queue("contests", Permission.CONTEST_WEIGH, _("Refus contestés : réponse à proposer"), of.contests_to_weigh),
    Queue("contests", Permission.CONTEST_ADVISE, _("Refus contestés : avis à donner"), of.contests_to_advise),
    Queue("contests_agree", Permission.CONTEST_AGREE, _("Refus contestés à décider"), of.contests_to_decide),
    Queue("emergencies", Permission.EMERGENCY_REVIEW, _("Accès d’urgence à examiner"), of.emergencies),
    Queue("inheritance", Permission.INHERITANCE_SORT, _("Anciens commentaires à trier"), of.legacy_comments),
    Queue("inspections_agree", Permission.READING_AGREE, _("Lectures de textes à accorder"), of.readings),
    Queue("requests", Permission.ACCESS_DECIDE, _("Demandes d’accès à décider"), of.REQUESTS),
    Queue(
        "tokens",
        Permission.TOKEN_MAKE,
        _("Jetons à émettre"),
        of.TOKENS,
    ),
    Queue("rights_confirm", Permission.RIGHTS_CONFIRM, _("Revue annuelle des accès à signer"), of.REVIEWS),
)

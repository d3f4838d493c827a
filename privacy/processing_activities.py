"""The list of processing activities, for the record that GDPR article 30 requires. Models refer to the activities in
their `data_policy` (`privacy/retention.py`).

The landlord is responsible for the purposes and legal bases stated here. The list does not name the recipients of the
data: pages compute them from the row-level security policies.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ProcessingActivity:
    """An entry of the record of processing activities. `people` says whom the data are about; it is empty if they are
    about nobody."""

    code: str
    name: Promise | str
    purpose: Promise | str
    basis: Promise | str
    people: Promise | str


PROCESSING_ACTIVITIES: dict[str, ProcessingActivity] = {}


def _activity(
    code: str, name: Promise | str, purpose: Promise | str, basis: Promise | str, people: Promise | str
) -> ProcessingActivity:
    PROCESSING_ACTIVITIES[code] = ProcessingActivity(code, name, purpose, basis, people)
    return PROCESSING_ACTIVITIES[code]


_LEASE_LAW = _("Exécution du bail (RGPD, art. 6-1 b) ; loi n° 89-462 du 6 juillet 1989.")
_PUBLIC_TASK = _("Mission d’intérêt public du logement social (RGPD, art. 6-1 e).")
_SECURITY_LAW = _("Obligation légale de sécurité (RGPD, art. 6-1 c, 5-1 f et 32).")
_TENANTS = _("Locataires, cotitulaires, occupants.")
_STAFF = _("Agents de l’organisme.")

TENANCY = _activity(
    "tenancy",
    _("Baux et occupations"),
    _("Savoir qui loue et qui occupe chaque logement, et à quelles dates."),
    _LEASE_LAW,
    _TENANTS,
)
CONTACT = _activity(
    "contact",
    _("Joindre les occupants"),
    _("Joindre les occupants d’un immeuble par le moyen qu’ils ont choisi, et transmettre un message à leur porte."),
    _LEASE_LAW,
    _("Locataires, occupants, représentants, personnes à prévenir."),
)
HELP = _activity(
    "help",
    _("Aides demandées"),
    _(
        "Apporter l’aide pratique demandée par l’occupant : porter, frapper fort, prévenir. La cause n’est "
        "jamais enregistrée."
    ),
    _("Demande de la personne, renouvelée chaque année et retirée à tout moment (RGPD, art. 6-1 a)."),
    _("Locataires et occupants qui l’ont demandé."),
)
EMERGENCIES = _activity(
    "emergencies",
    _("Accès d’urgence"),
    _("Joindre un foyer hors de ses lieux en cas d’urgence, et examiner ensuite chaque ouverture."),
    _("Sauvegarde des intérêts vitaux (RGPD, art. 6-1 d) ; obligation de sécurité (art. 32)."),
    _("Locataires et occupants ; agents de l’organisme."),
)
ACCOUNTS = _activity(
    "accounts",
    _("Comptes locatifs"),
    _("Facturer les loyers et les charges, encaisser les paiements, indiquer les sommes dues, tenir les écritures."),
    _("Exécution du bail (RGPD, art. 6-1 b) ; tenue des comptes (art. 6-1 c ; C. com., art. L123-22)."),
    _("Titulaires des baux."),
)
DEBITS = _activity(
    "debits",
    _("Identité et prélèvements"),
    _("Prélever le loyer sur le compte donné par le locataire, et vérifier son identité quand un acte l’exige."),
    _("Mandat de prélèvement et exécution du bail (RGPD, art. 6-1 b)."),
    _("Titulaires des baux."),
)
ARREARS = _activity(
    "arrears",
    _("Contacts en cas d’impayé"),
    _("Joindre un titulaire en impayé, lui proposer de l’aide, et savoir quand le contacter de nouveau."),
    _LEASE_LAW,
    _("Titulaires des baux."),
)
FOLLOW_UP = _activity(
    "follow_up",
    _("Tableau de bord des responsables"),
    _("Suivre les impayés, les logements vacants, les arrivées et les départs d’un secteur, par des nombres arrondis."),
    _PUBLIC_TASK,
    "",
)
FACTS = _activity(
    "facts",
    _("Faits notés"),
    _("Enregistrer par des codes les événements et les tâches : rendez-vous, clés, travaux, visites à deux."),
    _LEASE_LAW,
    _TENANTS,
)
NOTES = _activity(
    "notes",
    _("Notes et refus contestés"),
    _(
        "Enregistrer une phrase quand aucun fait ne convient, après vérification du texte, et répondre à "
        "la contestation d’un refus."
    ),
    _PUBLIC_TASK,
    _("Titulaires des baux."),
)
LEGACY_COMMENTS = _activity(
    "inheritance",
    _("Reprise des anciens commentaires"),
    _(
        "Vérifier les textes conservés en clair par l’ancien logiciel, et effacer ceux qui n’auraient pas dû "
        "être écrits."
    ),
    _("Obligation légale (RGPD, art. 6-1 c, 5-1 c à e et 17-1 d)."),
    _TENANTS,
)
DISCRETION = _activity(
    "discretion",
    _("Discrétion"),
    _("Retirer un foyer des listes et des recherches, sauf pour les agents désignés. Aucun motif n’est enregistré."),
    _PUBLIC_TASK,
    _("Locataires qui l’ont demandée."),
)
COUNTER = _activity(
    "counter",
    _("Accueil"),
    _("Vérifier l’identité d’une personne à l’accueil, et n’ouvrir que sa fiche, pendant quelques minutes."),
    _PUBLIC_TASK,
    _("Locataires qui se présentent à l’accueil."),
)
SUBJECT_RIGHTS = _activity(
    "subject_rights",
    _("Droits des personnes"),
    _(
        "Indiquer à une personne qui le demande quelles données sont conservées et qui les a vues, et répondre "
        "dans le délai."
    ),
    _("Obligation légale (RGPD, art. 6-1 c, 12 à 22)."),
    _("Personnes qui exercent un droit."),
)
EXCHANGE = _activity(
    "exchange",
    _("Import de fichiers"),
    _("Reconnaître dans un fichier de l’organisme les données déjà présentes dans Loge, sans lire les autres."),
    _LEASE_LAW,
    _TENANTS,
)
PATRIMONY = _activity(
    "patrimony",
    _("Patrimoine"),
    _("Connaître les lieux, les immeubles, les logements et les programmes."),
    _PUBLIC_TASK,
    "",
)
RULES = _activity(
    "rules",
    _("Listes et règles"),
    _("Gérer les listes fermées : faits, valeurs, formulations admises, rôles."),
    _SECURITY_LAW,
    "",
)
SIGNATURES = _activity(
    "signatures",
    _("Agents nommés dans les actes"),
    _("Savoir quel agent a fait un acte, ou peut le faire."),
    _SECURITY_LAW,
    _STAFF,
)
ACCESS = _activity(
    "access",
    _("Habilitations"),
    _("Donner à chaque agent les accès nécessaires à ses fonctions, pour une période, et pouvoir le prouver."),
    _SECURITY_LAW,
    _STAFF,
)
SIGN_IN = _activity(
    "sign_in",
    _("Connexion"),
    _("Vérifier l’identité d’un agent à la connexion, par deux moyens, et fermer les sessions inutilisées."),
    _SECURITY_LAW,
    _STAFF,
)
TRACE = _activity(
    "trace",
    _("Trace des consultations"),
    _(
        "Savoir qui a vu quelles données, quand et dans quel rôle. Cette trace ne sert jamais à mesurer le "
        "travail des agents."
    ),
    _("Obligation légale de sécurité (RGPD, art. 5-2 et 32) ; CNIL, délibération n° 2021-122."),
    _("Agents de l’organisme ; locataires, sous un identifiant."),
)
LOOK_QUESTIONS = _activity(
    "look_questions",
    _("Questions sur les consultations"),
    _(
        "Demander, selon des règles publiques pour les agents, ce qui explique une consultation. Ces questions "
        "ne servent jamais à mesurer le travail des agents."
    ),
    _("Obligation légale de sécurité (RGPD, art. 5-1 f et 32) ; C. trav., art. L1222-4 et L2312-38."),
    _STAFF,
)
SEAL = _activity(
    "seal",
    _("Sceau de la trace"),
    _("Prouver de façon indépendante qu’aucune mention de la trace n’a été supprimée, ajoutée ni modifiée."),
    _("Obligation légale de sécurité (RGPD, art. 5-1 f, 5-2 et 32) ; CNIL, délibération n° 2021-122."),
    _("Agents de l’organisme ; locataires, sous un pseudonyme."),
)
INSPECTIONS = _activity(
    "inspections",
    _("Contrôles"),
    _(
        "Compter des mots pour un contrôle. La lecture des lignes et l’ouverture de la copie d’un dossier "
        "demandent l’accord de deux personnes."
    ),
    _("Obligation légale (RGPD, art. 6-1 c, 39 et 58 ; loi n° 78-17, art. 19)."),
    _TENANTS,
)
APPLICATIONS = _activity(
    "applications",
    _("Demandes de logement"),
    _(
        "Enregistrer les demandes de logement social, vérifier les conditions d’accès et informer le demandeur. "
        "Ni nationalité, ni motif sensible, ni commentaire."
    ),
    _("Mission d’intérêt public (RGPD, art. 6-1 e) ; CCH, art. L441 à L441-2-9 et R441-2-1 à R441-2-17."),
    _("Demandeurs de logement et membres de leur foyer."),
)
ALLOCATION = _activity(
    "allocation",
    _("Logements vacants et réservations"),
    _("Déclarer les logements à attribuer et les orienter vers les réservataires, selon les conventions et le flux."),
    _PUBLIC_TASK,
    "",
)
CANDIDACIES = _activity(
    "candidacies",
    _("Commission d’attribution"),
    _(
        "Présenter des candidats à la commission par des fiches sans nom, décider, proposer le logement et répondre "
        "d’une décision. Ni nom, ni nationalité, ni motif sensible sur une fiche."
    ),
    _("Mission d’intérêt public (RGPD, art. 6-1 e) ; CCH, art. L441-1, L441-2, R441-3 et R441-10."),
    _("Demandeurs de logement, sans leur nom ; membres de la commission."),
)
BREACHES = _activity(
    "breaches",
    _("Violations de données"),
    _("Documenter chaque violation, ses effets et les mesures prises, pour l’autorité de contrôle."),
    _("Obligation légale (RGPD, art. 33-5)."),
    _STAFF,
)
FRAMEWORK = _activity(
    "framework",
    _("Tables des logiciels employés"),
    _(
        "Faire fonctionner les logiciels utilisés par Loge. Les tables qui pourraient nommer une personne "
        "restent vides."
    ),
    _SECURITY_LAW,
    "",
)

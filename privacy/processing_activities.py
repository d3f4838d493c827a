"""The list of processing activities, for the record of GDPR article 30. Models refer to them (`privacy/retention.py`).

The landlord is responsible for purposes and legal bases. Recipients are not listed here: they are read from the
policies.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Treatment:
    """A line of the record. `people`: whom the data are about, or an empty string."""

    code: str
    name: Promise | str
    purpose: Promise | str
    basis: Promise | str
    people: Promise | str


TREATMENTS: dict[str, Treatment] = {}


def _treatment(
    code: str, name: Promise | str, purpose: Promise | str, basis: Promise | str, people: Promise | str
) -> Treatment:
    TREATMENTS[code] = Treatment(code, name, purpose, basis, people)
    return TREATMENTS[code]


_LEASE_LAW = _("Exécution du bail (RGPD, art. 6-1 b) ; loi n° 89-462 du 6 juillet 1989.")
_PUBLIC_TASK = _("Mission d’intérêt public du logement social (RGPD, art. 6-1 e).")
_SECURITY_LAW = _("Obligation légale de sécurité (RGPD, art. 6-1 c, 5-1 f et 32).")
_TENANTS = _("Locataires, cotitulaires, occupants.")
_STAFF = _("Agents de l’organisme.")

TENANCY = _treatment(
    "tenancy",
    _("Baux et occupations"),
    _("Savoir qui loue et qui occupe quel logement, de quel jour à quel jour."),
    _LEASE_LAW,
    _TENANTS,
)
CONTACT = _treatment(
    "contact",
    _("Joindre les occupants"),
    _("Joindre les occupants d’un immeuble par le moyen qu’ils ont choisi, et porter un message à leur porte."),
    _LEASE_LAW,
    _("Locataires, occupants, représentants, personnes à prévenir."),
)
HELP = _treatment(
    "help",
    _("Aides demandées"),
    _("Agir comme l’occupant l’a demandé : porter, frapper fort, prévenir. Jamais une cause."),
    _("Demande de la personne, qu’elle renouvelle chaque année et retire quand elle veut (RGPD, art. 6-1 a)."),
    _("Locataires et occupants qui l’ont demandé."),
)
EMERGENCIES = _treatment(
    "emergencies",
    _("Accès exceptionnels"),
    _("Joindre un foyer hors de ses lieux quand il y a urgence, et relire après coup chaque ouverture."),
    _("Sauvegarde des intérêts vitaux (RGPD, art. 6-1 d) ; obligation de sécurité (art. 32)."),
    _("Locataires et occupants ; agents de l’organisme."),
)
ACCOUNTS = _treatment(
    "accounts",
    _("Comptes locatifs"),
    _("Appeler loyers et charges, encaisser, dire ce qui est dû, tenir les écritures."),
    _("Exécution du bail (RGPD, art. 6-1 b) ; tenue des comptes (art. 6-1 c ; C. com., art. L123-22)."),
    _("Titulaires des baux."),
)
DEBITS = _treatment(
    "debits",
    _("Identité et prélèvements"),
    _("Prélever le loyer sur le compte que le locataire a donné ; le reconnaître quand un acte le demande."),
    _("Mandat de prélèvement et exécution du bail (RGPD, art. 6-1 b)."),
    _("Titulaires des baux."),
)
FACTS = _treatment(
    "facts",
    _("Faits notés"),
    _("Dire en codes ce qui s’est passé et ce qui reste à faire : rendez-vous, clés, travaux, visites à deux."),
    _LEASE_LAW,
    _TENANTS,
)
NOTES = _treatment(
    "notes",
    _("Notes et refus contestés"),
    _("Écrire la phrase qu’aucun fait ne dit, relue par le crible ; répondre à qui conteste son refus."),
    _PUBLIC_TASK,
    _("Titulaires des baux."),
)
INHERITANCE = _treatment(
    "inheritance",
    _("Reprise des anciens commentaires"),
    _("Relire ce que l’ancien logiciel gardait en clair, et effacer ce qui n’aurait pas dû être écrit."),
    _("Obligation légale (RGPD, art. 6-1 c, 5-1 c à e et 17-1 d)."),
    _TENANTS,
)
DISCRETION = _treatment(
    "discretion",
    _("Discrétion"),
    _("Tenir un foyer hors des listes et des recherches, sauf pour les agents désignés. Aucun motif."),
    _PUBLIC_TASK,
    _("Locataires qui l’ont demandée."),
)
COUNTER = _treatment(
    "counter",
    _("Accueil au guichet"),
    _("Vérifier qui se présente, et n’ouvrir que sa fiche, quelques minutes."),
    _PUBLIC_TASK,
    _("Locataires qui se présentent."),
)
SUBJECT_RIGHTS = _treatment(
    "subject_rights",
    _("Droits des personnes"),
    _("Dire à qui le demande ce qui est tenu sur soi et qui l’a vu, et répondre dans le délai."),
    _("Obligation légale (RGPD, art. 6-1 c, 12 à 22)."),
    _("Personnes qui exercent un droit."),
)
EXCHANGE = _treatment(
    "exchange",
    _("Reprise des fichiers"),
    _("Reconnaître dans un fichier de l’organisme ce que Loge tient déjà, sans rien lire d’autre."),
    _LEASE_LAW,
    _TENANTS,
)
PATRIMONY = _treatment(
    "patrimony",
    _("Patrimoine"),
    _("Connaître les lieux, les immeubles, les logements et les programmes."),
    _PUBLIC_TASK,
    "",
)
RULES = _treatment(
    "rules",
    _("Listes et règles"),
    _("Tenir les listes fermées : faits, termes, formulations admises, rôles."),
    _SECURITY_LAW,
    "",
)
SIGNATURES = _treatment(
    "signatures",
    _("Agents nommés dans les actes"),
    _("Dire quel agent a fait un acte, ou lequel peut le faire."),
    _SECURITY_LAW,
    _STAFF,
)
ACCESS = _treatment(
    "access",
    _("Habilitations"),
    _("Donner à chaque agent ce que sa charge demande, d’un jour à un autre, et pouvoir le montrer."),
    _SECURITY_LAW,
    _STAFF,
)
SIGN_IN = _treatment(
    "sign_in",
    _("Connexion"),
    _("Reconnaître l’agent qui entre, par deux moyens, et fermer ce qui reste ouvert."),
    _SECURITY_LAW,
    _STAFF,
)
TRACE = _treatment(
    "trace",
    _("Trace des consultations"),
    _("Pouvoir dire qui a vu quoi, quand et à quel titre ; jamais mesurer le travail des agents."),
    _("Obligation légale de sécurité (RGPD, art. 5-2 et 32) ; CNIL, délibération n° 2021-122."),
    _("Agents de l’organisme ; locataires, sous un identifiant."),
)
LOOK_QUESTIONS = _treatment(
    "look_questions",
    _("Questions sur les consultations"),
    _("Demander, sous des règles que chacun lit, ce qui explique une consultation ; jamais mesurer les agents."),
    _("Obligation légale de sécurité (RGPD, art. 5-1 f et 32) ; C. trav., art. L1222-4 et L2312-38."),
    _STAFF,
)
SEAL = _treatment(
    "seal",
    _("Sceau de la trace"),
    _("Prouver à qui n’a pas à croire l’organisme qu’aucune ligne de la trace n’a été ôtée, ajoutée ni changée."),
    _("Obligation légale de sécurité (RGPD, art. 5-1 f, 5-2 et 32) ; CNIL, délibération n° 2021-122."),
    _("Agents de l’organisme ; locataires, sous un pseudonyme."),
)
INSPECTIONS = _treatment(
    "inspections",
    _("Contrôles"),
    _("Compter des mots pour un contrôle, et n’en lire les lignes ni n’ouvrir la copie d’un dossier qu’à deux."),
    _("Obligation légale (RGPD, art. 6-1 c, 39 et 58 ; loi n° 78-17, art. 19)."),
    _TENANTS,
)
BREACHES = _treatment(
    "breaches",
    _("Violations de données"),
    _("Garder trace de chaque violation, de ses effets et de ce qui fut fait, pour qui contrôle."),
    _("Obligation légale (RGPD, art. 33-5)."),
    _STAFF,
)
FRAMEWORK = _treatment(
    "framework",
    _("Tables des logiciels employés"),
    _("Faire marcher les logiciels dont Loge est fait ; celles qui pourraient nommer quelqu’un restent vides."),
    _SECURITY_LAW,
    "",
)

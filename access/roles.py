"""All roles and their permissions. The database has a copy, which is compared with this file at start-up.

A role is not a rank: a person has it at a place, from one day to another. Any change must be agreed with the data
protection officer first.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.permissions import FOR_EVERYONE
from access.permissions import Permission as P


@dataclass(frozen=True)
class Role:
    code: str
    name: Promise | str
    sentence: Promise | str
    permissions: frozenset[P]
    whole: bool = False  # If `whole` is true, the role can be assigned only for the whole organisation.
    hours: bool = False  # If `hours` is true, assignments have on-call hours and need no approval.
    days: int = 0  # An assignment of the role may last `days` days, or three years if `days` is 0.
    a_year: int = 0  # A person may have the role on `a_year` days in any 365 days, or always if `a_year` is 0.

    @property
    def compartments(self) -> frozenset[Compartment]:
        return frozenset(permission.compartment for permission in self.permissions)


CARETAKER = Role(
    "caretaker",
    _("gardiennage"),
    _(
        "Joint les occupants des immeubles confiés aujourd’hui : fiche, aides demandées, arrivées, "
        "départs. N’ouvre aucun compte."
    ),
    frozenset(
        {
            P.RESIDENTS_LIST,
            P.RESIDENTS_SEARCH,
            P.CARD_VIEW,
            P.CARD_FACTS,
            P.DWELLING_FACTS,
            P.REMINDER_DO,
            P.EMERGENCY_OPEN,
            P.EVACUATION_OPEN,
        }
    ),
)
SECTOR_MANAGER = Role(
    "sector_manager",
    _("responsable de secteur"),
    _(
        "Joint les occupants du secteur, confie des remplacements de 31 jours au plus aux gardiens du "
        "secteur et demande les autres accès. Lit des nombres sur ses lieux, dont les impayés, et n’ouvre aucun compte."
    ),
    frozenset(
        {
            P.RESIDENTS_LIST,
            P.RESIDENTS_SEARCH,
            P.CARD_VIEW,
            P.CARD_FACTS,
            P.DWELLING_FACTS,
            P.PRECAUTION_TELL,
            P.EMERGENCY_OPEN,
            P.EVACUATION_OPEN,
            P.EMERGENCY_REVIEW,
            P.LOOKS_ANSWER,
            P.REMINDER_GIVE,
            P.PATRIMONY_VIEW,
            P.CONTEST_AGREE,
            P.INHERITANCE_READ,
            P.INHERITANCE_SORT,
            P.STAND_INS_GRANT,
            P.RIGHTS_CONFIRM,
            P.WALLS_KEEP,
            P.COVERAGE_READ,
            P.BOARD_READ,
            P.ACCESS_ASK,
            P.REQUESTS_READ,
        }
    ),
)
OFFICER = Role(
    "officer",
    _("gestion locative"),
    _("Gère les comptes de son agence : bail, écritures, paiements, contacts, et identité quand un acte l’exige."),
    frozenset(
        {
            P.RESIDENTS_LIST,
            P.RESIDENTS_SEARCH,
            P.CARD_VIEW,
            P.CARD_FACTS,
            P.DWELLING_FACTS,
            P.CONTACT_CHANGE,
            P.HELP_CHANGE,
            P.REMINDER_GIVE,
            P.DISCREET_CHANGE,
            P.EMERGENCY_OPEN,
            P.ACCOUNTS_LIST,
            P.ACCOUNTS_SEARCH,
            P.ACCOUNT_VIEW,
            P.ACCOUNTS_EXPORT,
            P.ENTRY_POST,
            P.ENTRY_REVERSE,
            P.WRITE_OFF_DECIDE,
            P.ACCOUNT_FACTS,
            P.NOTES_WRITE,
            P.CONTACTS_RECORD,
            P.ACCOUNT_SETTLE,
            P.RECEIPTS_CLEAR,
            P.LEASE_CHANGE,
            P.IDENTITY_VIEW,
            P.IDENTITY_CHANGE,
            P.BANK_CHANGE,
            P.PATRIMONY_VIEW,
        }
    ),
)
FRONT_DESK = Role(
    "front_desk",
    _("accueil"),
    _(
        "Indique quelle agence gère une référence. Ouvre pendant dix minutes la fiche d’une personne qui a "
        "présenté une pièce d’identité, et transmet ses demandes sur ses données."
    ),
    frozenset({P.AGENCY_FIND, P.IDENTITY_CHECK, P.CHECKED_CARD_VIEW, P.SUBJECT_REQUEST_TAKE}),
)
ACCOUNTANT = Role(
    "accountant",
    _("comptabilité"),
    _("Lit les écritures par référence, sans nom de locataire, et affecte les encaissements en attente."),
    frozenset({P.BOOKS_VIEW, P.BOOKS_CLEAR, P.PATRIMONY_VIEW}),
)
ALLOCATION_OFFICER = Role(
    "allocation_officer",
    _("attribution des logements"),
    _(
        "Enregistre les demandes de logement et les instruit, et déclare les logements vacants de ses lieux. N’ouvre "
        "une demande que pour une raison datée : la personne se présente, une échéance arrive. N’a ni liste des "
        "demandeurs, ni recherche par nom."
    ),
    frozenset(
        {
            P.APPLICATIONS_DUE,
            P.APPLICATION_OPEN,
            P.APPLICATION_TAKE,
            P.APPLICATION_VIEW,
            P.APPLICATION_CHANGE,
            P.APPLICATION_CLOSE,
            P.VACANCIES_VIEW,
            P.VACANCY_DECLARE,
            P.SHORTLIST_VIEW,
            P.SHORTLIST_RUN,
            P.CANDIDATE_DESIGNATE,
            P.VACANCY_CONVENE,
            P.CANDIDACIES_VIEW,
            P.SHEET_PREPARE,
            P.OFFER_SEND,
        }
    ),
)
ALLOCATION_MANAGER = Role(
    "allocation_manager",
    _("responsable du peuplement"),
    _(
        "Tient la grille de cotation, les plafonds et les chiffres légaux, et oriente les logements vacants vers les "
        "réservataires. N’ouvre aucune demande."
    ),
    frozenset(
        {
            P.LEGAL_FIGURES_KEEP,
            P.QUOTAS_READ,
            P.GRID_READ,
            P.GRID_DRAFT,
            P.GRID_ADOPT,
            P.VACANCIES_VIEW,
            P.VACANCY_DECLARE,
            P.VACANCY_ORIENT,
            P.FLOW_KEEP,
            P.TERMS_KEEP,
            P.SESSIONS_VIEW,
            P.SESSION_CONVENE,
            P.CLAIM_AGREE,
            P.PATRIMONY_VIEW,
        }
    ),
    whole=True,
)
COMMITTEE_MEMBER = Role(
    "committee_member",
    _("commission d’attribution"),
    _(
        "Membre de la commission : lit les fiches numérotées, sans nom, des séances où cette personne siège, se "
        "récuse et vote. Avec un siège de l’organisme, peut présider si la présidence est absente ou récusée. "
        "N’ouvre aucune demande et n’a accès à rien d’autre."
    ),
    frozenset({P.COMMITTEE_SIT, P.COMMITTEE_CHAIR}),
    whole=True,
)
COMMITTEE_CHAIR = Role(
    "committee_chair",
    _("présidence de la commission d’attribution"),
    _("Peut être convoquée pour présider : ouvre la séance, propose les décisions, et signe le procès-verbal."),
    frozenset({P.COMMITTEE_SIT, P.COMMITTEE_CHAIR}),
    whole=True,
)
GROUND_EXAMINER = Role(
    "ground_examiner",
    _("examen des motifs réservés"),
    _(
        "Décide des motifs sensibles de priorité, dans les dossiers que cette personne a pris. Les autres agents "
        "savent seulement si un motif prioritaire est reconnu."
    ),
    frozenset({P.GROUND_CASES_LIST, P.GROUND_DECIDE}),
)
NOMINATOR = Role(
    "nominator",
    _("réservataire"),
    _(
        "Personne d’un réservataire : voit les logements vacants orientés vers son contingent, y désigne des candidats "
        "par leur numéro et leur nom, et voit l’issue. Ne voit aucune autre donnée de l’organisme."
    ),
    frozenset({P.CONTINGENT_VIEW, P.CANDIDATE_NOMINATE}),
    days=1096,
)
ON_CALL = Role(
    "on_call",
    _("personnel d’astreinte"),
    _(
        "Pendant ses heures d’astreinte, ouvre en urgence, pour 45 minutes, la liste d’évacuation d’un "
        "immeuble ou la fiche d’un foyer. Un responsable et le délégué à la protection des données en sont "
        "informés aussitôt, et un responsable examine l’ouverture. N’a accès à aucune liste d’occupants, "
        "ni à aucune donnée hors de ses heures."
    ),
    frozenset({P.EMERGENCY_OPEN, P.EVACUATION_OPEN}),
    hours=True,
)
DPO = Role(
    "dpo",
    _("protection des données"),
    _(
        "Lit toute la trace et tous les droits, donne un avis sur les refus contestés et peut les "
        "suspendre. Ne décide d’aucun refus et n’ouvre ni fiche ni compte. Établit le relevé de données "
        "d’une personne qui l’a demandé."
    ),
    frozenset(
        {
            P.TRACE_READ,
            P.PERSON_TRACE_READ,
            P.EVIDENCE_TAKE,
            P.LOOKS_JUDGE,
            P.EMERGENCIES_WATCH,
            P.RIGHTS_READ,
            P.COVERAGE_READ,
            P.CONTESTS_READ,
            P.CONTEST_ADVISE,
            P.CONTEST_SUSPEND,
            P.INHERITANCE_READ,
            P.SUBJECT_REQUESTS_ANSWER,
            P.LOOK_DEFER,
            P.REGISTER_READ,
            P.TEXTS_INSPECT,
            P.BREACHES_KEEP,
            P.COPY_RELEASE,
            P.CLAIM_READ,
            P.FAIRNESS_READ,
            P.REQUESTS_READ,
            P.TOKEN_MAKE,
        }
    ),
    whole=True,
)
ACCESS_ADMINISTRATOR = Role(
    "access_administrator",
    _("administration des accès"),
    _(
        "Gère les personnes, les lieux et les affectations, sauf les siennes ; au-delà d’un immeuble, une "
        "seconde personne doit approuver. N’ouvre ni fiche, ni compte, ni trace."
    ),
    frozenset(
        {
            P.PLACES_MANAGE,
            P.PEOPLE_MANAGE,
            P.PEOPLE_DEPROVISION,
            P.ASSIGNMENTS_MANAGE,
            P.ACCESS_ASK,
            P.ACCESS_DECIDE,
            P.TOKENS_MANAGE,
            P.TOKEN_MAKE,
            P.RIGHTS_CONFIRM,
            P.WALLS_KEEP,
            P.REQUESTS_READ,
            P.RIGHTS_READ,
            P.COVERAGE_READ,
            P.PATRIMONY_VIEW,
        }
    ),
)

DATA_STEWARD = Role(
    "data_steward",
    _("responsable des données"),
    _(
        "Importe les fichiers de locataires, de baux et d’écritures de tout l’organisme, après un essai. "
        "Ne les lit pas dans Loge et ne les exporte pas. Gère la liste des faits, propose une réponse aux "
        "refus contestés et trie les anciens commentaires."
    ),
    frozenset(
        {
            P.DATA_IMPORT,
            P.VOCABULARY_KEEP,
            P.CONTESTS_READ,
            P.CONTEST_WEIGH,
            P.INHERITANCE_READ,
            P.INHERITANCE_SORT,
            P.READING_AGREE,
            P.DEFERRAL_AGREE,
            P.LOOKS_JUDGE,
        }
    ),
    whole=True,
)

INSPECTOR = Role(
    "inspector",
    _("contrôle externe"),
    _(
        "Agent nommé de l’autorité de contrôle, pour trente jours au plus. Lit les règles appliquées et "
        "les pièces d’un contrôle, pour tout l’organisme. Ne change rien ; chaque pièce est enregistrée "
        "dans la trace."
    ),
    frozenset({P.CONTROL_READ, P.CONTROL_ACT, P.EVIDENCE_TAKE}),
    whole=True,
    days=30,
    a_year=60,
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        CARETAKER,
        SECTOR_MANAGER,
        OFFICER,
        FRONT_DESK,
        ACCOUNTANT,
        ALLOCATION_OFFICER,
        ALLOCATION_MANAGER,
        COMMITTEE_MEMBER,
        COMMITTEE_CHAIR,
        GROUND_EXAMINER,
        NOMINATOR,
        ON_CALL,
        DPO,
        ACCESS_ADMINISTRATOR,
        DATA_STEWARD,
        INSPECTOR,
    )
}
STAND_IN_DAYS = 31
# Roles open to people of other organisations. For other roles, LOGE_STAFF_DOMAINS restricts the email addresses.
OF_OTHER_ORGANISATIONS = frozenset(role.code for role in (COMMITTEE_MEMBER, COMMITTEE_CHAIR, NOMINATOR, INSPECTOR))


# _ROLES_WITH maps each permission to its roles, once at import, because a single page needs about forty of them.
_ROLES_WITH = {permission: [role.code for role in ROLES.values() if permission in role.permissions] for permission in P}


def roles_with(permission: P) -> list[str]:
    """Return the codes of the roles that have the permission, in the order of ROLES."""
    return list(_ROLES_WITH[permission])


def enforced() -> set[tuple[str, str]]:
    """Return the (role, compartment) pairs to store in the database: each role with each compartment (kind of data) to
    which it gives access.

    Permissions in FOR_EVERYONE are left out, because a person needs no role for them.
    """
    return {
        (role.code, permission.compartment.value)
        for role in ROLES.values()
        for permission in role.permissions - FOR_EVERYONE
    }


def version() -> str:
    """Return a hash of all roles and their permissions, as sixteen hexadecimal digits.

    The hash is stored, so that it is known later which permissions were in force at the time of an audit event.
    """
    lines = sorted(f"{role.code} {permission}" for role in ROLES.values() for permission in role.permissions)
    return sha256("\n".join(lines).encode()).hexdigest()[:16]

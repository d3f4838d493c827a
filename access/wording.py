"""The rules in the words of the trade: what each permission lets one do, and what each compartment holds."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment as C
from access.permissions import Permission as P

COMPARTMENTS: dict[C, Promise | str] = {
    C.CARD: _("Qui habite où, et comment le joindre"),
    C.HELP: _("La fiche et les aides demandées"),
    C.COUNTER: _("Une fiche au guichet, identité vérifiée"),
    C.ACCOUNT: _("Bail et compte"),
    C.BOOKS: _("Écritures sous référence"),
    C.IDENTITY: _("Identité et coordonnées bancaires"),
    C.INTAKE: _("Reprise des données, sans les montrer"),
    C.PATRIMONY: _("Patrimoine, sans personne dedans"),
    C.ASSIGNMENTS: _("Droits d’accès"),
    C.OWN_TRACE: _("Sa propre trace"),
    C.ALL_TRACE: _("Toute la trace"),
}

PERMISSIONS: dict[P, Promise | str] = {
    P.RESIDENTS_LIST: _("voir les occupants d’un immeuble"),
    P.RESIDENTS_SEARCH: _("chercher un occupant"),
    P.CARD_VIEW: _("ouvrir une fiche"),
    P.CARD_FACTS: _("noter ou retirer un fait sur une fiche"),
    P.DWELLING_FACTS: _("noter ou retirer un fait sur un logement"),
    P.CONTACT_CHANGE: _("changer le contact choisi"),
    P.HELP_CHANGE: _("noter ou retirer une aide"),
    P.REMINDER_GIVE: _("confier un message à transmettre"),
    P.REMINDER_DO: _("transmettre un message"),
    P.DISCREET_CHANGE: _("poser ou lever la discrétion"),
    P.AGENCY_FIND: _("dire quelle agence tient une référence"),
    P.IDENTITY_CHECK: _("vérifier une identité au guichet"),
    P.CHECKED_CARD_VIEW: _("ouvrir la fiche de qui s’est présenté"),
    P.ACCOUNTS_LIST: _("voir la liste des comptes"),
    P.ACCOUNTS_SEARCH: _("chercher un compte"),
    P.ACCOUNT_VIEW: _("ouvrir un compte"),
    P.ACCOUNTS_EXPORT: _("emporter une liste de comptes"),
    P.ENTRY_POST: _("passer une écriture"),
    P.ENTRY_REVERSE: _("annuler une écriture"),
    P.ACCOUNT_FACTS: _("noter ou retirer un fait sur un compte"),
    P.ACCOUNT_SETTLE: _("solder un compte"),
    P.LEASE_CHANGE: _("tenir les baux"),
    P.RECEIPTS_CLEAR: _("affecter un encaissement en attente"),
    P.BOOKS_VIEW: _("lire les écritures, sans nom"),
    P.BOOKS_CLEAR: _("affecter un encaissement, sous référence"),
    P.IDENTITY_VIEW: _("voir la date de naissance"),
    P.BANK_CHANGE: _("tenir les coordonnées bancaires"),
    P.DATA_IMPORT: _("reprendre des fichiers de locataires, de baux et d’écritures"),
    P.PATRIMONY_VIEW: _("voir le patrimoine"),
    P.PLACES_MANAGE: _("tenir les lieux"),
    P.PEOPLE_MANAGE: _("tenir les personnes"),
    P.ASSIGNMENTS_MANAGE: _("confier et reprendre les lieux"),
    P.STAND_INS_GRANT: _("confier un remplacement"),
    P.ACCESS_ASK: _("demander un accès"),
    P.ACCESS_DECIDE: _("approuver ou refuser un accès demandé par un autre"),
    P.REQUESTS_READ: _("lire les demandes d’accès"),
    P.RIGHTS_READ: _("lire tous les droits"),
    P.COVERAGE_READ: _("voir la couverture"),
    P.TRACE_READ: _("lire la trace"),
    P.PERSON_TRACE_READ: _("ouvrir la trace d’une personne, avec un motif"),
    P.HOME: _("voir son accueil"),
    P.RULES_READ: _("lire ces règles"),
    P.MY_RIGHTS: _("voir ses propres affectations"),
    P.OWN_TRACE_READ: _("relire sa propre trace"),
}

"""The list of retention periods. Each period says what ends it: a command, row-level security policies, a function, or
a decision of the landlord. Models refer to the periods in their `data_policy` (`privacy/retention.py`).

tests/architecture/test_register.py checks that each command deletes rows from exactly the tables of the periods that
name this command.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Ending(StrEnum):
    """What happens to data at the end of their retention period."""

    ERASED = "erased"  # When the retention period ends, a command deletes the rows.
    HIDDEN = "hidden"  # When the retention period ends, row-level security hides the rows from every database role.
    REPLACED = "replaced"  # When the retention period ends, a function overwrites the data.
    BY_HAND = "by_hand"  # Loge does not delete the data automatically: the landlord decides when to delete them.
    NONE = "none"  # The data say nothing about a person, so they are stored without end.


ENDINGS: dict[Ending, Promise | str] = {
    Ending.ERASED: _("effacée par la commande"),
    Ending.HIDDEN: _("lisible par aucun rôle, selon les règles de la table"),
    Ending.REPLACED: _("supprimée ou remplacée par l’acte"),
    Ending.BY_HAND: _("effacement décidé par l’organisme : Loge ne l’efface pas automatiquement"),
    Ending.NONE: _("sans limite : aucune information sur une personne"),
}


@dataclass(frozen=True)
class RetentionPeriod:
    """A retention period. `by` says what ends it: the name of a command, of the table whose policies hide the rows, or
    of a function (`module:function`). It is empty if Loge does not end the period."""

    code: str
    sentence: Promise | str
    ending: Ending
    ended_by: str = ""

    @property
    def by(self) -> str:
        return self.ended_by or HIDDEN_BY.get(self.code, "")

    @property
    def ending_text(self) -> Promise | str:
        return ENDINGS[self.ending]


RETENTION_PERIODS: dict[str, RetentionPeriod] = {}
# HIDDEN_BY maps the codes of periods of kind HIDDEN to the table whose row-level security policies hide the rows.
# Each app adds its entries to HIDDEN_BY in `AppConfig.ready`.
HIDDEN_BY: dict[str, str] = {}


def _period(code: str, sentence: Promise | str, ending: Ending, by: str = "") -> RetentionPeriod:
    RETENTION_PERIODS[code] = RetentionPeriod(code, sentence, ending, by)
    return RETENTION_PERIODS[code]


WITHOUT_END = _period("without_end", _("Pendant toute l’utilisation de Loge."), Ending.NONE)
RESIDENCE = _period(
    "residence",
    _("Pendant l’occupation, puis trois ans (loi n° 89-462, art. 7-1) ; une fiche, sept jours après le départ."),
    Ending.HIDDEN,
)
UNTIL_SETTLED = _period(
    "until_settled", _("Jusqu’à ce que le compte soit soldé, puis trois ans d’archivage."), Ending.HIDDEN
)
TENANCY_FILE = _period(
    "tenancy_file",
    _("Pendant le bail et jusqu’à ce que le compte soit soldé, puis trois ans (loi n° 89-462, art. 7-1)."),
    Ending.BY_HAND,
)
LEDGER = _period("ledger", _("Dix ans à compter de la clôture de l’exercice (C. com., art. L123-22)."), Ending.BY_HAND)
BANK_DETAILS = _period(
    "bank_details",
    _("Pendant la durée du mandat. De nouvelles coordonnées remplacent les anciennes."),
    Ending.REPLACED,
    "ledger.actions.bank_details:set_bank_details",
)
HELP_YEAR = _period(
    "help_year", _("Un an, sauf renouvellement."), Ending.REPLACED, "tenants.models.help_code:HelpCodeQuerySet.in_force"
)
FACT = _period(
    "fact",
    _("La durée prévue par son code, trente-six mois au plus ; six mois pour une visite à deux."),
    Ending.ERASED,
    "expire_notes",
)
NOTE = _period("note", _("Douze mois au plus, jusqu’à la date choisie par son auteur."), Ending.ERASED, "expire_notes")
CONTACT_YEAR = _period("contact_year", _("Un an après le contact."), Ending.ERASED, "expire_notes")
CONTEST = _period("contest", _("Trente jours, quelle que soit la décision."), Ending.ERASED, "expire_notes")
INSPECTION = _period(
    "inspection", _("Sept jours. Les mots recherchés ne sont pas conservés."), Ending.ERASED, "expire_notes"
)
QUARANTINE = _period(
    "quarantine", _("Jusqu’à la décision sur chaque ligne, six mois au plus."), Ending.ERASED, "expire_notes"
)
UNTIL_MIDNIGHT = _period(
    "until_midnight", _("Jusqu’à la fin du jour, pour permettre l’annulation."), Ending.ERASED, "expire_notes"
)
MARK = _period("mark", _("De la première à la dernière date demandées par le locataire."), Ending.BY_HAND)
CHECK = _period(
    "check",
    _("Dix minutes, ou jusqu’à la vérification suivante."),
    Ending.REPLACED,
    "tenants.actions.identity_checks:check_identity",
)
SUBJECT_REQUEST = _period("subject_request", _("Trois ans après la réponse."), Ending.ERASED, "expire_notes")
RESTRICTION = _period("restriction", _("Trois ans après la levée de la limitation."), Ending.ERASED, "expire_notes")
SET_ASIDE = _period(
    "set_aside",
    _("Pendant la limitation du traitement. À sa levée, elles sont remises sur la fiche."),
    Ending.REPLACED,
    "rights.actions.restrictions:lift_restriction",
)
EMERGENCY = _period("emergency", _("Un an après l’ouverture, examinée ou non."), Ending.ERASED, "expire_notes")
EXPOSURE = _period("exposure", _("Trois ans après le jour mesuré."), Ending.ERASED, "measure_exposure")
BOARD = _period("board", _("Trois mois après le mois compté."), Ending.ERASED, "measure_board")
DEFERRAL = _period("deferral", _("Jusqu’à la date du report, six mois au plus."), Ending.ERASED, "expire_notes")
LOOK_QUESTION = _period(
    "look_question",
    _("Un an après la consultation, ou trois mois après un avis sans mésusage."),
    Ending.ERASED,
    "expire_notes",
)
MISSION = _period("mission", _("Pendant la durée de la mission."), Ending.BY_HAND)
REQUEST = _period(
    "request",
    _("Nom et adresse : jusqu’à la décision. Autres données : comme les affectations."),
    Ending.REPLACED,
    "access.grants.actions.requests:refuse",
)
RIGHT = _period("right", _("Pendant l’affectation, puis trois ans, pour les besoins d’un contrôle."), Ending.BY_HAND)
APPLICATION = _period(
    "application",
    _("Jusqu’à la radiation de la demande, ou trente et un jours après son terme si elle n’est pas renouvelée."),
    Ending.ERASED,
    "expire_notes",
)
CANDIDACY = _period(
    "candidacy",
    _(
        "Fiche sans nom : pendant la durée de conservation pour une réclamation, enregistrée avec sa source, après la "
        "fin de la vacance. Le lien avec la demande disparaît avec la demande."
    ),
    Ending.ERASED,
    "expire_notes",
)
SHORTLIST = _period(
    "shortlist",
    _("Comme les fiches sans nom : jusqu’à la fin de la durée de conservation pour une réclamation."),
    Ending.ERASED,
    "expire_notes",
)
REGISTRY_ROW = _period(
    "registry_row",
    _(
        "Trente et un jours après l’envoi au système national d’enregistrement, pour pouvoir le répéter ;"
        " sans envoi, quatre-vingt-douze jours."
    ),
    Ending.ERASED,
    "expire_notes",
)
OCCASION = _period("occasion", _("Jusqu’à la nuit qui suit la fin de l’accès."), Ending.ERASED, "expire_notes")
BREACH = _period("breach", _("Cinq ans après l’enregistrement, pour les besoins d’un contrôle."), Ending.BY_HAND)
EMPLOYMENT = _period(
    "employment", _("Pendant la durée des fonctions. La connexion est fermée le jour du départ."), Ending.BY_HAND
)
DAILY_MAIL = _period("daily_mail", _("Jusqu’à la nuit qui suit le jour du courriel."), Ending.ERASED, "expire_notes")
IMPORT_RUN = _period("import_run", _("Trente jours après la fin de l’import."), Ending.ERASED, "expire_notes")
UPLOAD = _period(
    "upload",
    _("Jusqu’au début de l’import, une heure au plus ; les lignes refusées, une heure après sa fin."),
    Ending.ERASED,
    "expire_notes",
)
SAVED_FILTER = _period(
    "saved_filter",
    _("Jusqu’à ce que l’agent supprime le filtre, ou que sa connexion soit fermée."),
    Ending.REPLACED,
    "ledger.actions.saved_filters:delete_filter",
)
FACTOR = _period(
    "factor",
    _("Jusqu’au retrait du moyen de connexion, ou à la fermeture du compte."),
    Ending.REPLACED,
    "access.grants.actions.sign_ins:reset_factors",
)
SESSION = _period(
    "session",
    _(
        "Pendant la session : elle est fermée après une période d’inactivité, et au plus tard dans la journée "
        "; les données sont effacées au plus tard la nuit suivante."
    ),
    Ending.ERASED,
    "expire_notes",
)
PSEUDONYM = _period(
    "pseudonym",
    _("Jusqu’à la destruction de la clé. Il ne reste ensuite qu’un nombre, que rien ne relie à la personne."),
    Ending.ERASED,
    "forget_pseudonym",
)
AUDIT_LOG_YEAR = _period(
    "trace_year",
    _("Douze mois, ou jusqu’à trente-six si l’organisme l’a justifié par écrit."),
    Ending.ERASED,
    "prune_trace",
)

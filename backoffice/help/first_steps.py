"""What the page "Premiers pas" tells somebody with each role: the role's work, the first tasks, what is recorded."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.models import Person

Text = Promise | str
# Number of days after joining in which the first page of a person links to the first steps.
NEW_DAYS = 14


@dataclass(frozen=True)
class FirstSteps:
    """The first steps of one role.

    `work`: what the role does, in at most four sentences. `tasks`: (URL name, label) of five pages that the role may
    open. `recorded`: which acts the audit log records. `contacts`: whom to ask."""

    work: Text
    tasks: tuple[tuple[str, Text], ...]
    recorded: Text
    contacts: Text


# Texts about whom to contact, each shared by several roles.
_SECTOR_MANAGER = _(
    "Pour un immeuble ou un remplacement, votre responsable de secteur. Pour vous connecter, l’administration des "
    "accès. Pour une question sur les données d’une personne, le délégué à la protection des données."
)
_ADMINISTRATION = _(
    "Pour un accès ou une connexion, l’administration des accès. Pour une question sur les données d’une personne, le "
    "délégué à la protection des données."
)
_ALLOCATION_MANAGER = _(
    "Pour une séance ou un logement, le responsable du peuplement de l’organisme. Pour vous connecter, "
    "l’administration des accès."
)
_DATA_STEWARD = _(
    "Pour un second accord, le responsable des données. Pour un accès ou une connexion, l’administration des accès."
)
_DATA_PROTECTION = _(
    "Pour toute question sur les données ou sur ce qui est enregistré, le délégué à la protection des données."
)

FIRST_STEPS: dict[str, FirstSteps] = {
    "caretaker": FirstSteps(
        _(
            "Vous joignez les occupants de vos immeubles : portes, contacts choisis, aides demandées. Vous préparez "
            "les arrivées et les départs. Vous transmettez les messages de l’agence. Vous notez des faits utiles sur "
            "un logement ou une demande."
        ),
        (
            ("buildings", _("Ouvrir la page du jour et vérifier vos immeubles")),
            ("residents_search", _("Chercher un occupant par son nom ou sa porte")),
            ("evacuations", _("Lire comment s’ouvre une liste d’évacuation, sans l’ouvrir")),
            ("emergency", _("Lire comment s’ouvre une fiche en urgence, sans l’ouvrir")),
            ("mfa_index", _("Enregistrer votre téléphone comme clé de connexion")),
        ),
        _("Chaque fiche ouverte, chaque recherche et chaque fait noté sont enregistrés avec votre nom."),
        _SECTOR_MANAGER,
    ),
    "sector_manager": FirstSteps(
        _(
            "Vous confiez les remplacements et les astreintes du secteur. Vous examinez les ouvertures en urgence. "
            "Vous demandez les autres accès et confirmez chaque année les droits de vos équipes. Vous pouvez joindre "
            "les occupants du secteur."
        ),
        (
            ("coverage", _("Chercher les immeubles sans gardien ce mois-ci")),
            ("stand_ins", _("Confier un remplacement avant une absence")),
            ("emergencies", _("Examiner les ouvertures en urgence")),
            ("requests", _("Demander un accès pour une personne de l’équipe")),
            ("tasks", _("Lire ce qui attend une décision de votre part")),
        ),
        _(
            "Chaque fiche ouverte, chaque recherche, chaque avis et chaque remplacement sont enregistrés avec votre "
            "nom."
        ),
        _ADMINISTRATION,
    ),
    "officer": FirstSteps(
        _(
            "Vous gérez les comptes de votre agence : paiements, sommes à facturer, rectifications, retards. Vous "
            "enregistrez les baux, les arrivées et les départs. Vous joignez les locataires et notez les faits utiles "
            "au bail. Vous ouvrez un compte pour un motif, que Loge vous demande."
        ),
        (
            ("work", _("Lire le travail du jour")),
            ("accounts_to_contact", _("Appeler les locataires en retard et enregistrer le résultat")),
            ("receipts", _("Affecter les encaissements en attente")),
            ("cash_receipts", _("Compter la caisse avec les reçus du jour")),
            ("accounts_former", _("Solder les comptes des locataires partis")),
        ),
        _("Chaque compte ouvert est enregistré avec votre nom et le motif, et chaque écriture avec son auteur."),
        _ADMINISTRATION,
    ),
    "front_desk": FirstSteps(
        _(
            "Vous orientez les visiteurs vers l’agence qui gère leur compte. Vous ouvrez la fiche d’une personne "
            "présente, après avoir vérifié une pièce d’identité. Vous transmettez les demandes des personnes sur leurs "
            "données. Vous n’ouvrez aucun compte."
        ),
        (
            ("front_desk", _("Chercher l’agence d’une référence")),
            ("identity_check", _("Ouvrir une fiche avec la référence et la pièce d’identité")),
            ("door_check", _("Ouvrir une fiche sans référence, par la porte")),
            ("subject_request_take", _("Transmettre une demande et remettre le récépissé")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque recherche, chaque vérification d’identité et chaque fiche ouverte sont enregistrées avec votre nom."),
        _ADMINISTRATION,
    ),
    "accountant": FirstSteps(
        _(
            "Vous lisez les écritures d’un compte par sa référence, sans nom de locataire. Vous affectez les "
            "encaissements en attente. Vous consultez le patrimoine."
        ),
        (
            ("books", _("Ouvrir les écritures d’une référence")),
            ("books_receipts", _("Affecter les encaissements en attente")),
            ("patrimony", _("Situer un bâtiment dans le patrimoine")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque référence ouverte et chaque affectation sont enregistrées avec votre nom."),
        _ADMINISTRATION,
    ),
    "allocation_officer": FirstSteps(
        _(
            "Vous enregistrez les demandes de logement et vérifiez les pièces. Vous déclarez les logements vacants et "
            "désignez des candidats. Vous préparez les fiches de la commission et envoyez les propositions. Vous "
            "ouvrez une demande pour une raison datée seulement."
        ),
        (
            ("applications", _("Lire vos échéances")),
            ("application_open", _("Ouvrir la demande d’une personne présente")),
            ("application_take", _("Enregistrer une nouvelle demande")),
            ("vacancies", _("Suivre les logements à attribuer")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _(
            "Chaque demande ouverte est enregistrée avec votre nom et la raison, et chaque modification avec son "
            "auteur."
        ),
        _ADMINISTRATION,
    ),
    "allocation_manager": FirstSteps(
        _(
            "Vous orientez les logements vacants vers les réservataires. Vous convoquez la commission et donnez les "
            "sièges. Vous tenez la grille, les plafonds et les chiffres légaux, et suivez les quotas. Vous n’ouvrez "
            "aucune demande."
        ),
        (
            ("orientation", _("Orienter les logements vacants")),
            ("sessions", _("Convoquer une séance et donner les sièges")),
            ("contingents", _("Vérifier les réservataires et leurs parts")),
            ("quotas", _("Comparer les quotas aux objectifs de la loi")),
            ("legal_figures", _("Vérifier les chiffres légaux en vigueur")),
        ),
        _("Chaque décision est enregistrée avec votre nom et sa raison."),
        _ADMINISTRATION,
    ),
    "committee_member": FirstSteps(
        _(
            "Vous lisez les fiches numérotées des séances où vous siégez. Vous vous récusez si une fiche vous "
            "concerne. Vous votez les décisions proposées. Aucun nom ne vous est montré pendant la séance."
        ),
        (
            ("own_sessions", _("Ouvrir la prochaine séance et lire les fiches")),
            ("mine", _("Vérifier les dates de votre rôle")),
            ("rules", _("Lire ce que votre rôle peut voir")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque lecture d’une fiche, chaque récusation et chaque vote sont enregistrés."),
        _ALLOCATION_MANAGER,
    ),
    "committee_chair": FirstSteps(
        _(
            "Vous ouvrez la séance que vous présidez, avec les membres présents. Vous proposez les décisions et "
            "comptez les voix. Vous signez le procès-verbal. Aucun nom ne vous est montré avant la clôture."
        ),
        (
            ("own_sessions", _("Ouvrir la prochaine séance et lire les fiches")),
            ("mine", _("Vérifier les dates de votre rôle")),
            ("rules", _("Lire ce que votre rôle peut voir")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque lecture d’une fiche, chaque décision et la signature sont enregistrées avec votre nom."),
        _ALLOCATION_MANAGER,
    ),
    "ground_examiner": FirstSteps(
        _(
            "Vous décidez des motifs sensibles de priorité, dans les dossiers que vous prenez. Vous regardez la "
            "preuve, puis la rendez. Les autres agents savent seulement si une priorité est reconnue."
        ),
        (
            ("ground_cases", _("Prendre le dossier le plus ancien")),
            ("tasks", _("Lire ce qui attend une réponse")),
            ("rules", _("Lire ce que votre rôle peut voir")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque dossier pris et chaque réponse sont enregistrés avec votre nom, sans le motif."),
        _ADMINISTRATION,
    ),
    "nominator": FirstSteps(
        _(
            "Vous voyez les logements vacants orientés vers votre contingent. Vous désignez des candidats par le "
            "numéro de leur demande et leur nom. Vous lisez l’issue de vos désignations. Vous ne voyez rien d’autre de "
            "l’organisme."
        ),
        (
            ("own_contingent", _("Lire les logements qui attendent vos candidats")),
            ("mine", _("Vérifier les dates de votre rôle")),
            ("rules", _("Lire ce que votre rôle peut voir")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque logement ouvert et chaque désignation sont enregistrés avec votre nom."),
        _ALLOCATION_MANAGER,
    ),
    "on_call": FirstSteps(
        _(
            "Pendant vos heures d’astreinte, vous ouvrez en urgence la liste d’évacuation d’un immeuble ou la fiche "
            "d’un foyer. L’ouverture dure 45 minutes. Un responsable l’examine ensuite. En dehors de ces heures, rien "
            "ne s’ouvre."
        ),
        (
            ("mine", _("Vérifier vos jours et vos heures d’astreinte")),
            ("evacuations", _("Lire comment s’ouvre une liste d’évacuation, sans l’ouvrir")),
            ("emergency", _("Lire comment s’ouvre une fiche en urgence, sans l’ouvrir")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer votre téléphone comme clé de connexion")),
        ),
        _("Chaque ouverture est enregistrée avec votre nom, l’heure et l’urgence indiquée."),
        _SECTOR_MANAGER,
    ),
    "dpo": FirstSteps(
        _(
            "Vous lisez la trace et tous les droits, et posez des questions sur les consultations. Vous répondez aux "
            "demandes des personnes sur leurs données. Vous donnez un avis sur les refus contestés. Vous n’ouvrez ni "
            "fiche ni compte."
        ),
        (
            ("subject_requests", _("Répondre aux demandes dont le délai est proche")),
            ("look_questions", _("Examiner les questions sur les consultations")),
            ("contests", _("Donner un avis sur les refus contestés")),
            ("trace", _("Lire la vue d’ensemble de la trace")),
            ("register", _("Vérifier le registre des traitements")),
        ),
        _("Chaque lecture de la trace d’une personne ou d’un compte est enregistrée avec votre nom et le motif."),
        _DATA_STEWARD,
    ),
    "access_administrator": FirstSteps(
        _(
            "Vous ajoutez les personnes et les lieux. Vous confiez les immeubles, et demandez ou approuvez les autres "
            "accès à deux. Vous vérifiez la couverture et les droits à examiner. Vous n’ouvrez ni fiche, ni compte, ni "
            "trace."
        ),
        (
            ("requests", _("Décider des demandes d’accès en attente")),
            ("coverage", _("Chercher les immeubles sans gardien ce mois-ci")),
            ("people", _("Chercher une personne et vérifier ses accès")),
            ("assignments", _("Confier un immeuble")),
            ("review", _("Mettre fin aux droits qui ne servent plus")),
        ),
        _("Chaque droit donné, changé ou retiré est enregistré avec votre nom, et la personne concernée le voit."),
        _DATA_PROTECTION,
    ),
    "data_steward": FirstSteps(
        _(
            "Vous importez les fichiers de l’organisme, après un essai. Vous tenez la liste des faits. Vous proposez "
            "une réponse aux refus contestés et triez les anciens commentaires. Vous donnez un second accord au "
            "délégué à la protection des données."
        ),
        (
            ("contests", _("Proposer une réponse aux refus contestés")),
            ("inheritance", _("Trier les anciens commentaires")),
            ("vocabulary", _("Vérifier la liste des faits")),
            ("intake", _("Lire comment se fait un import")),
            ("tasks", _("Lire ce qui attend une décision de votre part")),
        ),
        _("Chaque import, chaque tri et chaque accord sont enregistrés avec votre nom."),
        _ADMINISTRATION,
    ),
    "inspector": FirstSteps(
        _(
            "Vous lisez les règles appliquées et les pièces d’un contrôle. Vous pouvez exporter chaque pièce, datée et "
            "signée. Vous ne modifiez rien. Votre accès prend fin à la date indiquée."
        ),
        (
            ("control", _("Ouvrir la liste des pièces")),
            ("rules", _("Lire ce que chaque rôle peut voir")),
            ("look_rules", _("Lire les règles sur les consultations")),
            ("own_looks", _("Relire ce que vous avez ouvert")),
            ("mfa_index", _("Enregistrer un second moyen de connexion")),
        ),
        _("Chaque pièce ouverte ou exportée est enregistrée avec votre nom."),
        _DATA_PROTECTION,
    ),
}


def is_new(person: Person) -> bool:
    return timezone.now() - person.joined_at < timedelta(days=NEW_DAYS)

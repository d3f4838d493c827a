"""Reasons for granting, ending or refusing access, which people choose from lists.

No reason says why an employee is absent, because that would be personal data of the employee.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StartReason(TextChoices):
    POSTING = "posting", _("prise de poste")
    TRANSFER = "transfer", _("changement de poste ou de lieu")
    STAND_IN_ABSENCE = "stand_in_absence", _("remplacement, absence")
    STAND_IN_VACANCY = "stand_in_vacancy", _("remplacement, poste vacant")
    REINFORCEMENT = "reinforcement", _("renfort temporaire")
    ON_CALL = "on_call", _("astreinte")
    HANDOVER = "handover", _("période de tuilage")
    TRAINING = "training", _("formation avec un titulaire")
    RECUT = "recut", _("redécoupage d’un secteur ou d’un bâtiment")


STAND_IN_REASONS = (StartReason.STAND_IN_ABSENCE, StartReason.STAND_IN_VACANCY)
# Forms that grant or request an assignment offer every reason except on-call duty, which has a form of its own.
START_CHOICES = [(reason.value, reason.label) for reason in StartReason if reason is not StartReason.ON_CALL]
# For a reason in FOR_A_MONTH, a manager may assign somebody for up to a month without approval by a second person.
FOR_A_MONTH = (*STAND_IN_REASONS, StartReason.ON_CALL)


class EndReason(TextChoices):
    END_OF_POST = "end_of_post", _("fin de poste")
    TRANSFER = "transfer", _("changement de poste ou de lieu")
    DEPARTURE = "departure", _("départ de l’organisme")
    STAND_IN_OVER = "stand_in_over", _("fin de remplacement")
    MISSION_OVER = "mission_over", _("fin de mission")
    RECUT = "recut", _("redécoupage d’un secteur ou d’un bâtiment")
    NOT_CONFIRMED = "not_confirmed", _("non confirmée à la revue")
    UNUSED = "unused", _("non utilisée")
    ASKED_BY_PERSON = "asked_by_person", _("à la demande de la personne")
    PRECAUTION = "precaution", _("suspension à titre conservatoire")
    ERROR = "error", _("saisie par erreur")


class KeepReason(TextChoices):
    """Reasons why an unused assignment is retained. They concern the assignment, never the person."""

    SOON = "soon", _("sera bientôt utilisée")
    RARE = "rare", _("rarement utilisée, mais nécessaire")
    COVER = "cover", _("deux personnes couvrent ce lieu")


class RefusalReason(TextChoices):
    """Reasons why an access request is refused."""

    NOT_NEEDED = "not_needed", _("pas nécessaire au poste")
    WRONG_PLACE = "wrong_place", _("lieu trop large ou mal choisi")
    WRONG_ROLE = "wrong_role", _("rôle mal choisi")
    WRONG_DAYS = "wrong_days", _("dates mal choisies")
    NOT_CONFIRMED = "not_confirmed", _("non confirmée par le service du personnel")
    ASKED_TWICE = "asked_twice", _("déjà demandée")


class ResetReason(TextChoices):
    """Reasons why a manager resets a person's sign-in methods or ends the person's sessions."""

    LOST = "lost", _("appareil perdu ou volé")
    BROKEN = "broken", _("appareil hors d’usage")
    REPLACED = "replaced", _("appareil remplacé")
    DOUBT = "doubt", _("doute sur l’identité de la personne connectée")
    ASKED_BY_PERSON = "asked_by_person", _("à la demande de la personne")


class LookReason(TextChoices):
    """Reasons for which the data protection officer may look up which data a certain employee has opened."""

    COMPLAINT = "complaint", _("plainte d’un locataire")
    ACCESS_REQUEST = "access_request", _("demande d’accès d’un locataire")
    SECURITY_ALERT = "security_alert", _("alerte de sécurité")
    CONTROL = "control", _("contrôle de la CNIL ou audit")
    LEFT_POST = "left_post", _("accès après un départ")
    EMERGENCY = "emergency", _("accès d’urgence à vérifier")

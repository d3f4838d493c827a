"""The list of purposes: why somebody opened data. Each event carries the code of one.

People choose from the first nine by their digit; the others follow from the page itself.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Purpose(StrEnum):
    TENANT_ASKED = "tenant_asked"
    ARREARS = "arrears"
    PAYMENT = "payment"
    ACCOUNTING = "accounting"
    MOVING = "moving"
    LEASE = "lease"
    REPAIR = "repair"
    CORRESPONDENCE = "correspondence"
    CLOSING = "closing"

    CONTACT = "contact"
    MESSAGE = "message"
    FOLLOWING = "following"
    COUNTER = "counter"
    EMERGENCY = "emergency"
    FINDING = "finding"
    TEXTS = "texts"
    TAKEOVER = "takeover"
    RIGHTS = "rights"
    ANSWER = "answer"
    CONTROL = "control"
    OWN = "own"


WORDS: dict[str, Promise | str] = {
    Purpose.TENANT_ASKED: _("Le locataire demande"),
    Purpose.ARREARS: _("Impayé : appel ou relance"),
    Purpose.PAYMENT: _("Paiement à prendre ou à retrouver"),
    Purpose.ACCOUNTING: _("Écritures à tenir ou à vérifier"),
    Purpose.MOVING: _("Arrivée ou départ"),
    Purpose.LEASE: _("Bail ou foyer à mettre à jour"),
    Purpose.REPAIR: _("Réparation ou sinistre"),
    Purpose.CORRESPONDENCE: _("Courrier ou attestation"),
    Purpose.CLOSING: _("Compte à solder"),
    Purpose.CONTACT: _("Joindre un occupant"),
    Purpose.MESSAGE: _("Message à transmettre"),
    Purpose.FOLLOWING: _("Fait ou note à inscrire"),
    Purpose.COUNTER: _("Accueil au guichet"),
    Purpose.EMERGENCY: _("Urgence, hors de ses lieux"),
    Purpose.FINDING: _("Liste ou recherche"),
    Purpose.TEXTS: _("Phrases contestées ou anciennes"),
    Purpose.TAKEOVER: _("Reprise de fichiers"),
    Purpose.RIGHTS: _("Tenue des accès"),
    Purpose.ANSWER: _("Réponse à une personne sur ses données"),
    Purpose.CONTROL: _("Contrôle de la protection des données"),
    Purpose.OWN: _("Ses propres droits et consultations"),
}
PICKED = tuple(Purpose)[:9]


def words_of(code: str) -> Promise | str:
    """The text of a purpose. An old event may have a code that no longer exists, or none; the code is then returned."""
    return WORDS.get(code, code)

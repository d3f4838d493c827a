"""The list of purposes: why somebody opened data. Each audit event contains the code of one purpose.

If a page asks people for their purpose, they choose among the first nine by typing a digit. The other purposes are set
by the page itself.
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
    ALLOCATION = "allocation"
    CONTROL = "control"
    OWN = "own"


WORDS: dict[str, Promise | str] = {
    Purpose.TENANT_ASKED: _("Demande du locataire"),
    Purpose.ARREARS: _("Impayé : contact ou relance"),
    Purpose.PAYMENT: _("Paiement à enregistrer ou à retrouver"),
    Purpose.ACCOUNTING: _("Écritures à passer ou à vérifier"),
    Purpose.MOVING: _("Arrivée ou départ"),
    Purpose.LEASE: _("Bail ou foyer à mettre à jour"),
    Purpose.REPAIR: _("Réparation ou sinistre"),
    Purpose.CORRESPONDENCE: _("Courrier ou attestation"),
    Purpose.CLOSING: _("Compte à solder"),
    Purpose.CONTACT: _("Occupant à joindre"),
    Purpose.MESSAGE: _("Message à transmettre"),
    Purpose.FOLLOWING: _("Fait ou note à enregistrer"),
    Purpose.COUNTER: _("Accueil"),
    Purpose.EMERGENCY: _("Urgence, hors de ses lieux"),
    Purpose.FINDING: _("Liste ou recherche"),
    Purpose.TEXTS: _("Phrases contestées ou anciens commentaires"),
    Purpose.TAKEOVER: _("Import de fichiers"),
    Purpose.RIGHTS: _("Gestion des accès"),
    Purpose.ANSWER: _("Réponse à une personne sur ses données"),
    Purpose.ALLOCATION: _("Attribution d’un logement"),
    Purpose.CONTROL: _("Contrôle de la protection des données"),
    Purpose.OWN: _("Ses propres droits et consultations"),
}
PICKED = tuple(Purpose)[:9]


def words_of(code: str) -> Promise | str:
    """Return the text of a purpose, given its code. Some old events have an empty code, or one that no longer
    exists."""
    return WORDS.get(code, _("motif d’une version antérieure de Loge")) if code else ""

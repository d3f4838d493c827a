"""The keyboard shortcuts. Templates mark the link or button of a key with `data-key`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each shortcut key and what it does, for the lists of shortcuts. A test compares the keys with those of the templates.
KEYS: tuple[tuple[str, Promise | str], ...] = (
    ("/", _("chercher")),
    ("P", _("enregistrer un paiement : le montant, prêt à être remplacé")),
    ("F", _("facturer une somme")),
    ("R", _("rectifier ; remplacer par un fait l’ancien commentaire en cours de tri")),
    ("E", _("effacer l’ancien commentaire en cours de tri")),
    ("C", _("conseiller social proposé ; conserver l’ancien commentaire en cours de tri")),
    ("N", _("noter un fait sur le compte ; dans la liste des faits, chercher un fait")),
    ("J", _("locataire joint")),
    ("S", _("pas de réponse")),
    ("T", _("à rappeler : la date du rappel")),
    ("V", _("rendez-vous convenu : sa date")),
    ("D", _("délivrer le reçu du paiement en espèces")),
    ("I", _("imprimer un décompte")),
    ("A", _("annuler la dernière écriture ou le dernier contact enregistrés")),
    ("→", _("le compte suivant de la liste, ou l’ancien commentaire suivant")),
    ("←", _("le compte précédent de la liste")),
    ("L", _("revenir à la liste")),
    ("↓", _("aller du champ de recherche à la liste, puis de compte en compte")),
    ("?", _("ouvrir ou fermer la liste des raccourcis")),
)

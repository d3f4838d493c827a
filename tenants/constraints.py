"""Messages for violations of database constraints that Django's models do not declare."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "letting_once_at_a_time": _("Ce logement a déjà un bail à ces dates."),
    "party_once_at_a_time": _("Cette personne est déjà partie au bail à ces dates."),
    "lease_days_plausible": _(
        "Une date du bail est trop éloignée : elle doit être entre 1900 et dix ans après aujourd’hui, et "
        "le congé doit déjà être reçu."
    ),
    "processing_restricted": _(
        "Traitement limité à la demande de la personne : rien n’est enregistré à son sujet jusqu’à la levée."
    ),
    "restriction_informed_then_lifted": _(
        "La personne est informée au plus tard la veille de la levée, et une limitation n’est levée qu’une fois."
    ),
    "change_undone_today": _("Seul le dernier acte du jour peut être annulé, jusqu’à minuit."),
    "change_is_final": _("Cet acte est définitif : il ne peut pas être annulé."),
    "change_nothing_built_on": _("D’autres enregistrements dépendent de cet acte : il ne peut plus être annulé."),
    "change_stands_in_its_lease": _("L’acte doit concerner le bâtiment du bail."),
    "lease_stands_in_its_unit": _("Le bail doit être dans le bâtiment de son logement."),
    "letting_stands_in_its_unit": _("La location doit être dans le bâtiment de son logement."),
    "party_stands_in_its_lease": _("Le titulaire du bail doit être dans le bâtiment du bail."),
    "residence_stands_in_its_unit": _("L’occupation doit être dans le bâtiment de son logement."),
    "party_carries_its_name": _("Le titulaire du bail doit porter le nom de son locataire."),
    "residence_carries_its_name": _("L’occupation doit porter le nom de son locataire."),
    "account_stands_in_its_lease": _("Le compte doit être dans le bâtiment de son bail."),
    "discreet_mark_stands_in_its_lease": _("La discrétion doit être dans le bâtiment du bail."),
    "reminder_door_stands_in_its_unit": _("La porte doit être dans le bâtiment de son logement."),
    "wall_stands_in_its_lease": _("Le conflit d’intérêts doit être dans le bâtiment du bail."),
    "emergency_stands_in_its_lease": _("L’accès d’urgence doit être dans le bâtiment du bail."),
    "emergency_stands_in_a_building": _("L’accès d’urgence doit concerner un bâtiment enregistré."),
    "emergency_reviewed_by_another": _(
        "Un accès d’urgence est examiné une seule fois, par un responsable du lieu qui n’en est pas l’auteur."
    ),
}

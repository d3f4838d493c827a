"""Constraints that Django's models cannot express, each with the sentence shown to the user."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "letting_once_at_a_time": _("Ce logement a déjà un bail à ces dates."),
    "party_once_at_a_time": _("Cette personne est déjà partie au bail à ces dates."),
    "lease_days_plausible": _(
        "Une date du bail est trop éloignée : elle doit être entre 1900 et dix ans après aujourd’hui, et "
        "le congé doit déjà être reçu."
    ),
    "change_undone_today": _("Seul le dernier acte du jour peut être annulé, jusqu’à minuit."),
    "change_nothing_built_on": _("D’autres enregistrements dépendent de cet acte : il ne peut plus être annulé."),
    "change_stands_in_its_lease": _("L’acte doit concerner le bâtiment du bail."),
    "lease_stands_in_its_unit": _("Le bail doit être dans le bâtiment de son logement."),
    "letting_stands_in_its_unit": _("La location doit être dans le bâtiment de son logement."),
    "party_stands_in_its_lease": _("Le titulaire du bail doit être dans le bâtiment du bail."),
    "residence_stands_in_its_unit": _("L’occupation doit être dans le bâtiment de son logement."),
    "party_carries_its_name": _("Le titulaire du bail doit porter le nom de son locataire."),
    "residence_carries_its_name": _("L’occupation doit porter le nom de son locataire."),
    "account_stands_in_its_lease": _("Le compte doit être dans le bâtiment de son bail."),
    "entry_stands_in_its_account": _("L’écriture doit être dans le bâtiment de son compte."),
    "entry_on_an_open_account": _("Ce compte est soldé : il n’accepte plus d’écriture."),
    "account_settled_once": _("Ce compte est déjà soldé."),
    "account_settled_after_its_lease": _("Ce compte ne peut pas être soldé : le bail n’est pas terminé."),
    "account_settled_at_zero": _("Ce compte ne peut pas être soldé : il reste une somme due ou en avance."),
    "receipt_cleared_once": _("Cet encaissement est déjà affecté."),
    "tenants_entry_reverses_id_key": _("Cette écriture est déjà annulée."),
    "entry_takes_two": _(
        "Sur trente jours, les sommes en moins de ce compte dépassent ce qu’une personne peut enregistrer "
        "seule. Faites une demande sur la page du compte dans Loge : une autre personne chargée de la "
        "gestion locative de ce lieu doit l’approuver."
    ),
    "write_off_decided_by_another": _(
        "Une somme en moins doit être approuvée ou refusée une fois, sous quatorze jours, par une autre "
        "personne chargée de la gestion locative du lieu."
    ),
    "write_off_stands_in_its_account": _("La demande doit être dans le bâtiment du compte."),
    "entry_reversal_cancels_to_the_cent": _(
        "Une annulation doit avoir le même compte et le même montant que l’écriture, au centime près."
    ),
    "discreet_mark_stands_in_its_lease": _("La discrétion doit être dans le bâtiment du bail."),
    "reminder_door_stands_in_its_unit": _("La porte doit être dans le bâtiment de son logement."),
    "wall_stands_in_its_lease": _("Le dossier fermé doit être dans le bâtiment du bail."),
    "emergency_stands_in_its_lease": _("L’accès d’urgence doit être dans le bâtiment du bail."),
    "emergency_stands_in_a_building": _("L’accès d’urgence doit concerner un bâtiment enregistré."),
    "emergency_reviewed_by_another": _(
        "Un accès d’urgence est examiné une seule fois, par un responsable du lieu qui n’en est pas l’auteur."
    ),
    # Raised by the triggers on facts (migration 0009).
}

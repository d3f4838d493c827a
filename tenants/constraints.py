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
    "card_fact_stands_in_its_residence": _("Le fait doit être dans le bâtiment de l’occupation."),
    "dwelling_fact_stands_in_its_unit": _("Le fait doit être dans le bâtiment du logement."),
    "account_fact_stands_in_its_account": _("Le fait doit être dans le bâtiment du compte."),
    "account_note_stands_in_its_account": _("La note doit être dans le bâtiment du compte."),
    "contest_stands_in_its_account": _("Le refus contesté doit être dans le bâtiment du compte."),
    "wall_stands_in_its_lease": _("Le dossier fermé doit être dans le bâtiment du bail."),
    "emergency_stands_in_its_lease": _("L’accès d’urgence doit être dans le bâtiment du bail."),
    "emergency_stands_in_a_building": _("L’accès d’urgence doit concerner un bâtiment enregistré."),
    "emergency_reviewed_by_another": _(
        "Un accès d’urgence est examiné une seule fois, par un responsable du lieu qui n’en est pas l’auteur."
    ),
    "contest_by_those_who_may": _(
        "Le responsable des données propose, un responsable du lieu décide, et le délégué à la protection "
        "des données conseille ou suspend."
    ),
    "inherited_stands_in_its_account": _("La ligne reprise doit être dans le bâtiment de son compte."),
    "inherited_by_those_who_may": _(
        "Une ligne reprise est triée par le responsable des données ou un responsable du lieu. Sa "
        "conservation demande l’accord des deux."
    ),
    "inherited_decided_first": _("Une ligne sous scellés ne peut être effacée qu’après une décision ou à son terme."),
    "certificate_as_counted": _(
        "Un certificat ne peut être établi que quand aucune ligne n’attend, et avec les nombres de la base."
    ),
    "note_under_a_fact": _("Choisissez un fait de la liste pour classer la note."),
    "note_stays_as_written": _("Une note ne peut pas être modifiée : retirez-la ou remplacez-la."),
    # Raised by the triggers on facts (migration 0009).
    "fact_of_the_vocabulary": _("Ce fait n’est pas, ou plus, dans la liste."),
    "fact_fields_fit": _("La valeur d’un champ de ce fait n’est pas autorisée par la liste."),
    "fact_within_its_life": _("La durée de ce fait dépasse celle que la liste autorise."),
    "fact_told_first": _(
        "Une consigne doit d’abord être communiquée au locataire : indiquez le jour où vous l’avez informé."
    ),
    "fact_stays_as_written": _("Un fait ne peut pas être modifié : retirez-le ou remplacez-le."),
}

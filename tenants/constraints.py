"""Constraints that Django's models cannot express, each with the sentence shown to the user."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "letting_once_at_a_time": _("Ce logement a déjà un bail à ces dates."),
    "party_once_at_a_time": _("Cette personne est déjà partie au bail à ces dates."),
    "lease_days_plausible": _(
        "Un jour du bail est trop loin : entre 1900 et dix ans d’ici, le congé reçu au plus tard aujourd’hui."
    ),
    "change_undone_today": _("Seul le dernier acte du jour s’annule, et jusqu’à minuit."),
    "change_nothing_built_on": _("Autre chose s’appuie déjà sur cet acte : il ne s’annule plus."),
    "change_stands_in_its_lease": _("L’acte est dans le bâtiment du bail."),
    "lease_stands_in_its_unit": _("Le bail est dans le bâtiment de son logement."),
    "letting_stands_in_its_unit": _("La location est dans le bâtiment de son logement."),
    "party_stands_in_its_lease": _("La partie au bail est dans le bâtiment du bail."),
    "residence_stands_in_its_unit": _("L’occupation est dans le bâtiment de son logement."),
    "party_carries_its_name": _("La partie au bail porte le nom de son locataire."),
    "residence_carries_its_name": _("L’occupation porte le nom de son locataire."),
    "account_stands_in_its_lease": _("Le compte est dans le bâtiment de son bail."),
    "entry_stands_in_its_account": _("L’écriture est dans le bâtiment de son compte."),
    "entry_on_an_open_account": _("Ce compte est soldé : il ne prend plus d’écriture."),
    "account_settled_once": _("Ce compte est déjà soldé."),
    "account_settled_after_its_lease": _("Un compte se solde une fois le bail terminé."),
    "account_settled_at_zero": _("Un compte se solde à zéro : il reste une somme due ou en avance."),
    "receipt_cleared_once": _("Cet encaissement est déjà affecté."),
    "tenants_entry_reverses_id_key": _("Cette écriture est déjà annulée."),
    "entry_takes_two": _(
        "Sur trente jours, ce compte baisserait, sans argent reçu, de plus que ce qu’une personne passe seule. Cela se "
        "demande sur sa page dans Loge, et un autre chargé de gestion locative de ce lieu en décide."
    ),
    "write_off_decided_by_another": _(
        "Une somme en moins se décide une fois, sous quatorze jours, par un autre chargé de gestion locative du lieu."
    ),
    "write_off_stands_in_its_account": _("La demande est dans le bâtiment du compte."),
    "entry_reversal_cancels_to_the_cent": _("Une annulation reprend le même compte et le même montant, au centime."),
    "discreet_mark_stands_in_its_lease": _("La discrétion est dans le bâtiment du bail."),
    "reminder_door_stands_in_its_unit": _("La porte est dans le bâtiment de son logement."),
    "card_fact_stands_in_its_residence": _("Le fait est dans le bâtiment de l’occupation."),
    "dwelling_fact_stands_in_its_unit": _("Le fait est dans le bâtiment du logement."),
    "account_fact_stands_in_its_account": _("Le fait est dans le bâtiment du compte."),
    "account_note_stands_in_its_account": _("La note est dans le bâtiment du compte."),
    "contest_stands_in_its_account": _("La contestation est dans le bâtiment du compte."),
    "wall_stands_in_its_lease": _("La cloison est dans le bâtiment du bail."),
    "emergency_stands_in_its_lease": _("L’accès exceptionnel est dans le bâtiment du bail."),
    "emergency_stands_in_a_building": _("L’accès exceptionnel est dans un bâtiment connu."),
    "emergency_reviewed_by_another": _(
        "Un accès exceptionnel est relu une fois, par un responsable du lieu, autre que qui l’a ouvert."
    ),
    "deferral_not_of_ones_own": _("Personne ne décide du report d’une consultation qui est la sienne."),
    "look_judged_by_another": _(
        "Une consultation s’explique, se confirme et se juge une fois, par qui le peut, et jamais par soi-même."
    ),
    "look_heard_first": _(
        "Un mésusage ne se dit pas de qui n’a pas été entendu, ou n’a pas eu sept jours pour s’expliquer."
    ),
    "contest_by_those_who_may": _(
        "Le responsable des données propose, un responsable du lieu décide, la déléguée conseille ou suspend."
    ),
    "inherited_stands_in_its_account": _("La ligne reprise est dans le bâtiment de son compte."),
    "inherited_by_those_who_may": _(
        "Une ligne reprise est triée par le responsable des données ou un responsable du lieu, conservée par les deux."
    ),
    "inherited_decided_first": _("Une ligne sous scellés ne disparaît que décidée, ou à son terme."),
    "certificate_as_counted": _("Un certificat dit les comptes de la base, une fois que rien n’attend."),
    "twenty_words_a_day": _("Vingt mots par jour et par personne : ceux-ci dépassent ce nombre. Reprenez demain."),
    "whole_words": _("Un mot entier, en lettres : ni début de mot, ni expression, ni chiffre."),
    "words_taken_first": _("Ces mots n’ont pas été comptés aujourd’hui."),
    "inspection_of_few_lines": _("Plus de deux cents lignes : resserrez la liste des mots."),
    "note_under_a_fact": _("Une note se range sous un fait de la liste."),
    "note_stays_as_written": _("Une note ne se modifie pas : elle se retire ou se remplace."),
    # Raised by the triggers on facts (migration 0009).
    "fact_of_the_vocabulary": _("Ce fait n’est pas, ou plus, dans la liste."),
    "fact_fields_fit": _("Un champ de ce fait ne dit pas ce que la liste permet."),
    "fact_within_its_life": _("Ce fait durerait plus longtemps que la liste ne le permet."),
    "fact_told_first": _("Une précaution se dit d’abord au locataire : écrivez le jour où il l’a su."),
    "fact_stays_as_written": _("Un fait ne se modifie pas : il se retire ou se remplace."),
}

"""Constraints that Django's models cannot express, each with the sentence shown to a user who violates it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "look_judged_by_another": _(
        "Une consultation est expliquée, confirmée et jugée une seule fois, par une personne autorisée et "
        "jamais par son auteur."
    ),
    "look_heard_first": _(
        "Un mésusage ne peut être constaté que si la personne a été entendue ou a eu sept jours pour s’expliquer."
    ),
    "twenty_words_a_day": _(
        "Vingt mots par jour et par personne au plus : cette demande dépasse la limite. Recommencez demain."
    ),
    "whole_words": _("Saisissez un mot entier, en lettres : ni début de mot, ni expression, ni chiffre."),
    "words_taken_first": _("Ces mots n’ont pas été comptés aujourd’hui : comptez-les d’abord."),
    "inspection_of_few_lines": _("Plus de deux cents lignes correspondent : réduisez la liste de mots."),
}

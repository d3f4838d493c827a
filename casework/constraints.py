"""Error messages for database constraints and triggers that Django's models do not declare, by constraint name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "card_fact_stands_in_its_residence": _("Le fait doit être dans le bâtiment de l’occupation."),
    "dwelling_fact_stands_in_its_unit": _("Le fait doit être dans le bâtiment du logement."),
    "account_fact_stands_in_its_account": _("Le fait doit être dans le bâtiment du compte."),
    "account_note_stands_in_its_account": _("La note doit être dans le bâtiment du compte."),
    "contact_stands_in_its_account": _("Le contact doit être dans le bâtiment du compte."),
    "contact_stays_as_recorded": _(
        "Un contact ne peut pas être modifié. La personne qui l’a enregistré peut l’annuler le jour même."
    ),
    "contest_stands_in_its_account": _("Le refus contesté doit être dans le bâtiment du compte."),
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
    "fact_of_the_vocabulary": _("Ce fait n’est pas, ou plus, dans la liste."),
    "fact_fields_fit": _("La valeur d’un champ de ce fait n’est pas autorisée par la liste."),
    "fact_within_its_life": _("La durée de ce fait dépasse celle que la liste autorise."),
    "fact_told_first": _(
        "Une consigne doit d’abord être communiquée au locataire : indiquez le jour où vous l’avez informé."
    ),
    "fact_stays_as_written": _("Un fait ne peut pas être modifié : retirez-le ou remplacez-le."),
}

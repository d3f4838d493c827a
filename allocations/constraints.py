"""Messages displayed when a change violates a rule of SQL functions and triggers, by the name of the rule."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "income_drop_ten_percent": _(
        "Les ressources d’une année plus récente ne comptent que si elles sont inférieures d’au moins 10 % à celles de "
        "l’avant-dernière année, elles-mêmes vérifiées."
    ),
    "closing_after_a_warning": _(
        "Cette radiation demande un avertissement remis depuis plus d’un mois : enregistrez d’abord la preuve de sa "
        "remise."
    ),
    "closing_after_the_term": _("Le terme de cette demande n’est pas passé : elle peut encore être renouvelée."),
    "closing_after_the_commission": _(
        "Une commission de l’organisme n’a pas prononcé l’irrecevabilité de cette demande : le système national "
        "demande son motif."
    ),
    "fragile_residence_stays_as_named": _(
        "Seul le dernier jour d’une ligne peut être fixé, une fois : aujourd’hui ou plus tard."
    ),
    "owed_examined_first": _(
        "Une demande est à examiner en premier : établissez de nouveau la présélection si sa ligne n’y est pas, et "
        "désignez la ligne marquée avant d’inscrire le logement."
    ),
    "owed_examined_with_a_sheet": _(
        "Une demande à examiner en premier est désignée sans fiche : préparez sa fiche, ou retirez la candidature, "
        "avant d’inscrire le logement."
    ),
    "registry_row_leaves_once": _("Cette ligne a déjà été envoyée au système national d’enregistrement."),
    "registry_run_stays": _("Un envoi enregistré ne change plus."),
    "registry_row_of_signed_minutes": _("Une décision n’est envoyée qu’après la signature du procès-verbal."),
    "grid_frozen_once_adopted": _("Une grille adoptée ne change plus : préparez une nouvelle version."),
    "grid_has_lines": _("Une grille sans critère ne peut pas être adoptée."),
    "grid_bands_hide_grounds": _(
        "Les tranches sont trop étroites : elles laisseraient deviner un motif réservé. Élargissez-les, ou donnez aux "
        "motifs réservés des points plus proches."
    ),
    "grid_trials_limited": _("Au plus huit essais en trente jours : les nombres de nombreux essais se compareraient."),
    "grid_trial_stays": _("Un essai et ses nombres ne changent plus."),
    "ground_stays_as_decided": _("Un motif reconnu ne change que par sa date de fin."),
    "vacancy_stands_in_its_unit": _("Le logement vacant doit être dans le bâtiment du logement."),
    "vacancy_states_follow": _("Cette vacance n’en est pas à cette étape."),
    "allocated_vacancy_withdrawn_by_the_manager": _(
        "Une attribution adoptée tient encore pour ce logement : seul le responsable du peuplement peut le retirer."
    ),
    "vacancy_has_terms": _(
        "Les conditions de location de ce logement manquent : financement, zone, loyer. Le responsable du peuplement "
        "doit les enregistrer."
    ),
    "state_thirty_percent": _("L’État a au plus 30 % du flux, dont 5 % pour ses agents."),
    "flow_shares_within_whole": _("La somme des parts dépasse le flux de l’année."),
    "application_closed_stays": _("Cette demande est radiée : elle ne peut plus être modifiée."),
    "ten_candidates_a_vacancy": _("Dix candidats au plus sont désignés pour un logement, retirés compris."),
    "session_states_follow": _("Cette séance n’en est pas à cette étape."),
    "session_quorum": _("Le quorum du règlement intérieur n’est pas atteint : marquez les membres présents."),
    "three_or_reason": _(
        "Un logement de l’ordre du jour a moins de trois fiches préparées, et sa raison n’est pas établie : trop peu "
        "de demandes, désignation DALO, ou logement très social."
    ),
    "session_decides_every_sheet": _(
        "Une fiche n’a pas encore de décision adoptée : décidez, ou reportez-la avec son logement."
    ),
    "carried_over_undecided": _("Rien n’est à reporter : chaque fiche de ce logement a sa décision."),
    "decision_has_lapsed": _("Cette proposition est sans suite : elle ne change plus."),
    "decision_can_still_be_adopted": _("Cette proposition peut encore être adoptée : comptez ses voix."),
    "item_presided_by_the_landlord": _(
        "Si la présidence est récusée pour un logement, seul un membre de l’organisme présent et non récusé peut "
        "le présider."
    ),
    "chair_taken_by_the_landlord": _(
        "Un membre de l’organisme peut prendre la présidence à partir de l’heure de la séance. Si elle est ouverte, il "
        "doit y être présent."
    ),
    "ranks_without_gaps": _("Les rangs d’un logement se suivent à partir de 1 : proposez le premier rang libre."),
    "rank_adopted_in_turn": _("Le rang précédent n’est pas encore adopté : comptez d’abord ses voix."),
    "allocation_stands_alone": _(
        "Une attribution simple est la seule de son logement : proposez des attributions par classement, ou une seule "
        "attribution."
    ),
    "recusal_before_sheet": _("Vous avez déjà lu cette fiche : une récusation se déclare avant."),
    "recusal_before_the_end": _("La séance est close ou annulée : aucune récusation ne s’y ajoute plus."),
    "vote_not_when_recused": _("Vous vous êtes récusé pour cette fiche : vous ne votez pas."),
    "vote_needs_seat": _("Un vote demande un siège à voix délibérative, présent à une séance ouverte."),
    "decision_in_open_session": _("Une décision se propose en séance ouverte, sur une fiche présentée."),
    "decision_stays_as_voted": _("Cette décision a été votée : elle ne change plus."),
    "decision_as_counted": _("Cette issue ne correspond pas au décompte des voix."),
    "decision_with_quorum": _("Moins de membres ont voté que le quorum ne le demande : attendez leur vote."),
    "motive_holds": _("La condition de ce motif n’est pas remplie."),
    "condition_names_a_missing_document": _("La pièce de la condition a déjà été vue, ou n’est pas demandée."),
    "signed_minutes_stay": _("Le procès-verbal est signé : rien de la séance ne change plus."),
    "claim_stays_as_asked": _("Une demande de lecture ne change que par l’accord d’une autre personne."),
    "offer_follows_rank": _("Ce n’est pas le tour de ce candidat : le rang précédent n’a pas encore répondu."),
    "offer_after_signed_minutes": _(
        "Le procès-verbal de la séance n’est pas signé : le logement est proposé après sa signature."
    ),
    "offer_after_the_condition": _("La pièce de la condition n’a pas été vue à temps."),
    "offer_answered_once": _("Cette proposition a déjà une réponse."),
    "answer_recorded_in_time": _(
        "Le délai de réponse et le délai d’acheminement sont passés. Le silence vaut refus, et il est enregistré "
        "la nuit."
    ),
    "answer_by_follows_the_delay": _(
        "Le dernier jour pour répondre suit le délai de la proposition : seuls des jours non ouvrés le repoussent."
    ),
    "notification_stays": _("La notification ne peut être corrigée que le jour de son enregistrement."),
    "renounced_once": _("Cette renonciation est déjà enregistrée."),
    "renounced_before_the_lease": _(
        "Une renonciation suit une acceptation et précède la signature du bail. Après la signature, le locataire "
        "donne congé."
    ),
    "renounced_at_the_dwellings_place": _("Un chargé d’attribution du lieu de ce logement enregistre la renonciation."),
    "lease_after_acceptance": _("Le bail suit une proposition acceptée."),
    "lease_of_the_applicants": _(
        "Les titulaires de ce bail ne sont pas les demandeurs transmis : signez le bail à leur nom, ou la mutation de "
        "leur foyer."
    ),
    "lease_of_candidate_stays": _(
        "Ce bail suit une attribution : sa signature a radié la demande de logement, et ne peut pas être annulée."
    ),
    "one_lease_an_application": _("Cette demande a déjà été transmise pour un autre bail."),
}

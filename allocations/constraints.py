"""Messages shown to users when SQL functions or triggers refuse a change: name of the violated rule -> sentence."""

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
    "grid_frozen_once_adopted": _("Une grille adoptée ne change plus : préparez une nouvelle version."),
    "grid_has_lines": _("Une grille sans critère ne peut pas être adoptée."),
    "grid_bands_hide_grounds": _(
        "Les tranches sont trop étroites : elles laisseraient deviner un motif réservé. Élargissez-les, ou donnez aux "
        "motifs réservés des points plus proches."
    ),
    "ground_stays_as_decided": _("Un motif reconnu ne change que par sa date de fin."),
    "vacancy_stands_in_its_unit": _("Le logement vacant doit être dans le bâtiment du logement."),
    "vacancy_states_follow": _("Cette vacance n’en est pas à cette étape."),
    "vacancy_has_terms": _(
        "Les conditions de location de ce logement manquent : financement, zone, loyer. Le responsable du peuplement "
        "doit les enregistrer."
    ),
    "state_thirty_percent": _("L’État a au plus 30 % du flux, dont 5 % pour ses agents."),
    "flow_shares_within_whole": _("La somme des parts dépasse le flux de l’année."),
    "application_closed_stays": _("Cette demande est radiée : elle ne peut plus être modifiée."),
}

"""Maps rules that Django's model constraints cannot express to the message that a user sees when a rule is violated."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "recut_for_others": _(
        "Vous avez accès au bâtiment d’arrivée, ou la personne qui a créé votre compte y a accès : une "
        "autre personne doit faire ce redécoupage."
    ),
    "terms_stand_in_their_unit": _("Les conditions de location doivent être dans le bâtiment du logement."),
}

"""Error messages of database constraints that Django models cannot express."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "recut_for_others": _(
        "Vous avez accès au bâtiment d’arrivée, ou la personne qui a créé votre compte y a accès : une "
        "autre personne doit faire ce redécoupage."
    ),
}

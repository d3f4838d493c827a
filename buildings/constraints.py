"""Constraints that Django's models cannot express, each with the sentence a person reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "recut_for_others": _(
        "Vous tenez le bâtiment d’arrivée, ou qui a fait votre compte le tient : un autre redécoupe."
    ),
}

"""Messages of constraints that Django models cannot express."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "recut_for_others": _(
        "Vous tenez le bâtiment d’arrivée, ou qui a fait votre compte le tient : un autre redécoupe."
    ),
}

"""Messages shown to users when SQL functions or triggers refuse a change: name of the violated rule -> sentence."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "erasure_answered_by_lines": _("Une demande d’effacement reçoit une réponse pour chaque sorte de données."),
    "restriction_answered_by_its_ground": _("Une demande de limitation n’est accordée qu’avec son fondement."),
    "deferral_not_of_ones_own": _("Vous ne pouvez pas décider du report de votre propre consultation."),
}

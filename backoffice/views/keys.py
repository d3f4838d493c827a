"""The keyboard shortcuts page, and the cookie that turns the shortcuts off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from backoffice.preferences import KEYS_COOKIE, set_preference

# Each shortcut key and what it does, for the help page. Templates mark the link or button of a key with `data-key`.
KEYS: tuple[tuple[str, Promise], ...] = (
    ("/", _("chercher")),
    ("P", _("enregistrer un paiement : le montant, prêt à être remplacé")),
    ("F", _("facturer une somme")),
    ("R", _("rectifier ; remplacer par un fait l’ancien commentaire en cours de tri")),
    ("E", _("effacer l’ancien commentaire en cours de tri")),
    ("C", _("conseiller social proposé ; conserver l’ancien commentaire en cours de tri")),
    ("J", _("locataire joint")),
    ("S", _("pas de réponse")),
    ("T", _("à rappeler : la date du rappel")),
    ("V", _("rendez-vous convenu : sa date")),
    ("D", _("délivrer le reçu du paiement en espèces")),
    ("I", _("imprimer un décompte")),
    ("A", _("annuler la dernière écriture ou le dernier contact enregistrés")),
    ("→", _("le compte suivant de la liste, ou l’ancien commentaire suivant")),
    ("←", _("le compte précédent de la liste")),
    ("L", _("revenir à la liste")),
    ("↓", _("aller du champ de recherche à la liste, puis de compte en compte")),
    ("?", _("cette page")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "backoffice/keys.html", {"keys": KEYS})
    answer = redirect("keys")
    set_preference(answer, KEYS_COOKIE, "off" if "off" in request.POST else "")
    return answer

"""Page that encrypts and restores text typed before a session was locked or ended (access/signin/drafts.py)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.signin import drafts, sessions
from access.signin.proofs import second_factor_missing


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft(request: HttpRequest) -> HttpResponse:
    """Restore or encrypt the fields of a form that was not saved.

    GET shows the restored form, ready to be submitted. POST encrypts the fields, which the script of an idle page
    sends. The session may still be open at that moment, because of activity in another tab.
    """
    person = sessions.person_of(request)
    if second_factor_missing(request):
        return redirect("mfa_index")
    if request.method == "POST":
        return redirect(drafts.address_of_request(request, person) or "home")
    restored = drafts.opened(person, request.GET.get(drafts.SEALED, ""))
    if restored is None:
        messages.error(request, _("Le texte saisi n’a pas pu être récupéré : plus d’une heure s’est écoulée."))
        return redirect("home")
    return render(request, "account/draft.html", {"draft": restored})

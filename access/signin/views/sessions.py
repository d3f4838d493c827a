"""Page that lists the person's own open sessions and lets the person end them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from access.signin import sessions
from access.signin.proofs import second_factor_missing


@login_required
def my_sessions(request: HttpRequest) -> HttpResponse:
    if second_factor_missing(request):
        return redirect("mfa_index")
    person = sessions.person_of(request)
    mine = sessions.of(person)
    if request.method != "POST":
        return render(request, "account/sessions.html", {"sessions": mine})
    others = [session.pk for session in mine if not session.is_current()]
    chosen = request.POST.get("session", "")
    ended = sessions.end_some_of(person, [key for key in others if chosen in ("", str(key))])
    message = ngettext("%(n)d session est fermée.", "%(n)d sessions sont fermées.", ended) % {"n": ended}
    messages.success(request, message)
    return redirect("usersessions_list")

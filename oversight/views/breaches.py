"""Pages of the register of personal data breaches, which the data protection officer maintains."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.pages.read_back import ReadBack, correcting, facts_of, is_confirmed, read_back
from access.permissions import Permission
from audit import events
from audit.events import Code
from oversight.actions.breaches import note_breach
from oversight.forms.breaches import BreachForm
from oversight.models import Breach


@door(Permission.BREACHES_KEEP, get_event=events.REGISTER_SHOWN, post_event=events.REGISTER_SHOWN)
def breaches(request: DoorRequest) -> HttpResponse:
    request.access.note(scope=Code("breaches"))
    form = BreachForm(request.POST or None)
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, note_breach, request, number=form.cleaned_data["number"], fields=form.facts):
        if not is_confirmed(request, form.cleaned_data):
            undo = _("Une inscription au registre est définitive.")
            page = ReadBack(_("Violation de données"), facts_of(form), _("Enregistrer"), undo=undo)
            return read_back(request, page, form.cleaned_data)
        messages.success(request, _("La violation est enregistrée."))
        return redirect("breaches")
    return render(request, "oversight/breaches.html", {"form": form, "rows": list(request.access.rows(Breach))})

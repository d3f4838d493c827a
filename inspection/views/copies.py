"""Pages for copies of a household's file: an inspector requests one, and the data protection officer, as a second
person, releases it for 24 hours.
"""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from audit.events import Code
from audit.record import Subject
from inspection.actions.file_releases import release_copy
from inspection.exhibits.answers import names_of, query_rows
from inspection.exhibits.elsewhere import officers
from inspection.exhibits.question import AccountAlone
from inspection.file_releases import copies_asked


class Released(forms.Form):
    event = forms.UUIDField(widget=forms.HiddenInput)


@door(Permission.CONTROL_READ, get_event=events.FORM_SHOWN, post_is_search=True)
def control_copy(request: DoorRequest) -> HttpResponse:
    """Record an inspector's request for a copy of a household's file. The request is stored only as an audit event.

    The data protection officer releases the copy on another page, `copies`.
    """
    if request.method != "POST":
        return redirect("control_exhibit", number="E22")
    access = request.access
    form = AccountAlone(request.POST, access=access)
    reference = form.cleaned_data["reference"] if form.is_valid() else ""
    rows = query_rows("SELECT account, building FROM inspection_exhibit_account(%s, %s)", reference, access.day)
    if not rows:
        raise Http404  # The attempt is not recorded here, because `@door` records each 404.
    account, access.place = rows[0]
    access.about = Subject("account", account)
    access.note(events.COPY_ASKED)
    return render(request, "inspection/control_copy.html", {"reference": reference, "officers": officers(access)})


@door(Permission.COPY_RELEASE, get_event=events.LIST_SHOWN, post_event=events.LIST_SHOWN, reauthenticate=True)
def copies(request: DoorRequest) -> HttpResponse:
    """List the requested copies of household files for the data protection officer, and release one.

    The list shows who requested a copy and the account's reference, but no name of the household.
    """
    access = request.access
    access.note(list=Code("copies"))
    form = Released(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, release_copy, request, event=form.cleaned_data["event"]):
        messages.success(request, _("La copie est ouverte pour vingt-quatre heures."))
        return redirect("copies")
    requests = copies_asked()
    names = names_of(access, (copy.person for copy in requests))
    for copy in requests:
        access.saw(Subject("account", copy.account))
    rows = [(copy, names.get(copy.person, "")) for copy in requests]
    return render(request, "inspection/copies.html", {"rows": rows, "form": form, "now": access.at})

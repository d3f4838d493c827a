"""Lets an inspector view the pages as a caretaker sees them. The inspector chooses a caretaker on one page; that
caretaker's pages are then served below a separate URL prefix.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, resolve, reverse, set_script_prefix

from access.guard.context import DoorRequest
from access.guard.door import door
from access.guard.shown_as import PREFIX, stand, stands
from access.permissions import Permission
from audit import events
from inspection.exhibits.caretaker import Caretaker


@door(Permission.CONTROL_ACT, get_event=events.FORM_SHOWN, post_is_search=True)
def control_act(request: DoorRequest) -> HttpResponse:
    """Choose the caretaker whose pages the inspector wants to view, and redirect to the first page of this caretaker.

    Raises Http404 if the person is not a caretaker today. The audit log records the choice with the first page shown.
    """
    if request.method != "POST":
        return redirect("control_exhibit", number="E6")
    form = Caretaker(request.POST, access=request.access)
    if not form.is_valid():
        raise Http404
    return stand(redirect(PREFIX), request.access.person, form.cleaned_data["person"])


def caretaker_page(request: HttpRequest, page: str) -> HttpResponse:
    """Run the view at the path `page` as the chosen caretaker, with all access checks of that view.

    Django's script prefix is set to the URL prefix of these pages while the view runs. So the links on the page also
    open pages as the chosen caretaker.
    """
    shown_as = stands(request)
    if shown_as is None:
        return redirect("control_exhibit", number="E6")
    if not page:
        return redirect(f"{PREFIX.rstrip('/')}{reverse('buildings')}")
    match = resolve(f"/{page}", settings.ROOT_URLCONF)
    if not hasattr(match.func, "door") or match.func.door.api:
        raise Http404
    outside = get_script_prefix()
    request.shown_as, request.resolver_match = shown_as, match  # type: ignore[attr-defined]  # read by the door
    set_script_prefix(PREFIX)
    try:
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answer
    finally:
        set_script_prefix(outside)

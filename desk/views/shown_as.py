"""A caretaker's own pages, as an inspector is shown them: picked at one address, opened below another."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, resolve, reverse, set_script_prefix

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from access.shown_as import PREFIX, stand, stands
from audit import events
from desk.exhibits.caretaker import Caretaker


@door(Permission.CONTROL_ACT, records=events.FORM_SHOWN, searches=True, leads=True)
def control_act(request: DoorRequest) -> HttpResponse:
    """Picks whose pages they are. The first is recorded as it is shown; who is no caretaker today, as not found."""
    if request.method != "POST":
        return redirect("control_exhibit", number="E6")
    form = Caretaker(request.POST, look=request.look)
    if not form.is_valid():
        raise Http404
    return stand(redirect(PREFIX), request.look.person, form.cleaned_data["person"])


def caretaker_page(request: HttpRequest, page: str) -> HttpResponse:
    """Behind the door of the page that is named, as the caretaker; every link of it stays below this address."""
    shown_as = stands(request)
    if shown_as is None:
        return redirect("control_exhibit", number="E6")
    if not page:
        return redirect(f"{PREFIX.rstrip('/')}{reverse('buildings')}")
    found = resolve(f"/{page}", settings.ROOT_URLCONF)
    if not hasattr(found.func, "door") or found.func.door.api:
        raise Http404
    outside = get_script_prefix()
    request.shown_as, request.resolver_match = shown_as, found  # type: ignore[attr-defined]  # the door asks for it
    set_script_prefix(PREFIX)
    try:
        answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        return answer
    finally:
        set_script_prefix(outside)

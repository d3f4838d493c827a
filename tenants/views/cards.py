"""The resident's card: name, dwelling, contact, household, and sections added by other apps. It shows no account."""

from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from tenants.models import Residence
from tenants.queries import about_card


@door(Permission.CARD_VIEW, model=Residence, get_event=events.CARD_OPENED, from_standby=True)
def card(request: DoorRequest, residence: Residence) -> HttpResponse:
    if residence.moved_in > request.access.day or residence.moved_out:
        request.access.purpose = Purpose.MOVING
    return render(request, "tenants/card.html", about_card(request.access, residence))

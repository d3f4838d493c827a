"""The resident's card: name, dwelling, contact, household, and panels of other apps. It never shows an account."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.pages.panels import load_panels
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from buildings.models import Building, Unit
from tenants import facade
from tenants.models import HelpCode, Residence
from tenants.vocabulary import ON_THE_CARD

# The help codes shown on the card have an icon. Those that only rescuers need are not shown there.
ICONS = {
    "knock_loudly": "knock",
    "say_who": "knock",
    "stairs_help": "stairs",
    "call_before": "phone",
    "flash_or_text": "phone",
    "guide_arm": "people",
    "chosen_person": "people",
    "leave_written": "pen",
}


@door(Permission.CARD_VIEW, of=Residence, records=events.CARD_OPENED)
def card(request: DoorRequest, residence: Residence) -> HttpResponse:
    if residence.moved_in > request.look.day or residence.moved_out:
        request.look.purpose = Purpose.MOVING
    return render(request, "tenants/card.html", about_card(request.look, residence))


def about_card(look: Look, residence: Residence) -> dict[str, Any]:
    """The context of a card page, for whoever may open it."""
    codes = look.rows(HelpCode).filter(tenant=residence.tenant_id, code__in=ON_THE_CARD).in_force(look.day)
    return {
        "residence": residence,
        "tenant": residence.tenant,
        "day": look.day,
        "household": household(look, residence),
        "aids": [(ICONS.get(code.code, "check"), code) for code in codes.order_by("code")],
        "may_change_contact": look.may(Permission.CONTACT_CHANGE, residence.building_id),
        "panels": load_panels("card", look, residence),
        "may_note": look.may(Permission.CARD_FACTS, residence.building_id),
        "may_change_help": look.may(Permission.HELP_CHANGE, residence.building_id),
        **_place(look, residence),
    }


def household(look: Look, residence: Residence) -> Any:
    """The other people of the lease who live there or will soon. Each is recorded as shown."""
    others = look.rows(Residence).filter(lease=residence.lease_id, unit=residence.unit_id).exclude(pk=residence.pk)
    return others.exclude(moved_out__lt=look.day).order_by("name_key", "id")


def _place(look: Look, residence: Residence) -> dict[str, Any]:
    building = look.rows(Building).get(pk=residence.building_id)
    units = list(look.rows(Unit).filter(building=building).dwellings())
    return {
        "building": building,
        "drawing": facade.drawing(units, lit=residence.unit_id),
        "number": facade.numbers(units).get(residence.unit_id),
    }

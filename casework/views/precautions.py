"""The letter that informs a tenant of a precaution, in two languages, printed by the manager who decided it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Level, Place
from access.permissions import Permission
from access.reach import roles_at
from audit import events
from audit.events import Code
from buildings.models import Address, Building
from casework.facts import sentence
from casework.models import CardFact
from formats.language import LANGUAGES
from tenants.models import Residence


@door(Permission.PRECAUTION_TELL, model=Residence, get_event=events.FACT_LETTER_PRINTED)
def fact_letter(request: DoorRequest, residence: Residence, fact: UUID) -> HttpResponse:
    """Show the letter, to be printed, that informs a tenant of a precaution such as "visit in pairs".

    The letter says until when the precaution is recorded, who decided it, and how the tenant can contest it.
    Raises Http404 unless the person holds a role that may record this precaution.
    """
    access = request.access
    rows = access.rows(CardFact).filter(residence=residence.pk, pk=fact, code__precaution=True)
    precaution: CardFact | None = rows.in_force(access.day).first()
    if precaution is None or not precaution.code.writable_by(roles_at(access.person.pk, residence.building_id)):
        raise Http404
    access.note(fact=Code(precaution.code_id))
    sentences = []
    for language in LANGUAGES:
        with translation.override(language):
            sentences.append((language, sentence(precaution.code, precaution.fields, {})))
    building = access.rows(Building).get(pk=residence.building_id)
    context = {
        "residence": residence,
        "fact": precaution,
        "sentences": sentences,
        "day": access.day,
        "building": building,
        "address": access.rows(Address).filter(building=building).order_by("street", "number").first(),
        "agency": access.rows(Place).above(building.place).filter(level=Level.AGENCY).first(),
    }
    return render(request, "casework/fact_letter.html", context)

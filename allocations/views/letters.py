"""Letters to an applicant, each in two languages. Only an employee to whom the application is open can print them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from allocations.letters import LETTERS
from allocations.models import Applicant, Application, Tie
from audit import events
from audit.events import Code
from formats.language import LANGUAGES


@door(
    Permission.APPLICATION_VIEW,
    model=Application,
    get_event=events.APPLICANT_LETTER_PRINTED,
    select_related=("kept_at",),
)
def application_letter(request: DoorRequest, application: Application, letter: str) -> HttpResponse:
    """Display a letter for printing. Raises Http404 if this application does not get the letter."""
    access, template = request.access, LETTERS.get(letter)
    facts = template.facts(access, application) if template else None
    if template is None or facts is None:
        raise Http404
    access.note(letter=Code(template.code))
    context = {
        "application": application,
        "principal": access.rows(Applicant).get(application=application, tie=Tie.PRINCIPAL),
        "letter": template,
        "languages": LANGUAGES,
        **facts,
    }
    return render(request, "allocations/application_letter.html", context)

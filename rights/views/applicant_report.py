"""Page with the report for an applicant for housing, printed for the person at the desk."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from allocations.models import Applicant, Application
from audit import events
from formats.language import LANGUAGES
from rights.disclosure.applicants import applicant_report_of
from rights.disclosure.render import in_language, lines, look_columns, look_line, period, rights


@door(
    Permission.APPLICATION_VIEW,
    model=Application,
    get_event=events.APPLICANT_REPORT_SHOWN,
    select_related=("kept_at",),
)
def applicant_report(request: DoorRequest, application: Application) -> HttpResponse:
    with in_language(request.GET.get("langue", "")):
        report = applicant_report_of(request.access, application)
        source = _("Vous-même, le système national d’enregistrement des demandes, et les agents qui l’instruisent.")
        context: dict[str, Any] = {
            "application": application,
            "people": request.access.rows(Applicant).filter(application=application).order_by("tie", "id"),
            "parts": [(part, lines(part)) for part in report.parts],
            "purposes": report.purposes,
            "look_columns": look_columns(),
            "looks": [look_line(look) for look in report.looks],
            "period": period(),
            "rights": rights(source),
            "day": request.access.day,
            "languages": [language for language in LANGUAGES if language != translation.get_language()],
        }
        return render(request, "rights/applicant_report.html", context)

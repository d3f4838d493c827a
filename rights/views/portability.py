"""Files of the data that a person provided (GDPR article 20), for a tenant who made a request and for an applicant."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.permissions import Permission
from allocations.models import Applicant, Application, Tie
from audit import events
from audit.events import Code
from formats.spreadsheets import download
from rights.models import SubjectRequest
from rights.models.subject_request import Right
from rights.portability.applicants import portable_application
from rights.portability.tenants import PortableData, portable_data


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.PORTABLE_FILE_MADE,
    reauthenticate=True,
)
def portable_file(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    data = _prepared(request, subject_request, "json")
    return _json_file(data.as_json(_landlord(request), request.access.day))


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.PORTABLE_FILE_MADE,
    reauthenticate=True,
)
def portable_payments(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    header, rows = _prepared(request, subject_request, "csv").payment_table()
    return download("csv", _("paiements"), header, rows)


@door(
    Permission.APPLICATION_VIEW,
    model=Application,
    get_event=events.PORTABLE_FILE_MADE,
    select_related=("kept_at",),
)
def portable_applicant(request: DoorRequest, application: Application) -> HttpResponse:
    """File of one applicant: the query parameter `personne` is their id. By default, the principal applicant."""
    request.access.note(format=Code("json"))
    people = request.access.rows(Applicant).filter(application=application)
    wanted = request.GET.get("personne", "")
    person = next((row for row in people if wanted == str(row.pk) or (not wanted and row.tie == Tie.PRINCIPAL)), None)
    if person is None:
        raise Http404
    landlord, day = _landlord(request), request.access.day
    return _json_file(portable_application(request.access, application, person, landlord, day))


def _prepared(request: DoorRequest, subject_request: SubjectRequest, form: str) -> PortableData:
    """Return the data of a portability request. Raises Http404 unless the current user is preparing its file."""
    data = portable_data(request.access, subject_request) if subject_request.kind == Right.PORTABILITY else None
    if data is None:
        raise Http404
    request.access.note(format=Code(form))
    return data


def _landlord(request: DoorRequest) -> str:
    return str(request.access.rows(Place).get(parent=None).name)


def _json_file(content: dict[str, Any]) -> HttpResponse:
    """Return a response that downloads a JSON file. The file's name does not disclose whose data the file contains."""
    answer = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{_("donnees")}.json"'
    return answer

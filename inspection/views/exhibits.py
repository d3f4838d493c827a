"""Pages of an inspector: the list of exhibits, and each exhibit as a page or as a signed file."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Person
from access.permissions import Permission
from access.roles import INSPECTOR
from audit import events
from audit.events import Code
from inspection.exhibits.catalogue import CATALOGUE, exhibit
from inspection.exhibits.files import archive, file_name
from inspection.exhibits.paper import pdf_bytes
from inspection.exhibits.question import FORMATS, Question
from inspection.exhibits.shape import Exhibit, displayed

ON_A_PAGE = 200  # ON_A_PAGE: maximum number of rows of a table on a page; CSV and JSON files have all rows


@door(Permission.CONTROL_READ, get_event=events.CONTROL_SHOWN)
def control(request: DoorRequest) -> HttpResponse:
    mine = request.access.rows(Assignment).filter(person=request.access.person, role=INSPECTOR.code)
    until = max((row.until for row in mine.in_force(request.access.day)), default=None)
    return render(request, "inspection/control.html", {"entries": CATALOGUE.values(), "until": until})


@door(Permission.CONTROL_READ, get_event=events.FORM_SHOWN, post_is_search=True)
@sensitive_post_parameters()
@sensitive_variables("question", "made")
def control_exhibit(request: DoorRequest, number: str) -> HttpResponse:
    """Show one exhibit on a page, or return it as a file.

    The form's inputs and the format are sent by POST. An exhibit without inputs is shown on GET.
    """
    entry = CATALOGUE.get(number)
    if entry is None:
        raise Http404
    access = request.access
    question = entry.question(request.POST if request.method == "POST" else None, access=access)
    if not question.asks and not question.is_bound:
        question = entry.question({}, access=access)
    made = exhibit(access, entry, question) if question.is_valid() else None
    if made is None:
        return render(request, "inspection/control_exhibit.html", {"entry": entry, "form": question})
    kind = question.cleaned_data["format"]
    access.note(events.EXHIBIT_SHOWN, exhibit=Code(number), format=Code(kind or "page"), count=made.lines)
    if not kind:
        return _page(request, made, {"entry": entry}, question)
    body, media, name = (
        (pdf_bytes(made), "application/pdf", f"{file_name(made)}.pdf")
        if kind == "pdf"
        else (archive(made, kind), "application/zip", f"{file_name(made)}-{kind}.zip")
    )
    return HttpResponse(body, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(request: DoorRequest, made: Exhibit, page: dict[str, object], question: Question) -> HttpResponse:
    tables = [
        (
            table,
            [
                [(name, displayed(cell)) for name, cell in zip(table.columns, row, strict=True)]
                for row in table.rows[:ON_A_PAGE]
            ],
        )
        for table in made.tables
    ]
    page |= {"form": question, "made": made, "tables": tables, "most": ON_A_PAGE, "kinds": FORMATS}
    # The page of an exhibit links the name of each employee in the exhibit to exhibit E9 about this employee.
    # Exhibit E9 about an employee must not link to itself, so the name of this employee is no link.
    named = {key for table in made.tables for key in table.people}
    subject = question.cleaned_data.get("person") if made.number == "E9" else None
    agents = request.access.rows(Person).filter(pk__in=named - {subject and subject.pk})
    page["agents"] = list(agents.order_by("name", "email"))
    if made.number == "E6":
        page["start"] = question.cleaned_data["person"]
    if made.number == "E22" and "release" not in request.access.facts:
        page["copy_of"] = question.cleaned_data["reference"]
    return render(request, "inspection/control_exhibit.html", page)

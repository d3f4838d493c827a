"""Pages for steering: legal quotas, fairness audit, yearly report and exports to the national register. All pages
display counts, and none displays an application."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from allocations.rules.open_points import OPEN_POINTS, OUTSIDE_FLOW
from allocations.rules.quotas import FIRST_QUARTILE, OTHER_QUARTILES, PRIORITY, quota_of
from allocations.rules.rows import Rows
from allocations.steering.fairness import rates_of_year, told_years
from allocations.steering.quotas import quota_source, quotas_of_year
from allocations.steering.registry import MOST_RUNS, last_runs, rows_to_send
from allocations.steering.report import file_rows, report_of_year
from audit import events
from audit.events import Code
from formats.spreadsheets import sheet


def _wanted(request: DoorRequest, years: list[int]) -> int:
    """Return the year in the URL parameter `annee` if its data may be read, otherwise the latest year."""
    return next((year for year in years if str(year) == request.GET.get("annee", "")), years[0])


@door(Permission.QUOTAS_READ, get_event=events.STEERING_SHOWN)
def quotas(request: DoorRequest) -> HttpResponse:
    access = request.access
    years = [access.day.year, *told_years()]
    measured = quotas_of_year(access, _wanted(request, years))
    rows = Rows()
    laws = [quota_of(code, 0, 0, rows) for code in (FIRST_QUARTILE, OTHER_QUARTILES, PRIORITY)]
    context = {
        "years": years,
        "quotas": measured,
        "laws": [(law, quota_source(law.source)) for law in laws],
        "missing": measured.missing if measured.quartile_unknown or measured.year == access.day.year else [],
        "open_point": OPEN_POINTS.label(OUTSIDE_FLOW),
        "is_over": measured.year < access.day.year,
        "day": access.day,
    }
    return render(request, "allocations/quotas.html", context)


@door(Permission.QUOTAS_READ, get_event=events.STEERING_SHOWN)
def fairness(request: DoorRequest) -> HttpResponse:
    return _fairness(request)


@door(Permission.FAIRNESS_READ, get_event=events.STEERING_SHOWN)
def fairness_review(request: DoorRequest) -> HttpResponse:
    """Display to the data protection officer the same fairness audit that the manager reads."""
    return _fairness(request)


def _fairness(request: DoorRequest) -> HttpResponse:
    years = told_years()
    year = _wanted(request, years) if years else None
    steers = request.access.permission is Permission.QUOTAS_READ
    context = {"years": years, "year": year, "rates": rates_of_year(year) if year else [], "steers": steers}
    return render(request, "allocations/fairness.html", context)


@door(Permission.QUOTAS_READ, get_event=events.STEERING_SHOWN)
def allocation_report(request: DoorRequest, year: int) -> HttpResponse:
    years = told_years()
    if year not in years:
        raise Http404
    context = {"years": years, "report": report_of_year(request.access, year), "day": request.access.day}
    return render(request, "allocations/allocation_report.html", context)


@door(Permission.QUOTAS_READ, get_event=events.EXPORT_TAKEN)
def allocation_report_file(request: DoorRequest, year: int) -> HttpResponse:
    if year not in told_years():
        raise Http404
    rows = file_rows(report_of_year(request.access, year))
    request.access.note(format=Code("csv"), count=len(rows))
    name = _("bilan-attributions-%(year)s") % {"year": year}
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    body = sheet([_("Tableau"), _("Ligne"), _("Nombre")], rows)
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@door(Permission.QUOTAS_READ, get_event=events.STEERING_SHOWN)
def registry_runs(request: DoorRequest) -> HttpResponse:
    """Display how many rows were exported to the national register and how many wait, without the content of any
    row."""
    year = next(iter(told_years()), None)
    context = {
        "runs": last_runs(request.access),
        "most": MOST_RUNS,
        "waiting": rows_to_send(),
        "recipient": settings.REGISTRY_RECIPIENT,
        "year": year,
    }
    return render(request, "allocations/registry_runs.html", context)

"""The yearly report on allocations, as a page and as a CSV file."""

from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from allocations.models import Answer, DecisionKind
from allocations.rules.motives import MOTIVES
from allocations.steering.fairness import group_label
from allocations.steering.quotas import YearQuotas, quota_titles, quotas_of_year
from buildings.models.terms import Financing

PARTS: dict[str, tuple[Promise, Promise]] = {
    "holder": (_("Baux signés par réservataire"), _("Réservataire")),
    "financing": (_("Baux signés par financement"), _("Financement")),
    "decision": (_("Décisions de la commission, avec leur motif"), _("Décision")),
    "answer": (_("Réponses aux propositions"), _("Réponse")),
}


@dataclass(frozen=True)
class ReportLine:
    """A line of the report. `labels` has several labels if the database merged small groups."""

    labels: tuple[str, ...]
    times: int


@dataclass(frozen=True)
class ReportPart:
    title: str
    column: str
    lines: list[ReportLine]

    @property
    def total(self) -> int:
        return sum(line.times for line in self.lines)


@dataclass(frozen=True)
class Report:
    year: int
    parts: list[ReportPart]
    median_wait: int | None
    quotas: YearQuotas


def report_of_year(access: AccessContext, year: int) -> Report:
    """Return the report on a past year. A part that concerns fewer than five persons has no lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT part, groups, times FROM allocations_report(%s)", [year])
        rows = cursor.fetchall()
        cursor.execute("SELECT allocations_median_wait(%s)", [year])
        (median_wait,) = cursor.fetchone()
    parts = [
        ReportPart(
            str(title),
            str(column),
            [
                ReportLine(tuple(_label(code, group) for group in groups), times)
                for part, groups, times in sorted(rows)
                if part == code
            ],
        )
        for code, (title, column) in PARTS.items()
    ]
    return Report(year, parts, median_wait, quotas_of_year(access, year))


def _label(part: str, group: str) -> str:
    if part == "financing":
        return str(Financing(group).label)
    if part == "answer":
        return str(Answer(group).label)
    if part == "decision":
        kind, _space, motive = group.partition(" ")
        label = str(DecisionKind(kind).label)
        return gettext("%(decision)s : %(motive)s") % {"decision": label, "motive": _lower(motive)} if motive else label
    return group_label("holder", group)


def _lower(motive: str) -> str:
    label = MOTIVES.label(motive)
    return label[:1].lower() + label[1:]


def file_rows(report: Report) -> list[list[object]]:
    """Return the rows of the CSV file. Each row has one of the numbers that the page displays."""
    rows: list[list[object]] = [
        [part.title, ", ".join(line.labels), line.times] for part in report.parts for line in part.lines
    ]
    if report.median_wait is not None:
        rows.append([gettext("Attente médiane, en mois"), "", report.median_wait])
    for quota, title in quota_titles(report.quotas):
        rows += [
            [title, gettext("baux signés"), quota.low.total],
            [title, gettext("au moins"), quota.low.count],
            [title, gettext("au plus"), quota.high.count],
        ]
    return rows

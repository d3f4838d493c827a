"""Reads housing applications from Loge's own CSV format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allocations.models.application import MOST_ROOMS
from allocations.models.household import MemberTie, Tie
from allocations.records import ApplicantRecord, ApplicationRecord, IncomeRecord, MemberRecord
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.report import CSV_FILE, Report
from exchange.portfolio.reader import Source, Step, rows, shape_of

Row = Mapping[str, Any]
PAST_DAYS = ("depot", "renouvellement")


@dataclass
class _Household:
    """Consecutive CSV lines with the same application number.

    `complete` is False if a line among or next to them was refused: a person of the household may then be missing.
    """

    number: str
    line: int
    complete: bool
    lines: list[Row] = field(default_factory=list)


def read_csv(source: Source, report: Report, today: date, step: Step) -> Iterator[ApplicationRecord]:
    """Yield the applications of a CSV file. The errors of refused lines are added to `report`.

    Raises Unreadable if the whole file is refused.
    """
    shape, numbers = shape_of(source, APPLICATIONS), set[str]()
    report.rejects.know_columns(APPLICATIONS.file, APPLICATIONS.columns, shape.places)
    household: _Household | None = None
    errors = 0
    for line, *values in rows(source, APPLICATIONS, shape, report.rejects, step):
        row = dict(zip(APPLICATIONS.names, values, strict=True))
        complete = len(report.rejects.listed) == errors
        _check_days(line, row, report, today)
        number = row["demande"]
        if household is None or household.number != number:
            if household and (record := _close(household, report, complete)):
                yield record
            if number in numbers:
                report.rejects.add(CSV_FILE, line, "demande", "not_together")
            numbers.add(number)
            household = _Household(number, line, complete)
        household.complete = household.complete and complete
        household.lines.append(row)
        errors = len(report.rejects.listed)
    if household and (record := _close(household, report, len(report.rejects.listed) == errors)):
        yield record


def _check_days(line: int, row: Row, report: Report, today: date) -> None:
    names = PAST_DAYS if row["lien"] == MemberTie.EXPECTED_CHILD else ("naissance", *PAST_DAYS)
    for name in names:
        if row[name] and row[name] > today:
            report.rejects.add(CSV_FILE, line, name, "future")


def _close(household: _Household, report: Report, complete: bool) -> ApplicationRecord | None:
    """Build an application from the lines of its household. Returns None unless exactly one line is the main
    applicant's."""
    principals = [row for row in household.lines if row["lien"] == Tie.PRINCIPAL]
    if len(principals) == 1:
        return _record(principals[0], household.lines)
    if principals:
        report.rejects.add(CSV_FILE, household.line, "lien", "two_principals")
    elif household.complete and complete:
        report.rejects.add(CSV_FILE, household.line, "lien", "no_principal")
    return None


def _record(principal: Row, lines: list[Row]) -> ApplicationRecord:
    ties = [row["lien"] for row in lines]
    low, high = principal["pieces_min"], principal["pieces_max"]
    years = [(principal[f"annee_{rank}"], principal[f"revenu_{rank}"]) for rank in ("1", "2")]
    return ApplicationRecord(
        number=principal["demande"],
        filed_on=principal["depot"],
        applicants=tuple(_applicant(row) for row, tie in zip(lines, ties, strict=True) if tie in Tie.values),
        members=tuple(_member(row) for row, tie in zip(lines, ties, strict=True) if tie not in Tie.values),
        incomes=tuple(IncomeRecord(year, cents) for year, cents in years if year is not None),
        housing=principal["logement_actuel"],
        rooms=(low or 1, high or MOST_ROOMS) if low or high else None,
        street=principal["voie"],
        postcode=principal["code_postal"],
        city=principal["commune"],
        renewed_on=principal["renouvellement"],
        equipment=frozenset(principal["equipements"].split()),
    )


def _applicant(row: Row) -> ApplicantRecord:
    return ApplicantRecord(
        row["lien"],
        row["nom"],
        row["prenom"],
        row["naissance"],
        row["telephone"],
        row["courriel"],
        row["cmi"],
    )


def _member(row: Row) -> MemberRecord:
    return MemberRecord(row["lien"], row["naissance"], row["garde"], row["avis_commun"], row["cmi"])

"""Reads a file of housing applications: the national register's XML or Loge's own CSV. One error refuses the whole
file."""

from collections.abc import Iterator
from datetime import date

from allocations.records import ApplicationRecord
from exchange.applications.csv_file import read_csv
from exchange.applications.national_register import read_register
from exchange.applications.report import CSV_FILE, REGISTER_FILE, RefusedFile, Report
from exchange.portfolio.reader import Source, Step
from exchange.portfolio.reasons import Unreadable

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def is_xml(source: Source) -> bool:
    """Whether a file is XML: its first character is "<", after an optional byte order mark and spaces."""
    with source.open("rb") as file:
        start = file.read(256)
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip().startswith(b"<")


def read_applications(
    source: Source, *, today: date, report: Report, step: Step = lambda _n: None
) -> Iterator[ApplicationRecord]:
    """Yield the applications of a file one by one, with only one in memory at a time. `report` is filled meanwhile.

    Raises RefusedFile at the end of a file that has an error, after yielding the applications before the error. Store
    them in a transaction that the exception rolls back. Calls `step` with the number of bytes read since the last call.
    """
    xml = is_xml(source)
    records = (read_register if xml else read_csv)(source, report, today, step)
    try:
        for record in records:
            if not report.rejects.listed:
                report.add(record, today)
                yield record
    except Unreadable as error:
        report.rejects.add(REGISTER_FILE if xml else CSV_FILE, error.line, error.column, error.reason)
    if report.rejects.listed:
        raise RefusedFile(report)


def check_file(source: Source, *, today: date, step: Step = lambda _n: None) -> Report:
    """Check a whole file without storing its applications. Returns a report with errors and counts."""
    report = Report()
    try:
        for _record in read_applications(source, today=today, report=report, step=step):
            pass
    except RefusedFile:
        pass
    return report

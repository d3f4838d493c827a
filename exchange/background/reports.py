"""The result of an import as JSON, and back. It contains numbers, codes and the places of errors, but no cell."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.dropped import Dropped
from exchange.applications.importing import Imported as ImportedApplications
from exchange.models import ImportKind, ImportRun
from exchange.portfolio import telling
from exchange.portfolio.importing import Imported as ImportedPortfolio
from exchange.portfolio.reasons import SAYING_WHAT_IS_ACCEPTED, Reject, Rejects
from exchange.portfolio.sheet import Column
from exchange.portfolio.sheets import SHEETS

_COLUMNS: dict[tuple[str, str], Column] = {
    (sheet.file, column.name): column for sheet in (*SHEETS, APPLICATIONS) for column in sheet.columns
}
_DROPPED = ("elements", "codes", "unusable", "others")


def encode_portfolio(done: ImportedPortfolio) -> dict[str, Any]:
    return {"lines": done.lines, "counts": dict(done.counts), "rejects": _encode_rejects(done.rejects)}


def encode_applications(done: ImportedApplications) -> dict[str, Any]:
    return {
        "counts": dict(done.counts),
        "dropped": {name: dict(getattr(done.report.dropped, name)) for name in _DROPPED},
        "rejects": _encode_rejects(done.report.rejects),
    }


@dataclass
class StoredReport:
    """The result of an import, for its page. `sums` and `dropped` are pairs of a text in the current language and a
    number, `lines` pairs of a file and its number of valid lines."""

    rejects: Rejects = field(default_factory=Rejects)
    sums: list[tuple[str, int]] = field(default_factory=list)
    lines: list[tuple[str, int]] = field(default_factory=list)
    dropped: list[tuple[str, int]] = field(default_factory=list)
    changes: bool = False


def decode(run: ImportRun) -> StoredReport:
    report, counts = run.report, Counter[str](run.report.get("counts", {}))
    rejects = Rejects(listed=[decode_reject(row) for row in report.get("rejects", [])])
    if run.kind == ImportKind.APPLICATIONS:
        done = ImportedApplications(run.dry, counts=counts)
        dropped = Dropped(**{name: Counter(report.get("dropped", {}).get(name, {})) for name in _DROPPED})
        return StoredReport(rejects, done.sums(), [], dropped.lines(), done.changes)
    lines = report.get("lines", {})
    portfolio = ImportedPortfolio(run.dry, lines, counts)
    return StoredReport(rejects, telling.sums(portfolio), list(lines.items()), [], portfolio.anything)


def _encode_rejects(rejects: Rejects) -> list[list[str | int]]:
    return [[row.file, row.line, row.column, row.reason, row.application, row.letter] for row in rejects.listed]


def decode_reject(row: list[Any]) -> Reject:
    file, line, name, reason, application, letter = row
    column = _COLUMNS.get((file, name)) if reason in SAYING_WHAT_IS_ACCEPTED else None
    if column is None:
        return Reject(file, line, name, reason, application, letter)
    return Reject(file, line, name, reason, application, letter, column.kind.admits, column.kind.listed)

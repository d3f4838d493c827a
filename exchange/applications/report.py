"""The result of reading a file of housing applications: errors, dropped values, number of valid applications."""

from dataclasses import dataclass, field
from datetime import date

from allocations.records import ApplicationRecord
from exchange.applications.dropped import OTHER_YEARS, Dropped
from exchange.portfolio.reasons import Rejects

# Reports use these names for the two kinds of file, because the name of an uploaded file may name a person.
REGISTER_FILE = "demandes.xml"
CSV_FILE = "demandes.csv"


@dataclass
class Report:
    """Collects errors and counts while a file is read. `file_date` is the date in the header of the national register's
    file; a CSV file has none."""

    rejects: Rejects = field(default_factory=Rejects)
    dropped: Dropped = field(default_factory=Dropped)
    applications: int = 0
    file_date: date | None = None

    def add(self, record: ApplicationRecord, today: date) -> None:
        """Count a valid application. Also count its incomes of other years than the last two, because Loge does not
        store them."""
        self.applications += 1
        for income in record.incomes:
            if today.year - income.year not in (1, 2):
                self.dropped.others[OTHER_YEARS] += 1


class RefusedFile(Exception):
    """Raised at the end of a file that has an error. `report` lists the errors. The caller must roll back its
    transaction."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.rejects.listed)} errors")
        self.report = report

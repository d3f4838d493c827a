"""What reading a file of applications reports: errors, counts of dropped values, the number of valid applications."""

from dataclasses import dataclass, field
from datetime import date

from allocations.records import ApplicationRecord
from exchange.applications.dropped import OTHER_YEARS, Dropped
from exchange.portfolio.reasons import Rejects

# Reports call a file by these names, because the name that somebody gave it may name a person.
REGISTER_FILE = "demandes.xml"
CSV_FILE = "demandes.csv"


@dataclass
class Report:
    """`file_date`: the day that the register's file bears. A CSV file has none."""

    rejects: Rejects = field(default_factory=Rejects)
    dropped: Dropped = field(default_factory=Dropped)
    applications: int = 0
    file_date: date | None = None

    def add(self, record: ApplicationRecord, today: date) -> None:
        """Count a valid application, and its incomes that are not stored: only those of the last two years are."""
        self.applications += 1
        for income in record.incomes:
            if today.year - income.year not in (1, 2):
                self.dropped.others[OTHER_YEARS] += 1


class RefusedFile(Exception):
    """Raised at the end of a file with an error. `report` has all errors; the caller must roll back."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.rejects.listed)} errors")
        self.report = report

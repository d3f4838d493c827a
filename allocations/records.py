"""One housing application as a form, a CSV file or the national register's XML delivers it, before it is stored.

A record has no field for a social security number, a nationality, a profession, an employer or free text: who reads a
file drops these values and counts them. None means that a file does not say: what is stored then stays.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ApplicantRecord:
    """Person who applies and would sign the lease. `tie` is a code of `Tie`; exactly one applicant is "principal"."""

    tie: str
    last_name: str
    first_name: str
    birth_date: date
    phone: str = ""
    email: str = ""
    cmi: bool | None = False


@dataclass(frozen=True)
class MemberRecord:
    """Other person of the household. `custody` is empty, "full", "alternate" or "visit". Members have no name.

    A child to be born has the tie "expected_child", and the expected day as `birth_date`.
    """

    tie: str
    birth_date: date
    custody: str = ""
    on_tax_notice: bool | None = False
    cmi: bool | None = False


@dataclass(frozen=True)
class IncomeRecord:
    """Declared reference tax income (revenu fiscal de référence) of the whole household for one year, in cents."""

    year: int
    rfr_cents: int


@dataclass(frozen=True)
class ApplicationRecord:
    """`number`: national application number. `housing`: code of CURRENT_HOUSING, or empty if unknown. `rooms`: wanted
    numbers of rooms, as an inclusive range, or None. `street`, `postcode` and `city` are the postal address."""

    number: str
    filed_on: date
    applicants: tuple[ApplicantRecord, ...]
    members: tuple[MemberRecord, ...] = ()
    incomes: tuple[IncomeRecord, ...] = ()
    housing: str = ""
    rooms: tuple[int, int] | None = None
    street: str = ""
    postcode: str = ""
    city: str = ""
    renewed_on: date | None = None
    equipment: frozenset[str] | None = frozenset()

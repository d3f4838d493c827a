"""A housing application as a form, a CSV file or the national register's XML provides it, before it is stored.

A record has no field for social security number, nationality, profession, employer or free text: the readers of files
discard and count these values. A field is None if the file has no value; the stored value then does not change.
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
    """A person of the household who does not apply; stored without a name. `custody` is empty, "full", "alternate" or
    "visit".

    An expected child has the tie "expected_child" and the expected day as `birth_date`.
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
    """A housing application. `number` is the national application number, `housing` a code of CURRENT_HOUSING or empty,
    and `rooms` the wanted number of rooms as an inclusive range, or None. `street`, `postcode` and `city` are the
    postal address."""

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

"""The data that an applicant stated in an application for housing, for that applicant alone.

Other applicants and members of the household are listed by their tie only. The income is included if nobody else
applied, because otherwise it is also the income of another applicant.
"""

from datetime import date
from typing import Any

from access.guard.context import AccessContext
from allocations.models import Applicant, Application, HouseholdMember, Income
from rights.portability.tenants import FORMAT


def portable_application(
    access: AccessContext, application: Application, person: Applicant, landlord: str, day: date
) -> dict[str, Any]:
    """Return the file of one applicant of an application that is open to the current user."""
    applicants = list(access.rows(Applicant).filter(application=application).order_by("tie", "id"))
    members = access.rows(HouseholdMember).filter(application=application).order_by("birth_date", "id")
    rows = access.rows(Income).filter(application=application).order_by("year", "signing_year", "id")
    incomes = [{"year": income.year, "amount_cents": income.rfr_cents} for income in rows]
    others = [applicant.tie for applicant in applicants if applicant.pk != person.pk]
    return {
        "format": FORMAT,
        "subject": "applicant",
        "landlord": landlord,
        "made_on": day.isoformat(),
        "identity": {
            "tie": person.tie,
            "last_name": person.last_name,
            "first_name": person.first_name,
            "birth_date": person.birth_date.isoformat(),
            "mobility_card": person.cmi,
        },
        "contact": {
            "phone": person.phone,
            "email": person.email,
            "street": person.street,
            "postcode": person.postcode,
            "city": person.city,
        },
        "application": {
            "number": application.number,
            "filed_on": application.filed_on.isoformat(),
            "current_housing": application.housing,
            "rooms_from": application.rooms_from,
            "rooms_to": application.rooms_to,
            "equipment": list(application.equipment),
        },
        "household": [*others, *(member.tie for member in members)],
        "incomes": incomes if len(applicants) == 1 else [],
    }

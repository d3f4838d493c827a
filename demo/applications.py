"""Creates the demonstration's invented housing applications. Most are imported; agencies registered the others."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from random import Random

from access.models import Place
from allocations.actions.intake import import_applications
from allocations.models import Applicant, Application, ClosingWarning, HouseholdMember, Income, LegalFigure
from allocations.models import SupportingDocument as Document
from allocations.records import ApplicantRecord, ApplicationRecord, IncomeRecord, MemberRecord
from allocations.vocabulary import CURRENT_HOUSING, EQUIPMENT
from demo.populate.households import PHONE
from demo.populate.names import Names
from demo.populate.numbers import Numbers
from demo.tree import LANDLORD, Landlord
from formats.bulk_copy import JOBS

FROM_FILE, AT_DESKS = 320, 80
OFFICERS = {"Agence Belleville": "Aline Perrin", "Agence Bercy": "Basile Comte", "Agence Gobelins": "Nour Haddad"}
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
# TASKS gives, in turn, the pending task of each application registered at an agency. None means no pending task.
TASKS = cycle(("certificate", None, "reminder", "documents", None, None, "delivery", "closing", None, "not_renewed"))
FIGURES = {"application_validity_months": (12, "code", "R441-2-7"), "document_delay_days": (30, "board", "2025-12")}
CHILDREN = ((0, 9), (1, 5), (2, 4), (3, 2))


@dataclass
class Desk:
    """Collects the rows of applications that the landlord's agencies registered, until `save` stores them."""

    today: date
    applications: list[Application] = field(default_factory=list)
    people: list[Applicant | HouseholdMember] = field(default_factory=list)
    incomes: list[Income] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    warnings: list[ClosingWarning] = field(default_factory=list)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def add(self, entry: ApplicationRecord, place: str, officer: str, task: str | None) -> None:
        """Add the rows of an application, with dates that make `task` pending. `place` is the agency's id, and
        `officer` the id of the employee who registered the application."""
        shift = {"reminder": 330, "not_renewed": 370}.get(task or "", 150)
        application = Application(
            number=entry.number,
            kept_at_id=place,
            filed_on=self.ago(shift),
            renew_by=self.ago(shift - 365),
            certified_on=None if task == "certificate" else self.ago(shift - 10),
            housing=entry.housing,
            equipment=sorted(entry.equipment or ()),
            registered_on=self.ago(shift),
            registered_by_id=officer,
            state="under_review",
        )
        application.rooms_from, application.rooms_to = entry.rooms or (None, None)
        self.applications.append(application)
        self._add_people(application, entry)
        for income in entry.incomes:
            basis = "n2" if self.today.year - income.year == 2 else "n1"
            year = {"signing_year": self.today.year, "year": income.year, "basis": basis}
            self.incomes.append(Income(application=application, rfr_cents=income.rfr_cents, **year))
        request = {"asked_on": self.ago(60), "asked_by_id": officer, "due_on": self.ago(30)}
        if task == "documents":
            self.documents.append(Document(application=application, kind="current_housing", **request))
        else:
            checked = {"seen_on": self.ago(40), "seen_by_id": officer, "valid_until": self.ago(-900)}
            self.documents.append(Document(application=application, kind="identity", **request, **checked))
        if task in {"delivery", "closing"}:
            delivered = {"delivery": "received", "delivered_on": self.ago(40)} if task == "closing" else {}
            sent = {"motive": "no_answer", "sent_on": self.ago(45), "sent_by_id": officer}
            self.warnings.append(ClosingWarning(application=application, **sent, **delivered))

    def _add_people(self, application: Application, entry: ApplicationRecord) -> None:
        for person in entry.applicants:
            at = (entry.street, entry.postcode, entry.city) if person.tie == "principal" else ("", "", "")
            street, postcode, city = at
            names = {"last_name": person.last_name, "first_name": person.first_name, "birth_date": person.birth_date}
            applicant = Applicant(application=application, tie=person.tie, phone=person.phone, **names)
            applicant.street, applicant.postcode, applicant.city = street, postcode, city
            self.people.append(applicant)
        for member in entry.members:
            self.people.append(
                HouseholdMember(
                    application=application,
                    tie=member.tie,
                    birth_date=member.birth_date,
                    custody=member.custody,
                    on_tax_notice=bool(member.on_tax_notice),
                )
            )

    def save(self) -> None:
        for rows in (self.applications, self.people, self.incomes, self.documents, self.warnings):
            for row in rows:
                row.save(using=JOBS, force_insert=True)


def draw_application(numbers: Numbers, names: Names, today: date, postcode: str, serial: int) -> ApplicationRecord:
    rng = numbers.rng
    filed = today - timedelta(days=rng.randrange(30, 1500))
    family = names.family(rng)
    principal = names.person(rng, family)
    applicants = [_applicant(rng, today, "principal", principal.last, principal.first)]
    if rng.random() < 0.45:
        other = names.person(rng, family)
        applicants.append(_applicant(rng, today, "spouse", other.last, other.first))
    children = rng.choices([n for n, _weight in CHILDREN], [weight for _n, weight in CHILDREN])[0]
    members = tuple(_child(rng, today) for _child_number in range(children))
    rooms = min(5, 1 + len(applicants) // 2 + children)
    income = rng.randrange(9_000, 52_000) * 100
    later = income * rng.randrange(80, 112) // 100
    signs = "".join(rng.choices(SIGNS, k=5))
    return ApplicationRecord(
        number=f"075{filed:%m%y}{serial:06}{signs}",
        filed_on=filed,
        renewed_on=today - timedelta(days=rng.randrange(1, 300)),
        applicants=tuple(applicants),
        members=members,
        incomes=(IncomeRecord(today.year - 2, income), IncomeRecord(today.year - 1, later)),
        housing=rng.choice(list(CURRENT_HOUSING.terms)),
        rooms=(rooms, min(6, rooms + 1)),
        street=f"{rng.randrange(1, 120)} {names.street(rng)}",
        postcode=postcode,
        city="Paris",
        equipment=frozenset(rng.sample(list(EQUIPMENT.terms), 1)) if rng.random() < 0.08 else frozenset(),
    )


def _applicant(rng: Random, today: date, tie: str, last: str, first: str) -> ApplicantRecord:
    born = today - timedelta(days=rng.randrange(20 * 365, 78 * 365))
    return ApplicantRecord(tie, last, first, born, phone=PHONE.format(rng.randrange(10_000)))


def _child(rng: Random, today: date) -> MemberRecord:
    custody = rng.choices(("full", "alternate", "visit"), (8, 2, 1))[0]
    born = today - timedelta(days=rng.randrange(100, 17 * 365))
    return MemberRecord("child", born, custody, on_tax_notice=custody == "full")


def enter_figures(figures: dict[str, tuple[int, str, str]], today: date) -> None:
    """Store legal figures (limits and delays from laws or the landlord's rules), in force since last year.

    `figures` maps the code of a figure to its value, the kind of its source, and the source's number.
    """
    for code, (value, kind, number) in figures.items():
        LegalFigure.objects.using(JOBS).create(
            code=code,
            value=value,
            source_kind=kind,
            source_number=number,
            source_date=date(today.year - 1, 1, 15),
            first_day=date(today.year - 1, 2, 1),
            entered_on=today,
        )


def add_applications(
    landlord: Landlord, people: dict[str, str], numbers: Numbers, names: Names, today: date
) -> list[Application]:
    """Store the legal figures, import invented applications, and add those that the three agencies registered. Return
    the applications that the agencies registered."""
    enter_figures(FIGURES, today)
    postcodes = dict(iter(LANDLORD))
    offices = list(postcodes)
    for first, agency in enumerate(offices):
        drawn = [
            draw_application(numbers, names, today, postcodes[agency], serial)
            for serial in range(first, FROM_FILE, len(offices))
        ]
        place = Place.objects.using(JOBS).get(pk=landlord.places[agency])
        import_applications(by="demo", records=drawn, kept_at=place, using=JOBS)
    desk = Desk(today)
    for serial, agency in zip(range(FROM_FILE, FROM_FILE + AT_DESKS), cycle(offices), strict=False):
        entry = draw_application(numbers, names, today, postcodes[agency], serial)
        desk.add(entry, landlord.places[agency], people[OFFICERS[agency]], next(TASKS))
    desk.save()
    return desk.applications

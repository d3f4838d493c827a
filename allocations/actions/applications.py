"""Actions that register a housing application and update it: contact, household, wishes, certificate, renewal."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing, change
from access.models import Person, Place
from access.reach import today
from allocations.models import Applicant, Application, HouseholdMember, OccasionReason, Tie
from allocations.models.figure import figure
from allocations.queries import renewed_until
from allocations.records import ApplicantRecord, ApplicationRecord, MemberRecord
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from formats.months import months_after
from formats.telephone import validate_phone
from privacy.screened import named, require_allowed_address

OLDEST = date(1900, 1, 1)


@sensitive_variables("entry")
@all_or_nothing()
def take_application(
    *, by: Person, entry: ApplicationRecord, kept_at: Place, context: Context = NOWHERE
) -> Application:
    """Register a housing application, and open it until midnight for the employee who registers it.

    `entry.number` is empty if the national register has not yet given a number. Raises ValidationError for invalid
    data.
    """
    if entry.filed_on > today():
        raise ValidationError({"filed_on": _("La date de dépôt est dans le futur.")})
    months = figure("application_validity_months", today())
    rooms = entry.rooms or (None, None)
    application = Application(
        number=entry.number or None,
        kept_at=kept_at,
        filed_on=entry.filed_on,
        renew_by=months_after(entry.renewed_on or entry.filed_on, months),
        housing=entry.housing,
        rooms_from=rooms[0],
        rooms_to=rooms[1],
        equipment=sorted(entry.equipment or ()),
        registered_by=by,
        registered_on=today(),
    )
    application.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_open_taken(%s)", [application.pk])
    for applicant in entry.applicants:
        _save_applicant(application, applicant, entry if applicant.tie == Tie.PRINCIPAL else None)
    for member in entry.members:
        _save_member(application, member)
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_TAKEN, by=by, about=about, place=place, context=context)
    opened = Code(OccasionReason.TAKEN)
    record(events.OCCASION_OPENED, by=by, about=about, place=place, context=context, reason=opened)
    return application


def _save_applicant(application: Application, entry: ApplicantRecord, at: ApplicationRecord | None) -> None:
    applicant = Applicant(application=application, tie=entry.tie, cmi=bool(entry.cmi))
    _fill(applicant, entry, (at.street, at.postcode, at.city) if at else ("", "", ""))
    applicant.save(force_insert=True)


def _fill(applicant: Applicant, entry: ApplicantRecord, address: tuple[str, str, str]) -> None:
    street, postcode, city = address
    named(last_name=f"{entry.first_name} {entry.last_name}", street=street, city=city)
    require_allowed_address(email=entry.email)
    validate_phone(entry.phone)
    _require_past(entry.birth_date)
    applicant.last_name, applicant.first_name, applicant.birth_date = (
        entry.last_name,
        entry.first_name,
        entry.birth_date,
    )
    applicant.phone, applicant.email = entry.phone, entry.email
    applicant.street, applicant.postcode, applicant.city = street, postcode, city


def _require_past(day: date) -> None:
    if not OLDEST <= day <= today():
        raise ValidationError({"birth_date": _("Vérifiez cette date de naissance.")})


def _save_member(application: Application, entry: MemberRecord) -> HouseholdMember:
    if entry.tie != "expected_child":
        _require_past(entry.birth_date)
    member = HouseholdMember(
        application=application,
        tie=entry.tie,
        birth_date=entry.birth_date,
        custody=entry.custody,
        on_tax_notice=bool(entry.on_tax_notice),
        cmi=bool(entry.cmi),
    )
    member.save(force_insert=True)
    return member


def _changed(by: Person, application: Application, part: str, context: Context) -> None:
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_CHANGED, by=by, about=about, place=place, context=context, part=Code(part))


@sensitive_variables("entry", "address")
@all_or_nothing()
def change_applicant(
    *,
    by: Person,
    applicant: Applicant,
    entry: ApplicantRecord,
    address: tuple[str, str, str] = ("", "", ""),
    context: Context = NOWHERE,
) -> Applicant:
    """Correct an applicant's name, birth date and contact. `address` is (street, postcode, city)."""
    _fill(applicant, entry, address)
    applicant.cmi = bool(entry.cmi)
    applicant.save(force_update=True)
    _changed(by, applicant.application, "applicant", context)
    return applicant


@sensitive_variables("entry")
@all_or_nothing()
def add_applicant(*, by: Person, application: Application, entry: ApplicantRecord, context: Context = NOWHERE) -> None:
    _save_applicant(application, entry, None)
    _changed(by, application, "applicant", context)


@all_or_nothing()
def remove_applicant(*, by: Person, applicant: Applicant, context: Context = NOWHERE) -> None:
    if applicant.tie == Tie.PRINCIPAL:
        raise ValidationError(_("Une demande garde son demandeur principal."))
    application = applicant.application
    applicant.delete()
    _changed(by, application, "applicant", context)


@all_or_nothing()
def add_member(
    *, by: Person, application: Application, entry: MemberRecord, context: Context = NOWHERE
) -> HouseholdMember:
    member = _save_member(application, entry)
    _changed(by, application, "household", context)
    return member


@all_or_nothing()
def remove_member(*, by: Person, member: HouseholdMember, context: Context = NOWHERE) -> None:
    application = member.application
    member.delete()
    _changed(by, application, "household", context)


@all_or_nothing()
def change_wishes(
    *,
    by: Person,
    application: Application,
    number: str,
    housing: str,
    rooms: tuple[int, int] | None,
    equipment: list[str],
    context: Context = NOWHERE,
) -> Application:
    """Change the application's number, the current housing, the wanted rooms and the equipment that the household
    needs."""
    first, last = rooms or (None, None)
    values = {"housing": housing, "rooms_from": first, "rooms_to": last, "equipment": sorted(equipment)}
    change(application, number=number or None, **values)
    _changed(by, application, "wishes", context)
    return application


@all_or_nothing()
def certify(*, by: Person, application: Application, context: Context = NOWHERE) -> Application:
    """Record that the applicant received the certificate of registration, which is due within a month (CCH,
    R441-2-3)."""
    if not application.number:
        raise ValidationError(_("Sans numéro unique, l’attestation ne peut pas être remise."))
    change(application, certified_on=today())
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_CERTIFIED, by=by, about=about, place=place, context=context)
    return application


@all_or_nothing()
def remind(*, by: Person, application: Application, context: Context = NOWHERE) -> Application:
    """Record that the renewal reminder was sent today. The law requires it at least a month before the application
    expires."""
    change(application, reminded_on=today())
    until, about, place = application.renew_by, application.subject(), application.kept_at_id
    record(events.APPLICATION_REMINDED, by=by, about=about, place=place, context=context, until=until)
    return application


@all_or_nothing()
def renew(*, by: Person, application: Application, context: Context = NOWHERE) -> Application:
    """Renew an application for one term, counted from today as the law requires (CCH, article R441-2-7).

    If the national register has already set a later expiry date, that date remains.
    """
    until = renewed_until(application)
    change(application, renew_by=until, reminded_on=None)
    about, place = application.subject(), application.kept_at_id
    record(events.APPLICATION_RENEWED, by=by, about=about, place=place, context=context, until=until)
    return application

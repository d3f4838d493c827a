"""Changes to the people of a household: contact details, requested help, representatives and discreet marks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, sentence_of
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record
from formats.months import months_after
from formats.telephone import validate_phone
from privacy.screened import named, require_allowed_address
from tenants.discretion import colleagues
from tenants.models import Account, DiscreetMark, DiscreetName, HelpCode, Lease, Representative, Residence, Tenant
from tenants.models.restriction import is_restricted


@dataclass(frozen=True)
class Contact:
    """How a tenant wants to be contacted. `channel` is a value of `Channel`; `phone` includes the country code."""

    channel: str
    phone: str = ""
    email: str = ""
    contact_name: str = ""


@dataclass(frozen=True)
class Newcomer:
    """The details of a person who has no Tenant row yet, such as a new resident."""

    title: str
    last_name: str
    first_name: str = ""
    phone: str = ""
    email: str = ""


@all_or_nothing()
def add_tenant(*, by: Person | str, newcomer: Newcomer, lease: Lease, context: Context = NOWHERE) -> Tenant:
    named(last_name=f"{newcomer.first_name} {newcomer.last_name}")
    require_allowed_address(email=newcomer.email)
    validate_phone(newcomer.phone)
    tenant = Tenant(
        title=newcomer.title,
        last_name=newcomer.last_name,
        first_name=newcomer.first_name,
        phone=newcomer.phone,
        email=newcomer.email,
    )
    tenant.save(force_insert=True)
    record(events.TENANT_ADDED, by=by, about=tenant.subject(), place=lease.building_id, context=context)
    return tenant


@all_or_nothing()
def change_contact(*, by: Person | str, residence: Residence, contact: Contact, context: Context = NOWHERE) -> Tenant:
    named(contact_name=contact.contact_name)
    require_allowed_address(email=contact.email)
    validate_phone(contact.phone)
    if is_restricted("residence", residence.pk):
        raise ValidationError(sentence_of("processing_restricted"))
    tenant = residence.tenant
    tenant.channel, tenant.phone = contact.channel, contact.phone
    tenant.email, tenant.contact_name = contact.email, contact.contact_name
    rows = type(tenant)._default_manager.filter(pk=tenant.pk)
    # The database lets employees update only four columns. save() would write all columns, and fail.
    rows.update(channel=contact.channel, phone=contact.phone, email=contact.email, contact_name=contact.contact_name)
    record(events.CONTACT_CHANGED, by=by, about=tenant.subject(), place=residence.building_id, context=context)
    return tenant


@all_or_nothing()
def set_help_code(
    *, by: Person | str, residence: Residence, code: str, asked_by: str, asked_on: date, context: Context = NOWHERE
) -> HelpCode:
    """Record requested help, valid for twelve months. An expired request for the same help is ended first."""
    if asked_on > today():
        raise ValidationError(_("Le jour de la demande est dans le futur : vérifiez la date."))
    renew_by = months_after(asked_on, 12)
    if renew_by < today():
        raise ValidationError(_("Cette demande a plus d’un an : la personne doit la renouveler."))
    codes = residence.tenant.help_codes.filter(code=code, ended_on__isnull=True)
    codes.filter(renew_by__lt=today()).update(ended_on=today())
    help_code = HelpCode(tenant=residence.tenant, code=code, asked_by=asked_by, asked_on=asked_on, renew_by=renew_by)
    help_code.save(force_insert=True)
    about, place = help_code.subject(), residence.building_id
    record(events.HELP_CODE_SET, by=by, about=about, place=place, context=context, renew_by=renew_by)
    return help_code


@all_or_nothing()
def end_help_code(
    *, by: Person | str, residence: Residence, help_code: HelpCode, context: Context = NOWHERE
) -> HelpCode:
    help_code.ended_on = today()
    help_code.save(update_fields=["ended_on"])
    record(events.HELP_CODE_ENDED, by=by, about=help_code.subject(), place=residence.building_id, context=context)
    return help_code


@all_or_nothing()
def set_representative(
    *,
    by: Person | str,
    account: Account,
    tenant: Tenant,
    name: str,
    phone: str,
    first_day: date,
    last_day: date | None = None,
    context: Context = NOWHERE,
) -> Representative:
    """Record a person who acts for the tenant. The legal measure that allows this, such as a guardianship, is not
    stored."""
    named(name=name)
    validate_phone(phone)
    days = {"first_day": first_day, "last_day": last_day}
    representative = Representative(tenant=tenant, name=name, phone=phone, **days)
    representative.save(force_insert=True)
    about, place = tenant.subject(), account.building_id
    record(events.REPRESENTATIVE_SET, by=by, about=about, place=place, context=context, first_day=first_day)
    return representative


@all_or_nothing()
def mark_discreet(
    *,
    by: Person,
    account: Account,
    first_day: date,
    last_day: date,
    people: Collection[Person],
    context: Context = NOWHERE,
) -> DiscreetMark:
    """Hide a household from lists, searches, cards and accounts, except for the colleagues in `people`.

    `by` (the acting employee) can still see the household too, even if not in `people`.
    """
    lease = account.lease
    if lease.discreet_marks.filter(last_day__gte=first_day, first_day__lte=last_day).exists():
        raise ValidationError(_("La discrétion est déjà demandée à ces dates : mettez-y fin d’abord."))
    if not {person.pk for person in people} <= {person.pk for person in colleagues(account, today())} | {by.pk}:
        raise ValidationError(_("Vous ne pouvez nommer que des collègues chargés de cet immeuble aujourd’hui."))
    named = [by, *(person for person in people if person.pk != by.pk)]
    return hide(by=by, lease=lease, first_day=first_day, last_day=last_day, people=named, context=context)


@all_or_nothing()
def hide(
    *, by: Person | str, lease: Lease, first_day: date, last_day: date, people: Sequence[Person], context: Context
) -> DiscreetMark:
    """Save a discreet mark, which hides the household, and the names of the colleagues who may still see the household.

    The first of `people` must be `by` (the acting employee): once a mark has names, the database lets only the people
    named add another name.
    """
    days = {"first_day": first_day, "last_day": last_day}
    mark = DiscreetMark(lease=lease, building_id=lease.building_id, **days)
    mark.save(force_insert=True)
    for person in people:
        DiscreetName(mark=mark, person=person).save(force_insert=True)
    about, place = mark.subject(), lease.building_id
    record(events.DISCREET_SET, by=by, about=about, place=place, context=context, people=len(people))
    return mark


def carry_discretion(*, by: Person | str, old: Lease, new: Lease, context: Context) -> None:
    """Copy a household's discreet marks to its new lease, with the dates of the marks and the colleagues named in them.

    Call this before saving any other row under the new lease: without a mark, that row would be visible to everybody.
    """
    for mark in old.discreet_marks.filter(last_day__gte=today()):
        people = sorted((name.person for name in mark.names.select_related("person")), key=lambda person: person != by)
        hide(by=by, lease=new, first_day=mark.first_day, last_day=mark.last_day, people=people, context=context)


@all_or_nothing()
def end_discretion(*, by: Person | str, mark: DiscreetMark, context: Context = NOWHERE) -> DiscreetMark:
    """End a discreet mark, so that the household is no longer hidden.

    The last day of an active mark becomes yesterday, or today if the mark began today. A mark that begins in the future
    is cancelled: it is saved with a last day before its first day.
    """
    day = today()
    before = day - timedelta(days=1)
    if mark.first_day > day:
        mark.first_day, mark.last_day = day, before
    else:
        mark.last_day = max(mark.first_day, min(mark.last_day, before))
    mark.save(update_fields=["first_day", "last_day"])
    record(events.DISCREET_ENDED, by=by, about=mark.subject(), place=mark.building_id, context=context)
    return mark

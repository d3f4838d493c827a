"""Actions after the commission's decision: offer of the dwelling, its notification and answer, hand-over of the
candidate to the person who signs leases, and signature of the lease."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, change
from access.models import Person
from access.reach import today
from allocations.models import Answer, Candidacy, HandOver, Offer, OfferDelivery, Priority
from allocations.models.figure import figure
from allocations.queries import future_tenants, lease_to_sign
from allocations.rules.clocks import days_deadline
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from buildings.models import Address, Unit, UnitTerms
from formats.working_days import local_holidays
from tenants.actions.expiry import LOGIN
from tenants.actions.households import Newcomer, hide
from tenants.actions.leases import sign_lease, transfer
from tenants.models import Account, Lease

DISCREET_DAYS = 365
# Maps each field of an offer that contains a delay to the code of the legal figure that is copied into the field.
DELAYS = {"delay_days": "offer_delay_days", "post_days": "answer_post_days"}


@all_or_nothing()
def send_offer(*, by: Person, candidacy: Candidacy, context: Context = NOWHERE) -> Offer:
    """Offer the dwelling to the candidate whose rank is next, which the database checks.

    Raises ValidationError if the landlord has not entered the number of days to answer, or the days allowed for postal
    delivery.
    """
    days = {name: figure(code, today()) for name, code in DELAYS.items()}
    offer = Offer(candidacy=candidacy, sent_on=today(), sent_by=by, **days)
    offer.save(force_insert=True)
    about = offer.subject()
    record(events.OFFER_SENT, by=by, about=about, context=context, vacancy=candidacy.vacancy_id)
    return offer


@all_or_nothing()
def record_notification(
    *, by: Person, offer: Offer, delivery: str, notified_on: date, context: Context = NOWHERE
) -> Offer:
    """Record how and when the candidate received the offer, and compute the last day to answer.

    A notification can be corrected on the day of its entry, until an answer is recorded; the database checks this.
    """
    if offer.answer:
        raise ValidationError(_("Cette proposition a déjà une réponse."))
    if notified_on > today():
        raise ValidationError({"notified_on": _("Cette date est dans le futur.")})
    deadline = days_deadline(notified_on, offer.delay_days, _local_holidays(offer, notified_on), moves=True, why="")
    change(offer, delivery=OfferDelivery(delivery), notified_on=notified_on, answer_by=deadline.last_day)
    facts: dict[str, Any] = {"delivery": Code(delivery), "until": deadline.last_day}
    record(events.OFFER_NOTIFIED, by=by, about=offer.subject(), context=context, **facts)
    return offer


def _local_holidays(offer: Offer, notified_on: date) -> set[date]:
    """Return the public holidays of the dwelling's department, for the year of the notification and the next."""
    addresses = Address._default_manager.filter(building=offer.candidacy.vacancy.building_id)
    postcode = addresses.order_by("id").values_list("postcode", flat=True).first() or ""
    return local_holidays(postcode, notified_on.year) | local_holidays(postcode, notified_on.year + 1)


@all_or_nothing()
def record_answer(*, by: Person, offer: Offer, answer: str, answered_on: date, context: Context = NOWHERE) -> Offer:
    """Record that a candidate accepted or refused an offer. `answered_on` is the day of the postmark, or of receipt at
    a desk, by e-mail or by telephone.

    Raises ValidationError if `answer` is silence: only the nightly `expire_offers` records that a candidate did not
    answer.
    """
    if answer not in (Answer.ACCEPTED, Answer.REFUSED):
        raise ValidationError(
            {"answer": _("Le silence est constaté la nuit, après le dernier jour et le délai d’acheminement.")}
        )
    if answered_on > today():
        raise ValidationError({"answered_on": _("Cette date est dans le futur.")})
    change(offer, answer=answer, answered_on=answered_on)
    record(events.OFFER_ANSWERED, by=by, about=offer.subject(), context=context, answer=Code(answer))
    return offer


@all_or_nothing()
def record_renunciation(*, by: Person, offer: Offer, renounced_on: date, context: Context = NOWHERE) -> Offer:
    """Record that a candidate who had accepted gives up the dwelling before the lease is signed.

    The database cancels the hand-over to the person who signs leases. An offer to the next-ranked candidate becomes
    possible. The application stays open.
    """
    if renounced_on > today():
        raise ValidationError({"renounced_on": _("Cette date est dans le futur.")})
    handed = HandOver._default_manager.filter(candidacy=offer.candidacy_id).exists()
    change(offer, renounced_on=renounced_on)
    about, vacancy = offer.subject(), offer.candidacy.vacancy_id
    record(events.OFFER_RENOUNCED, by=by, about=about, context=context, vacancy=vacancy, renounced_on=renounced_on)
    if handed:
        record(events.HAND_OVER_CANCELLED, by=by, about=about, context=context, vacancy=vacancy)
    return offer


def expire_offers(*, by: Person | str) -> int:
    """Record every offer that was not answered in time as refused by silence. Also end each conditional allocation
    whose missing document did not arrive in time."""
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        cursor.execute("SELECT offers, conditions FROM allocations_expire_offers()")
        offers, conditions = cursor.fetchone()
        if offers or conditions:
            record(events.OFFERS_EXPIRED, by=by, using=LOGIN, offers=offers, conditions=conditions)
    return int(offers + conditions)


@all_or_nothing()
def hand_over(
    *,
    by: Person,
    candidacy: Candidacy,
    quartile: int | None = None,
    discreet: bool = False,
    context: Context = NOWHERE,
) -> HandOver:
    """Pass a candidate who accepted to the person who signs the lease. `quartile` is the quartile of income for the
    legal quotas, if known. `discreet` is the answer to a question asked of every candidate: whether to hide the
    household."""
    terms = UnitTerms._default_manager.get(unit=candidacy.vacancy.unit_id)
    current = Priority._default_manager.filter(application=candidacy.application, ends_on__gte=today())
    handed = HandOver(
        candidacy=candidacy,
        unit_id=candidacy.vacancy.unit_id,
        building_id=candidacy.vacancy.building_id,
        handed_on=today(),
        handed_by=by,
        in_qpv=terms.qpv,
        quartile=quartile,
        priority=candidacy.sheet.priority,
        dalo=current.filter(code="dalo").exists(),
        discreet=discreet,
    )
    handed.save(force_insert=True)
    about = handed.subject()
    record(events.LEASE_HANDED_OVER, by=by, about=about, context=context, vacancy=candidacy.vacancy_id)
    return handed


@all_or_nothing()
def close_with_lease(*, by: Person, hand_over: HandOver, lease: UUID, context: Context = NOWHERE) -> None:
    """Close the application of a candidate whose lease was signed today, and end the vacancy of the dwelling."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_lease_signed(%s, %s)", [hand_over.pk, lease])
        (application,) = cursor.fetchone()
    if application is None:
        raise ValidationError(_("Ce bail n’est pas celui du logement attribué, ou il a déjà été signé."))
    about: Any = Subject("application", application)
    place = hand_over.building_id
    record(events.LEASE_OF_CANDIDATE_SIGNED, by=by, about=about, place=place, context=context, lease=lease)


@all_or_nothing()
def sign_lease_of(
    *,
    by: Person,
    hand_over: HandOver,
    starts_on: date,
    annexes: Iterable[Unit] = (),
    former: Account | None = None,
    context: Context = NOWHERE,
) -> Account:
    """Sign a candidate's lease today, and return the account of the lease. The application is closed and the vacancy
    ends.

    `former` is the current account of a household that is already a tenant of the landlord. Such a household is
    transferred with the holders of its lease, and no data are copied from the application.
    """
    waiting = lease_to_sign(hand_over.pk)
    if waiting is None:
        raise ValidationError(_("Ce bail n’attend plus d’être signé."))
    if former is None:
        account = _sign_new(by, hand_over, starts_on, annexes, context)
    else:
        account = transfer(by=by, account=former, unit=hand_over.unit, first_day=starts_on, context=context)
    if waiting.discreet:
        _make_discreet(by, account.lease, context)
    close_with_lease(by=by, hand_over=hand_over, lease=account.lease_id, context=context)
    return account


def _sign_new(by: Person, hand_over: HandOver, starts_on: date, annexes: Iterable[Unit], context: Context) -> Account:
    newcomers = [
        Newcomer("", person.last_name, person.first_name, person.phone, person.email)
        for person in future_tenants(hand_over.pk)
    ]
    account = sign_lease(
        by=by,
        unit=hand_over.unit,
        newcomers=newcomers,
        annexes=annexes,
        starts_on=starts_on,
        signed_on=today(),
        context=context,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_carry_birth_dates(%s, %s)", [hand_over.pk, account.lease_id])
    return account


def _make_discreet(by: Person, lease: Lease, context: Context) -> None:
    """Hide the household from lists and from most employees, from today on: lists show arrivals two weeks before the
    lease begins.

    Nothing changes if the household is already hidden.
    """
    day = today()
    if not lease.discreet_marks.filter(first_day__lte=day, last_day__gte=day).exists():
        last_day = day + timedelta(days=DISCREET_DAYS)
        hide(by=by, lease=lease, first_day=day, last_day=last_day, people=[by], context=context)

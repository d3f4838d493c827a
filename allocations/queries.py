"""Queries that several pages of allocation share: due tasks, open applications, the household, leases to sign,
nominees."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from access.models import Place
from access.reach import today
from allocations.dwellings import vacancies_of
from allocations.models import (
    Applicant,
    Application,
    Candidacy,
    CandidacyState,
    Decision,
    DecisionKind,
    HouseholdMember,
    MemberTie,
    Occasion,
    Offer,
    SessionState,
    Tie,
    Vacancy,
)
from allocations.models.figure import figure
from allocations.models.vacancy import ENDED
from allocations.rules.motives import MOTIVES
from audit.events import Code
from audit.record import Subject
from formats.folding import folded
from formats.months import months_after
from tenants.models import Account, LeaseParty
from tenants.models.identity_check import NowInLoge
from tenants.models.lease import Capacity

# Maps each task code that the SQL function allocations_due() returns to its label.
TASKS: dict[str, Promise | str] = {
    "certificate": _("Remettre l’attestation d’enregistrement"),
    "reminder": _("Envoyer le rappel de renouvellement"),
    "not_renewed": _("Demande non renouvelée : vérifier, puis radier"),
    "documents": _("Pièce demandée, non fournie"),
    "expired_document": _("Pièce expirée, à redemander"),
    "delivery": _("Avertissement envoyé : enregistrer la preuve de sa remise"),
    "closing": _("Avertissement remis depuis plus d’un mois : radier ou retirer l’avertissement"),
    "offer_answer": _("Logement proposé : enregistrer la notification ou la réponse"),
    "condition": _("Attribution sous condition : pièce à voir avant la date fixée"),
}
# Tasks are late after their due date, except "closing": an application may be closed only from the due date on.
_FROM_ITS_DAY = "closing"
MOST_DUE = 50


@dataclass(frozen=True)
class Due:
    """A task that is due in an application, without the application number or the name."""

    application: UUID
    task: str
    due_on: date
    late: bool
    possible_since: bool

    @property
    def label(self) -> Promise | str:
        return TASKS[self.task]


def due_tasks(day: date) -> list[Due]:
    """Return at most 50 due tasks, earliest first. They concern applications registered at the current person's places,
    and candidates for dwellings there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT application, task, due_on FROM allocations_due()")
        rows = cursor.fetchall()
    return [
        Due(application, task, due_on, due_on < day and task != _FROM_ITS_DAY, task == _FROM_ITS_DAY)
        for application, task, due_on in rows
    ]


def page_of_task(access: AccessContext, application: UUID, task: str) -> str:
    """Return the URL of the page on which the current person can do a due task in an application."""
    if task == "offer_answer":
        rows = access.rows(Offer).filter(candidacy__application=application, answer="")
        if offer := rows.order_by("sent_on").first():
            return reverse("offer_answer" if offer.notified_on else "offer_notify", args=[offer.candidacy_id])
    return reverse("application_documents" if task == "condition" else "application", args=[application])


def open_occasions(access: AccessContext) -> Any:
    """Return the current person's open occasions (permissions to open one application), latest end first."""
    return access.rows(Occasion).filter(ends_at__gt=NowInLoge()).order_by("-ends_at", "-opened_at")


def occasion_or_404(access: AccessContext, application: Application) -> Occasion:
    """Return the occasion (permission to open one application) that lets the current person read an application now,
    and add its reason to the audit event. Raises Http404 if there is none."""
    occasion: Occasion | None = open_occasions(access).filter(application=application).first()
    if occasion is None:
        raise Http404
    access.note(occasion=Code(occasion.reason))
    return occasion


def keepers_of(access: AccessContext) -> list[Place]:
    """Return the places where the current person may register applications, from the highest level down."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.id FROM access_place k WHERE k.level IN ('organisation', 'directorate', 'agency')"
            " AND allocations_works_at(%s, 'applicants', k.id) ORDER BY length(k.path), k.name",
            [access.person.pk],
        )
        keys = [key for (key,) in cursor.fetchall()]
    places = {place.pk: place for place in access.rows(Place).filter(pk__in=keys)}
    return [places[key] for key in keys if key in places]


def grouped(number: str | None) -> str:
    """Return an application number split into groups for reading: 075 1125 000001 ABCDE."""
    return " ".join([number[:3], number[3:7], number[7:13], number[13:]]) if number else ""


def years_on(day: date, birth_date: date) -> int:
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_text(day: date, birth_date: date) -> str:
    years = years_on(day, birth_date)
    if years < 1:
        return gettext("moins d’un an")
    return ngettext("%(years)s an", "%(years)s ans", years) % {"years": years}


@dataclass(frozen=True)
class Living:
    """One person of the household, as pages display them. Only applicants have a name."""

    row: Applicant | HouseholdMember
    name: str
    tie: str
    age: str
    custody: str
    applies: bool
    expected: bool

    @property
    def is_principal(self) -> bool:
        return self.row.tie == Tie.PRINCIPAL


def household_of(access: AccessContext, application: Application) -> list[Living]:
    """Return the people of an application: the principal applicant, other applicants, then household members, oldest
    first."""
    return [*_applicants(access, application), *_members(access, application)]


def _applicants(access: AccessContext, application: Application) -> Iterator[Living]:
    rows = access.rows(Applicant).filter(application=application)
    for row in sorted(rows, key=lambda applicant: (applicant.tie != Tie.PRINCIPAL, applicant.birth_date)):
        age = age_text(access.day, row.birth_date)
        yield Living(row, row.display_name, row.get_tie_display(), age, "", applies=True, expected=False)


def _members(access: AccessContext, application: Application) -> Iterator[Living]:
    for row in access.rows(HouseholdMember).filter(application=application).order_by("birth_date", "id"):
        expected = row.tie == MemberTie.EXPECTED_CHILD
        age = "" if expected else age_text(access.day, row.birth_date)
        yield Living(row, "", row.get_tie_display(), age, row.get_custody_display(), applies=False, expected=expected)


@dataclass(frozen=True)
class Tally:
    votes_for: int
    votes_against: int
    abstained: int
    casting: str | None

    @property
    def is_tie(self) -> bool:
        return self.votes_for == self.votes_against

    @property
    def wins(self) -> bool:
        return self.votes_for > self.votes_against or (self.is_tie and self.casting == "for")


def tally(decision: Decision) -> Tally:
    """Return the counts of votes on a decision. Raises ValidationError unless the current person presides over the
    commission for this dwelling."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT votes_for, votes_against, abstained, casting FROM allocations_tally(%s)", [decision.pk])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(gettext("Seule la personne qui préside compte les voix."))
    return Tally(*row)


def has_signed_minutes(access: AccessContext, candidacy: Candidacy) -> bool:
    """Whether the minutes of the session that decided a candidacy are signed."""
    rows = access.rows(Candidacy).filter(pk=candidacy.pk, item__session__state=SessionState.SIGNED)
    return bool(rows.exists())


@dataclass(frozen=True)
class NextSheet:
    candidacy: UUID
    number: int


def next_sheet(candidacy: UUID) -> NextSheet | None:
    """Return the next candidate of the same vacancy who has no sheet, or None. Only an officer of the dwelling's place
    gets a result, and must still open that candidate's application."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT candidacy, number FROM allocations_next_sheet(%s)", [candidacy])
        row = cursor.fetchone()
    return NextSheet(*row) if row else None


@dataclass(frozen=True)
class LeaseToSign:
    """The data that the person who signs a candidate's lease needs, except the names."""

    candidacy: UUID
    available_on: date
    outside_flow: str
    discreet: bool


def leases_to_sign() -> list[LeaseToSign]:
    """Return the candidates' leases that are ready to be signed in the current person's buildings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT candidacy, available_on, outside_flow, discreet FROM allocations_leases_to_sign()")
        return [LeaseToSign(*row) for row in cursor.fetchall()]


def lease_to_sign(candidacy: UUID) -> LeaseToSign | None:
    return next((waiting for waiting in leases_to_sign() if waiting.candidacy == candidacy), None)


@dataclass(frozen=True)
class FutureTenant:
    """A person who will hold the lease of a candidate's dwelling."""

    tie: str
    last_name: str
    first_name: str
    birth_date: date
    phone: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def future_tenants(candidacy: UUID) -> list[FutureTenant]:
    """Return the people who will hold the lease, the principal applicant first. The list is empty once the lease is
    signed, and if the current person does not sign leases in the building."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tie, last_name, first_name, birth_date, phone, email FROM allocations_future_tenants(%s)",
            [candidacy],
        )
        return [FutureTenant(*row) for row in cursor.fetchall()]


def account_of_candidate(access: AccessContext, reference: str, people: Sequence[FutureTenant]) -> Account | None:
    """Return the account that the candidate already has as a tenant of the landlord. Returns None if the current person
    may not read the account, or if no lease holder has the principal applicant's family name."""
    account: Account | None = access.rows(Account).filter(reference=reference).select_related("lease").first()
    if account is None or not people:
        return None
    family_name = folded(people[0].last_name)
    holders = access.rows(LeaseParty).filter(lease=account.lease_id).exclude(capacity=Capacity.GUARANTOR)
    named = [holder for holder in holders if f"{holder.name_key} ".startswith(f"{family_name} ")]
    return account if named else None


@dataclass(frozen=True)
class Nominee:
    """A candidate whom the current person's reserving body nominated for a vacancy. The names are empty once the
    application is deleted. `band` (range of points) is None before the sheet is prepared."""

    candidacy: UUID
    sheet: int
    number: str | None
    last_name: str | None
    first_name: str | None
    state: str
    priority: bool | None
    band: int | None
    decision: str
    motive: str

    @property
    def name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip()

    @property
    def written_number(self) -> str:
        return grouped(self.number)

    @property
    def state_label(self) -> str:
        return str(CandidacyState(self.state).label)

    @property
    def decision_label(self) -> str:
        return str(DecisionKind(self.decision).label) if self.decision else ""

    @property
    def motive_label(self) -> str:
        return MOTIVES.label(self.motive) if self.motive else ""


def own_nominees(access: AccessContext, vacancy: Vacancy) -> list[Nominee]:
    """Return the candidates whom the current person's reserving bodies nominated for a vacancy, and add them to the
    audit event."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT candidacy, sheet, application, last_name, first_name, state, priority, band, decision, motive"
            " FROM allocations_own_nominees(%s)",
            [vacancy.pk],
        )
        nominees = [Nominee(*row) for row in cursor.fetchall()]
    for nominee in nominees:
        access.saw(Subject("candidacy", nominee.candidacy))
    return nominees


def disclosed_states() -> dict[UUID, tuple[str, date | None]]:
    """Map each vacancy to the state and end date that its reserving body may read. If a session has decided the
    vacancy, the state is "convened" until the minutes are signed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT vacancy, state, ended_on FROM allocations_own_states()")
        return {pk: (state, ended_on) for pk, state, ended_on in cursor.fetchall()}


def open_to_reserving_body(access: AccessContext) -> Any:
    """Return the vacancies of the current person's reserving bodies that are open according to the states that these
    bodies may read."""
    current = [pk for pk, (state, _day) in disclosed_states().items() if state not in ENDED]
    return vacancies_of(access).filter(pk__in=current)


def as_disclosed(vacancies: Iterable[Vacancy]) -> None:
    """Replace the state of each vacancy by the state that its reserving body may read, because the column `state` is
    not disclosed to the body. Raises Http404 for a vacancy that is no longer reserved for the body."""
    states = disclosed_states()
    for vacancy in vacancies:
        if vacancy.pk not in states:
            raise Http404
        vacancy.state, vacancy.ended_on = states[vacancy.pk]


@dataclass(frozen=True)
class NominationDelay:
    last_day: date
    days_left: int


def nomination_delay(access: AccessContext, vacancy: Vacancy) -> NominationDelay | None:
    """Return the last day on which the reserving body may nominate, or None if the landlord has not entered the
    delay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_figure('nomination_delay_days')")
        (days,) = cursor.fetchone()
    if days is None or vacancy.oriented_on is None:
        return None
    last_day = vacancy.oriented_on + timedelta(days=days)
    return NominationDelay(last_day, (last_day - access.day).days)


def renewed_until(application: Application) -> date:
    """Return the day until which the application is valid if it is renewed today."""
    return max(application.renew_by, months_after(today(), figure("application_validity_months", today())))

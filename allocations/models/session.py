"""Sessions of the allocation commission (CALEOL): their members, the vacancies on their agendas, and their minutes."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.vacancy import TELLS_OUTCOME, Vacancy
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import ALLOCATION, CANDIDACIES
from privacy.retention import DataPolicy
from privacy.retention_periods import CANDIDACY, WITHOUT_END

CONVENERS = (Compartment.STEERING, Compartment.POOL)


class OwnSession(Func):
    """SQL condition that is true if the person has a seat in the session and the minutes are not signed."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, session: str, person_id: uuid.UUID) -> None:
        super().__init__(F(session))
        self.person_id = person_id

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        session, params = compiler.compile(self.source_expressions[0])
        return f"{session} = ANY (ARRAY (SELECT allocations_sessions_of(%s)))", (*params, self.person_id)


class SessionState(models.TextChoices):
    CONVENED = "convened", _("convoquée")
    OPEN = "open", _("ouverte")
    CLOSED = "closed", _("close")
    SIGNED = "signed", _("procès-verbal signé")
    CANCELLED = "cancelled", _("annulée")


# Sessions in these states can no longer change, and members of the commission can no longer read them.
ENDED_SESSIONS = (SessionState.SIGNED, SessionState.CANCELLED)


class SessionQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the sessions in which the member has a seat, until their minutes are signed. A person who convenes
        sessions gets all sessions."""
        if compartment is Compartment.COMMITTEE:
            return self.filter(Q(OwnSession("id", person.pk)))
        return self.all() if compartment in CONVENERS else self.none()


class Session(models.Model):
    """A session of the allocation commission. `quorum` is the landlord's figure in force when it opened.
    `minutes_digest` is the SHA-256 of the signed minutes."""

    privacy = dict.fromkeys(
        ("id", "held_at", "state", "quorum", "opened_at", "closed_at", "signed_at", "minutes_digest"), DataClass.PLAIN
    ) | {"convened_on": DataClass.PLAIN, "convened_by": DataClass.PERSONAL, "signed_by": DataClass.PERSONAL}
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    held_at = models.DateTimeField(_("jour et heure"))
    state = models.CharField(_("état"), max_length=16, choices=SessionState.choices, default=SessionState.CONVENED)
    quorum = models.PositiveSmallIntegerField(_("quorum"), null=True)
    convened_on = models.DateField()
    convened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    minutes_digest = models.CharField(max_length=64, blank=True, default="")

    objects = SessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["convened", "cancelled"],
                    opened_at__isnull=True,
                    quorum__isnull=True,
                    signed_at__isnull=True,
                )
                | Q(state="open", opened_at__isnull=False, quorum__isnull=False, signed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False, quorum__isnull=False, signed_at__isnull=True)
                | (Q(state="signed", signed_at__isnull=False, signed_by__isnull=False) & ~Q(minutes_digest="")),
                name="session_state_is_dated",
                violation_error_message=_("L’état de la séance ne correspond pas à ses dates."),
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    def subject(self) -> Subject:
        return Subject("session", self.pk)


class OfSessionQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment is Compartment.COMMITTEE:
            return self.filter(Q(OwnSession("session", person.pk)))
        return self.all() if compartment in CONVENERS else self.none()


class AgendaItemQuerySet(OfSessionQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        rows = super().visible_to(person, compartment)
        if compartment is Compartment.COMMITTEE:
            return rows.defer(*(f"vacancy__{name}" for name in TELLS_OUTCOME))
        return rows


class Voice(models.TextChoices):
    """The right by which a person has a seat in the commission (CCH, article L441-2)."""

    LANDLORD = "landlord", _("organisme")
    TENANTS = "tenants", _("locataires")
    MAYOR = "mayor", _("maire de la commune")
    PREFECT = "prefect", _("préfet")
    EPCI = "epci", _("intercommunalité")
    ADVISORY = "advisory", _("voix consultative")


class SeatRelease(models.TextChoices):
    """Why a seat is released before the session opens. The seat's recusals are retained."""

    PREVENTED = "prevented", _("membre empêché")
    REPLACED = "replaced", _("membre remplacé par son suppléant")
    MISTAKE = "mistake", _("siège donné par erreur")


class Seat(models.Model):
    """A person's seat in a session. `casting` is true if the mayor's vote decides ties. `elected` is true if the person
    chaired the session because the appointed chair was absent. `released` says why the seat was released, or is
    empty."""

    privacy = {
        "id": DataClass.PLAIN,
        "session": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "voice": DataClass.PLAIN,
        "chairs": DataClass.PLAIN,
        "casting": DataClass.PLAIN,
        "present": DataClass.PERSONAL,
        "elected": DataClass.PERSONAL,
        "released": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="seats", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("membre"))
    voice = models.CharField(_("siège"), max_length=16, choices=Voice.choices)
    chairs = models.BooleanField(_("préside"), default=False)
    casting = models.BooleanField(_("voix prépondérante"), default=False)
    present = models.BooleanField(_("présent"), default=False)
    elected = models.BooleanField(_("préside en l’absence de la présidence"), default=False, db_default=False)
    released = models.CharField(
        _("siège retiré"), max_length=16, choices=SeatRelease.choices, blank=True, default="", db_default=""
    )

    objects = OfSessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                name="seat_once",
                violation_error_message=_("Cette personne siège déjà à cette séance."),
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(chairs=True),
                name="one_chair",
                violation_error_message=_("Une séance a une seule personne qui préside."),
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(casting=True),
                name="one_casting_vote",
                violation_error_message=_("Une seule voix est prépondérante."),
            ),
            models.CheckConstraint(
                condition=Q(voice__in=Voice.values)
                & (Q(casting=False) | Q(voice="mayor"))
                & (Q(chairs=False) | Q(voice__in=["landlord", "tenants"])),
                name="seat_right_known",
                violation_error_message=_(
                    "La voix prépondérante est celle du maire ; les membres de l’organisme élisent qui préside."
                ),
            ),
            models.CheckConstraint(
                condition=Q(released="", elected=False)
                | Q(released="", chairs=True)
                | Q(released__in=SeatRelease.values, chairs=False, casting=False, present=False, elected=False),
                name="seat_released_is_empty",
                violation_error_message=_("Un siège retiré ne préside pas et n’est pas occupé."),
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"

    @property
    def votes(self) -> bool:
        return self.voice != Voice.ADVISORY and not self.released

    @property
    def may_preside(self) -> bool:
        """Whether this is one of the landlord's six seats, one of which represents the tenants."""
        return self.voice in (Voice.LANDLORD, Voice.TENANTS)

    def subject(self) -> Subject | None:
        """Return None, because audit events about a seat name neither an applicant nor a resident."""
        return None


class FewReason(models.TextChoices):
    """Why fewer than three candidates are presented for a dwelling (CCH, article R441-3). The database checks the
    reason."""

    TOO_FEW = "too_few", _("moins de trois demandes remplissent les conditions")
    DALO = "dalo", _("ménage désigné par le préfet au titre du DALO")
    VERY_SOCIAL = "very_social", _("logement financé en PLAI, très social")


class CarryOver(models.TextChoices):
    """Why a session postpones a dwelling to another session."""

    QUORUM_LOST = "quorum_lost", _("quorum perdu en cours de séance")
    ALL_RECUSED = "all_recused", _("membres présents récusés")
    NO_MAJORITY = "no_majority", _("aucune proposition adoptée")
    NO_TIME = "no_time", _("logement non examiné, faute de temps")
    WITHDRAWN = "withdrawn", _("logement retiré de l’attribution")


class AgendaItem(models.Model):
    """A vacancy on the agenda of a session. `few_reason` justifies fewer than three candidates, or is empty.
    `presided_by` is the member who replaces a recused chair. `carried_reason` says why the item was postponed, or is
    empty."""

    privacy = dict.fromkeys(
        ("id", "session", "vacancy", "position", "few_reason", "carried_reason"), DataClass.PLAIN
    ) | dict.fromkeys(("added_by", "presided_by"), DataClass.PERSONAL)
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="items", db_index=False)
    vacancy = models.ForeignKey(Vacancy, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    few_reason = models.CharField(
        _("moins de trois candidats"), max_length=16, choices=FewReason.choices, blank=True, default=""
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    presided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    carried_reason = models.CharField(
        _("raison du report"), max_length=16, choices=CarryOver.choices, blank=True, default="", db_default=""
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["session", "vacancy"],
                name="agenda_item_once",
                violation_error_message=_("Ce logement est déjà inscrit à cette séance."),
            ),
            models.UniqueConstraint(
                fields=["session", "position"],
                name="agenda_position_once",
                violation_error_message=_("Cette place de l’ordre du jour est déjà prise."),
            ),
            models.CheckConstraint(
                condition=Q(few_reason="") | Q(few_reason__in=FewReason.values),
                name="agenda_few_reason_listed",
                violation_error_message=_("Cette raison n’est pas dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(carried_reason="") | Q(carried_reason__in=CarryOver.values),
                name="agenda_carried_reason_listed",
                violation_error_message=_("Cette raison de report n’est pas dans la liste."),
            ),
        ]

    def __str__(self) -> str:
        return f"agenda item {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about an agenda item name no person."""
        return None

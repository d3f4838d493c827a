"""Housing applications. Nobody can list them: an `Occasion` opens one application to one employee for a limited time.

The national register (SNE) has the authoritative record. Loge stores a copy, which is deleted the night after the
application is closed.
"""

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from access.compartments import ON_OCCASION, Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from allocations.vocabulary import CURRENT_HOUSING, EQUIPMENT
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION

# A national application number has 3 digits, month and year, 6 digits, and 5 letters or digits.
# The shape of an application number was inferred from published examples of the national register's XML.
NUMBER_SHAPE = r"^[0-9]{3}(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}[0-9A-Z]{5}$"
MOST_ROOMS = 9


class OnOccasion(Func):
    """SQL condition: whether the person has the application open in this compartment (kind of data)."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, application: str, person_id: uuid.UUID, compartment: str) -> None:
        super().__init__(F(application))
        self.person_id, self.compartment = person_id, compartment

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        application, params = compiler.compile(self.source_expressions[0])
        sql = f"{application} = ANY (ARRAY (SELECT allocations_occasions(%s, %s)))"
        return sql, (*params, self.person_id, self.compartment)


class ApplicationQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the applications for which `person` has an open occasion (permission to open one application).

        An examiner may read only their number and place, so use `only()` in the examiner's compartment (kind of data).
        """
        if compartment not in ON_OCCASION:
            return self.none()
        return self.filter(Q(OnOccasion("id", person.pk, compartment.value)))


class OfApplicationQuerySet(ScopedQuerySet):
    """Rows with a field `application`, visible while that application is open to the person."""

    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment is not Compartment.APPLICANTS:
            return self.none()
        return self.filter(Q(OnOccasion("application", person.pk, compartment.value)))


class State(models.TextChoices):
    """State of an application. REGISTERED: nothing was checked yet. UNDER_REVIEW: a document was requested or seen.
    COMPLETE: all compulsory documents were seen and the income was assessed."""

    REGISTERED = "registered", _("enregistrée")
    UNDER_REVIEW = "under_review", _("en cours d’instruction")
    COMPLETE = "complete", _("complète")
    CLOSED = "closed", _("radiée")


class ClosingMotive(models.TextChoices):
    """The lawful reasons for removing an application from the register (CCH, article R441-2-8). There are no others."""

    SIGNED_LEASE = "signed_lease", _("bail signé")
    RENOUNCED = "renounced", _("renonciation écrite du demandeur")
    NO_ANSWER = "no_answer", _("absence de réponse à un courrier")
    INADMISSIBLE = "inadmissible", _("irrecevabilité prononcée par la commission")
    NOT_RENEWED = "not_renewed", _("absence de renouvellement")
    MERGED = "merged", _("fusion avec une autre demande du foyer")


# Motives of closing an application that require a warning, delivered with proof at least a month before.
WARNED_FIRST = (ClosingMotive.NO_ANSWER, ClosingMotive.INADMISSIBLE)


class Application(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "number": DataClass.PERSONAL,
        "kept_at": DataClass.PLAIN,
        "filed_on": DataClass.PERSONAL,
        "renew_by": DataClass.PERSONAL,
        "certified_on": DataClass.PERSONAL,
        "reminded_on": DataClass.PERSONAL,
        "state": DataClass.PERSONAL,
        "housing": DataClass.INFERABLE,
        "rooms_from": DataClass.PERSONAL,
        "rooms_to": DataClass.PERSONAL,
        "equipment": DataClass.INFERABLE,
        "registered_on": DataClass.PERSONAL,
        "registered_by": DataClass.PERSONAL,
        "file_digest": DataClass.PERSONAL,
        "closed_on": DataClass.PERSONAL,
        "closed_by": DataClass.PERSONAL,
        "closing_motive": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The number is null until the national register gives one; without it, an application cannot be a candidate.
    number = models.CharField(_("numéro unique"), max_length=18, null=True, blank=True)  # noqa: DJ001 - null is unknown
    kept_at = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("suivie par"))
    filed_on = models.DateField(_("date de dépôt"))
    renew_by = models.DateField(_("à renouveler avant le"))
    certified_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    state = models.CharField(_("état"), max_length=16, choices=State.choices, default=State.REGISTERED)
    housing = models.CharField(
        _("logement actuel"), max_length=16, choices=CURRENT_HOUSING.choices, blank=True, default=""
    )
    rooms_from = models.PositiveSmallIntegerField(_("pièces, au moins"), null=True, blank=True)
    rooms_to = models.PositiveSmallIntegerField(_("pièces, au plus"), null=True, blank=True)
    equipment = ArrayField(
        models.CharField(max_length=16, choices=EQUIPMENT.choices),
        verbose_name=_("équipements nécessaires"),
        default=list,
        blank=True,
    )
    registered_on = models.DateField()
    # `registered_by` is the employee who registered the application, and null if the application was imported.
    # The national register sends the renewal reminders of imported applications.
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Digest of the application in the latest imported file, by which an import detects changes.
    file_digest = models.CharField(max_length=32, blank=True, default="", editable=False)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    closing_motive = models.CharField(
        _("motif de radiation"), max_length=16, choices=ClosingMotive.choices, blank=True, default=""
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(c.codename, f"opens applications in {c}") for c in sorted(ON_OCCASION)]
        indexes = [
            models.Index(
                fields=["kept_at", "renew_by"], name="application_of_ours", condition=Q(registered_by__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="application_number_once",
                violation_error_message=_("Une demande porte déjà ce numéro."),
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__regex=NUMBER_SHAPE),
                name="application_number_shape",
                violation_error_message=_(
                    "Un numéro unique a 18 signes : 3 chiffres, le mois et l’année, 6 chiffres, puis 5 lettres ou "
                    "chiffres."
                ),
            ),
            models.CheckConstraint(
                condition=Q(renew_by__gt=F("filed_on")),
                name="application_renewed_after_it_was_filed",
                violation_error_message=_("Une demande est renouvelée après son dépôt."),
            ),
            models.CheckConstraint(
                condition=Q(rooms_from__isnull=True, rooms_to__isnull=True)
                | Q(rooms_from__gte=1, rooms_to__gte=F("rooms_from"), rooms_to__lte=MOST_ROOMS),
                name="application_rooms_in_order",
                violation_error_message=_("Indiquez un nombre de pièces au moins, puis au plus, de 1 à 9."),
            ),
            models.CheckConstraint(
                condition=Q(equipment__contained_by=list(EQUIPMENT.terms)),
                name="application_equipment_listed",
                violation_error_message=_("Cet équipement n’est pas dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(housing="") | Q(housing__in=list(CURRENT_HOUSING.terms)),
                name="application_housing_listed",
                violation_error_message=_("Ce logement actuel n’est pas dans la liste."),
            ),
            models.CheckConstraint(
                condition=(~Q(state="closed") & Q(closed_on__isnull=True, closing_motive=""))
                | (Q(state="closed", closed_on__isnull=False) & ~Q(closing_motive="")),
                name="application_closed_for_a_motive",
                violation_error_message=_("Une demande ne peut être radiée que pour un motif de la liste."),
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED

    @property
    def application_id(self) -> uuid.UUID:
        return self.pk

    def subject(self) -> Subject:
        return Subject("application", self.pk)

"""Assignments: a person has a role at a place from one day to another."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.grants.hours import Hours
from access.grants.reasons import STAND_IN_REASONS, EndReason, StartReason
from access.models.person import Person
from access.models.place import OVERSEEING, Place, below
from access.models.request import AccessRequest
from access.reach import paths_held
from access.roles import INSPECTOR, ROLES
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT

_AT_HOURS = [role.code for role in ROLES.values() if role.hours]


class AssignmentQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the assignments that `person` may see: the person's own, and those at places that the person oversees.

        In the compartment CONTROL, which only inspectors use, all assignments are returned.
        """
        rows = self.select_related("person", "place__parent")
        if compartment is Compartment.CONTROL:
            return rows
        return rows.filter(Q(person=person) | below(paths_held(person.pk, OVERSEEING), "place__"))

    def in_force(self, day: date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), first_day__lte=day, last_day__gte=day)

    def open_on(self, day: date) -> Self:
        """Return the assignments that are in force on the day or start later."""
        still = Q(ended_on__isnull=True) | Q(ended_on__gt=day) & Q(ended_on__gt=F("first_day"))
        return self.filter(still, last_day__gte=day)

    def ending_within(self, day: date, until: date) -> Self:
        return self.in_force(day).filter(last_day__lte=until)

    def during(self, first: date, last: date) -> Self:
        """Return the assignments in force on at least one day between `first` and `last`, both included."""
        still = Q(ended_on__isnull=True) | Q(ended_on__gt=first) & Q(ended_on__gt=F("first_day"))
        return self.filter(still, first_day__lte=last, last_day__gte=first)


class Assignment(models.Model):
    """Role of a person at a place, from `first_day` to `last_day`, both included.

    An assignment that was ended early has `ended_on`, the first day on which it is no longer in force.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "role": DataClass.PLAIN,
        "place": DataClass.PLAIN,
        "first_day": DataClass.PLAIN,
        "last_day": DataClass.PLAIN,
        "reason": DataClass.PLAIN,
        "given_by": DataClass.PERSONAL,
        "given_at": DataClass.PLAIN,
        "request": DataClass.PLAIN,
        "from_hour": DataClass.PLAIN,
        "to_hour": DataClass.PLAIN,
        "nightly": DataClass.PLAIN,
        "ended_on": DataClass.PLAIN,
        "end_reason": DataClass.PLAIN,
        "ended_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("personne")
    )
    role = models.CharField(_("rôle"), max_length=32, choices=[(role.code, role.name) for role in ROLES.values()])
    place = models.ForeignKey(Place, models.PROTECT, related_name="assignments", verbose_name=_("lieu"))
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    reason = models.CharField(_("motif"), max_length=32, choices=StartReason.choices)
    # `given_by` is null if a program (demo, import) granted the assignment. The audit event names the program.
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    # `request` is the approved access request, or null for an assignment that needs none, such as a stand-in.
    request = models.OneToOneField(AccessRequest, models.PROTECT, null=True, related_name="assignment")
    # On-call duty has hours: one continuous period from `from_hour` to `to_hour`, or each night if `nightly`.
    from_hour = models.TimeField(_("de"), null=True, blank=True)
    to_hour = models.TimeField(_("à"), null=True, blank=True)
    nightly = models.BooleanField(_("chaque nuit"), default=False, db_default=False)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=32, choices=EndReason.choices, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        # Overlapping assignments of one person, role and place are refused by constraints in the initial migration.
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="assignment_ends_after_it_starts",
                violation_error_message=_("Le dernier jour doit être postérieur ou égal au premier."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("first_day"), ended_on__lte=F("last_day")),
                name="assignment_ends_within_its_days",
                violation_error_message=_("La fin anticipée doit être comprise dans les dates de l’affectation."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="") | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="assignment_end_has_a_reason",
                violation_error_message=_("Indiquez le motif de la fin anticipée."),
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | ~Q(given_by=F("person")),
                name="assignment_never_for_oneself",
                violation_error_message=_("Vous ne pouvez pas vous donner un accès à vous-même."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(ROLES)),
                name="assignment_role_known",
                violation_error_message=_("Ce rôle n’existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=_AT_HOURS, from_hour__isnull=False, to_hour__isnull=False)
                | (~Q(role__in=_AT_HOURS) & Q(from_hour__isnull=True, to_hour__isnull=True, nightly=False)),
                name="assignment_on_call_has_hours",
                violation_error_message=_("Indiquez des heures pour une astreinte, et seulement pour une astreinte."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gt=F("first_day")) | Q(from_hour__isnull=True) | Q(to_hour__gt=F("from_hour")),
                name="assignment_hours_end_after_they_start",
                violation_error_message=_("La fin de l’astreinte doit être postérieure à son début."),
            ),
            models.CheckConstraint(
                condition=~Q(role=INSPECTOR.code)
                | Q(last_day__lt=ExpressionWrapper(F("first_day") + INSPECTOR.days, DateField())),
                name="assignment_of_an_inspector_is_short",
                violation_error_message=_("Un agent de l’autorité de contrôle a accès trente jours au plus."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "last_day"], name="assignment_person"),
            models.Index(fields=["place", "last_day"], name="assignment_place"),
            # A person may have thousands of assignments, so an index is needed to find one place among them.
            models.Index(fields=["person", "place"], name="assignment_person_place"),
            models.Index(fields=["person", "role", "last_day"], name="assignment_person_role"),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"

    @property
    def role_name(self) -> str:
        return str(ROLES[self.role].name)

    @property
    def hours(self) -> Hours | None:
        return Hours(self.from_hour, self.to_hour, self.nightly) if self.from_hour and self.to_hour else None

    @property
    def hours_text(self) -> str:
        """The on-call hours as a phrase, or "" for an assignment without hours."""
        hours = self.hours
        if hours is None:
            return ""
        clock = {"a": f"{hours.start:%H:%M}", "b": f"{hours.end:%H:%M}"}
        if not hours.nightly:
            return gettext("de %(a)s le premier jour à %(b)s le dernier") % clock
        text = (
            gettext("chaque jour, de %(a)s à %(b)s")
            if hours.end > hours.start
            else gettext("chaque nuit, de %(a)s à %(b)s")
        )
        return text % clock

    @property
    def until(self) -> date:
        """The last day on which the assignment is in force: the day before `ended_on`, or else `last_day`."""
        return self.ended_on - timedelta(days=1) if self.ended_on else self.last_day

    @property
    def takes_two(self) -> bool:
        """Whether a second person must approve this assignment (four-eyes approval)."""
        return self.place.takes_two(self.role)

    @property
    def next_day(self) -> date:
        return self.last_day + timedelta(days=1)

    @property
    def is_stand_in(self) -> bool:
        return self.reason in STAND_IN_REASONS

    def subject(self) -> None:
        """Return None, so that the audit log does not list the assignments shown: they are not about residents."""

"""Access requests. They are needed to add a person, and for assignments that a manager may not grant alone."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.grants.reasons import RefusalReason, StartReason
from access.grants.wording import PERMISSIONS
from access.models.decided import Decided, DecidedQuerySet, decided_by_two
from access.models.person import Person
from access.models.place import OVERSEEING, Place, below
from access.reach import paths_held
from access.roles import ROLES
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import REQUEST


class AccessRequestQuerySet(DecidedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the access requests that `person` may see: the person's own, and those for places that the person
        oversees.

        In the compartment CONTROL, which only inspectors use, all requests are returned.
        """
        rows = self.select_related("asked_by", "decided_by", "person", "employed_at", "place__parent")
        if compartment is Compartment.CONTROL:
            return rows
        return rows.filter(Q(asked_by=person) | below(paths_held(person.pk, OVERSEEING), "place__"))


class AccessRequest(Decided):
    """Request for an assignment of an existing person (`person`), or of a new one (`name`, `email`, `employed_at`).

    `name` and `email` are erased once the request is decided or has lapsed. After approval, `person` is the person
    created.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "asked_by": DataClass.PERSONAL,
        "asked_at": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "name": DataClass.PERSONAL,
        "email": DataClass.PERSONAL,
        "employed_at": DataClass.PLAIN,
        "role": DataClass.PLAIN,
        "place": DataClass.PLAIN,
        "first_day": DataClass.PLAIN,
        "last_day": DataClass.PLAIN,
        "reason": DataClass.PLAIN,
        "batch": DataClass.PLAIN,
        "permissions": DataClass.PLAIN,
        "decision": DataClass.PLAIN,
        "decided_by": DataClass.PERSONAL,
        "decided_at": DataClass.PLAIN,
        "refusal": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, REQUEST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="requests")
    name = models.CharField(_("nom affiché"), max_length=120, blank=True)
    email = models.EmailField(_("adresse électronique professionnelle"), max_length=254, blank=True)
    employed_at = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    role = models.CharField(_("rôle"), max_length=32)
    place = models.ForeignKey(Place, models.PROTECT, related_name="requests", verbose_name=_("lieu"))
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    reason = models.CharField(_("motif"), max_length=32, choices=StartReason.choices)
    # All access requests created from one imported file have the same `batch`.
    batch = models.UUIDField(null=True, blank=True, editable=False)
    # `permissions` has the permissions of a machine's token, at most those of its role. It is empty for people.
    permissions = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)
    refusal = models.CharField(_("motif du refus"), max_length=32, choices=RefusalReason.choices, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        # Triggers check who may request and who may decide, because a check constraint cannot read other rows.
        constraints = [
            *decided_by_two("request"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="request_ends_after_it_starts",
                violation_error_message=_("Le dernier jour doit être postérieur ou égal au premier."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("asked_by")),
                name="request_never_for_oneself",
                violation_error_message=_("Vous ne pouvez pas demander un accès pour vous-même."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(person__isnull=True) | ~Q(decided_by=F("person")),
                name="request_never_decided_by_whom_it_is_for",
                violation_error_message=_("Vous ne pouvez pas décider d’un accès qui vous est destiné."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[role.code for role in ROLES.values() if role.hours]),
                name="request_never_for_hours",
                violation_error_message=_(
                    "Une astreinte comporte des heures et ne peut être confiée que par le responsable de ses lieux."
                ),
            ),
            models.CheckConstraint(
                condition=Q(permissions=[])
                | Q(employed_at__isnull=False, last_day__lte=ExpressionWrapper(F("first_day") + 365, DateField())),
                name="request_for_a_machine_of_a_year",
                violation_error_message=_("Un jeton est valable un an au plus, et chaque machine doit avoir le sien."),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="request_asked_at"),
            models.Index(fields=["batch"], name="request_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"access request {self.pk}"

    @property
    def is_new(self) -> bool:
        """Whether the request is for a person who did not exist yet when it was submitted."""
        return self.employed_at_id is not None

    @property
    def is_for_machine(self) -> bool:
        return bool(self.permissions)

    @property
    def permission_names(self) -> list[Promise | str]:
        """Names of the token's permissions, which the person who decides on the request sees."""
        return [words for permission, words in PERMISSIONS.items() if permission.value in self.permissions]

    @property
    def whose(self) -> str:
        """Name to display. It is "" for a new person whose request was not approved, because the name is erased."""
        return self.person.name if self.person else self.name

    @property
    def role_name(self) -> str:
        return str(ROLES[self.role].name) if self.role in ROLES else self.role

    def subject(self) -> None:
        """Return None, so that the audit log does not list the requests shown: they are not about residents."""

"""Lawful priorities (CCH, article L441-1): those that officers record, and sealed grounds, which are sensitive and
readable by one examiner only.

All other people read only a boolean for an application: whether any priority is recognised.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import ON_OCCASION, Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.application import Application, OfApplicationQuerySet, OnOccasion
from allocations.vocabulary import GROUNDS, OPEN_PRIORITIES, PRIORITY_PROOFS, SEALED_GROUNDS
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION


def proof_matches(codes: list[str]) -> Q:
    """Return a condition for a constraint: each priority has the kind of proof that the law requires for it."""
    return Q(*(Q(code=code, proof=GROUNDS.terms[code].row["proof"]) for code in codes), _connector=Q.OR)


class Priority(models.Model):
    """A lawful priority that is not sensitive, recorded by an officer who saw its proof."""

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "code": DataClass.INFERABLE,
        "proof": DataClass.PERSONAL,
        "attested_on": DataClass.PERSONAL,
        "ends_on": DataClass.PERSONAL,
        "recorded_on": DataClass.PERSONAL,
        "recorded_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="priorities")
    code = models.CharField(_("priorité"), max_length=24, choices=[(c, GROUNDS.label(c)) for c in OPEN_PRIORITIES])
    proof = models.CharField(_("preuve"), max_length=24, choices=PRIORITY_PROOFS.choices)
    attested_on = models.DateField(_("date de la preuve"))
    ends_on = models.DateField(_("dernier jour"))
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "code", "recorded_on"],
                name="priority_once",
                violation_error_message=_("Cette priorité est déjà enregistrée aujourd’hui."),
            ),
            models.CheckConstraint(
                condition=proof_matches(OPEN_PRIORITIES),
                name="priority_needs_its_proof",
                violation_error_message=_("Cette priorité demande une autre preuve."),
            ),
            models.CheckConstraint(
                condition=Q(attested_on__lte=F("recorded_on"), ends_on__gte=F("recorded_on")),
                name="priority_ends",
                violation_error_message=_("La preuve est datée d’aujourd’hui au plus tard, et la priorité a une fin."),
            ),
        ]

    def __str__(self) -> str:
        return f"priority {self.pk}"

    @property
    def label(self) -> str:
        return GROUNDS.label(self.code)

    def subject(self) -> Subject:
        return Subject("application", self.application_id)


class CaseAnswer(models.TextChoices):
    RECOGNISED = "recognised", _("motif reconnu")
    REFUSED = "refused", _("motif non reconnu")
    PROOF_ASKED = "proof_asked", _("preuve demandée")


class GroundCaseQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the cases (claims of a sensitive priority) that an examiner has taken, or those of the applications
        that an officer has opened.

        Queries for officers must use `only()`, because an officer may read only some columns of a case, such as the day
        of referral.
        """
        if compartment not in ON_OCCASION:
            return self.none()
        rows = self.filter(Q(OnOccasion("application", person.pk, compartment.value)))
        return rows.filter(examiner=person) if compartment is Compartment.GROUNDS else rows


class GroundCase(models.Model):
    """A case for the examiner: an applicant claims a sensitive ground. The officer who refers the case does not ask
    which one."""

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "referred_on": DataClass.INFERABLE,
        "referred_by": DataClass.PERSONAL,
        "examiner": DataClass.PERSONAL,
        "taken_on": DataClass.PERSONAL,
        "answer": DataClass.INFERABLE,
        "answered_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="ground_cases")
    referred_on = models.DateField()
    referred_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    examiner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_on = models.DateField(null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=16, choices=CaseAnswer.choices, blank=True, default="")
    answered_on = models.DateField(null=True, blank=True)

    objects = GroundCaseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(answer__in=["recognised", "refused"]),
                name="ground_case_one_open",
                violation_error_message=_("Cette demande est déjà transmise à l’examinateur."),
            ),
            models.CheckConstraint(
                condition=Q(examiner__isnull=True, taken_on__isnull=True, answer="")
                | Q(examiner__isnull=False, taken_on__isnull=False),
                name="ground_case_answered_by_its_examiner",
                violation_error_message=_("Seul l’examinateur qui a pris le dossier y répond."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True)
                | Q(answer__in=CaseAnswer.values, answered_on__isnull=False),
                name="ground_case_answer_is_dated",
                violation_error_message=_("La réponse de l’examinateur doit être datée."),
            ),
        ]

    def __str__(self) -> str:
        return f"ground case {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)


class GroundQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the sealed grounds (sensitive priorities) of applications whose case the examiner has taken."""
        if compartment is not Compartment.GROUNDS:
            return self.none()
        return self.filter(Q(OnOccasion("application", person.pk, compartment.value)))


class Ground(models.Model):
    """A sealed ground (sensitive priority) that the examiner recognised: a code, the kind of proof, its date and its
    last day. Free text is not stored."""

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "code": DataClass.INFERABLE,
        "proof": DataClass.INFERABLE,
        "attested_on": DataClass.INFERABLE,
        "ends_on": DataClass.INFERABLE,
        "decided_on": DataClass.PERSONAL,
        "decided_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="grounds")
    code = models.CharField(_("motif"), max_length=24, choices=[(c, GROUNDS.label(c)) for c in SEALED_GROUNDS])
    proof = models.CharField(_("preuve"), max_length=24, choices=PRIORITY_PROOFS.choices)
    attested_on = models.DateField(_("date de la décision ou de l’attestation"))
    ends_on = models.DateField(_("dernier jour"))
    decided_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    objects = GroundQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "code", "decided_on"],
                name="ground_once",
                violation_error_message=_("Ce motif est déjà reconnu aujourd’hui."),
            ),
            models.CheckConstraint(
                condition=proof_matches(SEALED_GROUNDS),
                name="ground_needs_its_proof",
                violation_error_message=_("Ce motif demande une autre preuve."),
            ),
            models.CheckConstraint(
                condition=Q(attested_on__lte=F("decided_on"), ends_on__gt=F("decided_on")),
                name="ground_ends",
                violation_error_message=_("La preuve est datée d’aujourd’hui au plus tard, et le motif a une fin."),
            ),
        ]

    def __str__(self) -> str:
        return f"ground {self.pk}"

    @property
    def label(self) -> str:
        return GROUNDS.label(self.code)

    def subject(self) -> Subject:
        return Subject("application", self.application_id)

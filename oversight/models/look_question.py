"""The model of view questions. A view question asks why an employee opened certain data. Its row also stores the
employee's explanation, the manager's answer and the reviewer's verdict."""

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from audit.record import Subject
from casework.vocabulary import LOOK_ANSWERS, LOOK_EXPLANATIONS, LOOK_VERDICTS
from privacy.classes import DataClass
from privacy.processing_activities import LOOK_QUESTIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import LOOK_QUESTION

HEARD_FIRST = timedelta(days=7)
QUIET_AFTER = timedelta(days=92)
# Columns that managers may read. `rule` and `event` are left out, because they disclose facts about the household.
TO_MANAGERS = ("id", "person", "kind", "at", "place", "asked_on", "answer", "answered_by", "answered_on")
TO_ONESELF = (
    "id",
    "event",
    "rule",
    "person",
    "kind",
    "at",
    "place",
    "found_on",
    "explanation",
    "explained_on",
    "asked_on",
    "answer",
    "answered_on",
    "verdict",
    "judged_on",
)


class Desk(models.TextChoices):
    """The office that gives the verdict on a question. It is the data protection officer, or the data steward if the
    question is about the data protection officer."""

    OFFICER = "dpo", _("protection des données")
    STEWARD = "steward", _("responsable des données")


class AtDesk(models.Func):
    """SQL condition: True if the current person belongs to the office that gives the verdict on the question. The
    row-level policy calls the same database function."""

    function, conditional = "oversight_reads_questions", True
    output_field = models.BooleanField()


class OfMine(models.Func):
    """SQL condition: True if the current person manages the questioned employee, or the place of the data that were
    opened."""

    function, conditional = "oversight_answers_for", True
    output_field = models.BooleanField()


class LookQuestionQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the questions that `person` may see, as the row-level policies do.

        Employees see the questions about themselves. Managers see the questions that they are asked. The data
        protection officer and the data steward see the questions that they must judge.
        """
        if compartment is Compartment.OWN_TRACE:
            return self.filter(person=person).only(*TO_ONESELF).select_related("place")
        others = self.exclude(person=person).select_related("place")
        if compartment is Compartment.REVIEWS:
            return others.filter(AtDesk("desk"))
        if compartment is Compartment.ASSIGNMENTS:
            mine = OfMine("person_id", "place_id")
            rows = others.filter(mine, asked_on__isnull=False).select_related("place", "person")
            return rows.only(*TO_MANAGERS, "place__name", "person__name")
        return self.none()

    def waiting_first(self) -> Self:
        """Order questions without a verdict first, in the order in which the data were opened. Questions with a verdict
        follow, latest verdict first."""
        rank = Case(When(verdict="", then=0), default=1)
        return self.order_by(rank, Case(When(verdict="", then=F("at"))), F("judged_on").desc(), "id")


class LookQuestion(models.Model):
    """A question that a nightly rule asks about one recorded opening of data. It stores the id of the audit event, but
    neither the household nor any relation between household and employee."""

    privacy = {
        "id": DataClass.PLAIN,
        "event": DataClass.PERSONAL,
        "rule": DataClass.INFERABLE,
        "kind": DataClass.PERSONAL,
        "at": DataClass.PERSONAL,
        "person": DataClass.PERSONAL,
        "role": DataClass.PERSONAL,
        "place": DataClass.PERSONAL,
        "desk": DataClass.PLAIN,
        "found_on": DataClass.PLAIN,
        "explanation": DataClass.PERSONAL,
        "explained_on": DataClass.PERSONAL,
        "asked_by": DataClass.PERSONAL,
        "asked_on": DataClass.PERSONAL,
        "answer": DataClass.PERSONAL,
        "answered_by": DataClass.PERSONAL,
        "answered_on": DataClass.PERSONAL,
        "verdict": DataClass.PERSONAL,
        "judged_by": DataClass.PERSONAL,
        "judged_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(LOOK_QUESTIONS, LOOK_QUESTION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.UUIDField()
    rule = models.CharField(max_length=32)
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=32)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    desk = models.CharField(max_length=8, choices=Desk.choices)
    found_on = models.DateField()
    explanation = models.CharField(_("explication"), max_length=24, choices=LOOK_EXPLANATIONS.choices, blank=True)
    explained_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_on = models.DateField(null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=24, choices=LOOK_ANSWERS.choices, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_on = models.DateField(null=True, blank=True)
    verdict = models.CharField(
        pgettext_lazy("examen", "avis"), max_length=16, choices=LOOK_VERDICTS.choices, blank=True
    )
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    judged_on = models.DateField(null=True, blank=True)

    objects = LookQuestionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "rule"],
                name="look_asked_about_once",
                violation_error_message=_("Cette règle a déjà posé sa question sur cette consultation."),
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(judged_by__isnull=False, judged_on__isnull=False),
                name="look_verdict_signed",
                violation_error_message=_("Un avis sur une consultation doit être signé et daté."),
            ),
            models.CheckConstraint(
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("person")),
                name="look_not_judged_by_oneself",
                violation_error_message=_("Vous ne pouvez pas donner un avis sur votre propre consultation."),
            ),
        ]

    def __str__(self) -> str:
        return f"look question {self.pk}"

    @property
    def explanation_text(self) -> str:
        return LOOK_EXPLANATIONS.label(self.explanation)

    @property
    def answer_text(self) -> str:
        return LOOK_ANSWERS.label(self.answer)

    @property
    def verdict_text(self) -> str:
        return LOOK_VERDICTS.label(self.verdict)

    def subject(self) -> Subject:
        """Return the question itself as the subject of audit events. A household as subject would disclose whose data
        were opened."""
        return Subject("look_question", self.pk)

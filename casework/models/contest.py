"""Contested refusals: sentences that the screening refused and whose author contests the refusal.

Each sentence is stored encrypted. Two people decide on it, and it is erased after thirty days in any case.
"""

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from access.compartments import PLACED, Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from audit.record import Subject
from buildings.models import Building
from casework.models.fact_code import FactCode
from casework.vocabulary import CONTEST_ADVICE, CONTEST_OUTCOMES, NOTE_EXCEPTIONS
from formats.working_days import working_days_after
from privacy.classes import DataClass
from privacy.encryption.fields import EncryptedField
from privacy.processing_activities import NOTES, RULES
from privacy.retention import DataPolicy
from privacy.retention_periods import CONTEST, RIGHT
from tenants.models.account import Account
from tenants.models.restriction import account_not_restricted

KEPT = timedelta(days=30)
WORKING_DAYS = 2
# WEIGHED lists the outcomes that a data steward may propose for a contested sentence. A manager then decides.
WEIGHED = ("allow_once", "allow_wording", "erased")


def answer_by(asked_on: date) -> date:
    """Return the day by which a contested sentence must be decided on: two working days after the contest."""
    return working_days_after(asked_on, WORKING_DAYS)


class _AnswerUnread(Func):
    """SQL condition: the current person contested the refusal and has not opened its answer yet."""

    function = "casework_answer_unread"
    output_field = BooleanField()
    conditional = True


class ContestQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the contested refusals that the person may see: sentences that the screening refused.

        For authors and managers, the query leaves out the column `sentence`, because their database roles may not
        select it. Data stewards and data protection officers may read the sentence.
        """
        rows = super().visible_to(person, compartment).defer("sentence") if compartment in PLACED else self.all()
        return rows.filter(account_not_restricted("asked_on")).select_related("code")

    def with_unread_answer(self, author: Person, accounts: "QuerySet[Account]") -> Self:
        """Return the decided contests of this author whose answer the author has not opened yet.

        `accounts` are the accounts that the author may see today. The answers of other accounts are left out.
        """
        reached = Exists(accounts.order_by().filter(pk=OuterRef("account")))
        return self.filter(reached, _AnswerUnread(F("pk")), asked_by=author).exclude(outcome="")

    def waiting_first(self) -> Self:
        """Order contested sentences: waiting ones, then suspended ones, then decided ones, each group by deadline."""
        rank = Case(When(outcome="", suspended_on=None, then=0), When(outcome="", then=1), default=2)
        return self.order_by(rank, "answer_by", F("decided_on").desc(nulls_last=True), "id")


class ContestedSentence(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "code": DataClass.INFERABLE,
        "reason": DataClass.PERSONAL,
        "sentence": DataClass.FREE_TEXT,
        "categories": DataClass.INFERABLE,
        "ends_on": DataClass.PERSONAL,
        "asked_on": DataClass.PERSONAL,
        "asked_by": DataClass.PERSONAL,
        "answer_by": DataClass.PERSONAL,
        "proposal": DataClass.PERSONAL,
        "wording": DataClass.FREE_TEXT,
        "proposed_by": DataClass.PERSONAL,
        "outcome": DataClass.PERSONAL,
        "decided_on": DataClass.PERSONAL,
        "decided_by": DataClass.PERSONAL,
        "suspended_on": DataClass.PERSONAL,
        "suspended_by": DataClass.PERSONAL,
        "advice": DataClass.PERSONAL,
        "advised_on": DataClass.PERSONAL,
        "advised_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(NOTES, CONTEST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="contests", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    code = models.ForeignKey(FactCode, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=32, choices=NOTE_EXCEPTIONS.choices)
    sentence = EncryptedField(null=True)  # type: ignore[misc]  # null once it is erased
    categories = models.CharField(max_length=64)
    ends_on = models.DateField()
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    answer_by = models.DateField()
    proposal = models.CharField(max_length=16, choices=CONTEST_OUTCOMES.choices, blank=True)
    wording = models.CharField(_("formulation à admettre"), max_length=80, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=16, choices=CONTEST_OUTCOMES.choices, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    suspended_on = models.DateField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    advice = models.CharField(max_length=24, choices=CONTEST_ADVICE.choices, blank=True)
    advised_on = models.DateField(null=True, blank=True)
    advised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = ContestQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(decided_on__isnull=False, decided_by__isnull=False, outcome=F("proposal")),
                name="contest_decided_as_proposed",
                violation_error_message=_("Un refus contesté doit être décidé à deux, à partir d’une proposition."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="contest_takes_two",
                violation_error_message=_("La personne qui a fait la proposition ne peut pas en décider."),
            ),
            models.CheckConstraint(
                condition=~Q(proposal="allow_wording") | ~Q(wording=""),
                name="contest_says_its_wording",
                violation_error_message=_("Écrivez la formulation à admettre."),
            ),
            models.CheckConstraint(
                condition=Q(advice="") | Q(advised_on__isnull=False, advised_by__isnull=False),
                name="contest_advice_is_signed",
                violation_error_message=_("Un avis doit être signé et daté."),
            ),
        ]

    def __str__(self) -> str:
        return f"contest {self.pk}"

    @property
    def proposal_text(self) -> str:
        return CONTEST_OUTCOMES.label(self.proposal) if self.proposal else ""

    @property
    def proposed(self) -> str:
        """The proposed outcome and wording as one string.

        The manager's form posts this string back. If the posted string differs from the current one, the data steward
        has changed the proposal since the manager opened the form.
        """
        return f"{self.proposal}:{self.wording}" if self.proposal else ""

    @property
    def advice_text(self) -> str:
        return CONTEST_ADVICE.label(self.advice) if self.advice else ""

    @property
    def is_waiting(self) -> bool:
        return not self.outcome and self.suspended_on is None

    def is_late(self, day: date) -> bool:
        return self.is_waiting and self.answer_by < day

    @property
    def outcome_text(self) -> str:
        return CONTEST_OUTCOMES.label(self.outcome) if self.outcome else ""

    def subject(self) -> Subject:
        return Subject("account", self.account_id)


class AllowedWordingQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all()


class AllowedWording(models.Model):
    """A wording, such as a street or company name, that the screening accepts because two people approved it."""

    privacy = {
        "id": DataClass.PLAIN,
        "text": DataClass.PLAIN,
        "proposed_by": DataClass.PERSONAL,
        "allowed_by": DataClass.PERSONAL,
        "allowed_on": DataClass.PLAIN,
    }
    data_policy = DataPolicy(RULES, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.CharField(max_length=80)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    allowed_on = models.DateField()

    objects = AllowedWordingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["text"],
                name="allowed_wording_once",
                violation_error_message=_("Cette formulation est déjà admise."),
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("allowed_by")),
                name="allowed_wording_takes_two",
                violation_error_message=_("La personne qui a fait la proposition ne peut pas en décider."),
            ),
        ]

    def __str__(self) -> str:
        return f"allowed wording {self.pk}"

    def subject(self) -> None:
        """Return None: an allowed wording, such as a street name, concerns no tenant and no account."""

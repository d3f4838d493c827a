"""Notes: one screened sentence on an account, for what a fact cannot express.

A note has a fact code and a last day. The tenant may read it.
"""

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from audit.record import Subject
from buildings.models import Building
from casework.models.fact import Readable
from casework.models.fact_code import FactCode, FactScope
from casework.vocabulary import NOTE_EXCEPTIONS
from privacy.classes import DataClass
from privacy.processing_activities import NOTES
from privacy.retention import DataPolicy
from privacy.retention_periods import NOTE
from privacy.screened import LONGEST, ScreenedText
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden
from tenants.models.restriction import account_not_restricted

A_YEAR = timedelta(days=366)


class AccountNoteQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return (
            super()
            .visible_to(person, compartment)
            .filter(
                account_not_hidden(compartment),
                account_not_restricted("written_on"),
                Q(Readable(person, FactScope.ACCOUNT)),
            )
        )

    def in_force(self, day: date) -> Self:
        rows = self.filter(ends_on__gte=day, withdrawn_on__isnull=True)
        latest = ("-written_on", F("written_at").desc(nulls_last=True))
        return rows.select_related("code", "written_by").order_by(*latest, "id")


class AccountNote(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "code": DataClass.INFERABLE,
        "reason": DataClass.PERSONAL,
        "text": DataClass.FREE_TEXT,
        "ends_on": DataClass.PERSONAL,
        "written_on": DataClass.PERSONAL,
        "written_at": DataClass.PERSONAL,
        "first_written_on": DataClass.PERSONAL,
        "written_by": DataClass.PERSONAL,
        "withdrawn_on": DataClass.PERSONAL,
        "withdrawn_by": DataClass.PERSONAL,
        "replaces": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(NOTES, NOTE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="notes", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    code = models.ForeignKey(FactCode, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(_("pourquoi le fait ne suffit pas"), max_length=32, choices=NOTE_EXCEPTIONS.choices)
    text = ScreenedText(_("phrase"), max_length=LONGEST)
    ends_on = models.DateField(_("date d’effacement"))
    written_on = models.DateField()
    # Time at which the note was written. It is None for imported notes, and for notes that are older than this column.
    written_at = models.DateTimeField(null=True, editable=False)
    # Date of the original comment, if the note was imported from an older system.
    first_written_on = models.DateField(null=True, blank=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    replaces = models.UUIDField(null=True, blank=True, editable=False)

    objects = AccountNoteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("written_on")) & Q(ends_on__lte=F("written_on") + 366),
                name="note_ends_within_a_year",
                violation_error_message=_("Une note doit être effacée dans les douze mois."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="note_says_something",
                violation_error_message=_("Une note ne peut pas être vide."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=list(NOTE_EXCEPTIONS.terms)),
                name="note_has_its_reason",
                violation_error_message=_("Indiquez pourquoi le fait ne suffit pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @staticmethod
    def check_end(ends_on: date, today: date) -> None:
        """Raise ValidationError unless the last day is within twelve months. A database constraint checks it, too."""
        if not today <= ends_on <= today + A_YEAR:
            raise ValidationError({"ends_on": _("Une note doit être effacée dans les douze mois.")})

    @property
    def reason_text(self) -> str:
        return NOTE_EXCEPTIONS.label(self.reason)

    def subject(self) -> Subject:
        return Subject("account", self.account_id)

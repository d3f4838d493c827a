"""Contact attempts: an employee telephones the tenant of an account in arrears. The outcome is a code, without text."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import Among, ScopedQuerySet
from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import ARREARS
from privacy.retention import DataPolicy
from privacy.retention_periods import CONTACT_YEAR
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden
from tenants.models.restriction import account_not_restricted

LONGEST_WAIT = timedelta(days=92)  # LONGEST_WAIT: an account in arrears must be contacted again within this time.
STORED_FOR = timedelta(days=365)


class ContactOutcome(models.TextChoices):
    """The outcome of a contact attempt.

    ADVISER_OFFERED means that the tenant was offered the help of a social adviser. What they discuss is not stored.
    """

    REACHED = "reached", _("locataire joint")
    NO_ANSWER = "no_answer", _("pas de réponse")
    CALL_BACK = "call_back", _("à rappeler")
    APPOINTMENT = "appointment", _("rendez-vous convenu")
    ADVISER_OFFERED = "adviser_offered", _("conseiller social proposé")


# For an outcome in DATED, the employee types the day on which the account is listed again for a new contact.
DATED = (ContactOutcome.CALL_BACK, ContactOutcome.APPOINTMENT)


class ContactAttemptQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return nothing except in the compartment ACCOUNT: a contact attempt implies that the tenant is in arrears."""
        if compartment is not Compartment.ACCOUNT:
            return self.none()
        rows = super().visible_to(person, compartment)
        return rows.filter(account_not_hidden(compartment), account_not_restricted("made_on"))

    def coming_back_after(self, day: date) -> Self:
        """Return the latest attempt of each account, if the account is to be contacted again only after this day."""
        later = self.model._default_manager.filter(account=OuterRef("account"), made_at__gt=OuterRef("made_at"))
        return self.filter(~Exists(later), back_on__gt=day)

    def latest_of(self, accounts: Collection[UUID]) -> Self:
        """Return the latest contact attempt of each of the given accounts."""
        return self.filter(Among("account", accounts)).order_by("account", "-made_at", "id").distinct("account")

    def newest_first(self) -> Self:
        return self.order_by("-made_at", "id")


class ContactAttempt(models.Model):
    """A telephone call to a tenant in arrears. `back_on` is the day from which the account is again listed as to be
    contacted."""

    privacy = {
        "id": DataClass.PLAIN,
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "outcome": DataClass.INFERABLE,
        "made_on": DataClass.PERSONAL,
        "made_at": DataClass.PERSONAL,
        "made_by": DataClass.PERSONAL,
        "back_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ARREARS, CONTACT_YEAR)

    # The form contains the id, so that an attempt whose form is sent twice is stored once.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="contact_attempts", db_index=False, db_constraint=False
    )
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    outcome = models.CharField(_("résultat"), max_length=16, choices=ContactOutcome.choices)
    made_on = models.DateField(_("contacté le"))
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    back_on = models.DateField(_("à contacter de nouveau le"))

    objects = ContactAttemptQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=ContactOutcome.values),
                name="contact_outcome_known",
                violation_error_message=_("Choisissez le résultat du contact dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(back_on__gte=F("made_on")) & Q(back_on__lte=F("made_on") + LONGEST_WAIT.days),
                name="contact_comes_back_in_time",
                violation_error_message=_("Le contact suivant doit avoir lieu dans les trois mois."),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "made_at"], name="contact_of_account"),
            models.Index(fields=["building", "back_on"], name="contact_coming_back"),
        ]

    def __str__(self) -> str:
        return f"contact attempt {self.pk}"

    def same_as(self, other: "ContactAttempt") -> bool:
        """Return whether this attempt and `other` have the same content, as when a form is sent twice."""
        facts = ("account_id", "outcome", "made_on", "made_by_id", "back_on")
        return all(getattr(self, name) == getattr(other, name) for name in facts)

    def subject(self) -> Subject:
        return Subject("account", self.account_id)

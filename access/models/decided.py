"""Base model of requests that a second person must approve. A request lapses after fourteen days without decision."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.scope import ScopedQuerySet

LAPSES_AFTER = timedelta(days=14)  # An undecided request lapses after this time. It may then be submitted again.


class Decision(models.TextChoices):
    """How a request ended. An open or lapsed request has an empty decision."""

    APPROVED = "approved", _("approuvée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


class DecidedQuerySet(ScopedQuerySet):
    def open_at(self, at: datetime) -> Self:
        return self.filter(decision="", asked_at__gt=at - LAPSES_AFTER)


class Decided(models.Model):
    """Abstract base model. A subclass must add a field `refusal` and the constraints that `decided_by_two` returns."""

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def decision_text(self) -> str:
        """State of the request for pages: its decision, or whether it is still open or has lapsed."""
        if self.decision:
            return self.get_decision_display()
        return gettext("expirée") if self.is_lapsed else gettext("en attente")

    @property
    def lapses_at(self) -> datetime:
        return self.asked_at + LAPSES_AFTER

    def is_open(self, at: datetime) -> bool:
        return not self.decision and at < self.lapses_at

    @property
    def is_lapsed(self) -> bool:
        return not self.decision and not self.is_open(timezone.now())


def decided_by_two(table: str) -> list[models.CheckConstraint]:
    """Return check constraints that require a second person for a decision. Their names have the prefix `table`."""
    return [
        models.CheckConstraint(
            condition=Q(decided_by__isnull=True) | Q(decision=Decision.WITHDRAWN) | ~Q(decided_by=F("asked_by")),
            name=f"{table}_takes_two",
            violation_error_message=_(
                "Vous avez fait cette demande : une autre personne doit l’approuver ou la refuser."
            ),
        ),
        models.CheckConstraint(
            condition=~Q(decision=Decision.WITHDRAWN) | Q(decided_by=F("asked_by")),
            name=f"{table}_withdrawn_by_who_asked",
            violation_error_message=_("Seule la personne qui a fait la demande peut la retirer."),
        ),
        models.CheckConstraint(
            condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
            | Q(decision__in=Decision.values, decided_by__isnull=False, decided_at__isnull=False),
            name=f"{table}_decided_by_someone_at_some_time",
            violation_error_message=_("Une décision doit indiquer son auteur et sa date."),
        ),
        models.CheckConstraint(
            condition=Q(decision=Decision.REFUSED) ^ Q(refusal=""),
            name=f"{table}_refused_for_a_reason",
            violation_error_message=_("Indiquez le motif du refus."),
        ),
    ]

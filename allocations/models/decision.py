"""The commission's work on a candidacy: recusals, decisions that the chair proposes, votes, and the adopted
decision."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.candidacy import Candidacy, OfCandidacyQuerySet
from allocations.models.session import OwnSession, Seat
from allocations.rules.motives import MOTIVES
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import CANDIDACIES
from privacy.retention import DataPolicy
from privacy.retention_periods import CANDIDACY


class DecisionKind(models.TextChoices):
    """The five kinds of decision that CCH, article R441-3, allows."""

    ALLOCATION = "a", _("attribution")
    RANKED = "b", _("attribution par classement")
    CONDITIONAL = "c", _("attribution sous condition suspensive")
    NON_ALLOCATION = "d", _("non-attribution")
    INADMISSIBLE = "e", _("irrecevabilité")


class Outcome(models.TextChoices):
    PROPOSED = "proposed", _("proposée")
    ADOPTED = "adopted", _("adoptée")
    REJECTED = "rejected", _("rejetée")
    # A proposed decision lapses if the dwelling moves to another session, or a better-ranked candidate is rejected.
    LAPSED = "lapsed", _("sans suite")


CURRENT = (Outcome.PROPOSED, Outcome.ADOPTED)


class Choice(models.TextChoices):
    FOR = "for", _("pour")
    AGAINST = "against", _("contre")
    ABSTAIN = "abstain", _("abstention")


class Recusal(models.Model):
    """Recusal: excludes a member of the commission from a candidacy, because the member knows the candidate or has an
    interest in the dwelling."""

    privacy = {
        "id": DataClass.PLAIN,
        "seat": DataClass.PERSONAL,
        "candidacy": DataClass.PLAIN,
        "declared_at": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="recusals", db_index=False)
    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="recusals")
    declared_at = models.DateTimeField()

    objects = OfCandidacyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "candidacy"],
                name="recusal_once",
                violation_error_message=_("Vous vous êtes déjà récusé pour cette fiche."),
            )
        ]

    def __str__(self) -> str:
        return f"recusal {self.pk}"

    def subject(self) -> Subject:
        return Subject("candidacy", self.candidacy_id)


class Decision(models.Model):
    """A decision that the chair proposes and the members vote on. A candidacy has at most one adopted decision.

    `figures` has the figures of the refusal motive: the compared value, then the limit. An income is stored as its
    bracket. `missing_document` is the document on which a conditional allocation depends, due on `document_by`.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "candidacy": DataClass.PLAIN,
        "kind": DataClass.PERSONAL,
        "rank": DataClass.PERSONAL,
        "motive": DataClass.PERSONAL,
        "figures": DataClass.PERSONAL,
        "missing_document": DataClass.PERSONAL,
        "document_by": DataClass.PERSONAL,
        "proposed_at": DataClass.PLAIN,
        "proposed_by": DataClass.PERSONAL,
        "outcome": DataClass.PERSONAL,
        "votes_for": DataClass.PLAIN,
        "votes_against": DataClass.PLAIN,
        "by_casting": DataClass.PLAIN,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="decisions")
    kind = models.CharField(_("décision"), max_length=1, choices=DecisionKind.choices)
    rank = models.PositiveSmallIntegerField(_("rang"), null=True, blank=True)
    motive = models.CharField(_("motif"), max_length=24, choices=MOTIVES.choices, blank=True, default="")
    figures = ArrayField(models.BigIntegerField(), default=list, blank=True)
    missing_document = models.CharField(
        _("pièce manquante"), max_length=24, choices=SUPPORTING_DOCUMENTS.choices, blank=True, default=""
    )
    document_by = models.DateField(_("à fournir avant le"), null=True, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(_("issue"), max_length=16, choices=Outcome.choices, default=Outcome.PROPOSED)
    votes_for = models.PositiveSmallIntegerField(null=True)
    votes_against = models.PositiveSmallIntegerField(null=True)
    by_casting = models.BooleanField(_("par la voix prépondérante"), default=False)

    objects = OfCandidacyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["candidacy"],
                condition=Q(outcome__in=["proposed", "adopted"]),
                name="decision_one_at_a_time",
                violation_error_message=_("Une décision est déjà proposée ou adoptée pour cette fiche."),
            ),
            models.CheckConstraint(
                condition=Q(kind="d", motive__in=[term.code for term in MOTIVES.where(decision="d")])
                | Q(kind="e", motive__in=[term.code for term in MOTIVES.where(decision="e")])
                | Q(kind__in=["a", "b", "c"], motive=""),
                name="motive_for_d_and_e",
                violation_error_message=_("Un refus demande un motif de la liste, et lui seul."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="c", missing_document__in=list(SUPPORTING_DOCUMENTS.terms), document_by__isnull=False)
                )
                | (~Q(kind="c") & Q(missing_document="", document_by__isnull=True)),
                name="condition_names_one_paper",
                violation_error_message=_("Une attribution sous condition nomme une pièce de la liste et sa date."),
            ),
            models.CheckConstraint(
                # A check constraint accepts a condition that is NULL, so nullable columns are tested for NULL.
                condition=Q(rank__isnull=False, kind="a", rank=1)
                | Q(rank__isnull=False, kind__in=["b", "c"], rank__gte=1)
                | Q(kind__in=["d", "e"], rank=None),
                name="decision_rank_of_its_kind",
                violation_error_message=_("Une attribution a un rang, un refus n’en a pas."),
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["proposed", "lapsed"],
                    votes_for__isnull=True,
                    votes_against__isnull=True,
                    by_casting=False,
                )
                | Q(outcome__in=["adopted", "rejected"], votes_for__isnull=False, votes_against__isnull=False),
                name="decision_counted",
                violation_error_message=_("Une décision est adoptée ou rejetée après le décompte des voix."),
            ),
            models.CheckConstraint(
                condition=Q(by_casting=False) | Q(votes_for=models.F("votes_against")),
                name="casting_breaks_ties_only",
                violation_error_message=_("La voix prépondérante ne compte qu’en cas d’égalité."),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    def subject(self) -> Subject:
        return Subject("candidacy", self.candidacy_id)


class VoteQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return only the person's own votes."""
        if compartment is not Compartment.COMMITTEE:
            return self.none()
        return self.filter(Q(OwnSession("seat__session", person.pk)), seat__person=person)


class Vote(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "decision": DataClass.PLAIN,
        "seat": DataClass.PERSONAL,
        "choice": DataClass.PERSONAL,
        "cast_at": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="votes", db_index=False)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    choice = models.CharField(_("vote"), max_length=8, choices=Choice.choices)
    cast_at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "seat"],
                name="vote_once",
                violation_error_message=_("Vous avez déjà voté sur cette décision."),
            ),
            models.CheckConstraint(
                condition=Q(choice__in=Choice.values),
                name="vote_choice_listed",
                violation_error_message=_("Ce vote n’est pas dans la liste."),
            ),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because an audit event about a vote names the candidacy of the decision instead of the vote."""
        return None

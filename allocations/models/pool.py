"""The pool of applications for matching, which has features without identity, and the shortlists drawn from it.

No compartment may read the link between a pseudonym and an application. SQL functions use this link when an officer
designates a candidate (allocations/sql/shortlist.sql).
"""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet, within
from allocations.models.application import Application
from allocations.models.grid import Grid
from allocations.models.vacancy import Vacancy
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import ALLOCATION, APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION, SHORTLIST


class ClosedQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return no row, because only SQL functions may read the pool."""
        return self.none()


class PoolLink(models.Model):
    """Links a pseudonym of the pool to its application."""

    privacy = {"pseudonym": DataClass.PERSONAL, "application": DataClass.PERSONAL}
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    pseudonym = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(Application, models.CASCADE, related_name="+")

    objects = ClosedQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"pool link {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)


class PoolEntry(models.Model):
    """Features of an application for dwellings with one number of rooms. An application for two or three rooms has two
    entries.

    A pseudonym replaces the foreign key to the application. If any priority is recognised, `ranking_points` include
    every sealed line of the points grid, so that the rank does not disclose which priority it is. `within_ceilings` has
    texts such as "PLUS paris" (financing and zone).
    """

    privacy = {
        "id": DataClass.PLAIN,
        "pseudonym": DataClass.PERSONAL,
        "rooms": DataClass.PERSONAL,
        "kept_at": DataClass.PLAIN,
        "ranking_points": DataClass.PERSONAL,
        "verified": DataClass.PERSONAL,
        "declared": DataClass.PERSONAL,
        "filed_on": DataClass.PERSONAL,
        "persons": DataClass.PERSONAL,
        "priority": DataClass.INFERABLE,
        "equipment": DataClass.INFERABLE,
        "within_ceilings": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.UUIDField(db_index=True)
    rooms = models.PositiveSmallIntegerField()
    kept_at = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    ranking_points = models.IntegerField()
    verified = models.IntegerField()
    declared = models.IntegerField()
    filed_on = models.DateField()
    persons = models.PositiveSmallIntegerField()
    priority = models.BooleanField()
    equipment = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    within_ceilings = ArrayField(models.CharField(max_length=12), default=list, blank=True)

    objects = ClosedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        # The index follows the ranking order, so drawing a shortlist reads few entries even from a large pool.
        # Sets of equipment are compared as whole arrays, so their codes are stored sorted.
        indexes = [
            models.Index(
                "kept_at", "rooms", "equipment", models.F("ranking_points").desc(), "filed_on", name="pool_by_rank"
            )
        ]

    def __str__(self) -> str:
        return f"pool entry {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because a pool entry does not identify a person whom an audit event could name."""
        return None


class RankingKey(models.Model):
    """Secret key that orders the candidates of one vacancy who have equal points and filing dates.

    The audit log has the digest of the key before a shortlist is drawn, and the signed minutes contain the key.
    Together they prove that the key was not chosen afterwards. A vacancy that is withdrawn and declared again has the
    same key, so the order does not change.
    """

    privacy = {"vacancy": DataClass.PLAIN, "key": DataClass.PLAIN, "drawn_on": DataClass.PLAIN}
    data_policy = DataPolicy(ALLOCATION, SHORTLIST)

    vacancy = models.OneToOneField(Vacancy, models.CASCADE, primary_key=True, related_name="+")
    key = models.BinaryField()
    drawn_on = models.DateField()

    objects = ClosedQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"ranking key of {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because a ranking key concerns no person whom an audit event could name."""
        return None


class OfVacancyQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the rows of vacancies in the places where the officer works."""
        if compartment is not Compartment.POOL:
            return self.none()
        return self.filter(within("vacancy__building", person, compartment))


class Shortlist(models.Model):
    """A shortlist: one drawing of candidates for a vacancy. `eligible` is the number of suitable entries, counted up to
    `MOST_COUNTED`."""

    privacy = dict.fromkeys(("vacancy", "grid", "run_on", "eligible"), DataClass.PLAIN) | {"run_by": DataClass.PERSONAL}
    data_policy = DataPolicy(ALLOCATION, SHORTLIST)

    vacancy = models.OneToOneField(Vacancy, models.CASCADE, primary_key=True, related_name="shortlist")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="+", db_index=False)
    run_on = models.DateField()
    run_by = models.ForeignKey("access.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    eligible = models.PositiveIntegerField()

    objects = OfVacancyQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"shortlist of {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because the lines of a shortlist identify no person whom an audit event could name."""
        return None


class ShortlistLine(models.Model):
    """A ranked candidate without identity. `tie_break`, which orders equal candidates, is the HMAC-SHA256 of dwelling
    and pseudonym. `owed` is true if the commission had to examine this application first; such a line is stored
    whatever its rank."""

    privacy = {
        "id": DataClass.PLAIN,
        "vacancy": DataClass.PLAIN,
        "rank": DataClass.PERSONAL,
        "pseudonym": DataClass.PERSONAL,
        "verified": DataClass.PERSONAL,
        "declared": DataClass.PERSONAL,
        "filed_on": DataClass.PERSONAL,
        "persons": DataClass.PERSONAL,
        "priority": DataClass.INFERABLE,
        "equipment": DataClass.INFERABLE,
        "tie_break": DataClass.PLAIN,
        "owed": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, SHORTLIST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="lines")
    rank = models.PositiveSmallIntegerField(_("rang"))
    pseudonym = models.UUIDField()
    verified = models.IntegerField(_("tranche, données vérifiées"))
    declared = models.IntegerField(_("tranche, données déclarées"))
    filed_on = models.DateField(_("date de dépôt"))
    persons = models.PositiveSmallIntegerField(_("personnes"))
    priority = models.BooleanField(_("motif prioritaire reconnu"))
    equipment = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    tie_break = models.CharField(max_length=64)
    owed = models.BooleanField(default=False, db_default=False)

    objects = OfVacancyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "rank"],
                name="shortlist_rank_once",
                violation_error_message=_("Ce rang est déjà attribué."),
            )
        ]

    def __str__(self) -> str:
        return f"shortlist line {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because a shortlist line identifies no person whom an audit event could name."""
        return None

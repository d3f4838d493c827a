"""Legacy comments: the files of an older system, the restricted comments that wait for a decision, and counts.

The import restricts a comment that the screening refuses or that is too long for a note. Data steward and manager then
decide on it. After the decision, the comment's row is deleted. Of an erased comment, only a count remains.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from audit.record import Subject
from buildings.models import Building
from casework.vocabulary import LEGACY_COMMENT_GROUNDS
from privacy.classes import DataClass
from privacy.encryption.fields import EncryptedField
from privacy.processing_activities import LEGACY_COMMENTS
from privacy.retention import DataPolicy
from privacy.retention_periods import QUARANTINE, WITHOUT_END
from privacy.screened import LONGEST, REASONS
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden
from tenants.models.restriction import account_not_restricted

TOO_LONG = "long"
# KINDS: why the import restricts a comment: sensitive data, an identifier such as a telephone number, or its length.
KINDS = [(code, code) for code in (*REASONS, TOO_LONG)]
KEPT_DAYS = 180


class Weighs(models.Func):
    """SQL condition: whether the current person may read restricted texts about any of the landlord's households."""

    template = "(SELECT casework_reads_sealed_sentences())"
    output_field = models.BooleanField()
    conditional = True


class Outcome(models.TextChoices):
    """The decision on a restricted comment. EXPIRED: nobody decided in time, so the nightly job erased it."""

    ERASED = "erased", _("effacée")
    REPLACED = "replaced", _("remplacée par un fait")
    KEPT = "kept", _("conservée par décision à deux, avec son fondement")
    EXPIRED = "expired", _("effacée à son terme, sans décision")


class CountsQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the whole table. It contains only counts, and row-level policies decide who may read them."""
        return self.all()


class LegacyCommentFile(models.Model):
    """An imported file of comments of an older system, identified by the hash of its content.

    The row counts the file's comments by their outcome. A constraint checks that the counts add up.
    """

    privacy = dict.fromkeys(
        [
            "id",
            "fingerprint",
            "begun_on",
            "finished_on",
            "position",
            "lines",
            "refused",
            "imported",
            "noted",
            "waiting",
            "replaced",
            "erased",
            "retained",
        ],
        DataClass.PLAIN,
    )
    data_policy = DataPolicy(LEGACY_COMMENTS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fingerprint = models.CharField(max_length=64, db_collation="C")
    begun_on = models.DateField()
    finished_on = models.DateField(null=True, blank=True)
    # If the import of the file is interrupted, the next run continues at byte `position`, after `lines` lines.
    position = models.BigIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    noted = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)
    retained = models.PositiveIntegerField(default=0)

    objects = CountsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                name="inheritance_once",
                violation_error_message=_("Ce fichier est déjà repris, ou sa reprise est en cours."),
            ),
            models.CheckConstraint(
                condition=Q(imported=F("noted") + F("waiting") + F("replaced") + F("erased") + F("retained")),
                name="inheritance_adds_up",
                violation_error_message=_("Les nombres de lignes de cette reprise ne correspondent pas au total."),
            ),
        ]

    def __str__(self) -> str:
        return f"legacy comment file {self.pk}"

    @property
    def sealed(self) -> int:
        """The number of this file's comments that the import restricted, whether decided on or not."""
        return self.imported - self.noted

    @property
    def decided(self) -> int:
        return self.sealed - self.waiting

    def subject(self) -> None:
        """Return None: a file has only counts, so its audit events concern no tenant and no account."""


class LegacyCommentQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Exclude comments about households that are hidden from this person.

        People who may read restricted texts about any of the landlord's households get all comments.
        """
        rows, condition = super().visible_to(person, compartment), account_not_hidden(compartment)
        rows = rows.filter(condition and (Q(Weighs()) | condition), account_not_restricted("first_written_on"))
        return rows.select_related("agency")


class LegacyComment(models.Model):
    """A comment that the import restricted and that waits for a decision.

    `ground` and `proposed_by` are set when a data steward or manager proposes to keep the comment.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "file": DataClass.PLAIN,
        "line": DataClass.PLAIN,
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "agency": DataClass.PLAIN,
        "category": DataClass.INFERABLE,
        "sentence": DataClass.FREE_TEXT,
        "signs": DataClass.PLAIN,
        "first_written_on": DataClass.PERSONAL,
        "ends_on": DataClass.PERSONAL,
        "ground": DataClass.INFERABLE,
        "proposed_by": DataClass.PERSONAL,
        "outcome": DataClass.PERSONAL,
        "decided_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(LEGACY_COMMENTS, QUARANTINE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(LegacyCommentFile, models.PROTECT, related_name="sealed_lines")
    line = models.PositiveIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", editable=False, db_constraint=False)
    agency = models.ForeignKey(Place, models.PROTECT, related_name="+")
    category = models.CharField(max_length=16, choices=KINDS)
    sentence = EncryptedField()
    signs = models.PositiveIntegerField()
    first_written_on = models.DateField()
    ends_on = models.DateField()
    ground = models.CharField(max_length=32, choices=LEGACY_COMMENT_GROUNDS.choices, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = LegacyCommentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["file", "line"],
                name="inherited_line_once",
                violation_error_message=_("Cette ligne du fichier est déjà sous scellés."),
            ),
            models.CheckConstraint(
                condition=Q(ground="", proposed_by__isnull=True) | (~Q(ground="") & Q(proposed_by__isnull=False)),
                name="inherited_ground_is_somebodys",
                violation_error_message=_("Une proposition de conservation doit indiquer son auteur."),
            ),
            models.CheckConstraint(
                condition=Q(ground="") | Q(signs__lte=LONGEST),
                name="inherited_kept_fits_a_note",
                violation_error_message=_(
                    "Cette ligne est trop longue pour une note : elle ne peut pas être conservée."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(decided_by__isnull=False),
                name="inherited_decided_by_somebody",
                violation_error_message=_("Une décision sur une ligne doit indiquer son auteur."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="kept") | (~Q(ground="") & ~Q(decided_by=F("proposed_by"))),
                name="inherited_kept_by_two",
                violation_error_message=_(
                    "La conservation d’une ligne se décide à deux : la personne qui l’a proposée ne peut pas "
                    "l’accorder."
                ),
            ),
        ]
        indexes = [models.Index(fields=["agency", "category"], name="inherited_by_agency")]

    def __str__(self) -> str:
        return f"legacy comment {self.pk}"

    @property
    def ground_text(self) -> str:
        return LEGACY_COMMENT_GROUNDS.label(self.ground) if self.ground else ""

    @property
    def is_too_long(self) -> bool:
        return self.signs > LONGEST

    def subject(self) -> Subject:
        return Subject("account", self.account_id)


class LegacyCommentTally(models.Model):
    """How many legacy comments were decided, by file, category, agency and outcome. When a decided comment is deleted,
    a trigger adds the comment to its count."""

    privacy = dict.fromkeys(["id", "file", "agency", "category", "outcome", "ground", "lines"], DataClass.PLAIN)
    data_policy = DataPolicy(LEGACY_COMMENTS, WITHOUT_END)

    file = models.ForeignKey(LegacyCommentFile, models.PROTECT, related_name="tallies")
    agency = models.ForeignKey(Place, models.PROTECT, related_name="+")
    category = models.CharField(max_length=16, choices=KINDS)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    ground = models.CharField(max_length=32, choices=LEGACY_COMMENT_GROUNDS.choices, blank=True)
    lines = models.PositiveIntegerField()

    objects = CountsQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["file", "agency", "category", "outcome", "ground"],
                name="inheritance_tally_once",
                violation_error_message=_("Ce décompte existe déjà."),
            )
        ]

    def __str__(self) -> str:
        return f"legacy comment tally {self.pk}"

    def subject(self) -> None:
        """Return None: the row has only counts, so its audit events concern no tenant and no account."""

"""Imports of large files that run in the background: who uploaded what, how far the import is, and its result."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import EXCHANGE
from privacy.retention import DataPolicy
from privacy.retention_periods import IMPORT_RUN, UPLOAD

UPLOAD_STORED_FOR = timedelta(hours=1)  # Maximum time for which uploads, and files of refused lines, are stored.

LATE_AFTER = timedelta(minutes=2)  # How long an import may wait before its page says that something may be wrong.
# How long a process that runs an import may give no sign of life, by the database's clock: hosts have different clocks.
SILENT_FOR = timedelta(seconds=60)


class ImportKind(models.TextChoices):
    PORTFOLIO = "portfolio", _("Données de l’organisme")
    APPLICATIONS = "applications", _("Demandes de logement")


class RunState(models.TextChoices):
    WAITING = "waiting", _("en attente")
    RUNNING = "running", _("en cours")
    CHECKED = "checked", _("essai sans erreur")
    REFUSED = "refused", _("refusé : le fichier a des erreurs")
    IMPORTED = "imported", _("importé")
    WITHDRAWN = "withdrawn", _("refusé : l’accès a pris fin entre-temps")
    INTERRUPTED = "interrupted", _("interrompu : rien n’est enregistré")
    EXPIRED = "expired", _("abandonné : pas commencé dans l’heure")
    FAILED = "failed", _("refusé par la base : rien n’est enregistré")


ACTIVE = (RunState.WAITING, RunState.RUNNING)


class Phase(models.TextChoices):
    """What the import does with the file that it has reached."""

    READING = "reading", _("lecture")
    CHECKING = "checking", _("contrôle")
    SAVING = "saving", _("enregistrement")


class ImportRunQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the person's own imports. Who may read the whole audit log sees those of all people, without their
        results."""
        return self.all() if compartment is Compartment.ALL_TRACE else self.filter(person=person)

    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)


class ImportRun(models.Model):
    """An import in the background. `rows` is the number of lines of its files, and the columns `rows_*` say how many of
    them are read, checked and saved. `report` has numbers, codes, and the places of errors, but no cell of a file.

    `problem` is the code of the message if the database refused the import as a whole.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "kind": DataClass.PLAIN,
        "place": DataClass.PLAIN,
        "dry": DataClass.PLAIN,
        "state": DataClass.PLAIN,
        "phase": DataClass.PLAIN,
        "file": DataClass.PLAIN,
        "rows": DataClass.PLAIN,
        "rows_read": DataClass.PLAIN,
        "rows_checked": DataClass.PLAIN,
        "rows_saved": DataClass.PLAIN,
        "queued_at": DataClass.PLAIN,
        "started_at": DataClass.PLAIN,
        "beat_at": DataClass.PLAIN,
        "ended_at": DataClass.PLAIN,
        "problem": DataClass.PLAIN,
        "report": DataClass.PLAIN,
    }
    data_policy = DataPolicy(EXCHANGE, IMPORT_RUN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=16, choices=ImportKind.choices, editable=False)
    # The agency or other place that will manage the imported housing applications. None for other imports.
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False, editable=False)
    dry = models.BooleanField(editable=False)
    state = models.CharField(max_length=16, choices=RunState.choices, default=RunState.WAITING)
    phase = models.CharField(max_length=16, choices=Phase.choices, blank=True)
    file = models.CharField(max_length=32, blank=True)
    rows = models.PositiveIntegerField(editable=False)
    rows_read = models.PositiveIntegerField(default=0)
    rows_checked = models.PositiveIntegerField(default=0)
    rows_saved = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    # The time of the last sign of life of the process that runs the import.
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=63, blank=True)
    report = models.JSONField(default=dict)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=ACTIVE),
                name="import_run_one_at_a_time",
                violation_error_message=_("Un de vos imports est déjà en attente ou en cours : attendez sa fin."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ImportKind.values, state__in=RunState.values, phase__in=["", *Phase.values]),
                name="import_run_known",
                violation_error_message=_("Un import a un genre, un état et une étape connus."),
            ),
            models.CheckConstraint(
                condition=Q(kind=ImportKind.PORTFOLIO, place=None)
                | Q(kind=ImportKind.APPLICATIONS, place__isnull=False),
                name="import_run_place_of_applications",
                violation_error_message=_("Seules des demandes de logement sont suivies par un lieu."),
            ),
            models.CheckConstraint(
                condition=Q(rows_read__lte=F("rows"), rows_checked__lte=F("rows_read"))
                & Q(rows_saved__lte=F("rows_checked")),
                name="import_run_progress",
                violation_error_message=_("Une ligne est lue, puis contrôlée, puis enregistrée."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE, ended_at=None) | Q(~Q(state__in=ACTIVE), ended_at__isnull=False),
                name="import_run_ended_once_over",
                violation_error_message=_("Un import a une fin quand il est terminé, et seulement alors."),
            ),
        ]

    def __str__(self) -> str:
        return f"import run {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_late(self) -> bool:
        """Whether the import has waited so long that perhaps no process runs imports."""
        return self.state == RunState.WAITING and self.queued_at < timezone.now() - LATE_AFTER

    @property
    def is_silent(self) -> bool:
        """Whether the process that runs the import seems to have died."""
        return (
            self.state == RunState.RUNNING and self.beat_at is not None and self.beat_at < timezone.now() - SILENT_FOR
        )

    @property
    def percent(self) -> int:
        """How far the import is, from 0 to 100. Reading, checking and saving a line count the same."""
        steps = self.rows_read + self.rows_checked + self.rows_saved
        return 100 * steps // (3 * self.rows) if self.rows else 0

    def subject(self) -> None:
        """Return None: audit events about an import concern no single resident."""


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    def refused_lines_of(self, run: ImportRun, at: datetime) -> Self:
        """Return the files of refused lines that the person may still download."""
        if run.ended_at is None or run.ended_at < at - UPLOAD_STORED_FOR:
            return self.none()
        return self.filter(run=run, refused=True).order_by("file")


class ImportFile(models.Model):
    """An encrypted file: an upload that waits for its import, or the refused lines of an import, stored for an hour.

    The table is UNLOGGED: its rows are neither in the write-ahead log nor on standbys, nor in backups.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "run": DataClass.PLAIN,
        "file": DataClass.PLAIN,
        "refused": DataClass.PLAIN,
        "content": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(EXCHANGE, UPLOAD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # DO_NOTHING is safe, because the files of an import are always deleted before its ImportRun row.
    run = models.ForeignKey(ImportRun, models.DO_NOTHING, related_name="+", db_index=False)
    file = models.CharField(max_length=32)
    refused = models.BooleanField(default=False)
    content = models.BinaryField()

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "file", "refused"],
                name="import_file_once",
                violation_error_message=_("Ce fichier est déjà dans cet import."),
            )
        ]

    def __str__(self) -> str:
        return f"import file {self.pk}"

    def subject(self) -> None:
        """Return None: a file is about many people, and is never displayed."""

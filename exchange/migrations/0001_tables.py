"""Imports of large files in the background, and their files."""

import uuid

from django.conf import settings
from django.db import migrations, models

from audit.create_models import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="ImportRun",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "kind",
                        models.CharField(
                            choices=[("portfolio", "Données de l’organisme"), ("applications", "Demandes de logement")],
                            editable=False,
                            max_length=16,
                        ),
                    ),
                    ("dry", models.BooleanField(editable=False)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "en attente"),
                                ("running", "en cours"),
                                ("checked", "essai sans erreur"),
                                ("refused", "refusé : le fichier a des erreurs"),
                                ("imported", "importé"),
                                ("withdrawn", "refusé : l’accès a pris fin entre-temps"),
                                ("interrupted", "interrompu : rien n’est enregistré"),
                                ("expired", "abandonné : pas commencé dans l’heure"),
                                ("failed", "refusé par la base : rien n’est enregistré"),
                            ],
                            default="waiting",
                            max_length=16,
                        ),
                    ),
                    (
                        "phase",
                        models.CharField(
                            blank=True,
                            choices=[("reading", "lecture"), ("checking", "contrôle"), ("saving", "enregistrement")],
                            max_length=16,
                        ),
                    ),
                    ("file", models.CharField(blank=True, max_length=32)),
                    ("rows", models.PositiveIntegerField(editable=False)),
                    ("rows_read", models.PositiveIntegerField(default=0)),
                    ("rows_checked", models.PositiveIntegerField(default=0)),
                    ("rows_saved", models.PositiveIntegerField(default=0)),
                    ("queued_at", models.DateTimeField(auto_now_add=True)),
                    ("started_at", models.DateTimeField(null=True)),
                    ("beat_at", models.DateTimeField(null=True)),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("problem", models.CharField(blank=True, max_length=63)),
                    ("report", models.JSONField(default=dict)),
                    (
                        "person",
                        models.ForeignKey(
                            editable=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            db_index=False,
                            editable=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="access.place",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ("waiting", "running"))),
                            fields=("person",),
                            name="import_run_one_at_a_time",
                            violation_error_message="Un de vos imports est déjà en attente ou en cours : attendez sa fin.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind__in", ["portfolio", "applications"]),
                                ("phase__in", ["", "reading", "checking", "saving"]),
                                (
                                    "state__in",
                                    [
                                        "waiting",
                                        "running",
                                        "checked",
                                        "refused",
                                        "imported",
                                        "withdrawn",
                                        "interrupted",
                                        "expired",
                                        "failed",
                                    ],
                                ),
                            ),
                            name="import_run_known",
                            violation_error_message="Un import a un genre, un état et une étape connus.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "portfolio"), ("place", None)),
                                models.Q(("kind", "applications"), ("place__isnull", False)),
                                _connector="OR",
                            ),
                            name="import_run_place_of_applications",
                            violation_error_message="Seules des demandes de logement sont suivies par un lieu.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("rows_checked__lte", models.F("rows_read")),
                                ("rows_read__lte", models.F("rows")),
                                ("rows_saved__lte", models.F("rows_checked")),
                            ),
                            name="import_run_progress",
                            violation_error_message="Une ligne est lue, puis contrôlée, puis enregistrée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_at", None), ("state__in", ("waiting", "running"))),
                                models.Q(
                                    models.Q(("state__in", ("waiting", "running")), _negated=True),
                                    ("ended_at__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="import_run_ended_once_over",
                            violation_error_message="Un import a une fin quand il est terminé, et seulement alors.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ImportFile",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("file", models.CharField(max_length=32)),
                    ("refused", models.BooleanField(default=False)),
                    ("content", models.BinaryField()),
                    (
                        "run",
                        models.ForeignKey(
                            db_index=False, on_delete=models.DO_NOTHING, related_name="+", to="exchange.importrun"
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("run", "file", "refused"),
                            name="import_file_once",
                            violation_error_message="Ce fichier est déjà dans cet import.",
                        )
                    ],
                },
            ),
        ),
        # Rows of an unlogged table are neither in the write-ahead log nor on standbys, and are lost in a crash.
        migrations.RunSQL("ALTER TABLE exchange_importfile SET UNLOGGED", migrations.RunSQL.noop),
    ]

"""A question that a rule asks about one look: no household, no name, no tie."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_on_call"),
        ("tenants", "0036_inspected"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LookQuestion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("rule", models.CharField(max_length=32)),
                ("kind", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("role", models.CharField(max_length=32)),
                (
                    "desk",
                    models.CharField(
                        choices=[
                            ("dpo", "déléguée à la protection des données"),
                            ("steward", "responsable des données"),
                        ],
                        max_length=8,
                    ),
                ),
                ("found_on", models.DateField()),
                (
                    "explanation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tenant_asked", "le locataire me l’a demandé, de vive voix ou au téléphone"),
                            ("manager_asked", "mon responsable me l’a demandé"),
                            ("own_task", "une tâche en cours que Loge ne connaît pas"),
                            ("stand_in", "je remplaçais un collègue"),
                            ("wrong_file", "je me suis trompé de dossier"),
                            ("training", "formation, ou prise en main de l’outil"),
                            ("not_me", "ce n’était pas moi"),
                            ("no_reason", "je n’avais pas de raison"),
                            ("aloud", "je préfère m’en expliquer de vive voix"),
                        ],
                        max_length=24,
                        verbose_name="explication",
                    ),
                ),
                ("explained_on", models.DateField(blank=True, null=True)),
                ("asked_on", models.DateField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("known_task", "une tâche que je connais l’explique"),
                            ("stand_in", "un remplacement ou un renfort l’explique"),
                            ("visit", "une visite ou un rendez-vous l’explique"),
                            ("nothing_known", "je n’en sais rien"),
                        ],
                        max_length=24,
                        verbose_name="réponse",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("explained", "expliquée après coup"),
                            ("mistake", "erreur sans suite"),
                            ("misuse", "mésusage : suivi par une procédure humaine, hors de Loge"),
                            ("rule_wrong", "la règle s’est trompée"),
                        ],
                        max_length=16,
                        verbose_name="verdict",
                    ),
                ),
                ("judged_on", models.DateField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.place",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "rule"),
                        name="look_asked_about_once",
                        violation_error_message="Cette règle a déjà posé sa question sur cette consultation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", ""),
                            models.Q(("judged_by__isnull", False), ("judged_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="look_verdict_signed",
                        violation_error_message="Le verdict sur une consultation est signé et daté.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("judged_by__isnull", True),
                            models.Q(("judged_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="look_not_judged_by_oneself",
                        violation_error_message="Personne ne dit le verdict de sa propre consultation.",
                    ),
                ],
            },
        ),
    ]

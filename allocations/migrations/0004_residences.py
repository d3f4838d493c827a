"""Fragile residences, what a refusal there owes, and rows for the national register."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("allocations", "0003_claims"),
        ("buildings", "0003_committee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistryRun",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="numéro")),
                ("made_on", models.DateField(verbose_name="établi le")),
                ("rows", models.PositiveIntegerField(verbose_name="lignes")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="shortlistline",
            name="owed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="FragileResidence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_number", models.CharField(max_length=24, verbose_name="numéro de la convention")),
                ("source_date", models.DateField(verbose_name="date de la convention")),
                ("first_day", models.DateField(verbose_name="premier jour")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                ("entered_on", models.DateField()),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                        verbose_name="bâtiment",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("last_day__isnull", True)),
                        fields=("building",),
                        name="fragile_residence_named_once",
                        violation_error_message="Ce bâtiment est déjà dans la liste : mettez d’abord fin à sa ligne.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$")),
                        name="fragile_residence_has_its_source",
                        violation_error_message="Donnez le numéro de la convention, par exemple 2025-12.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                        ),
                        name="fragile_residence_ends_after_it_starts",
                        violation_error_message="Le dernier jour de cette résidence précède le premier.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwedExamination",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("owed_since", models.DateField()),
                ("met_on", models.DateField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owed_examinations",
                        to="allocations.application",
                    ),
                ),
                (
                    "met_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="allocations.candidacy",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["application"], name="owed_to_application")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("met_on__isnull", True)),
                        fields=("application",),
                        name="owed_once_at_a_time",
                        violation_error_message="Cette demande est déjà à examiner en premier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("met_by__isnull", True), ("met_on__isnull", False), _connector="OR"),
                        name="owed_met_on_a_day",
                        violation_error_message="Si une candidature remplit l’obligation, sa date est enregistrée.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryRow",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("decision", "décision de la commission"), ("closing", "radiation")],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("number", models.CharField(max_length=18, verbose_name="numéro unique")),
                ("outcome", models.CharField(max_length=16, verbose_name="décision ou motif de radiation")),
                ("motive", models.CharField(blank=True, default="", max_length=24, verbose_name="motif")),
                ("day", models.DateField(verbose_name="date")),
                ("postcode", models.CharField(blank=True, default="", max_length=5, verbose_name="code postal")),
                ("city", models.CharField(blank=True, default="", max_length=60, verbose_name="commune")),
                ("sent_on", models.DateField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocations.session",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocations.registryrun",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[0-9]{3}(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}[0-9A-Z]{5}$")),
                        name="registry_row_number_shape",
                        violation_error_message="Ce numéro n’est pas un numéro unique.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "decision"),
                                (
                                    "motive__in",
                                    [
                                        "",
                                        "over_every_ceiling",
                                        "no_right_of_residence",
                                        "over_this_ceiling",
                                        "paper_missing",
                                        "too_small",
                                        "too_large",
                                        "not_accessible",
                                        "effort_rate",
                                        "owner_suited",
                                        "fragile_residence",
                                        "other_ranked_before",
                                        "not_applicable_now",
                                    ],
                                ),
                                ("outcome__in", ["a", "b", "c", "d", "e"]),
                                ("session__isnull", False),
                            ),
                            models.Q(
                                ("kind", "closing"),
                                ("motive", ""),
                                ("outcome__in", ["signed_lease", "renounced", "no_answer", "not_renewed", "merged"]),
                                ("session__isnull", True),
                            ),
                            models.Q(
                                ("kind", "closing"),
                                ("motive__in", ["over_every_ceiling", "no_right_of_residence"]),
                                ("outcome", "inadmissible"),
                                ("session__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="registry_row_coded",
                        violation_error_message="Seule une radiation pour irrecevabilité a un sous-motif, et elle en a toujours un.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("run__isnull", True), ("sent_on__isnull", True)),
                            models.Q(("run__isnull", False), ("sent_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="registry_row_sent_in_a_run",
                        violation_error_message="Une ligne envoyée porte le numéro de son envoi et sa date.",
                    ),
                ],
            },
        ),
        load_sql(
            "allocations",
            "residences",
            "registry",
            "applications",
            "motives",
            "shortlist",
            "committee",
            "committee_retention",
            "steering",
        ),
    ]

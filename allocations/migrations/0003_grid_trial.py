"""Trials of a draft of the points grid."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("allocations", "0002_committee"),
    ]

    operations = [
        migrations.CreateModel(
            name="GridTrial",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("draft", models.UUIDField()),
                ("version", models.PositiveIntegerField(verbose_name="version du projet")),
                ("asked_on", models.DateField()),
                ("computed_on", models.DateField(blank=True, null=True)),
                (
                    "compared_with",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="version en vigueur"),
                ),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("asked_on",),
                        name="grid_trial_once_a_day",
                        violation_error_message="Un essai a déjà été demandé aujourd’hui : demandez le suivant demain.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("compared_with__isnull", True), ("computed_on__isnull", True), ("digest", "")),
                            models.Q(
                                ("compared_with__isnull", False),
                                ("computed_on__isnull", False),
                                ("digest__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="grid_trial_computed_in_full",
                        violation_error_message="Le résultat de cet essai est incomplet.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GridTrialCount",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "population",
                    models.CharField(
                        choices=[
                            ("all", "toutes les demandes"),
                            ("quartile_1", "premier quart, aux revenus les plus bas"),
                            ("quartile_2", "deuxième quart"),
                            ("quartile_3", "troisième quart"),
                            ("quartile_4", "dernier quart, aux revenus les plus hauts"),
                            ("without_income", "revenu non déclaré"),
                            ("one_person", "une personne"),
                            ("two_persons", "deux personnes, sans enfant"),
                            ("more_persons", "trois personnes ou plus, sans enfant"),
                            ("lone_parent", "parent seul"),
                            ("family", "autre famille avec enfants"),
                            ("under_1_year", "moins d’un an"),
                            ("from_1_to_3_years", "d’un an à moins de trois ans"),
                            ("from_3_to_6_years", "de trois ans à moins de six ans"),
                            ("over_6_years", "six ans et plus"),
                        ],
                        max_length=20,
                        verbose_name="demandes comptées",
                    ),
                ),
                ("moved_up", models.PositiveIntegerField(blank=True, null=True, verbose_name="montent")),
                ("unchanged", models.PositiveIntegerField(blank=True, null=True, verbose_name="ne bougent pas")),
                ("moved_down", models.PositiveIntegerField(blank=True, null=True, verbose_name="descendent")),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="allocations.gridtrial"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trial", "population"),
                        name="grid_trial_count_once",
                        violation_error_message="Ces demandes sont déjà comptées.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("moved_down__isnull", True), ("moved_up__isnull", True), ("unchanged__isnull", True)
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "moved_up",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("moved_up"), "/", models.Value(5)
                                            ),
                                            "*",
                                            models.Value(5),
                                        ),
                                    ),
                                    ("moved_up__gte", 5),
                                    ("moved_up__isnull", False),
                                ),
                                models.Q(
                                    (
                                        "unchanged",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("unchanged"), "/", models.Value(5)
                                            ),
                                            "*",
                                            models.Value(5),
                                        ),
                                    ),
                                    ("unchanged__gte", 5),
                                    ("unchanged__isnull", False),
                                ),
                                models.Q(
                                    (
                                        "moved_down",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("moved_down"), "/", models.Value(5)
                                            ),
                                            "*",
                                            models.Value(5),
                                        ),
                                    ),
                                    ("moved_down__gte", 5),
                                    ("moved_down__isnull", False),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="grid_trial_count_hides_few",
                        violation_error_message="Un nombre inférieur à cinq, ou qui n’est pas arrondi, ne s’enregistre pas.",
                    ),
                ],
            },
        ),
        load_sql("allocations", "grid_trials"),
    ]

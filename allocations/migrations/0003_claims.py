"""Readings of one sheet for a claim."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_claims"),
        ("allocations", "0002_committee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimReading",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("applicant", "courrier du demandeur"),
                            ("authority", "autorité (Défenseur des droits, CNIL)"),
                            ("court", "juridiction"),
                        ],
                        max_length=16,
                        verbose_name="reçue par",
                    ),
                ),
                ("agreed_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "agreed_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "candidacy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claim_readings",
                        to="allocations.candidacy",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agreed_by__isnull", True),
                            models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="claim_agreed_by_another",
                        violation_error_message="La personne qui demande à lire une fiche ne peut pas l’accorder.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agreed_at__isnull", True), ("agreed_by__isnull", True), ("ends_at__isnull", True)
                            ),
                            models.Q(
                                ("agreed_at__isnull", False),
                                ("agreed_by__isnull", False),
                                ("ends_at__gt", models.F("agreed_at")),
                                ("ends_at__isnull", False),
                                (
                                    "ends_at__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("agreed_at"), "+", models.Value(datetime.timedelta(days=1))
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="claim_read_for_a_day",
                        violation_error_message="Une fiche se lit vingt-quatre heures au plus après l’accord.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["applicant", "authority", "court"])),
                        name="claim_source_listed",
                        violation_error_message="Cette origine n’est pas dans la liste.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agreed_at__isnull", True)),
                        fields=("candidacy", "asked_by"),
                        name="claim_one_open_request",
                        violation_error_message="Vous avez déjà demandé cette fiche : la demande attend, ou elle est ouverte.",
                    ),
                ],
            },
        ),
        load_sql("allocations", "committee_retention", "claims"),
    ]

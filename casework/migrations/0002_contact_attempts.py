"""The table of contact attempts with tenants in arrears."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql

SAME_BUILDING = """ALTER TABLE casework_contactattempt ADD CONSTRAINT contact_stands_in_its_account
    FOREIGN KEY (account_id, building_id) REFERENCES tenants_account (id, building_id) ON UPDATE CASCADE"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0003_committee"),
        ("casework", "0001_initial"),
        ("tenants", "0003_count_application_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "locataire joint"),
                            ("no_answer", "pas de réponse"),
                            ("call_back", "à rappeler"),
                            ("appointment", "rendez-vous convenu"),
                            ("adviser_offered", "conseiller social proposé"),
                        ],
                        max_length=16,
                        verbose_name="résultat",
                    ),
                ),
                ("made_on", models.DateField(verbose_name="contacté le")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("back_on", models.DateField(verbose_name="à contacter de nouveau le")),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_attempts",
                        to="tenants.account",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["account", "made_at"], name="contact_of_account"),
                    models.Index(fields=["building", "back_on"], name="contact_coming_back"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["reached", "no_answer", "call_back", "appointment", "adviser_offered"])
                        ),
                        name="contact_outcome_known",
                        violation_error_message="Choisissez le résultat du contact dans la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("back_on__gte", models.F("made_on")),
                            (
                                "back_on__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("made_on"), "+", models.Value(92)
                                ),
                            ),
                        ),
                        name="contact_comes_back_in_time",
                        violation_error_message="Le contact suivant doit avoir lieu dans les trois mois.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_BUILDING),
        load_sql("casework", "contact_attempts"),
    ]

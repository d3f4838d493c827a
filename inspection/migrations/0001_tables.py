"""The tables of inspection/ and their SQL."""

import datetime
import uuid

from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_tables"),
        ("access", "0001_tables"),
        ("buildings", "0001_tables"),
        ("tenants", "0001_tables"),
        ("ledger", "0001_tables"),
        ("casework", "0001_tables"),
        ("rights", "0001_tables"),
        ("oversight", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CopyRelease",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("lease", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenants.lease")),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("released_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("released_by", models.F("asked_by")), _negated=True),
                        name="copy_takes_two",
                        violation_error_message="La personne qui demande une copie ne peut pas l’accorder.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__gt", models.F("released_at")),
                            (
                                "until__lte",
                                CombinedExpression(
                                    models.F("released_at"), "+", models.Value(datetime.timedelta(days=1))
                                ),
                            ),
                        ),
                        name="copy_read_for_a_day",
                        violation_error_message="Une copie peut être lue vingt-quatre heures au plus.",
                    ),
                    models.UniqueConstraint(
                        fields=("event",),
                        name="copy_released_once",
                        violation_error_message="Cette demande a déjà reçu une réponse.",
                    ),
                ],
            },
        ),
        load_sql("inspection", "offices", "retention", "exhibits", "copies"),
    ]

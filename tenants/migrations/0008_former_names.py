"""Stores names that tenants had before a change of civil status."""

import datetime
import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0007_card_by_door"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("last_name", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                ("last_day", models.DateField(verbose_name="dernier jour")),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former_names", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "last_day"),
                        name="former_name_once_a_day",
                        violation_error_message="Un ancien nom de cette personne est déjà enregistré jusqu’à la veille de cette date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_name", ""), _negated=True),
                            models.Q(("first_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="former_name_has_a_name",
                        violation_error_message="Indiquez l’ancien nom ou l’ancien prénom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", datetime.date(1900, 1, 1))),
                        name="former_name_day_plausible",
                        violation_error_message="La date d’effet doit être postérieure au 1er janvier 1900.",
                    ),
                ],
            },
        ),
    ]

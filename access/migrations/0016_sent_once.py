"""What a program sends under a key of its own is done once: the keys of acts on assignments."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0015_reviews_inspected"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentAct",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.UUIDField(editable=False)),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("last_day", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("end_of_post", "fin de poste"),
                            ("transfer", "changement de poste ou de lieu"),
                            ("departure", "départ de l’organisme"),
                            ("stand_in_over", "fin de remplacement"),
                            ("mission_over", "fin de mission"),
                            ("recut", "redécoupage d’un secteur ou d’un bâtiment"),
                            ("not_confirmed", "non confirmée à la revue"),
                            ("unused", "non utilisée"),
                            ("asked_by_person", "à la demande de la personne"),
                            ("precaution", "suspension à titre conservatoire"),
                            ("error", "saisie par erreur"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.assignment"
                    ),
                ),
                (
                    "sent_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sent_by", "key"),
                        name="act_sent_once",
                        violation_error_message="Cette clé a déjà servi : un envoi, une clé.",
                    )
                ],
            },
        ),
    ]

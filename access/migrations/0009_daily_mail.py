"""The email of each morning: who wants it, and what remains to be sent."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_count_waiting"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("wanted", models.BooleanField(verbose_name="recevoir le courriel du matin")),
                (
                    "language",
                    models.CharField(choices=[("fr", "fr"), ("en", "en")], max_length=2, verbose_name="langue"),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ("fr", "en"))),
                        name="mail_language_known",
                        violation_error_message="Choisissez une langue de Loge.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyMail",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("template", models.CharField(choices=[("waiting", "ce qui attend")], max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "à envoyer"),
                            ("sent", "envoyé"),
                            ("dropped", "sans objet"),
                            ("failed", "abandonné"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                (
                    "person",
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
                        fields=("person", "day", "template"),
                        name="daily_mail_once_a_day",
                        violation_error_message="Ce courriel est déjà prévu aujourd’hui.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("template__in", ["waiting"])),
                        name="daily_mail_template_known",
                        violation_error_message="Ce modèle de courriel n’existe pas.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "sent", "dropped", "failed"])),
                        name="daily_mail_state_known",
                        violation_error_message="Cet état d’un courriel n’existe pas.",
                    ),
                ],
            },
        ),
    ]

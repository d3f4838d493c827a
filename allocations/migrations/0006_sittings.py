"""Dwellings taken off an agenda or carried over, released seats, and who presides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("allocations", "0005_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_one_at_a_time",
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_counted",
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="added_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="carried_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("quorum_lost", "quorum perdu en cours de séance"),
                    ("all_recused", "membres présents récusés"),
                    ("no_majority", "aucune proposition adoptée"),
                    ("no_time", "logement non examiné, faute de temps"),
                    ("withdrawn", "logement retiré de l’attribution"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="raison du report",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="presided_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="elected",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="préside en l’absence de la présidence"
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="released",
            field=models.CharField(
                blank=True,
                choices=[
                    ("prevented", "membre empêché"),
                    ("replaced", "membre remplacé par son suppléant"),
                    ("mistake", "siège donné par erreur"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="siège retiré",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("proposed", "proposée"),
                    ("adopted", "adoptée"),
                    ("rejected", "rejetée"),
                    ("lapsed", "sans suite, logement reporté"),
                ],
                default="proposed",
                max_length=16,
                verbose_name="issue",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_reason", ""),
                    ("carried_reason__in", ["quorum_lost", "all_recused", "no_majority", "no_time", "withdrawn"]),
                    _connector="OR",
                ),
                name="agenda_carried_reason_listed",
                violation_error_message="Cette raison de report n’est pas dans la liste.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome__in", ["proposed", "adopted"])),
                fields=("candidacy",),
                name="decision_one_at_a_time",
                violation_error_message="Une décision est déjà proposée ou adoptée pour cette fiche.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("by_casting", False),
                        ("outcome__in", ["proposed", "lapsed"]),
                        ("votes_against__isnull", True),
                        ("votes_for__isnull", True),
                    ),
                    models.Q(
                        ("outcome__in", ["adopted", "rejected"]),
                        ("votes_against__isnull", False),
                        ("votes_for__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="decision_counted",
                violation_error_message="Une décision est adoptée ou rejetée après le décompte des voix.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("elected", False), ("released", "")),
                    models.Q(("chairs", True), ("released", "")),
                    models.Q(
                        ("casting", False),
                        ("chairs", False),
                        ("elected", False),
                        ("present", False),
                        ("released__in", ["prevented", "replaced", "mistake"]),
                    ),
                    _connector="OR",
                ),
                name="seat_released_is_empty",
                violation_error_message="Un siège retiré ne préside pas et n’est pas occupé.",
            ),
        ),
        load_sql("allocations", "sittings"),
    ]

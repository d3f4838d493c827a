"""Creates the filters of lists that employees save, and the trigger that deletes them with the employee's sign-in."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import privacy.screened
from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_first_buildings"),
        ("ledger", "0006_cash_receipts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "list",
                    models.CharField(
                        choices=[
                            ("tous", "Tous les comptes"),
                            ("a-contacter", "À contacter"),
                            ("partis", "Locataires partis"),
                        ],
                        max_length=16,
                        verbose_name="liste",
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField(editable=False)),
                ("name", privacy.screened.ScreenedText(max_length=60, verbose_name="nom")),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("du", "En impayé"),
                            ("avoir", "En avance"),
                            ("arrivees", "Arrivées"),
                            ("departs", "Départs"),
                        ],
                        max_length=8,
                        verbose_name="comptes",
                    ),
                ),
                ("at_least", models.PositiveIntegerField(null=True, verbose_name="minimum, en centimes")),
                ("at_most", models.PositiveIntegerField(null=True, verbose_name="maximum, en centimes")),
                ("months", models.PositiveSmallIntegerField(null=True, verbose_name="mois de dette")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
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
                        fields=("person", "list", "slot"),
                        name="saved_filter_slot_once",
                        violation_error_message="Un autre filtre vient d’être enregistré : recommencez.",
                    ),
                    models.UniqueConstraint(
                        fields=("person", "list", "name"),
                        name="saved_filter_name_once",
                        violation_error_message="Vous avez déjà un filtre de ce nom pour cette liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot__gte", 1), ("slot__lte", 10)),
                        name="saved_filter_at_most_ten",
                        violation_error_message="Vous avez déjà dix filtres pour cette liste : supprimez-en un.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            ("list__in", ["tous", "a-contacter", "partis"]),
                            ("state__in", ["", "du", "avoir", "arrivees", "departs"]),
                        ),
                        name="saved_filter_known",
                        violation_error_message="Un filtre enregistré a un nom, une liste et un état connus.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", ""), _negated=True),
                            ("place__isnull", False),
                            ("at_least__isnull", False),
                            ("at_most__isnull", False),
                            ("months__isnull", False),
                            _connector="OR",
                        ),
                        name="saved_filter_filters",
                        violation_error_message="Filtrez d’abord la liste : il n’y a aucun filtre à enregistrer.",
                    ),
                ],
            },
        ),
        load_sql("ledger", "saved_filters"),
    ]

"""Creates the numbered receipts for cash, and the trigger that numbers them."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_first_buildings"),
        ("ledger", "0005_search_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="CashReceipt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.SmallIntegerField(verbose_name="année")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("day", models.DateField(verbose_name="date comptable")),
                ("issued_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.place"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cash_receipt", to="ledger.entry"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["day"], name="cash_receipt_of_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "year", "number"),
                        name="cash_receipt_number_once",
                        violation_error_message="Ce numéro de reçu existe déjà.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__gt", 0), ("year", django.db.models.functions.datetime.ExtractYear("day"))
                        ),
                        name="cash_receipt_numbered_in_its_year",
                        violation_error_message="Un reçu est numéroté à partir de 1 dans l’année de son jour.",
                    ),
                ],
            },
        ),
        load_sql("ledger", "cash_receipts", "bulk_load"),
    ]

"""Creates balances and the trigger that keeps them, and fills them from the entries."""

import django.contrib.postgres.fields
from django.db import migrations, models

from audit.sql_files import load_sql

# The rows of an account go with it, and follow it when a building is divided.
KEY = """ALTER TABLE ledger_balance ADD CONSTRAINT balance_stands_in_its_account
    FOREIGN KEY (account_id, building_id) REFERENCES tenants_account (id, building_id)
    ON UPDATE CASCADE ON DELETE CASCADE"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0004_narrowed_reach"),
        ("ledger", "0002_bulk_load"),
        ("tenants", "0004_page_of_one_household"),
    ]

    operations = [
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=models.DO_NOTHING,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="tenants.account",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                ("balance_cents", models.BigIntegerField()),
                ("owed_since", models.DateField(null=True)),
                (
                    "recent_days",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), null=True, size=None),
                ),
                (
                    "recent_cents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("owed_since__isnull", False)),
                        fields=["building", "owed_since"],
                        name="balance_owed",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEY),
        load_sql("ledger", "balances", "bulk_load"),
        migrations.RunSQL("SELECT ledger_fill_balances()"),
    ]

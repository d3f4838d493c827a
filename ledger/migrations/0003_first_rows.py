"""The latest debts are found without reading those of each building."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0001_tables"),
        ("ledger", "0002_few_reversals"),
        ("tenants", "0002_once_at_a_time"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="balance",
            index=models.Index(
                condition=models.Q(("owed_since__isnull", False)),
                fields=["owed_since", "account"],
                name="balance_owed_since",
            ),
        ),
    ]

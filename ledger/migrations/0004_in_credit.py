"""The few accounts in credit are found without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_balances"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="balance",
            index=models.Index(
                condition=models.Q(("balance_cents__lt", 0)), fields=["building"], name="balance_in_credit"
            ),
        ),
    ]

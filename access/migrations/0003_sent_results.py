"""A stored idempotency key may have led to another row than an assignment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_key_numbers"),
    ]

    operations = [
        migrations.AddField(
            model_name="sentact",
            name="result",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="sentact",
            name="assignment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.assignment"
            ),
        ),
        migrations.AlterField(
            model_name="sentact",
            name="last_day",
            field=models.DateField(null=True),
        ),
    ]

"""Arrivals and departures are found without reading every residence of a building."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0004_page_of_one_household"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(fields=["building", "moved_in"], name="residence_moved_in"),
        ),
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(
                condition=models.Q(("moved_out__isnull", False)),
                fields=["building", "moved_out"],
                name="residence_moved_out",
            ),
        ),
    ]

"""The latest departures and the next moves are found without reading those of each building."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_reach_of_rows"),
        ("buildings", "0001_tables"),
        ("tenants", "0002_once_at_a_time"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(
                condition=models.Q(("ends_on__isnull", False)), fields=["ends_on", "id"], name="lease_ended"
            ),
        ),
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(fields=["moved_in", "id"], name="residence_arriving"),
        ),
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(
                condition=models.Q(("moved_out__isnull", False)), fields=["moved_out", "id"], name="residence_leaving"
            ),
        ),
        load_sql("tenants", "first_rows"),
    ]

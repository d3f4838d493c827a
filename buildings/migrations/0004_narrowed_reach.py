"""Guardian's permissions follow a reach that is narrowed to the building of a page."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0003_committee"),
        ("access", "0007_narrowed_reach"),
    ]

    operations = [load_sql("buildings", "guardian")]

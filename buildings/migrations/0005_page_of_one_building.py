"""The pages of a building compute nothing about other buildings."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0004_narrowed_reach"),
        ("access", "0010_first_buildings"),
    ]

    operations = [load_sql("buildings", "guardian")]

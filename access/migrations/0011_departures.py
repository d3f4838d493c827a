"""The token of the landlord's directory may close the sign-in of people who have left."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_first_buildings"),
    ]

    operations = [load_sql("access", "makers")]

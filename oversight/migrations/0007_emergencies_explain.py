"""An emergency access explains why the data protection officer read the audit log of the person who opened it."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_names_of_filters")]

    operations = [load_sql("oversight", "look_rules")]

"""Files of housing applications count towards the daily limit of imported files."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_once_at_a_time")]
    operations = [load_sql("tenants", "intake", "counter")]

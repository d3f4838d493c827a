"""Facts, notes, contacts and sealed sentences whose processing is restricted are only stored."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_time_of_day"), ("tenants", "0009_restriction")]

    operations = [load_sql("casework", "facts", "contests", "restrictions", "retention_restricted")]

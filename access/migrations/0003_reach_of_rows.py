"""A list of a person with very many buildings checks the building of one row after another."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0002_key_numbers")]
    operations = [load_sql("access", "reach")]

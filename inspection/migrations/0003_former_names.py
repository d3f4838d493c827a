"""Load the exhibits of a household's file again: they include former names."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("inspection", "0002_contact_attempts"), ("tenants", "0008_former_names")]
    operations = [load_sql("inspection", "exhibits", "copies")]

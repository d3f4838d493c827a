"""Load the exhibits of a household's file again: they include contact attempts."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("inspection", "0001_initial"), ("casework", "0002_contact_attempts")]
    operations = [load_sql("inspection", "exhibits", "copies")]

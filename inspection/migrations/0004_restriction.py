"""Load the exhibits of a household's file again: they include restrictions of processing."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("inspection", "0003_former_names"), ("tenants", "0009_restriction")]
    operations = [load_sql("inspection", "exhibits", "copies")]

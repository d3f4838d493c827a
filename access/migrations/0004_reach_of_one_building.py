"""The building of a page is looked up in one query."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0003_reach_of_rows")]
    operations = [load_sql("access", "reach", "sign_in")]

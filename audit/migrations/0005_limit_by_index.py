"""The hourly limit always counts events by an index, also while a month has few of them."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_only_codes")]
    operations = [load_sql("audit", "limits")]

"""The plan of the hourly limit is kept for the session, and reads no partitions of later months."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_tables")]
    operations = [load_sql("audit", "limits")]

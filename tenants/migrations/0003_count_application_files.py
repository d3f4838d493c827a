"""Load the daily limits again: files of applications count, and one function counts attempts about a subject."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_once_at_a_time")]
    operations = [load_sql("tenants", "intake", "counter")]

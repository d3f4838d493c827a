"""A rule about views of the audit log works whatever an event says about the person."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_tables")]
    operations = [load_sql("oversight", "look_rules")]

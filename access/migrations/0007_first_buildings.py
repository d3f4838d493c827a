"""The first buildings of a person are looked up one place at a time, whatever PostgreSQL expects."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0006_roles_of_today")]
    operations = [load_sql("access", "reach")]

"""A person whose card is open at the front desk makes a request without the account reference."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("tenants", "0009_restriction")]

    operations = [load_sql("tenants", "counter")]

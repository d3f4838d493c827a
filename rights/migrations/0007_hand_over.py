"""A released subject request keeps the time until which its report was prepared. At the front desk, a request for the
household of the open card needs no account reference."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("rights", "0006_restriction"), ("tenants", "0010_requests_of_open_card")]

    operations = [load_sql("rights", "subject_requests")]

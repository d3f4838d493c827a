"""Adds the function that counts what waits for a person."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_narrowed_reach"),
    ]

    operations = [
        load_sql("access", "waiting"),
    ]

"""No token carries the permissions of a claim."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_committee"),
    ]

    operations = [load_sql("access", "makers")]

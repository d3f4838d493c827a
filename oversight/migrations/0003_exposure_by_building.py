"""Loads exposure.sql again: exposure is counted by building, without a list of the pairs."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_applicant_texts")]
    operations = [load_sql("oversight", "exposure")]

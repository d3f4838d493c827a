"""Applicants for housing are told who opened their application."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0001_initial"),
        ("allocations", "0001_initial"),
    ]

    operations = [load_sql("rights", "applicant_looks")]

"""The report of an applicant tells who read the sheets of their candidacies."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0002_applicant_looks"),
        ("allocations", "0002_committee"),
    ]

    operations = [load_sql("rights", "applicant_looks")]

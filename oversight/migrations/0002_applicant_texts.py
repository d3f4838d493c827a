"""Creates the view of all texts, which reads tables of allocations: words in applicants' names and addresses count."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        ("allocations", "0001_initial"),
    ]

    operations = [load_sql("oversight", "texts")]

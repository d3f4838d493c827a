"""The lease of a candidate has the applicants as its holders."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("allocations", "0006_sittings")]

    operations = [load_sql("allocations", "hand_over", "offers")]

"""What recused members may not learn, recusals after the end of a session, ranks, and vacancies without an allocation."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("allocations", "0007_stricter_rules")]

    operations = [load_sql("allocations", "motives", "committee", "sittings")]

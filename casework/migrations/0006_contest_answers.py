"""Function that tells the author of a contested refusal that the answer was not opened yet."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_restriction")]

    operations = [load_sql("casework", "contest_answers")]

"""PostgreSQL inserts the current time, day and person into queries instead of calling functions."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0004_reach_of_one_building"), ("audit", "0002_plan_of_the_limit")]
    operations = [load_sql("access", "session")]

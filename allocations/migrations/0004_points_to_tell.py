from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("allocations", "0003_vacancies")]

    operations = [load_sql("allocations", "points")]

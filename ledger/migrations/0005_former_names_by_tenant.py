"""Whether tenants have former names is asked by their ids, not by their lease."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_fewer_indexes"), ("access", "0005_inlined_clock")]
    operations = [load_sql("ledger", "ledger")]

"""Every query of entries names their account, so an index by building only made booking slower."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_first_rows"), ("access", "0004_reach_of_one_building")]
    operations = [
        migrations.RemoveIndex("entry", "entry_building"),
        # Its functions look up the building of a page as the row policies do, and sort new indexes in less memory.
        load_sql("ledger", "ledger", "bulk_load"),
    ]

"""An entry is reversed at most once. Only reversals are in the index: Django's constraint also contains all other
entries, which have no value there.

A migration of its own, because Django creates unique indexes at the end of a migration: of two indexes that refuse a
row, PostgreSQL names the one that was created first. If a reversal is sent twice, this must be entry_sent_once.
"""

from django.db import migrations

FEW_REVERSALS = """
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_reverses_id_key;
CREATE UNIQUE INDEX ledger_entry_reverses_id_key ON ledger_entry (reverses_id) WHERE reverses_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunSQL(FEW_REVERSALS)]

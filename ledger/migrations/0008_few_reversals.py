"""An entry is reversed at most once. Only reversals are in the index: as a constraint, it also contained all other
entries, which have no value there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0007_saved_filters"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_reverses_id_key;"
            "CREATE UNIQUE INDEX ledger_entry_reverses_id_key ON ledger_entry (reverses_id)"
            " WHERE reverses_id IS NOT NULL",
            "DROP INDEX ledger_entry_reverses_id_key;"
            "ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_reverses_id_key UNIQUE (reverses_id)",
        ),
    ]

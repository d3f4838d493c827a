from django.db import migrations, models

# A constant default rewrites no row, in any month; code of before goes on writing lines without a purpose.
ADD = """
ALTER TABLE audit_event ADD COLUMN purpose varchar(32) NOT NULL DEFAULT '';
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_sealed")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD, "ALTER TABLE audit_event DROP COLUMN purpose")],
            state_operations=[migrations.AddField("event", "purpose", models.CharField(default="", max_length=32))],
        ),
    ]

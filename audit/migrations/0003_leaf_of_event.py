"""Two events with the same id each have a leaf of their own. The index that ensures this also finds leaves by time."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_plan_of_the_limit")]
    operations = [
        migrations.AlterField("leaf", "event", models.UUIDField()),
        migrations.AddConstraint(
            "leaf",
            models.UniqueConstraint(
                fields=("at", "event"),
                name="audit_leaf_event_key",
                violation_error_message="Cet événement a déjà sa feuille.",
            ),
        ),
        migrations.RunSQL("DROP INDEX audit_leaf_at", "CREATE INDEX audit_leaf_at ON audit_leaf USING brin (at)"),
        load_sql("audit", "months", "sealed_log"),
    ]

"""Two events with the same id each have a leaf of their own."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_plan_of_the_limit")]
    operations = [
        migrations.AlterField("leaf", "event", models.UUIDField()),
        migrations.AddConstraint(
            "leaf",
            models.UniqueConstraint(
                fields=("event", "at"),
                name="audit_leaf_event_key",
                violation_error_message="Cet événement a déjà sa feuille.",
            ),
        ),
        load_sql("audit", "months", "sealed_log"),
    ]

"""The unique index of leaves begins with their time. New leaves are then added at its end, and it finds a period too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_only_codes")]
    operations = [
        migrations.RemoveConstraint("leaf", "audit_leaf_event_key"),
        migrations.AddConstraint(
            "leaf",
            models.UniqueConstraint(
                fields=("at", "event"),
                name="audit_leaf_event_key",
                violation_error_message="Cet événement a déjà sa feuille.",
            ),
        ),
        migrations.RunSQL("DROP INDEX audit_leaf_at", "CREATE INDEX audit_leaf_at ON audit_leaf USING brin (at)"),
    ]

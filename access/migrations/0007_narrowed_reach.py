"""Reach can be narrowed to the building of a page, and roles are looked up in an index."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_claims"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["person", "place"], name="assignment_person_place"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["person", "role"], name="assignment_person_role"),
        ),
        # The function has more parameters now, and would otherwise exist twice.
        migrations.RunSQL("DROP FUNCTION IF EXISTS access_enter(uuid, boolean, text[], text, text)"),
        load_sql("access", "session", "reach"),
    ]

"""PostgreSQL looks up the roles of a person in an index, instead of reading all assignments of the person."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("access", "0005_inlined_clock")]
    operations = [
        migrations.RemoveIndex("assignment", "assignment_person_role"),
        migrations.AddIndex(
            "assignment", models.Index(fields=["person", "role", "last_day"], name="assignment_person_role")
        ),
        load_sql("access", "session", "sign_in"),
    ]

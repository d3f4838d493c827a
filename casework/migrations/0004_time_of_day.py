"""Adds the time of day to facts and notes, and indexes for the latest facts that a person recorded."""

from django.db import migrations, models

from audit.sql_files import load_sql

RECORDS = ("accountfact", "accountnote", "cardfact", "dwellingfact")


def by_writer(model: str) -> migrations.AddIndex:
    name = f"{model.removesuffix('fact')}_fact_by_writer"
    written = models.Q(("written_by__isnull", False))
    return migrations.AddIndex(model, models.Index(condition=written, fields=["written_by", "-written_on"], name=name))


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_identifiers_in_comments")]

    operations = [
        *(
            migrations.AddField(model, "written_at", models.DateTimeField(editable=False, null=True))
            for model in RECORDS
        ),
        *(by_writer(model) for model in RECORDS if model.endswith("fact")),
        # The views of invented residents have the columns of their tables.
        load_sql("casework", "masked"),
    ]

"""Creates the search keys of tenants and the triggers that write them, and the groups of each account's reference."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Substr

from audit.sql_files import load_sql

GROUPS = {"reference_start": 1, "reference_middle": 6, "reference_end": 11}


def key_to(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0006_search_keys"),
        ("tenants", "0005_moves"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="account",
                name=name,
                field=models.GeneratedField(
                    db_persist=True,
                    expression=Substr("reference", first, 4),
                    output_field=models.CharField(max_length=4),
                ),
            )
            for name, first in GROUPS.items()
        ),
        *(
            migrations.AddIndex(model_name="account", index=models.Index(fields=[name], name=f"account_{name}"))
            for name in GROUPS
        ),
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "building", "tenant", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(db_collation="C", max_length=16)),
                ("building", key_to("buildings.building")),
                ("tenant", key_to("tenants.tenant")),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["tenant", "building"], name="search_key_of_tenant")],
            },
        ),
        load_sql("tenants", "masked", "search_keys"),
        migrations.RunSQL("SELECT tenants_fill_search_keys()"),
    ]

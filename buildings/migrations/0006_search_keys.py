"""Adds the number of each door, and the search keys of buildings."""

import django.db.models.deletion
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("buildings", "0005_page_of_one_building")]

    operations = [
        load_sql("buildings", "doors"),
        migrations.AddField(
            model_name="unit",
            name="door_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("door", function="buildings_door_key"),
                output_field=models.CharField(max_length=8),
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["door_key", "building"], name="unit_by_door_key"),
        ),
        migrations.CreateModel(
            name="BuildingKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "building", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(db_collation="C", max_length=12)),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
            ],
            options={
                "db_table": "buildings_searchkey",
                "default_permissions": (),
                "indexes": [models.Index(fields=["building", "key"], name="building_key_of_building")],
            },
        ),
        load_sql("buildings", "search_keys"),
    ]

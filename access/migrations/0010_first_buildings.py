"""Lists of people with many buildings are narrowed to the buildings of their page."""

from django.db import migrations, models

from audit.sql_files import load_sql

_BUILDINGS = models.Q(("level", "building"))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_daily_mail"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="place", name="place_building_path"),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(condition=_BUILDINGS, fields=["path"], include=["id"], name="place_building_path"),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(condition=_BUILDINGS, fields=["name", "id"], name="place_building_name"),
        ),
        load_sql("access", "reach"),
    ]

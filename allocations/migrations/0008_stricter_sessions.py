"""What recused members may not learn, recusals after the end of a session, ranks, and vacancies without an allocation."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("allocations", "0007_stricter_rules")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("proposed", "proposée"),
                    ("adopted", "adoptée"),
                    ("rejected", "rejetée"),
                    ("lapsed", "sans suite"),
                ],
                default="proposed",
                max_length=16,
                verbose_name="issue",
            ),
        ),
        load_sql("allocations", "motives", "committee", "ranks", "sittings", "offers"),
    ]

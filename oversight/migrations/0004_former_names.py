"""Creates the view of all texts, which includes former names. A correction of a name explains a look at the account."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0003_exposure_by_building"),
        ("tenants", "0008_former_names"),
    ]

    operations = [load_sql("oversight", "texts", "look_evidence")]

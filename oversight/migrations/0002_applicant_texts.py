"""The view of all texts also reads tables of allocations. 0004_former_names creates it, with all tables that it reads."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        ("allocations", "0001_initial"),
    ]

"""The inspector's exhibit of terms counts the words of a day too, which a night deletes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenants", "0075_walls_lifted_apart")]
    operations = [migrations.RunSQL("SELECT tenants_say_end('tenants_countedword', 'day')")]

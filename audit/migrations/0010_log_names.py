from django.db import migrations, models


class Migration(migrations.Migration):
    """A log may be called as sigsum's witnesses want it: after the digest of its key, in 83 characters."""

    dependencies = [("audit", "0009_leaf_times")]
    operations = [migrations.AlterField("sealkey", "name", models.CharField(max_length=120))]

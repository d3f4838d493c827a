"""Adds the position and the BAN id of addresses, for the map of the housing stock."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("buildings", "0006_search_keys")]

    operations = [
        migrations.AddField(
            model_name="address",
            name="ban_id",
            field=models.CharField(blank=True, db_default="", max_length=40, verbose_name="identifiant BAN"),
        ),
        migrations.AddField(
            model_name="address",
            name="latitude",
            field=models.DecimalField(decimal_places=6, max_digits=8, null=True, verbose_name="latitude"),
        ),
        migrations.AddField(
            model_name="address",
            name="longitude",
            field=models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="longitude"),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(ban_id__regex=r"^[0-9A-Za-z_-]*$"),
                name="address_ban_id_well_formed",
                violation_error_message="Cet identifiant BAN n’existe pas : lettres, chiffres et tirets seulement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__isnull=False, latitude__range=(-90, 90), longitude__isnull=False)
                & models.Q(longitude__range=(-180, 180)),
                name="address_position_whole",
                violation_error_message="La latitude et la longitude vont ensemble, en degrés.",
            ),
        ),
    ]

"""An agency's number may have four digits; numbers stored with the trunk zero behind the country code are repaired."""

from django.db import migrations, models

import access.telephone

# "+33 06 39 98 12 34" was stored as +330639981234. What has another length than a French number stays as it is:
# `manage.py check_phones` lists it.
REPAIR = "UPDATE access_place SET phone = '+33' || substr(phone, 5) WHERE phone ~ '^[+]330[1-9][0-9]{8}$'"


class Migration(migrations.Migration):
    dependencies = [("access", "0021_review_of_ones_own_part")]

    operations = [
        migrations.RunSQL(REPAIR, ""),
        migrations.RemoveConstraint(model_name="place", name="place_phone_is_a_number"),
        migrations.AlterField(
            model_name="place",
            name="phone",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=16,
                validators=[access.telephone.validate_agency_phone],
                verbose_name="téléphone",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("phone", ""), ("phone__regex", "^(\\+[1-9][0-9]{7,14}|3[0-9]{3})$"), _connector="OR"
                ),
                name="place_phone_is_a_number",
                violation_error_message="Ce numéro de téléphone n’en est pas un.",
            ),
        ),
    ]

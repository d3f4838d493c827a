"""Telephone numbers stored as nobody can dial them from abroad are repaired. What cannot be is left as it is, and
`manage.py check_phones` lists it."""

from django.db import migrations, models

import access.telephone

# "+33 06 39 98 12 34" was stored as +330639981234; "0690 12 34 56", of Guadeloupe, as +33690123456.
REPAIR = """
UPDATE {table} SET phone = CASE
        WHEN right(phone, 9) ~ '^(590|690|691)' THEN '+590'
        WHEN right(phone, 9) ~ '^(594|694)' THEN '+594'
        WHEN right(phone, 9) ~ '^(596|696|697)' THEN '+596'
        WHEN right(phone, 9) ~ '^(262|263|269|692|693|639(?!98))' THEN '+262'
        ELSE '+33' END || right(phone, 9)
    WHERE phone ~ '^[+]330[1-9][0-9]{{8}}$'
        OR phone ~ '^[+]33(59[046]|69[0123467]|26[239]|639(?!98))[0-9]+$' AND length(phone) = 12
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0065_counted_words"), ("access", "0022_telephone")]

    operations = [
        *(migrations.RunSQL(REPAIR.format(table=f"tenants_{one}"), "") for one in ("tenant", "representative")),
        *(
            migrations.AlterField(
                model_name=name,
                name="phone",
                field=models.CharField(
                    blank=True,
                    max_length=16,
                    validators=[access.telephone.validate_phone],
                    verbose_name="téléphone",
                ),
            )
            for name in ("representative", "tenant")
        ),
    ]

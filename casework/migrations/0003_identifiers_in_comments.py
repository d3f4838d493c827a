"""Let the import restrict a comment because of an IBAN, a telephone number or another person's name."""

from django.db import migrations, models

CATEGORY = models.CharField(
    choices=[
        ("health", "health"),
        ("addiction", "addiction"),
        ("origin", "origin"),
        ("religion", "religion"),
        ("politics", "politics"),
        ("sexuality", "sexuality"),
        ("offence", "offence"),
        ("private_life", "private_life"),
        ("hardship", "hardship"),
        ("judgement", "judgement"),
        ("iban", "iban"),
        ("phone", "phone"),
        ("name", "name"),
        ("long", "long"),
    ],
    max_length=16,
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_contact_attempts")]

    operations = [
        migrations.AlterField("legacycomment", "category", CATEGORY),
        migrations.AlterField("legacycommenttally", "category", CATEGORY),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0006_triage"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="building",
            options={
                "default_permissions": (),
                "permissions": [
                    ("card_reach", "card"),
                    ("help_reach", "help"),
                    ("counter_reach", "counter"),
                    ("evacuation_reach", "evacuation"),
                    ("account_reach", "account"),
                    ("books_reach", "books"),
                    ("identity_reach", "identity"),
                    ("contests_reach", "contests"),
                    ("triage_reach", "triage"),
                ],
            },
        ),
    ]

"""A permission of guardian to see the pool for a building's dwellings."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0002_vacancies"),
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
                    ("vacancies_reach", "vacancies"),
                    ("pool_reach", "pool"),
                ],
            },
        ),
    ]

"""Creates the figures of the managers' board and the function that counts them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from audit.sql_files import load_sql

DEBTS = ("debt_recent", "debt_1_month", "debt_3_months", "debt_6_months")
MOVES = ("arrived", "left", "arriving", "leaving", "arriving_later", "leaving_later")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_first_buildings"),
        ("allocations", "0001_initial"),
        ("ledger", "0003_balances"),
        ("oversight", "0004_former_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardFigure",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("debt_recent", "moins d’un mois"),
                            ("debt_1_month", "d’un à trois mois"),
                            ("debt_3_months", "de trois à six mois"),
                            ("debt_6_months", "plus de six mois"),
                            ("arrived", "arrivées"),
                            ("left", "départs"),
                            ("arriving", "arrivées prévues ce mois-ci"),
                            ("leaving", "départs prévus ce mois-ci"),
                            ("arriving_later", "arrivées prévues les deux mois suivants"),
                            ("leaving_later", "départs prévus les deux mois suivants"),
                            ("dwellings", "logements"),
                            ("vacant_recent", "moins d’un mois"),
                            ("vacant_1_month", "d’un à trois mois"),
                            ("vacant_3_months", "plus de trois mois"),
                            ("vacant_unknown", "depuis une date inconnue"),
                        ],
                        max_length=16,
                    ),
                ),
                ("month", models.DateField()),
                ("counted_on", models.DateField()),
                ("number", models.PositiveIntegerField(null=True)),
                ("cents", models.BigIntegerField(null=True)),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.place",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("place", "kind", "month"),
                        name="board_figure_once",
                        violation_error_message="Ce nombre a déjà été compté.",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            kind__in=[
                                *DEBTS,
                                *MOVES,
                                "dwellings",
                                "vacant_recent",
                                "vacant_1_month",
                                "vacant_3_months",
                                "vacant_unknown",
                            ]
                        ),
                        name="board_kind_known",
                        violation_error_message="Ce nombre n’est pas un nombre du tableau de bord.",
                    ),
                    models.CheckConstraint(
                        condition=~Q(kind__in=DEBTS) | Q(number__isnull=True) | Q(number__gte=10),
                        name="board_debts_of_ten_accounts",
                        violation_error_message="Un nombre d’impayés compte au moins dix comptes.",
                    ),
                    models.CheckConstraint(
                        condition=~Q(kind__in=MOVES) | Q(number__isnull=True) | Q(number__gte=5),
                        name="board_moves_of_five_households",
                        violation_error_message="Un nombre d’arrivées ou de départs compte au moins cinq foyers.",
                    ),
                    models.CheckConstraint(
                        condition=~Q(kind__in=(*DEBTS, *MOVES))
                        | Q(number__isnull=True)
                        | Q(number=F("number") / 5 * 5),
                        name="board_numbers_are_rounded",
                        violation_error_message="Ce nombre doit être arrondi à un multiple de cinq.",
                    ),
                    models.CheckConstraint(
                        condition=Q(cents__isnull=True)
                        | Q(kind__in=DEBTS, number__isnull=False, cents=F("cents") / 100_000 * 100_000),
                        name="board_sum_of_displayed_debts",
                        violation_error_message="Une somme accompagne un nombre d’impayés, au millier d’euros.",
                    ),
                    models.CheckConstraint(
                        condition=Q(month__day=1),
                        name="board_month_begins_it",
                        violation_error_message="Un mois est désigné par son premier jour.",
                    ),
                ],
            },
        ),
        load_sql("oversight", "board"),
    ]

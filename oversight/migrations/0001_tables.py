"""The tables of oversight/ and their SQL."""

import uuid

from django.conf import settings
from django.db import migrations, models

from audit.create_models import CreateModels
from audit.sql_files import load_sql

DEBTS = ("debt_recent", "debt_1_month", "debt_3_months", "debt_6_months")
MOVES = ("arrived", "left", "arriving", "leaving", "arriving_later", "leaving_later")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_tables"),
        ("access", "0001_tables"),
        ("buildings", "0001_tables"),
        ("tenants", "0001_tables"),
        ("ledger", "0001_tables"),
        ("casework", "0001_tables"),
        ("allocations", "0001_tables"),
        ("rights", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="LookQuestion",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("event", models.UUIDField()),
                    ("rule", models.CharField(max_length=32)),
                    ("kind", models.CharField(max_length=64)),
                    ("at", models.DateTimeField()),
                    (
                        "person",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    ("role", models.CharField(max_length=32)),
                    (
                        "place",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="access.place",
                        ),
                    ),
                    (
                        "desk",
                        models.CharField(
                            choices=[
                                ("dpo", "protection des données"),
                                ("steward", "responsable des données"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("found_on", models.DateField()),
                    (
                        "explanation",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("tenant_asked", "le locataire me l’a demandé, de vive voix ou au téléphone"),
                                ("manager_asked", "mon responsable me l’a demandé"),
                                ("own_task", "une tâche en cours qui n’est pas dans Loge"),
                                ("stand_in", "je remplaçais un collègue"),
                                ("wrong_file", "je me suis trompé de dossier"),
                                ("training", "formation, ou prise en main de l’outil"),
                                ("not_me", "ce n’était pas moi"),
                                ("no_reason", "je n’avais pas de raison"),
                                ("aloud", "je préfère m’en expliquer de vive voix"),
                            ],
                            max_length=24,
                            verbose_name="explication",
                        ),
                    ),
                    ("explained_on", models.DateField(blank=True, null=True)),
                    (
                        "asked_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("asked_on", models.DateField(blank=True, null=True)),
                    (
                        "answer",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("known_task", "une tâche que je connais l’explique"),
                                ("stand_in", "un remplacement ou un renfort l’explique"),
                                ("visit", "une visite ou un rendez-vous l’explique"),
                                ("nothing_known", "je ne sais pas"),
                            ],
                            max_length=24,
                            verbose_name="réponse",
                        ),
                    ),
                    (
                        "answered_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("answered_on", models.DateField(blank=True, null=True)),
                    (
                        "verdict",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("explained", "expliquée après coup"),
                                ("mistake", "erreur sans suite"),
                                ("misuse", "mésusage : suivi par une procédure humaine, hors de Loge"),
                                ("rule_wrong", "la règle s’est trompée"),
                            ],
                            max_length=16,
                            verbose_name="avis",
                        ),
                    ),
                    (
                        "judged_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("judged_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("event", "rule"),
                            name="look_asked_about_once",
                            violation_error_message="Cette règle a déjà posé sa question sur cette consultation.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("verdict", ""),
                                models.Q(("judged_by__isnull", False), ("judged_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="look_verdict_signed",
                            violation_error_message="Un avis sur une consultation doit être signé et daté.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("judged_by__isnull", True),
                                models.Q(("judged_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            name="look_not_judged_by_oneself",
                            violation_error_message="Vous ne pouvez pas donner un avis sur votre propre consultation.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ExposureDay",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("day", models.DateField()),
                    ("role", models.CharField(blank=True, max_length=32)),
                    ("possible", models.PositiveBigIntegerField()),
                    ("unused", models.PositiveBigIntegerField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("day", "role"),
                            name="exposure_once_a_day",
                            violation_error_message="Ce jour a déjà été mesuré.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("unused__lte", models.F("possible"))),
                            name="exposure_unused_is_possible",
                            violation_error_message="Le nombre de données non utilisées ne peut pas dépasser le nombre de données accessibles.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Breach",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("number", models.PositiveIntegerField(verbose_name="numéro")),
                    ("known_on", models.DateField(verbose_name="connue le")),
                    (
                        "nature",
                        models.CharField(
                            choices=[
                                ("confidentiality", "données vues ou exportées sans autorisation"),
                                ("integrity", "données modifiées sans autorisation"),
                                ("availability", "données perdues ou inaccessibles"),
                            ],
                            max_length=16,
                            verbose_name="nature",
                        ),
                    ),
                    (
                        "touched",
                        models.CharField(
                            choices=[
                                ("contact", "noms, logements, contacts"),
                                ("account", "baux, comptes, écritures"),
                                ("bank", "coordonnées bancaires"),
                                ("texts", "faits, notes, aides"),
                                ("staff", "connexions, affectations, trace"),
                            ],
                            max_length=16,
                            verbose_name="données touchées",
                        ),
                    ),
                    ("people", models.PositiveIntegerField(verbose_name="nombre approximatif de personnes")),
                    (
                        "consequence",
                        models.CharField(
                            choices=[
                                ("unlikely", "aucun risque probable"),
                                ("risk", "un risque"),
                                ("high", "un risque élevé"),
                            ],
                            max_length=16,
                            verbose_name="conséquence",
                        ),
                    ),
                    (
                        "measure",
                        models.CharField(
                            choices=[
                                ("none", "aucune encore"),
                                ("closed", "accès fermé"),
                                ("retrieved", "données récupérées ou détruites"),
                                ("restored", "données restaurées"),
                                ("rotated", "clés ou mots de passe renouvelés"),
                                ("corrected", "défaut corrigé"),
                            ],
                            max_length=16,
                            verbose_name="mesure prise",
                        ),
                    ),
                    ("notified_on", models.DateField(blank=True, null=True, verbose_name="notifiée à la CNIL le")),
                    ("told_on", models.DateField(blank=True, null=True, verbose_name="personnes informées le")),
                    (
                        "noted_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("noted_at", models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("notified_on__isnull", True),
                                    ("notified_on__gte", models.F("known_on")),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("told_on__isnull", True), ("told_on__gte", models.F("known_on")), _connector="OR"
                                ),
                            ),
                            name="breach_told_once_known",
                            violation_error_message="La date de notification doit être postérieure à la date de connaissance.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CountedWord",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "person",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("day", models.DateField()),
                    ("digest", models.BinaryField(max_length=32)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("person", "day", "digest"),
                            name="word_counted_once_a_day",
                            violation_error_message="Ce mot a déjà été compté aujourd’hui.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Inspection",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "asked_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    ("asked_on", models.DateField()),
                    ("words", models.PositiveSmallIntegerField()),
                    ("lines", models.PositiveSmallIntegerField()),
                    ("hits", models.JSONField()),
                    (
                        "agreed_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("agreed_on", models.DateField(blank=True, null=True)),
                    ("ends_on", models.DateField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("agreed_by__isnull", True),
                                models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="inspection_takes_two",
                            violation_error_message="La personne qui demande une lecture ne peut pas l’accorder.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("agreed_by__isnull", True), ("agreed_on__isnull", True)),
                                models.Q(("agreed_by__isnull", False), ("agreed_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="inspection_agreed_on_a_day",
                            violation_error_message="Un accord doit indiquer son auteur et sa date.",
                        ),
                    ],
                },
            ),
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
                            on_delete=models.PROTECT,
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
                            condition=models.Q(
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
                            condition=~models.Q(kind__in=DEBTS)
                            | models.Q(number__isnull=True)
                            | models.Q(number__gte=10),
                            name="board_debts_of_ten_accounts",
                            violation_error_message="Un nombre d’impayés compte au moins dix comptes.",
                        ),
                        models.CheckConstraint(
                            condition=~models.Q(kind__in=MOVES)
                            | models.Q(number__isnull=True)
                            | models.Q(number__gte=5),
                            name="board_moves_of_five_households",
                            violation_error_message="Un nombre d’arrivées ou de départs compte au moins cinq foyers.",
                        ),
                        models.CheckConstraint(
                            condition=~models.Q(kind__in=(*DEBTS, *MOVES))
                            | models.Q(number__isnull=True)
                            | models.Q(number=models.F("number") / 5 * 5),
                            name="board_numbers_are_rounded",
                            violation_error_message="Ce nombre doit être arrondi à un multiple de cinq.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(cents__isnull=True)
                            | models.Q(
                                kind__in=DEBTS, number__isnull=False, cents=models.F("cents") / 100_000 * 100_000
                            ),
                            name="board_sum_of_displayed_debts",
                            violation_error_message="Une somme accompagne un nombre d’impayés, au millier d’euros.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(month__day=1),
                            name="board_month_begins_it",
                            violation_error_message="Un mois est désigné par son premier jour.",
                        ),
                    ],
                },
            ),
        ),
        load_sql(
            "oversight",
            "offices",
            "retention",
            "look_evidence",
            "look_rules",
            "look_questions",
            "exposure",
            "texts",
            "word_counts",
            "board",
        ),
    ]

"""Priorities, sealed grounds, the points grid, ceilings and scores."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import allocations.models.score
from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("allocations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        load_sql("allocations", "sums"),
        migrations.CreateModel(
            name="Grid",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("band_width", models.PositiveIntegerField(verbose_name="largeur des tranches, en points")),
                (
                    "source_kind",
                    models.CharField(
                        choices=[
                            ("code", "article du code de la construction et de l’habitation"),
                            ("decree", "décret"),
                            ("order", "arrêté"),
                            ("agreement", "convention intercommunale d’attribution"),
                            ("procedure", "règlement intérieur de la commission"),
                            ("board", "délibération de l’organisme"),
                        ],
                        max_length=16,
                        verbose_name="source",
                    ),
                ),
                ("source_number", models.CharField(max_length=24, verbose_name="numéro de l’article ou du texte")),
                ("source_date", models.DateField(verbose_name="date du texte, ou de sa version")),
                ("drafted_on", models.DateField()),
                ("adopted_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "adopted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="GridRubric",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("household", "foyer"),
                            ("housing", "logement actuel"),
                            ("resources", "ressources"),
                            ("priority", "priorités de la loi"),
                            ("waiting", "ancienneté de la demande"),
                        ],
                        max_length=16,
                        verbose_name="rubrique",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("once", "le critère le plus favorable compte"),
                            ("sum", "les critères s’additionnent"),
                        ],
                        max_length=8,
                        verbose_name="dans la rubrique",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rubrics", to="allocations.grid"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="GridLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=32, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("flag", "oui ou non"),
                            ("number", "nombre entre deux limites"),
                            ("code", "valeur d’une liste"),
                            ("months", "points par mois d’ancienneté"),
                        ],
                        max_length=8,
                        verbose_name="règle",
                    ),
                ),
                (
                    "feature",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("persons", "personnes du foyer"),
                            ("children", "enfants du foyer"),
                            ("lone_parent", "parent seul"),
                            ("mobility_card", "carte mobilité inclusion dans le foyer"),
                            ("equipment_needed", "équipement nécessaire"),
                            ("housing", "logement actuel"),
                            ("income_euros", "ressources comptées, en euros"),
                            ("dalo", "DALO"),
                            ("disability", "handicap"),
                            ("poorly_housed", "mal logé"),
                            ("transitional", "logement de transition"),
                            ("back_to_work", "reprise d’activité"),
                            ("unworthy_dwelling", "logement indigne"),
                            ("minor_badly_housed", "enfant mineur mal logé"),
                            ("without_dwelling", "sans logement"),
                            ("eviction", "expulsion sans relogement"),
                            ("therapeutic_flat", "sortie d’un appartement thérapeutique"),
                            ("couple_violence", "violences au sein du couple"),
                            ("rape_or_assault", "viol ou agression"),
                            ("leaving_prostitution", "sortie de la prostitution"),
                            ("trafficking", "traite ou proxénétisme"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="donnée",
                    ),
                ),
                ("at_least", models.IntegerField(blank=True, null=True, verbose_name="au moins")),
                ("at_most", models.IntegerField(blank=True, null=True, verbose_name="au plus")),
                (
                    "values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="valeurs",
                    ),
                ),
                ("most_points", models.PositiveIntegerField(blank=True, null=True, verbose_name="au plus, en points")),
                (
                    "bonus_beyond_months",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="bonus au-delà de, en mois"),
                ),
                ("bonus_points", models.PositiveIntegerField(default=0, verbose_name="bonus, en points")),
                ("points", models.IntegerField(verbose_name="points")),
                ("sealed", models.BooleanField(default=False, editable=False)),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="allocations.grid"
                    ),
                ),
                (
                    "rubric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="allocations.gridrubric"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Ground",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("therapeutic_flat", "sortie d’un appartement de coordination thérapeutique"),
                            ("couple_violence", "violences au sein du couple ou mariage forcé"),
                            ("rape_or_assault", "viol ou agression au domicile"),
                            ("leaving_prostitution", "parcours de sortie de la prostitution"),
                            ("trafficking", "victime de traite ou de proxénétisme"),
                        ],
                        max_length=24,
                        verbose_name="motif",
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("decision", "décision d’une commission ou du préfet"),
                            ("card_or_decision", "carte ou décision d’orientation"),
                            ("official_report", "constat d’un service public"),
                            ("host_statement", "attestation de l’organisme d’accueil"),
                            ("employer_statement", "contrat ou attestation de l’employeur"),
                            ("court_decision", "décision d’un juge"),
                        ],
                        max_length=24,
                        verbose_name="preuve",
                    ),
                ),
                ("attested_on", models.DateField(verbose_name="date de la décision ou de l’attestation")),
                ("ends_on", models.DateField(verbose_name="dernier jour")),
                ("decided_on", models.DateField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grounds",
                        to="allocations.application",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="GroundCase",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("referred_on", models.DateField()),
                ("taken_on", models.DateField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("recognised", "motif reconnu"),
                            ("refused", "motif non reconnu"),
                            ("proof_asked", "preuve demandée"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="réponse",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ground_cases",
                        to="allocations.application",
                    ),
                ),
                (
                    "examiner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "referred_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Priority",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("dalo", "décision favorable de la commission de médiation (DALO)"),
                            ("disability", "handicap"),
                            ("poorly_housed", "mal logé ou en difficultés cumulées"),
                            ("transitional", "logement temporaire ou de transition"),
                            ("back_to_work", "reprise d’activité après un chômage de longue durée"),
                            ("unworthy_dwelling", "logement indigne"),
                            ("minor_badly_housed", "enfant mineur en logement suroccupé ou non décent"),
                            ("without_dwelling", "sans logement ou hébergé"),
                            ("eviction", "expulsion sans relogement"),
                        ],
                        max_length=24,
                        verbose_name="priorité",
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("decision", "décision d’une commission ou du préfet"),
                            ("card_or_decision", "carte ou décision d’orientation"),
                            ("official_report", "constat d’un service public"),
                            ("host_statement", "attestation de l’organisme d’accueil"),
                            ("employer_statement", "contrat ou attestation de l’employeur"),
                            ("court_decision", "décision d’un juge"),
                        ],
                        max_length=24,
                        verbose_name="preuve",
                    ),
                ),
                ("attested_on", models.DateField(verbose_name="date de la preuve")),
                ("ends_on", models.DateField(verbose_name="dernier jour")),
                ("recorded_on", models.DateField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priorities",
                        to="allocations.application",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="score",
                        serialize=False,
                        to="allocations.application",
                    ),
                ),
                ("computed_on", models.DateField()),
                ("months", models.PositiveSmallIntegerField()),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None),
                ),
                ("points", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("total", models.IntegerField()),
                (
                    "provisional_lines",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None),
                ),
                (
                    "provisional_points",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                ("provisional_total", models.IntegerField()),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="allocations.grid"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ScoreBand",
            fields=[
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="band",
                        serialize=False,
                        to="allocations.application",
                    ),
                ),
                ("computed_on", models.DateField()),
                ("verified", models.IntegerField(verbose_name="tranche, données vérifiées")),
                ("declared", models.IntegerField(verbose_name="tranche, données déclarées")),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="allocations.grid"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Ceiling",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                (
                    "zone",
                    models.CharField(
                        choices=[
                            ("paris", "Paris et communes limitrophes"),
                            ("idf", "Île-de-France"),
                            ("regions", "régions"),
                        ],
                        max_length=8,
                        verbose_name="zone",
                    ),
                ),
                (
                    "financing",
                    models.CharField(
                        choices=[("PLAI", "PLAI"), ("PLUS", "PLUS"), ("PLS", "PLS")],
                        max_length=8,
                        verbose_name="financement",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("1", "1"),
                            ("2", "2"),
                            ("3", "3"),
                            ("4", "4"),
                            ("5", "5"),
                            ("6", "6"),
                            ("extra", "par personne supplémentaire"),
                        ],
                        max_length=8,
                        verbose_name="catégorie de ménage",
                    ),
                ),
                ("euros", models.PositiveIntegerField(verbose_name="plafond, en euros")),
                (
                    "source_kind",
                    models.CharField(
                        choices=[
                            ("code", "article du code de la construction et de l’habitation"),
                            ("decree", "décret"),
                            ("order", "arrêté"),
                            ("agreement", "convention intercommunale d’attribution"),
                            ("procedure", "règlement intérieur de la commission"),
                            ("board", "délibération de l’organisme"),
                        ],
                        max_length=16,
                        verbose_name="source",
                    ),
                ),
                ("source_number", models.CharField(max_length=24, verbose_name="numéro de l’article ou du texte")),
                ("source_date", models.DateField(verbose_name="date du texte, ou de sa version")),
                ("entered_on", models.DateField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "zone", "financing", "category"),
                        name="ceiling_once",
                        violation_error_message="Ce plafond est déjà enregistré.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source_kind__in", ["code", "decree", "order", "agreement", "procedure", "board"]),
                            ("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$"),
                        ),
                        name="ceiling_has_source",
                        violation_error_message="Donnez le numéro de l’article ou du texte : R441-2-7, ou 2025-1234.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.UniqueConstraint(
                fields=("version",),
                name="grid_version_once",
                violation_error_message="Cette version de la grille existe déjà.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(("adopted_on__isnull", False), ("ended_on__isnull", True)),
                name="grid_one_in_force",
                violation_error_message="Une seule grille est en vigueur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.CheckConstraint(
                condition=models.Q(("band_width__gte", 1)),
                name="grid_band_has_a_width",
                violation_error_message="Une tranche a au moins un point.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source_kind__in", ["code", "decree", "order", "agreement", "procedure", "board"]),
                    ("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$"),
                ),
                name="grid_has_its_source",
                violation_error_message="Donnez le numéro de l’article ou du texte : R441-2-7, ou 2025-1234.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adopted_by__isnull", True),
                    models.Q(("adopted_by", models.F("drafted_by")), _negated=True),
                    _connector="OR",
                ),
                name="grid_adopted_by_another",
                violation_error_message="Une grille est adoptée par une autre personne que celle qui l’a préparée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridrubric",
            constraint=models.UniqueConstraint(
                fields=("grid", "code"),
                name="rubric_once_a_grid",
                violation_error_message="Cette rubrique est déjà dans la grille.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridline",
            constraint=models.UniqueConstraint(
                fields=("grid", "code"),
                name="grid_line_once",
                violation_error_message="Ce critère est déjà dans la grille.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridline",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{1,31}$")),
                name="grid_line_has_a_code",
                violation_error_message="Un code de critère a des lettres minuscules, des chiffres et _.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("feature", ""), ("kind", "months")),
                    models.Q(
                        (
                            "feature__in",
                            [
                                "lone_parent",
                                "mobility_card",
                                "equipment_needed",
                                "dalo",
                                "disability",
                                "poorly_housed",
                                "transitional",
                                "back_to_work",
                                "unworthy_dwelling",
                                "minor_badly_housed",
                                "without_dwelling",
                                "eviction",
                                "therapeutic_flat",
                                "couple_violence",
                                "rape_or_assault",
                                "leaving_prostitution",
                                "trafficking",
                            ],
                        ),
                        ("kind", "flag"),
                    ),
                    models.Q(("feature__in", ["persons", "children", "income_euros"]), ("kind", "number")),
                    models.Q(("feature__in", ["housing"]), ("kind", "code")),
                    _connector="OR",
                ),
                name="grid_line_rule_fits_its_data",
                violation_error_message="Cette règle ne convient pas à cette donnée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "feature__in",
                            [
                                "therapeutic_flat",
                                "couple_violence",
                                "rape_or_assault",
                                "leaving_prostitution",
                                "trafficking",
                            ],
                        ),
                        ("points__gte", 0),
                        ("sealed", True),
                    ),
                    models.Q(
                        ("sealed", False),
                        models.Q(
                            (
                                "feature__in",
                                [
                                    "therapeutic_flat",
                                    "couple_violence",
                                    "rape_or_assault",
                                    "leaving_prostitution",
                                    "trafficking",
                                ],
                            ),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="grid_line_sealed_as_its_ground",
                violation_error_message="Un motif réservé donne des points réservés, de zéro au moins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.UniqueConstraint(
                fields=("application", "code"), name="ground_once", violation_error_message="Ce motif est déjà reconnu."
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", "therapeutic_flat"), ("proof", "host_statement")),
                    models.Q(("code", "couple_violence"), ("proof", "court_decision")),
                    models.Q(("code", "rape_or_assault"), ("proof", "court_decision")),
                    models.Q(("code", "leaving_prostitution"), ("proof", "decision")),
                    models.Q(("code", "trafficking"), ("proof", "court_decision")),
                    _connector="OR",
                ),
                name="ground_needs_its_proof",
                violation_error_message="Ce motif demande une autre preuve.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("attested_on__lte", models.F("decided_on")), ("ends_on__gt", models.F("decided_on"))
                ),
                name="ground_ends",
                violation_error_message="La preuve est datée d’aujourd’hui au plus tard, et le motif a une fin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groundcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer__in", ["recognised", "refused"]), _negated=True),
                fields=("application",),
                name="ground_case_one_open",
                violation_error_message="Cette demande est déjà transmise à l’examinateur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groundcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("examiner__isnull", True), ("taken_on__isnull", True)),
                    models.Q(("examiner__isnull", False), ("taken_on__isnull", False)),
                    _connector="OR",
                ),
                name="ground_case_answered_by_its_examiner",
                violation_error_message="Seul l’examinateur qui a pris le dossier y répond.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groundcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_on__isnull", True)),
                    models.Q(("answer__in", ["recognised", "refused", "proof_asked"]), ("answered_on__isnull", False)),
                    _connector="OR",
                ),
                name="ground_case_answer_is_dated",
                violation_error_message="La réponse de l’examinateur doit être datée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.UniqueConstraint(
                fields=("application", "code"),
                name="priority_once",
                violation_error_message="Cette priorité est déjà enregistrée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", "dalo"), ("proof", "decision")),
                    models.Q(("code", "disability"), ("proof", "card_or_decision")),
                    models.Q(("code", "poorly_housed"), ("proof", "official_report")),
                    models.Q(("code", "transitional"), ("proof", "host_statement")),
                    models.Q(("code", "back_to_work"), ("proof", "employer_statement")),
                    models.Q(("code", "unworthy_dwelling"), ("proof", "official_report")),
                    models.Q(("code", "minor_badly_housed"), ("proof", "official_report")),
                    models.Q(("code", "without_dwelling"), ("proof", "host_statement")),
                    models.Q(("code", "eviction"), ("proof", "court_decision")),
                    _connector="OR",
                ),
                name="priority_needs_its_proof",
                violation_error_message="Cette priorité demande une autre preuve.",
            ),
        ),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("attested_on__lte", models.F("recorded_on")), ("ends_on__gte", models.F("recorded_on"))
                ),
                name="priority_ends",
                violation_error_message="La preuve est datée d’aujourd’hui au plus tard, et la priorité a une fin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="score",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lines__len", models.F("points__len")),
                    ("provisional_lines__len", models.F("provisional_points__len")),
                    ("provisional_total", allocations.models.score.SumOf("provisional_points")),
                    ("total", allocations.models.score.SumOf("points")),
                ),
                name="score_is_sum_of_lines",
                violation_error_message="Le total n’est pas la somme des critères.",
            ),
        ),
        migrations.AlterModelOptions(
            name="application",
            options={
                "default_permissions": (),
                "permissions": [
                    ("applicants_reach", "opens applications in applicants"),
                    ("grounds_reach", "opens applications in grounds"),
                ],
            },
        ),
        load_sql("allocations", "occasions", "grounds", "grids", "points_retention"),
    ]

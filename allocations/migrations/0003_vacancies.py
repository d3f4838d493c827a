"""Vacancies, contingents and the yearly flow."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql

SAME_BUILDING = """ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY (unit_id, building_id)
    REFERENCES buildings_unit (id, building_id) ON UPDATE CASCADE"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_vacancies"),
        ("allocations", "0002_points_and_grounds"),
        ("buildings", "0002_vacancies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contingent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state_priority", "État, publics prioritaires"),
                            ("state_agents", "État, agents publics"),
                            ("commune", "commune"),
                            ("epci", "intercommunalité"),
                            ("department", "département"),
                            ("region", "région"),
                            ("employers", "Action Logement"),
                            ("public_body", "établissement public"),
                            ("landlord", "organisme, logements non réservés"),
                        ],
                        max_length=16,
                        verbose_name="nature",
                    ),
                ),
                ("holder", models.CharField(max_length=80, verbose_name="réservataire")),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.place",
                        verbose_name="lieu",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Convention",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("signed_on", models.DateField(verbose_name="signée le")),
                ("first_day", models.DateField(verbose_name="premier jour")),
                ("last_day", models.DateField(verbose_name="dernier jour")),
                (
                    "contingent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conventions",
                        to="allocations.contingent",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FlowBase",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="année")),
                ("lettings", models.PositiveIntegerField(verbose_name="logements à attribuer dans l’année")),
                ("transfers", models.PositiveIntegerField(verbose_name="dont mutations de locataires")),
                (
                    "rehousing",
                    models.PositiveIntegerField(
                        verbose_name="dont relogements (renouvellement urbain, habitat indigne)"
                    ),
                ),
                ("sales", models.PositiveIntegerField(verbose_name="dont relogements avant une vente")),
                (
                    "identified",
                    models.PositiveIntegerField(
                        verbose_name="dont réservations identifiées (défense, sécurité, hôpitaux)"
                    ),
                ),
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
            },
        ),
        migrations.CreateModel(
            name="FlowYear",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("share_permille", models.PositiveSmallIntegerField(verbose_name="part, en pour mille")),
                (
                    "base",
                    models.ForeignKey(
                        db_column="year",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="allocations.flowbase",
                    ),
                ),
                (
                    "contingent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="allocations.contingent"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Nominator",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("first_day", models.DateField(verbose_name="premier jour")),
                ("last_day", models.DateField(verbose_name="dernier jour")),
                (
                    "contingent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominators",
                        to="allocations.contingent",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Vacancy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("available_on", models.DateField(verbose_name="disponible le")),
                ("declared_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("declared", "déclarée"),
                            ("oriented", "orientée"),
                            ("shortlisted", "présélection faite"),
                            ("convened", "inscrite en commission"),
                            ("decided", "décidée"),
                            ("offered", "proposée"),
                            ("let", "louée"),
                            ("withdrawn", "retirée"),
                        ],
                        default="declared",
                        max_length=16,
                        verbose_name="état",
                    ),
                ),
                (
                    "outside_flow",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("transfer", "mutation d’un locataire de l’organisme"),
                            ("rehousing", "relogement (renouvellement urbain, habitat indigne)"),
                            ("sale", "relogement avant une vente"),
                            ("identified", "réservation identifiée (défense, sécurité, hôpitaux)"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="hors du flux",
                    ),
                ),
                ("oriented_on", models.DateField(blank=True, null=True)),
                (
                    "orientation_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("behind", "réservataire en retard sur sa part"),
                            ("suited", "type de logement prévu par la convention"),
                            ("place", "lieu prévu par la convention"),
                            ("first_letting", "programme neuf partagé à la livraison"),
                            ("returned", "rendu par un autre réservataire"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="raison de l’orientation",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "contingent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vacancies",
                        to="allocations.contingent",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "oriented_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vacancies",
                        to="buildings.unit",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="contingent",
            constraint=models.UniqueConstraint(
                fields=("kind", "holder"),
                name="contingent_once",
                violation_error_message="Ce réservataire est déjà enregistré.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contingent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "state_priority",
                            "state_agents",
                            "commune",
                            "epci",
                            "department",
                            "region",
                            "employers",
                            "public_body",
                            "landlord",
                        ],
                    ),
                    models.Q(("holder", ""), _negated=True),
                ),
                name="contingent_has_its_holder",
                violation_error_message="Indiquez la nature et le nom du réservataire.",
            ),
        ),
        migrations.AddConstraint(
            model_name="convention",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gt", models.F("first_day")), ("signed_on__lte", models.F("last_day"))),
                name="convention_ends_after_it_starts",
                violation_error_message="Une convention finit après son début et après sa signature.",
            ),
        ),
        migrations.AddConstraint(
            model_name="flowbase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "lettings__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("transfers"), "+", models.F("rehousing")
                                ),
                                "+",
                                models.F("sales"),
                            ),
                            "+",
                            models.F("identified"),
                        ),
                    )
                ),
                name="flow_base_excludes",
                violation_error_message="Les logements exclus du flux dépassent le nombre de logements à attribuer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="flowyear",
            constraint=models.UniqueConstraint(
                fields=("contingent", "base"),
                name="flow_share_once_a_year",
                violation_error_message="La part de ce réservataire est déjà fixée pour cette année.",
            ),
        ),
        migrations.AddConstraint(
            model_name="flowyear",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_permille__lte", 1000)),
                name="flow_share_within_the_whole",
                violation_error_message="Une part ne dépasse pas mille pour mille.",
            ),
        ),
        migrations.AddConstraint(
            model_name="nominator",
            constraint=models.UniqueConstraint(
                fields=("contingent", "person"),
                name="nominator_once",
                violation_error_message="Cette personne est déjà désignée pour ce réservataire.",
            ),
        ),
        migrations.AddConstraint(
            model_name="nominator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_day__gte", models.F("first_day")),
                    (
                        "last_day__lte",
                        django.db.models.expressions.CombinedExpression(models.F("first_day"), "+", models.Value(1096)),
                    ),
                ),
                name="nominator_for_three_years",
                violation_error_message="Une désignation dure trois ans au plus.",
            ),
        ),
        migrations.AddConstraint(
            model_name="nominator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("named_by__isnull", True),
                    models.Q(("named_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="nominator_named_by_another",
                violation_error_message="Personne ne se désigne soi-même.",
            ),
        ),
        migrations.AddIndex(
            model_name="vacancy",
            index=models.Index(fields=["building", "state"], name="vacancy_building"),
        ),
        migrations.AddConstraint(
            model_name="vacancy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["let", "withdrawn"]), _negated=True),
                fields=("unit",),
                name="vacancy_one_open_a_unit",
                violation_error_message="Une vacance est déjà ouverte pour ce logement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vacancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["declared", "oriented", "shortlisted", "convened", "decided", "offered", "let", "withdrawn"],
                    )
                ),
                name="vacancy_state_known",
                violation_error_message="Cet état n’existe pas.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vacancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["declared", "withdrawn"]),
                    models.Q(
                        ("oriented_on__isnull", False),
                        models.Q(
                            models.Q(("contingent__isnull", False), ("outside_flow", "")),
                            models.Q(("outside_flow", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="vacancy_oriented_or_outside_the_flow",
                violation_error_message="Orientez d’abord ce logement vers un réservataire, ou hors du flux.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vacancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contingent__isnull", True), ("orientation_reason", "")),
                    models.Q(
                        ("contingent__isnull", False),
                        ("orientation_reason__in", ["behind", "suited", "place", "first_letting", "returned"]),
                    ),
                    _connector="OR",
                ),
                name="vacancy_orientation_has_a_reason",
                violation_error_message="Indiquez la raison de l’orientation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="vacancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["let", "withdrawn"]), ("ended_on__isnull", False)),
                    models.Q(models.Q(("state__in", ["let", "withdrawn"]), _negated=True), ("ended_on__isnull", True)),
                    _connector="OR",
                ),
                name="vacancy_ends_on_a_day",
                violation_error_message="La fin d’une vacance doit être datée.",
            ),
        ),
        migrations.RunSQL(SAME_BUILDING.format("allocations_vacancy", "vacancy_stands_in_its_unit")),
        load_sql("allocations", "flow"),
    ]

"""The terms at which dwellings are let."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SAME_BUILDING = """ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY (unit_id, building_id)
    REFERENCES buildings_unit (id, building_id) ON UPDATE CASCADE"""


class Migration(migrations.Migration):
    dependencies = [
        ("buildings", "0001_initial"),
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
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitTerms",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="terms",
                        serialize=False,
                        to="buildings.unit",
                    ),
                ),
                (
                    "financing",
                    models.CharField(
                        choices=[
                            ("PLAI", "PLAI, prêt locatif aidé d’intégration"),
                            ("PLUS", "PLUS, prêt locatif à usage social"),
                            ("PLS", "PLS, prêt locatif social"),
                        ],
                        max_length=8,
                        verbose_name="financement",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        choices=[
                            ("paris", "Paris et communes limitrophes"),
                            ("idf", "Île-de-France, autres communes"),
                            ("regions", "autres régions"),
                        ],
                        max_length=8,
                        verbose_name="zone de plafonds",
                    ),
                ),
                ("qpv", models.BooleanField(default=False, verbose_name="en quartier prioritaire (QPV)")),
                ("qpv_on", models.DateField(verbose_name="d’après la liste du")),
                ("rent_cents", models.PositiveIntegerField(verbose_name="loyer mensuel")),
                ("charges_cents", models.PositiveIntegerField(default=0, verbose_name="provision pour charges")),
                (
                    "equipment",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("lift", "ascenseur ou rez-de-chaussée"),
                                ("step_free", "accès sans marche depuis la rue"),
                                ("wide_doors", "portes larges"),
                                ("shower", "douche de plain-pied"),
                                ("grab_bars", "barres d’appui"),
                                ("adapted_kitchen", "cuisine adaptée"),
                                ("parking", "stationnement adapté"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="équipements",
                    ),
                ),
                ("first_letting", models.BooleanField(default=False, verbose_name="première mise en location")),
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
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("financing__in", ["PLAI", "PLUS", "PLS"]), ("zone__in", ["paris", "idf", "regions"])
                        ),
                        name="terms_financing_and_zone_listed",
                        violation_error_message="Indiquez le financement et la zone du logement.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rent_cents__gt", 0)),
                        name="terms_rent_is_positive",
                        violation_error_message="Le loyer doit être supérieur à zéro.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "equipment__contained_by",
                                [
                                    "lift",
                                    "step_free",
                                    "wide_doors",
                                    "shower",
                                    "grab_bars",
                                    "adapted_kitchen",
                                    "parking",
                                ],
                            )
                        ),
                        name="terms_equipment_listed",
                        violation_error_message="Cet équipement n’est pas dans la liste.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SAME_BUILDING.format("buildings_unitterms", "terms_stand_in_their_unit")),
    ]

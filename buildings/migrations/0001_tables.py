"""Buildings, their addresses and units, the programmes they were financed by, and the terms of dwellings."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from audit.create_models import CreateModels
from audit.sql_files import load_sql

TERMS_IN_THEIR_UNIT = """ALTER TABLE buildings_unitterms ADD CONSTRAINT terms_stand_in_their_unit
    FOREIGN KEY (unit_id, building_id) REFERENCES buildings_unit (id, building_id) ON UPDATE CASCADE"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        ("audit", "0001_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        # The number of each door is a column that this function computes.
        load_sql("buildings", "doors"),
        CreateModels(
            migrations.CreateModel(
                name="Building",
                fields=[
                    (
                        "place",
                        models.OneToOneField(
                            on_delete=models.PROTECT,
                            primary_key=True,
                            related_name="building",
                            serialize=False,
                            to="access.place",
                        ),
                    ),
                ],
                options={
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
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Address",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "building",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="addresses", to="buildings.building"),
                    ),
                    ("number", models.CharField(blank=True, max_length=16, verbose_name="numéro")),
                    ("street", models.CharField(max_length=120, verbose_name="voie")),
                    ("postcode", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                    ("city", models.CharField(blank=True, max_length=60, verbose_name="commune")),
                    ("search_key", models.CharField(editable=False, max_length=160)),
                    (
                        "ban_id",
                        models.CharField(blank=True, db_default="", max_length=40, verbose_name="identifiant BAN"),
                    ),
                    (
                        "latitude",
                        models.DecimalField(decimal_places=6, max_digits=8, null=True, verbose_name="latitude"),
                    ),
                    (
                        "longitude",
                        models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="longitude"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("building", "number", "street"),
                            name="address_once_a_building",
                            violation_error_message="Ce bâtiment a déjà cette adresse.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ban_id__regex", "^[0-9A-Za-z_-]*$")),
                            name="address_ban_id_well_formed",
                            violation_error_message="Cet identifiant BAN n’existe pas : lettres, chiffres et tirets seulement.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                                models.Q(
                                    ("latitude__isnull", False),
                                    ("latitude__range", (-90, 90)),
                                    ("longitude__isnull", False),
                                    ("longitude__range", (-180, 180)),
                                ),
                                _connector="OR",
                            ),
                            name="address_position_whole",
                            violation_error_message="La latitude et la longitude vont ensemble, en degrés.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Programme",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("key", models.CharField(max_length=80)),
                    ("source_id", models.CharField(max_length=32, verbose_name="identifiant de livraison")),
                    ("year", models.SmallIntegerField(null=True, verbose_name="année de financement")),
                    ("nature", models.CharField(blank=True, max_length=64, verbose_name="nature")),
                    ("mode", models.CharField(blank=True, max_length=64, verbose_name="mode de réalisation")),
                    ("dwellings", models.PositiveIntegerField(verbose_name="logements")),
                    ("is_home", models.BooleanField(default=False, verbose_name="foyer ou résidence")),
                    (
                        "buildings",
                        models.ManyToManyField(
                            related_name="programmes", to="buildings.building", verbose_name="bâtiments"
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("key",),
                            name="programme_once",
                            violation_error_message="Ce programme est déjà importé.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("dwellings__gt", 0)),
                            name="programme_has_dwellings",
                            violation_error_message="Un programme doit comporter au moins un logement.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="BuildingUserPermission",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ("user", models.ForeignKey(on_delete=models.DO_NOTHING, to=settings.AUTH_USER_MODEL)),
                    ("permission", models.ForeignKey(on_delete=models.DO_NOTHING, to="auth.permission")),
                    ("content_object", models.ForeignKey(on_delete=models.DO_NOTHING, to="buildings.building")),
                ],
                options={
                    "db_table": "buildings_user_permission",
                    "unique_together": {("user", "permission", "content_object")},
                    "abstract": False,
                    "managed": False,
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="BuildingGroupPermission",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ("group", models.ForeignKey(on_delete=models.DO_NOTHING, to="auth.group")),
                    ("permission", models.ForeignKey(on_delete=models.DO_NOTHING, to="auth.permission")),
                    ("content_object", models.ForeignKey(on_delete=models.DO_NOTHING, to="buildings.building")),
                ],
                options={
                    "db_table": "buildings_group_permission",
                    "unique_together": {("group", "permission", "content_object")},
                    "abstract": False,
                    "managed": False,
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Unit",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "building",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="units", to="buildings.building"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("dwelling", "logement"),
                                ("annexe", "annexe"),
                                ("parking", "stationnement"),
                                ("shop", "local d’activité"),
                            ],
                            default="dwelling",
                            max_length=16,
                            verbose_name="nature",
                        ),
                    ),
                    (
                        "rpls_id",
                        models.CharField(blank=True, max_length=20, null=True, verbose_name="identifiant RPLS"),
                    ),
                    ("source_key", models.CharField(blank=True, editable=False, max_length=80, null=True)),
                    ("type", models.CharField(blank=True, max_length=4, verbose_name="type")),
                    (
                        "surface_m2",
                        models.DecimalField(
                            blank=True, decimal_places=1, max_digits=6, null=True, verbose_name="surface (m²)"
                        ),
                    ),
                    ("staircase", models.CharField(blank=True, max_length=8, verbose_name="escalier")),
                    ("floor", models.SmallIntegerField(blank=True, null=True, verbose_name="étage")),
                    ("door", models.CharField(blank=True, max_length=8, verbose_name="porte")),
                    (
                        "door_key",
                        models.GeneratedField(
                            db_persist=True,
                            expression=models.Func("door", function="buildings_door_key"),
                            output_field=models.CharField(max_length=8),
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [
                        models.Index(fields=["building", "staircase", "floor", "door"], name="unit_by_door"),
                        models.Index(fields=["door_key", "building"], name="unit_by_door_key"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("rpls_id",),
                            name="unit_rpls_once",
                            violation_error_message="Cet identifiant RPLS est déjà celui d’un autre logement.",
                        ),
                        models.UniqueConstraint(
                            fields=("source_key",),
                            name="unit_source_once",
                            violation_error_message="Ce logement a déjà été importé.",
                        ),
                        models.UniqueConstraint(
                            fields=("id", "building"),
                            name="unit_in_one_building",
                            violation_error_message="Un logement ne peut être que dans un seul bâtiment.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("surface_m2__isnull", True), ("surface_m2__gt", 0), _connector="OR"),
                            name="unit_surface_positive",
                            violation_error_message="La surface doit être supérieure à zéro.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["dwelling", "annexe", "parking", "shop"])),
                            name="unit_kind_known",
                            violation_error_message="Cette nature de local n’existe pas.",
                        ),
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
                            on_delete=models.CASCADE,
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
                        ArrayField(
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
                            on_delete=models.PROTECT,
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
            migrations.CreateModel(
                name="BuildingKey",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "key", "building", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("key", models.CharField(db_collation="C", max_length=12)),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            editable=False,
                            on_delete=models.CASCADE,
                            related_name="+",
                            to="buildings.building",
                        ),
                    ),
                ],
                options={
                    "db_table": "buildings_searchkey",
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["building", "key"], name="building_key_of_building")],
                },
            ),
        ),
        migrations.RunSQL(TERMS_IN_THEIR_UNIT),
        load_sql("buildings", "guardian", "recut", "search_keys"),
    ]

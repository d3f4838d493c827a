"""Tenants, leases and accounts, and what is written, asked and decided about them."""

import datetime
import uuid

from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Substr

import formats.telephone
import tenants.models.account
from audit.create_models import CreateModels
from audit.sql_files import load_sql

# The building of a row is that of its parent: a foreign key on both columns enforces it, and dividing a building updates
# the rows below.
SAME_BUILDING = [
    ("tenants_lease", "lease_stands_in_its_unit", "main_unit_id", "buildings_unit"),
    ("tenants_leaseunit", "letting_stands_in_its_unit", "unit_id", "buildings_unit"),
    ("tenants_leaseparty", "party_stands_in_its_lease", "lease_id", "tenants_lease"),
    ("tenants_residence", "residence_stands_in_its_unit", "unit_id", "buildings_unit"),
    ("tenants_account", "account_stands_in_its_lease", "lease_id", "tenants_lease"),
    ("tenants_discreetmark", "discreet_mark_stands_in_its_lease", "lease_id", "tenants_lease"),
    ("tenants_conflictwall", "wall_stands_in_its_lease", "lease_id", "tenants_lease"),
    ("tenants_emergencyaccess", "emergency_stands_in_its_lease", "lease_id", "tenants_lease"),
    ("tenants_reminderdoor", "reminder_door_stands_in_its_unit", "unit_id", "buildings_unit"),
]
KEY = """ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}, building_id) REFERENCES {3} (id, building_id)
    ON UPDATE CASCADE"""
OTHER_KEYS = """
-- The name by which people are listed and searched follows the tenant's.
ALTER TABLE tenants_leaseparty ADD CONSTRAINT party_carries_its_name
    FOREIGN KEY (tenant_id, name_key) REFERENCES tenants_tenant (id, name_key) ON UPDATE CASCADE;
ALTER TABLE tenants_residence ADD CONSTRAINT residence_carries_its_name
    FOREIGN KEY (tenant_id, name_key) REFERENCES tenants_tenant (id, name_key) ON UPDATE CASCADE;
ALTER TABLE tenants_leasechange ADD CONSTRAINT change_stands_in_its_lease FOREIGN KEY (lease_id, building_id)
    REFERENCES tenants_lease (id, building_id) ON UPDATE CASCADE ON DELETE CASCADE;
CREATE INDEX change_of_lease ON tenants_leasechange (lease_id, building_id);
-- An evacuation list has a building and no lease.
ALTER TABLE tenants_emergencyaccess ADD CONSTRAINT emergency_stands_in_a_building
    FOREIGN KEY (building_id) REFERENCES buildings_building (place_id);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        ("audit", "0001_tables"),
        ("buildings", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Tenant",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "title",
                        models.CharField(
                            blank=True,
                            choices=[("mrs", "Mme"), ("mr", "M."), ("", "sans civilité")],
                            max_length=4,
                            verbose_name="civilité",
                        ),
                    ),
                    ("last_name", models.CharField(max_length=80, verbose_name="nom")),
                    ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                    ("name_key", models.CharField(editable=False, max_length=162)),
                    (
                        "channel",
                        models.CharField(
                            choices=[
                                ("phone", "téléphone"),
                                ("text", "SMS"),
                                ("email", "courriel"),
                                ("letter", "courrier"),
                                ("contact", "personne choisie"),
                            ],
                            default="phone",
                            max_length=8,
                            verbose_name="contact choisi",
                        ),
                    ),
                    (
                        "phone",
                        models.CharField(
                            blank=True,
                            max_length=16,
                            validators=[formats.telephone.validate_phone],
                            verbose_name="téléphone",
                        ),
                    ),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                    ("contact_name", models.CharField(blank=True, max_length=80, verbose_name="personne choisie")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("id", "name_key"),
                            name="tenant_has_one_name",
                            violation_error_message="Un locataire ne peut avoir qu’un seul nom.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{7,14}$"), _connector="OR"
                            ),
                            name="tenant_phone_is_a_number",
                            violation_error_message="Ce numéro de téléphone n’est pas valide.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("channel", "contact"), _negated=True),
                                models.Q(("contact_name", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="tenant_contact_has_a_name",
                            violation_error_message="Donnez le nom de la personne choisie.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Representative",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=models.CASCADE, related_name="representatives", to="tenants.tenant"
                        ),
                    ),
                    ("name", models.CharField(max_length=120, verbose_name="nom")),
                    (
                        "phone",
                        models.CharField(
                            blank=True,
                            max_length=16,
                            validators=[formats.telephone.validate_phone],
                            verbose_name="téléphone",
                        ),
                    ),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                            ),
                            name="representative_ends_after_it_starts",
                            violation_error_message="La fin de la représentation doit être postérieure à son début.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Identity",
                fields=[
                    (
                        "tenant",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="identity",
                            serialize=False,
                            to="tenants.tenant",
                        ),
                    ),
                    ("birth_date", models.DateField(verbose_name="date de naissance")),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Lease",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "main_unit",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="leases", to="buildings.unit"
                        ),
                    ),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="leases",
                            to="buildings.building",
                        ),
                    ),
                    ("signed_on", models.DateField(blank=True, null=True, verbose_name="signé le")),
                    ("starts_on", models.DateField(verbose_name="prend effet le")),
                    ("notice_on", models.DateField(blank=True, null=True, verbose_name="congé reçu le")),
                    ("ends_on", models.DateField(blank=True, null=True, verbose_name="prend fin le")),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["building", "ends_on"], name="lease_building")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                            ),
                            name="lease_ends_after_it_starts",
                            violation_error_message="La fin du bail doit être postérieure à son début.",
                        ),
                        models.UniqueConstraint(
                            fields=("id", "building"),
                            name="lease_in_one_building",
                            violation_error_message="Un bail ne peut être que dans un seul bâtiment.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LeaseUnit",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("lease", models.ForeignKey(on_delete=models.PROTECT, related_name="units", to="tenants.lease")),
                    (
                        "unit",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="lettings", to="buildings.unit"
                        ),
                    ),
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
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["building", "last_day"], name="letting_building")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                            ),
                            name="letting_ends_after_it_starts",
                            violation_error_message="La fin de la location doit être postérieure à son début.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="LeaseParty",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "lease",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="parties", to="tenants.lease"
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="parties", to="tenants.tenant"),
                    ),
                    ("name_key", models.CharField(editable=False, max_length=162)),
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
                    (
                        "capacity",
                        models.CharField(
                            choices=[
                                ("holder", "titulaire"),
                                ("co_holder", "cotitulaire"),
                                ("guarantor", "organisme garant"),
                            ],
                            default="holder",
                            max_length=16,
                            verbose_name="qualité",
                        ),
                    ),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["building", "name_key"], name="party_building_name")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                            ),
                            name="party_ends_after_it_starts",
                            violation_error_message="Pour ce titulaire, la fin doit être postérieure au début.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("last_day__isnull", True)),
                            fields=("lease", "tenant"),
                            name="party_once_a_lease",
                            violation_error_message="Cette personne est déjà titulaire du bail.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Residence",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "tenant",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="residences",
                            to="tenants.tenant",
                        ),
                    ),
                    ("name_key", models.CharField(editable=False, max_length=162)),
                    (
                        "lease",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="residences", to="tenants.lease"),
                    ),
                    (
                        "unit",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=models.PROTECT,
                            related_name="residences",
                            to="buildings.unit",
                        ),
                    ),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="residences",
                            to="buildings.building",
                        ),
                    ),
                    ("moved_in", models.DateField(verbose_name="entré le")),
                    ("moved_out", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                    ("transferred", models.BooleanField(default=False, editable=False)),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [
                        models.Index(fields=["building", "name_key"], name="residence_building_name"),
                        models.Index(fields=["tenant"], name="residence_tenant"),
                        models.Index(fields=["building", "moved_in"], name="residence_moved_in"),
                        models.Index(
                            condition=models.Q(("moved_out__isnull", False)),
                            fields=["building", "moved_out"],
                            name="residence_moved_out",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("id", "building"),
                            name="residence_in_one_building",
                            violation_error_message="Une occupation ne peut être que dans un seul bâtiment.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("moved_out__isnull", True), ("moved_out__gte", models.F("moved_in")), _connector="OR"
                            ),
                            name="residence_ends_after_it_starts",
                            violation_error_message="Le départ doit être postérieur à l’arrivée.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Account",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "lease",
                        models.OneToOneField(
                            db_constraint=False, on_delete=models.PROTECT, related_name="account", to="tenants.lease"
                        ),
                    ),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="accounts",
                            to="buildings.building",
                        ),
                    ),
                    (
                        "reference",
                        models.CharField(
                            default=tenants.models.account.new_reference,
                            editable=False,
                            max_length=14,
                            verbose_name="référence",
                        ),
                    ),
                    ("opened_on", models.DateField(verbose_name="ouvert le")),
                    ("settled_on", models.DateField(blank=True, null=True, verbose_name="soldé le")),
                    (
                        "reference_start",
                        models.GeneratedField(
                            db_persist=True,
                            expression=Substr("reference", 1, 4),
                            output_field=models.CharField(max_length=4),
                        ),
                    ),
                    (
                        "reference_middle",
                        models.GeneratedField(
                            db_persist=True,
                            expression=Substr("reference", 6, 4),
                            output_field=models.CharField(max_length=4),
                        ),
                    ),
                    (
                        "reference_end",
                        models.GeneratedField(
                            db_persist=True,
                            expression=Substr("reference", 11, 4),
                            output_field=models.CharField(max_length=4),
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [
                        models.Index(fields=["building", "settled_on"], name="account_building"),
                        models.Index(fields=["reference_start"], name="account_reference_start"),
                        models.Index(fields=["reference_middle"], name="account_reference_middle"),
                        models.Index(fields=["reference_end"], name="account_reference_end"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("reference",),
                            name="account_reference_once",
                            violation_error_message="Cette référence est déjà celle d’un autre compte.",
                        ),
                        models.UniqueConstraint(
                            fields=("id", "building"),
                            name="account_in_one_building",
                            violation_error_message="Un compte ne peut être que dans un seul bâtiment.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("settled_on__isnull", True),
                                ("settled_on__gte", models.F("opened_on")),
                                _connector="OR",
                            ),
                            name="account_settled_after_it_opened",
                            violation_error_message="La date de solde doit être postérieure à l’ouverture du compte.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LeaseChange",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "lease",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.CASCADE, related_name="changes", to="tenants.lease"
                        ),
                    ),
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
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("signed", "bail enregistré"),
                                ("notice", "congé enregistré"),
                                ("moved_in", "arrivée enregistrée"),
                                ("moved_out", "départ enregistré"),
                                ("transferred", "mutation enregistrée"),
                            ],
                            max_length=12,
                        ),
                    ),
                    (
                        "made_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("made_at", models.DateTimeField(auto_now_add=True)),
                    ("day", models.DateField()),
                    ("before", models.JSONField()),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="HelpCode",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "tenant",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="help_codes", to="tenants.tenant"),
                    ),
                    (
                        "code",
                        models.CharField(
                            choices=[
                                ("knock_loudly", "Frapper fort et attendre"),
                                ("give_time", "Laisser le temps d’ouvrir"),
                                ("say_who", "Annoncer son nom et sa fonction à travers la porte"),
                                ("call_before", "Téléphoner juste avant de monter"),
                                ("flash_or_text", "Prévenir aussi par SMS"),
                                ("speak_facing", "Parler en face, sans se presser"),
                                ("leave_written", "Laisser un message écrit"),
                                ("read_notice", "Lire l’affichage ou l’avis à voix haute"),
                                ("stairs_help", "Aider à descendre l’escalier"),
                                ("two_helpers", "Prévoir deux personnes pour aider à sortir"),
                                ("wait_inside", "Attend les secours à la fenêtre ou au palier"),
                                ("guide_arm", "Proposer le bras pour guider"),
                                ("lift_notice", "Prévenir d’un arrêt de l’ascenseur"),
                                ("power_notice", "Prévenir avant une coupure d’électricité"),
                                ("water_notice", "Prévenir avant une coupure d’eau"),
                                ("carry_help", "Aider à porter ou à sortir un objet lourd"),
                                ("chosen_person", "Prévenir la personne choisie"),
                                ("animal_home", "Animal à sortir avec l’occupant"),
                            ],
                            max_length=32,
                            verbose_name="aide demandée",
                        ),
                    ),
                    (
                        "asked_by",
                        models.CharField(
                            choices=[("tenant", "le locataire"), ("representative", "son représentant")],
                            default="tenant",
                            max_length=16,
                            verbose_name="demandée par",
                        ),
                    ),
                    ("asked_on", models.DateField(verbose_name="demandée le")),
                    ("renew_by", models.DateField(verbose_name="à redemander avant le")),
                    ("ended_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("renew_by__gt", models.F("asked_on")),
                                ("renew_by__lte", CombinedExpression(models.F("asked_on"), "+", models.Value(366))),
                            ),
                            name="help_code_renewed_yearly",
                            violation_error_message="Une aide doit être redemandée chaque année.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("ended_on__isnull", True)),
                            fields=("tenant", "code"),
                            name="help_code_once",
                            violation_error_message="Cette aide est déjà notée.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DiscreetMark",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "lease",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=models.PROTECT,
                            related_name="discreet_marks",
                            to="tenants.lease",
                        ),
                    ),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="buildings.building",
                        ),
                    ),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(verbose_name="dernier jour")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__gte", CombinedExpression(models.F("first_day"), "-", models.Value(1))),
                                ("last_day__lte", CombinedExpression(models.F("first_day"), "+", models.Value(366))),
                            ),
                            name="discreet_mark_renewed_yearly",
                            violation_error_message="La discrétion dure un an au plus.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DiscreetName",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "mark",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="names", to="tenants.discreetmark"),
                    ),
                    (
                        "person",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("mark", "person"),
                            name="discreet_name_once",
                            violation_error_message="Cette personne est déjà nommée.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ConflictWall",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "person",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "lease",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="+", to="tenants.lease"
                        ),
                    ),
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
                    (
                        "set_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("set_on", models.DateField()),
                    ("ended_on", models.DateField(blank=True, null=True)),
                    (
                        "ended_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_on__isnull", True)),
                            fields=("person", "lease"),
                            name="wall_once_at_a_time",
                            violation_error_message="Ce dossier est déjà fermé à cette personne.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ended_by__isnull", True),
                                models.Q(("ended_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            name="wall_ended_by_another",
                            violation_error_message="Un dossier ne peut pas être rouvert par la personne à laquelle il est fermé.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="IdentityCheck",
                fields=[
                    (
                        "person",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("lease", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="tenants.lease")),
                    (
                        "document",
                        models.CharField(
                            choices=[
                                ("photo", "pièce d’identité avec photo"),
                                ("licence", "permis de conduire"),
                                ("mandate", "pièce d’un représentant et son mandat"),
                            ],
                            max_length=8,
                            verbose_name="pièce d’identité présentée",
                        ),
                    ),
                    ("until", models.DateTimeField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("document__in", ["photo", "licence", "mandate"])),
                            name="identity_check_document_known",
                            violation_error_message="Cette pièce d’identité n’est pas dans la liste.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="EmergencyAccess",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "person",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    (
                        "lease",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="tenants.lease",
                        ),
                    ),
                    (
                        "unit",
                        models.ForeignKey(
                            db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to="buildings.unit"
                        ),
                    ),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="buildings.building",
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("fire", "Feu ou fumée"),
                                ("water", "Fuite ou inondation"),
                                ("gas", "Gaz ou électricité"),
                                ("door", "Porte forcée ou restée ouverte"),
                                ("silence", "Occupant qui ne répond plus"),
                                ("rescuers", "Demande des secours sur place"),
                            ],
                            max_length=16,
                            verbose_name="nature de l’urgence",
                        ),
                    ),
                    ("opened_at", models.DateTimeField()),
                    ("until", models.DateTimeField()),
                    ("review_by", models.DateField()),
                    (
                        "verdict",
                        models.CharField(
                            blank=True,
                            choices=[("justified", "Justifié"), ("unjustified", "Injustifié")],
                            max_length=16,
                            verbose_name="avis",
                        ),
                    ),
                    (
                        "reviewed_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("reviewed_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason__in", ["fire", "water", "gas", "door", "silence", "rescuers"])),
                            name="emergency_reason_known",
                            violation_error_message="Ce motif d’urgence n’est pas dans la liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("verdict", ""),
                                models.Q(("reviewed_by__isnull", False), ("reviewed_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="emergency_verdict_signed",
                            violation_error_message="Un avis sur un accès d’urgence doit être signé et daté.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("lease__isnull", False), ("unit__isnull", False)),
                                models.Q(
                                    ("lease__isnull", True),
                                    ("reason__in", ("fire", "gas", "water", "rescuers")),
                                    ("unit__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="emergency_of_a_household_or_a_building",
                            violation_error_message="Un accès d’urgence doit concerner un foyer ou un immeuble à évacuer.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reminder",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "building",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="reminders", to="buildings.building"),
                    ),
                    (
                        "given_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(verbose_name="dernier jour")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__gte", models.F("first_day")),
                                ("last_day__lte", CombinedExpression(models.F("first_day"), "+", models.Value(31))),
                            ),
                            name="reminder_lasts_a_month_at_most",
                            violation_error_message="Une mission dure un mois au plus : choisissez une date plus proche.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReminderDoor",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "reminder",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="doors", to="tenants.reminder"),
                    ),
                    ("unit", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="buildings.unit")),
                    (
                        "building",
                        models.ForeignKey(
                            editable=False, on_delete=models.PROTECT, related_name="+", to="buildings.building"
                        ),
                    ),
                    ("done_on", models.DateField(blank=True, null=True, verbose_name="transmis le")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("reminder", "unit"),
                            name="reminder_door_once",
                            violation_error_message="Cette porte figure déjà dans la mission.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SourceKey",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("unit", "logement"),
                                ("tenant", "locataire"),
                                ("lease", "bail"),
                                ("entry", "écriture"),
                                ("receipt", "encaissement en attente"),
                            ],
                            max_length=8,
                        ),
                    ),
                    ("key", models.CharField(db_collation="C", max_length=64)),
                    ("target", models.UUIDField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("kind", "key"),
                            name="source_key_once",
                            violation_error_message="Cette clé désigne déjà un autre élément.",
                        ),
                        models.UniqueConstraint(
                            fields=("kind", "target"),
                            name="source_key_one_each",
                            violation_error_message="Un élément ne peut avoir qu’une seule clé.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SearchKey",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "key", "building", "tenant", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("key", models.CharField(db_collation="C", max_length=16)),
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
                    (
                        "tenant",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="tenants.tenant",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["tenant", "building"], name="search_key_of_tenant")],
                },
            ),
            migrations.CreateModel(
                name="FormerName",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("last_name", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                    ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                    ("last_day", models.DateField(verbose_name="dernier jour")),
                    (
                        "tenant",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="former_names", to="tenants.tenant"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("tenant", "last_day"),
                            name="former_name_once_a_day",
                            violation_error_message="Un ancien nom de cette personne est déjà enregistré jusqu’à la veille de cette date.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("last_name", ""), _negated=True),
                                models.Q(("first_name", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="former_name_has_a_name",
                            violation_error_message="Indiquez l’ancien nom ou l’ancien prénom.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("last_day__gte", datetime.date(1900, 1, 1))),
                            name="former_name_day_plausible",
                            violation_error_message="La date d’effet doit être postérieure au 1er janvier 1900.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Restriction",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "ground",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("accuracy", "exactitude contestée, pendant la vérification (RGPD, art. 18-1 a)"),
                                (
                                    "unlawful",
                                    "traitement illicite, limitation préférée à l’effacement (RGPD, art. 18-1 b)",
                                ),
                                ("claims", "données nécessaires à la personne en justice (RGPD, art. 18-1 c)"),
                                ("objection", "opposition en cours d’examen (RGPD, art. 18-1 d)"),
                                ("", "à confirmer après une restauration"),
                            ],
                            max_length=16,
                            verbose_name="fondement",
                        ),
                    ),
                    ("begun_on", models.DateField(verbose_name="depuis le")),
                    (
                        "informed_on",
                        models.DateField(blank=True, null=True, verbose_name="personne informée de la levée le"),
                    ),
                    ("lifted_on", models.DateField(blank=True, null=True, verbose_name="levée le")),
                    (
                        "tenant",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="tenants.tenant",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["tenant"], name="restriction_of_tenant")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("lifted_on__isnull", True)),
                            fields=("tenant", "ground"),
                            name="restriction_once_for_a_ground",
                            violation_error_message="Le traitement est déjà limité pour ce fondement.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ground__in", ["accuracy", "unlawful", "claims", "objection", ""])),
                            name="restriction_ground_known",
                            violation_error_message="Choisissez l’un des quatre fondements de l’article 18.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("informed_on__isnull", True),
                                ("informed_on__gte", models.F("begun_on")),
                                _connector="OR",
                            ),
                            name="restriction_informed_after_it_began",
                            violation_error_message="La personne ne peut pas avoir été informée avant le début de la limitation.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("lifted_on__isnull", True),
                                models.Q(("informed_on__isnull", False), ("lifted_on__gt", models.F("informed_on"))),
                                _connector="OR",
                            ),
                            name="restriction_lifted_after_information",
                            violation_error_message="La limitation ne peut être levée qu’à partir du lendemain du jour où la personne en a été informée (RGPD, art. 18-3).",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SetAsideContact",
                fields=[
                    (
                        "tenant",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="tenants.tenant",
                        ),
                    ),
                    (
                        "channel",
                        models.CharField(
                            choices=[
                                ("phone", "téléphone"),
                                ("text", "SMS"),
                                ("email", "courriel"),
                                ("letter", "courrier"),
                                ("contact", "personne choisie"),
                            ],
                            max_length=8,
                            verbose_name="contact choisi",
                        ),
                    ),
                    ("phone", models.CharField(blank=True, max_length=16, verbose_name="téléphone")),
                    ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                    ("contact_name", models.CharField(blank=True, max_length=80, verbose_name="personne choisie")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{7,14}$"), _connector="OR"
                            ),
                            name="set_aside_phone_is_a_number",
                            violation_error_message="Le numéro de téléphone mis à part n’est pas valide.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("channel", "contact"), _negated=True),
                                models.Q(("contact_name", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="set_aside_contact_has_a_name",
                            violation_error_message="Les coordonnées mises à part doivent avoir le nom de la personne choisie.",
                        ),
                    ],
                },
            ),
        ),
        *(migrations.RunSQL(KEY.format(*key)) for key in SAME_BUILDING),
        migrations.RunSQL(OTHER_KEYS),
        load_sql(
            "tenants",
            "offices",
            "walls",
            "leases",
            "counter",
            "counter_doors",
            "emergencies",
            "masked",
            "search_keys",
            "retention",
            "accounts",
            "look_evidence",
            "word_counts",
            "intake",
            "restrictions",
        ),
    ]

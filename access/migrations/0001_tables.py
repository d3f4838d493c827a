"""People, places, assignments and everything that grants access."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Lower

import formats.telephone
from audit.create_models import CreateModels
from audit.sql_files import load_sql

# The extension btree_gist is not everywhere: ids and codes are compared as ranges of one point.
TYPES = """
CREATE TYPE uuidrange AS RANGE (subtype = uuid);
CREATE TYPE coderange AS RANGE (subtype = text, collation = "C");
"""
# The table of the shared cache, as Django's own backend reads it. Only its own login has rights on it.
CACHE = """
CREATE TABLE shared_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""
ONCE_AT_A_TIME = """
ALTER TABLE access_assignment ADD CONSTRAINT assignment_once_at_a_time EXCLUDE USING gist (
    uuidrange(person_id, person_id, '[]') WITH =,
    uuidrange(place_id, place_id, '[]') WITH =,
    coderange(role::text, role::text, '[]') WITH =,
    access_days(first_day, last_day, ended_on) WITH &&
) WHERE (from_hour IS NULL);
-- Duties of one day follow each other: they are compared by their hours.
ALTER TABLE access_assignment ADD CONSTRAINT assignment_on_call_once EXCLUDE USING gist (
    uuidrange(person_id, person_id, '[]') WITH =,
    uuidrange(place_id, place_id, '[]') WITH =,
    access_hours(first_day, last_day, ended_on, from_hour, to_hour) WITH &&
) WHERE (from_hour IS NOT NULL);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(TYPES),
        CreateModels(
            migrations.CreateModel(
                name="Place",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "level",
                        models.CharField(
                            choices=[
                                ("organisation", "organisme"),
                                ("directorate", "direction"),
                                ("agency", "agence"),
                                ("sector", "secteur"),
                                ("estate", "résidence"),
                                ("building", "bâtiment"),
                            ],
                            max_length=16,
                            verbose_name="niveau",
                        ),
                    ),
                    (
                        "parent",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=models.PROTECT, related_name="children", to="access.place"
                        ),
                    ),
                    ("name", models.CharField(max_length=120, verbose_name="nom")),
                    ("code", models.CharField(max_length=32, verbose_name="code")),
                    (
                        "phone",
                        models.CharField(
                            blank=True,
                            db_default="",
                            default="",
                            max_length=16,
                            validators=[formats.telephone.validate_agency_phone],
                            verbose_name="téléphone",
                        ),
                    ),
                    (
                        "email",
                        models.EmailField(
                            blank=True, db_default="", default="", max_length=254, verbose_name="courriel"
                        ),
                    ),
                    ("path", models.CharField(db_collation="C", default="", editable=False, max_length=330)),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["path"], name="place_path"),
                        models.Index(
                            condition=models.Q(("level", "building")),
                            fields=["path"],
                            include=("id",),
                            name="place_building_path",
                        ),
                        models.Index(
                            condition=models.Q(("level", "building")), fields=["name", "id"], name="place_building_name"
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("code",),
                            name="place_code_once",
                            violation_error_message="Ce code de lieu existe déjà.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("parent__isnull", False), ("level", "organisation"), _connector="OR"),
                            name="place_hangs_somewhere",
                            violation_error_message="Seul l’organisme peut n’être rattaché à aucun lieu.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("level__in", ["organisation", "directorate", "agency", "sector", "estate", "building"])
                            ),
                            name="place_level_known",
                            violation_error_message="Ce niveau de lieu n’existe pas.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("phone", ""), ("phone__regex", "^(\\+[1-9][0-9]{7,14}|3[0-9]{3})$"), _connector="OR"
                            ),
                            name="place_phone_is_a_number",
                            violation_error_message="Ce numéro de téléphone n’est pas valide.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Person",
                fields=[
                    ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    ("email", models.EmailField(max_length=254, verbose_name="adresse électronique professionnelle")),
                    ("name", models.CharField(max_length=120, verbose_name="nom affiché")),
                    (
                        "employed_at",
                        models.ForeignKey(
                            on_delete=models.PROTECT,
                            related_name="staff",
                            to="access.place",
                            verbose_name="rattachement",
                        ),
                    ),
                    ("is_active", models.BooleanField(default=True, verbose_name="peut se connecter")),
                    ("is_machine", models.BooleanField(db_default=False, default=False, editable=False)),
                    ("joined_at", models.DateTimeField(auto_now_add=True)),
                    (
                        "groups",
                        models.ManyToManyField(
                            blank=True,
                            help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.group",
                            verbose_name="groups",
                        ),
                    ),
                    (
                        "user_permissions",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Specific permissions for this user.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.permission",
                            verbose_name="user permissions",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            Lower("email"),
                            name="person_email_once",
                            violation_error_message="Une personne se connecte déjà avec cette adresse.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AccessRequest",
                fields=[
                    (
                        "asked_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    ("asked_at", models.DateTimeField(auto_now_add=True)),
                    (
                        "decision",
                        models.CharField(
                            blank=True,
                            choices=[("approved", "approuvée"), ("refused", "refusée"), ("withdrawn", "retirée")],
                            max_length=16,
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, null=True)),
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "person",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="requests", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("name", models.CharField(blank=True, max_length=120, verbose_name="nom affiché")),
                    (
                        "email",
                        models.EmailField(
                            blank=True, max_length=254, verbose_name="adresse électronique professionnelle"
                        ),
                    ),
                    (
                        "employed_at",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="access.place"),
                    ),
                    ("role", models.CharField(max_length=32, verbose_name="rôle")),
                    (
                        "place",
                        models.ForeignKey(
                            on_delete=models.PROTECT, related_name="requests", to="access.place", verbose_name="lieu"
                        ),
                    ),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(verbose_name="dernier jour")),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("posting", "prise de poste"),
                                ("transfer", "changement de poste ou de lieu"),
                                ("stand_in_absence", "remplacement, absence"),
                                ("stand_in_vacancy", "remplacement, poste vacant"),
                                ("reinforcement", "renfort temporaire"),
                                ("on_call", "astreinte"),
                                ("handover", "période de tuilage"),
                                ("training", "formation avec un titulaire"),
                                ("recut", "redécoupage d’un secteur ou d’un bâtiment"),
                            ],
                            max_length=32,
                            verbose_name="motif",
                        ),
                    ),
                    ("batch", models.UUIDField(blank=True, editable=False, null=True)),
                    (
                        "permissions",
                        ArrayField(
                            base_field=models.CharField(max_length=64),
                            blank=True,
                            default=list,
                            editable=False,
                            size=None,
                        ),
                    ),
                    (
                        "refusal",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("not_needed", "pas nécessaire au poste"),
                                ("wrong_place", "lieu trop large ou mal choisi"),
                                ("wrong_role", "rôle mal choisi"),
                                ("wrong_days", "dates mal choisies"),
                                ("not_confirmed", "non confirmée par le service du personnel"),
                                ("asked_twice", "déjà demandée"),
                            ],
                            max_length=32,
                            verbose_name="motif du refus",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["asked_at"], name="request_asked_at"),
                        models.Index(
                            condition=models.Q(("batch__isnull", False)), fields=["batch"], name="request_batch"
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                ("decision", "withdrawn"),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="request_takes_two",
                            violation_error_message="Vous avez fait cette demande : une autre personne doit l’approuver ou la refuser.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decision", "withdrawn"), _negated=True),
                                ("decided_by", models.F("asked_by")),
                                _connector="OR",
                            ),
                            name="request_withdrawn_by_who_asked",
                            violation_error_message="Seule la personne qui a fait la demande peut la retirer.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")),
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    ("decision__in", ["approved", "refused", "withdrawn"]),
                                ),
                                _connector="OR",
                            ),
                            name="request_decided_by_someone_at_some_time",
                            violation_error_message="Une décision doit indiquer son auteur et sa date.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("decision", "refused"), ("refusal", ""), _connector="XOR"),
                            name="request_refused_for_a_reason",
                            violation_error_message="Indiquez le motif du refus.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("last_day__gte", models.F("first_day"))),
                            name="request_ends_after_it_starts",
                            violation_error_message="Le dernier jour doit être postérieur ou égal au premier.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("person__isnull", True),
                                models.Q(("person", models.F("asked_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="request_never_for_oneself",
                            violation_error_message="Vous ne pouvez pas demander un accès pour vous-même.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                ("person__isnull", True),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            name="request_never_decided_by_whom_it_is_for",
                            violation_error_message="Vous ne pouvez pas décider d’un accès qui vous est destiné.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("role__in", ["on_call"]), _negated=True),
                            name="request_never_for_hours",
                            violation_error_message="Une astreinte comporte des heures et ne peut être confiée que par le responsable de ses lieux.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("permissions", []),
                                models.Q(
                                    ("employed_at__isnull", False),
                                    (
                                        "last_day__lte",
                                        models.ExpressionWrapper(
                                            CombinedExpression(models.F("first_day"), "+", models.Value(365)),
                                            models.DateField(),
                                        ),
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="request_for_a_machine_of_a_year",
                            violation_error_message="Un jeton est valable un an au plus, et chaque machine doit avoir le sien.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Assignment",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=models.PROTECT,
                            related_name="assignments",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="personne",
                        ),
                    ),
                    (
                        "role",
                        models.CharField(
                            choices=[
                                ("caretaker", "gardiennage"),
                                ("sector_manager", "responsable de secteur"),
                                ("officer", "gestion locative"),
                                ("front_desk", "accueil"),
                                ("accountant", "comptabilité"),
                                ("allocation_officer", "attribution des logements"),
                                ("allocation_manager", "responsable du peuplement"),
                                ("committee_member", "commission d’attribution"),
                                ("committee_chair", "présidence de la commission d’attribution"),
                                ("ground_examiner", "examen des motifs réservés"),
                                ("nominator", "réservataire"),
                                ("on_call", "personnel d’astreinte"),
                                ("dpo", "protection des données"),
                                ("access_administrator", "administration des accès"),
                                ("data_steward", "responsable des données"),
                                ("inspector", "contrôle externe"),
                            ],
                            max_length=32,
                            verbose_name="rôle",
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            on_delete=models.PROTECT, related_name="assignments", to="access.place", verbose_name="lieu"
                        ),
                    ),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(verbose_name="dernier jour")),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("posting", "prise de poste"),
                                ("transfer", "changement de poste ou de lieu"),
                                ("stand_in_absence", "remplacement, absence"),
                                ("stand_in_vacancy", "remplacement, poste vacant"),
                                ("reinforcement", "renfort temporaire"),
                                ("on_call", "astreinte"),
                                ("handover", "période de tuilage"),
                                ("training", "formation avec un titulaire"),
                                ("recut", "redécoupage d’un secteur ou d’un bâtiment"),
                            ],
                            max_length=32,
                            verbose_name="motif",
                        ),
                    ),
                    (
                        "given_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("given_at", models.DateTimeField(auto_now_add=True)),
                    (
                        "request",
                        models.OneToOneField(
                            null=True, on_delete=models.PROTECT, related_name="assignment", to="access.accessrequest"
                        ),
                    ),
                    ("from_hour", models.TimeField(blank=True, null=True, verbose_name="de")),
                    ("to_hour", models.TimeField(blank=True, null=True, verbose_name="à")),
                    ("nightly", models.BooleanField(db_default=False, default=False, verbose_name="chaque nuit")),
                    ("ended_on", models.DateField(blank=True, null=True)),
                    (
                        "end_reason",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("end_of_post", "fin de poste"),
                                ("transfer", "changement de poste ou de lieu"),
                                ("departure", "départ de l’organisme"),
                                ("stand_in_over", "fin de remplacement"),
                                ("mission_over", "fin de mission"),
                                ("recut", "redécoupage d’un secteur ou d’un bâtiment"),
                                ("not_confirmed", "non confirmée à la revue"),
                                ("unused", "non utilisée"),
                                ("asked_by_person", "à la demande de la personne"),
                                ("precaution", "suspension à titre conservatoire"),
                                ("error", "saisie par erreur"),
                            ],
                            max_length=32,
                        ),
                    ),
                    (
                        "ended_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["person", "last_day"], name="assignment_person"),
                        models.Index(fields=["place", "last_day"], name="assignment_place"),
                        models.Index(fields=["person", "place"], name="assignment_person_place"),
                        models.Index(fields=["person", "role"], name="assignment_person_role"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("last_day__gte", models.F("first_day"))),
                            name="assignment_ends_after_it_starts",
                            violation_error_message="Le dernier jour doit être postérieur ou égal au premier.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ended_on__isnull", True),
                                models.Q(
                                    ("ended_on__gte", models.F("first_day")), ("ended_on__lte", models.F("last_day"))
                                ),
                                _connector="OR",
                            ),
                            name="assignment_ends_within_its_days",
                            violation_error_message="La fin anticipée doit être comprise dans les dates de l’affectation.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("end_reason", ""), ("ended_on__isnull", True)),
                                models.Q(("ended_on__isnull", False), models.Q(("end_reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="assignment_end_has_a_reason",
                            violation_error_message="Indiquez le motif de la fin anticipée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("given_by__isnull", True),
                                models.Q(("given_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            name="assignment_never_for_oneself",
                            violation_error_message="Vous ne pouvez pas vous donner un accès à vous-même.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("from_hour__isnull", False), ("role__in", ["on_call"]), ("to_hour__isnull", False)
                                ),
                                models.Q(
                                    models.Q(("role__in", ["on_call"]), _negated=True),
                                    ("from_hour__isnull", True),
                                    ("nightly", False),
                                    ("to_hour__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="assignment_on_call_has_hours",
                            violation_error_message="Indiquez des heures pour une astreinte, et seulement pour une astreinte.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__gt", models.F("first_day")),
                                ("from_hour__isnull", True),
                                ("to_hour__gt", models.F("from_hour")),
                                _connector="OR",
                            ),
                            name="assignment_hours_end_after_they_start",
                            violation_error_message="La fin de l’astreinte doit être postérieure à son début.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("role", "inspector"), _negated=True),
                                (
                                    "last_day__lt",
                                    models.ExpressionWrapper(
                                        CombinedExpression(models.F("first_day"), "+", models.Value(30)),
                                        models.DateField(),
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="assignment_of_an_inspector_is_short",
                            violation_error_message="Un agent de l’autorité de contrôle a accès trente jours au plus.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "role__in",
                                    [
                                        "caretaker",
                                        "sector_manager",
                                        "officer",
                                        "front_desk",
                                        "accountant",
                                        "allocation_officer",
                                        "allocation_manager",
                                        "committee_member",
                                        "committee_chair",
                                        "ground_examiner",
                                        "nominator",
                                        "on_call",
                                        "dpo",
                                        "access_administrator",
                                        "data_steward",
                                        "inspector",
                                    ],
                                )
                            ),
                            name="assignment_role_known",
                            violation_error_message="Ce rôle n’existe pas.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MachineToken",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "machine",
                        models.OneToOneField(
                            on_delete=models.PROTECT, related_name="token", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("digest", models.CharField(editable=False, max_length=64)),
                    ("hint", models.CharField(editable=False, max_length=4, verbose_name="se termine par")),
                    (
                        "made_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    ("made_at", models.DateTimeField(auto_now_add=True)),
                    ("first_used_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "revoked_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("digest",),
                            name="token_digest_once",
                            violation_error_message="Ce jeton existe déjà.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                                models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="token_revoked_by_someone",
                            violation_error_message="Une révocation doit indiquer son auteur.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="KeptRight",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "assignment",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="kept", to="access.assignment"),
                    ),
                    (
                        "kept_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("kept_on", models.DateField()),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("soon", "sera bientôt utilisée"),
                                ("rare", "rarement utilisée, mais nécessaire"),
                                ("cover", "deux personnes couvrent ce lieu"),
                            ],
                            max_length=16,
                            verbose_name="pourquoi la conserver",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("reason__in", ["soon", "rare", "cover"])),
                            name="kept_right_for_a_reason",
                            violation_error_message="Choisissez dans la liste le motif pour conserver une affectation inutilisée.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RightsReview",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "signed_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    ("signed_on", models.DateField()),
                    ("statement", models.JSONField()),
                    ("key_id", models.CharField(max_length=32)),
                    ("signature", models.CharField(max_length=88)),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="RoleCompartment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("role", models.CharField(max_length=32)),
                    ("compartment", models.CharField(max_length=32)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("role", "compartment"), name="role_compartment_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SentAct",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "sent_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("key", models.UUIDField(editable=False)),
                    ("digest", models.CharField(editable=False, max_length=64)),
                    (
                        "assignment",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to="access.assignment"
                        ),
                    ),
                    ("last_day", models.DateField(null=True)),
                    ("ended_on", models.DateField(null=True)),
                    (
                        "end_reason",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("end_of_post", "fin de poste"),
                                ("transfer", "changement de poste ou de lieu"),
                                ("departure", "départ de l’organisme"),
                                ("stand_in_over", "fin de remplacement"),
                                ("mission_over", "fin de mission"),
                                ("recut", "redécoupage d’un secteur ou d’un bâtiment"),
                                ("not_confirmed", "non confirmée à la revue"),
                                ("unused", "non utilisée"),
                                ("asked_by_person", "à la demande de la personne"),
                                ("precaution", "suspension à titre conservatoire"),
                                ("error", "saisie par erreur"),
                            ],
                            max_length=32,
                        ),
                    ),
                    ("result", models.UUIDField(editable=False, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("sent_by", "key"),
                            name="act_sent_once",
                            violation_error_message="Cette clé a déjà été utilisée : utilisez une nouvelle clé pour chaque envoi.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Session",
                fields=[
                    (
                        "session_key",
                        models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                    ),
                    ("session_data", models.TextField(verbose_name="session data")),
                    ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                    (
                        "person",
                        models.ForeignKey(
                            null=True, on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "verbose_name": "session",
                    "verbose_name_plural": "sessions",
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="MailChoice",
                fields=[
                    (
                        "person",
                        models.OneToOneField(
                            editable=False,
                            on_delete=models.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("wanted", models.BooleanField(verbose_name="recevoir le courriel du matin")),
                    (
                        "language",
                        models.CharField(choices=[("fr", "fr"), ("en", "en")], max_length=2, verbose_name="langue"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("language__in", ("fr", "en"))),
                            name="mail_language_known",
                            violation_error_message="Choisissez une langue de Loge.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DailyMail",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("day", models.DateField()),
                    ("template", models.CharField(choices=[("waiting", "ce qui attend")], max_length=16)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("queued", "à envoyer"),
                                ("sent", "envoyé"),
                                ("dropped", "sans objet"),
                                ("failed", "abandonné"),
                            ],
                            default="queued",
                            max_length=16,
                        ),
                    ),
                    ("tries", models.PositiveSmallIntegerField(default=0)),
                    ("next_try_at", models.DateTimeField()),
                    (
                        "person",
                        models.ForeignKey(
                            db_index=False,
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
                            fields=("person", "day", "template"),
                            name="daily_mail_once_a_day",
                            violation_error_message="Ce courriel est déjà prévu aujourd’hui.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("template__in", ["waiting"])),
                            name="daily_mail_template_known",
                            violation_error_message="Ce modèle de courriel n’existe pas.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["queued", "sent", "dropped", "failed"])),
                            name="daily_mail_state_known",
                            violation_error_message="Cet état d’un courriel n’existe pas.",
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(CACHE),
        load_sql(
            "access", "session", "places", "reach", "makers", "four_eyes", "tokens", "reviews", "sign_in", "waiting"
        ),
        migrations.RunSQL(ONCE_AT_A_TIME),
    ]

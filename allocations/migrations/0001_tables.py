"""Applications, grids and vacancies, the commission and its decisions, offers, and the national register."""

import datetime
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression

import allocations.models.score
import formats.telephone
from audit.create_models import CreateModels
from audit.sql_files import load_sql

VACANCY_IN_ITS_UNIT = """ALTER TABLE allocations_vacancy ADD CONSTRAINT vacancy_stands_in_its_unit
    FOREIGN KEY (unit_id, building_id) REFERENCES buildings_unit (id, building_id) ON UPDATE CASCADE"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        ("buildings", "0001_tables"),
        ("tenants", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        load_sql("allocations", "sums"),
        CreateModels(
            migrations.CreateModel(
                name="ApplicationGroupPermission",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ],
                options={
                    "db_table": "allocations_group_permission",
                    "abstract": False,
                    "managed": False,
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="ApplicationUserPermission",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ],
                options={
                    "db_table": "allocations_user_permission",
                    "abstract": False,
                    "managed": False,
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Application",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("number", models.CharField(blank=True, max_length=18, null=True, verbose_name="numéro unique")),
                    ("filed_on", models.DateField(verbose_name="date de dépôt")),
                    ("renew_by", models.DateField(verbose_name="à renouveler avant le")),
                    ("certified_on", models.DateField(blank=True, null=True)),
                    ("reminded_on", models.DateField(blank=True, null=True)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("registered", "enregistrée"),
                                ("under_review", "en cours d’instruction"),
                                ("complete", "complète"),
                                ("closed", "radiée"),
                            ],
                            default="registered",
                            max_length=16,
                            verbose_name="état",
                        ),
                    ),
                    (
                        "housing",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("none", "sans logement"),
                                ("hosted", "hébergé chez quelqu’un"),
                                ("hotel", "hôtel ou meublé de courte durée"),
                                ("transitional", "logement temporaire ou foyer"),
                                ("private_tenant", "locataire du parc privé"),
                                ("social_tenant", "locataire du parc social"),
                                ("owner", "propriétaire"),
                                ("staff_housing", "logement de fonction"),
                                ("other", "autre"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="logement actuel",
                        ),
                    ),
                    (
                        "rooms_from",
                        models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="pièces, au moins"),
                    ),
                    (
                        "rooms_to",
                        models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="pièces, au plus"),
                    ),
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
                            verbose_name="équipements nécessaires",
                        ),
                    ),
                    ("registered_on", models.DateField()),
                    ("file_digest", models.CharField(blank=True, default="", editable=False, max_length=32)),
                    ("closed_on", models.DateField(blank=True, null=True)),
                    (
                        "closing_motive",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("signed_lease", "bail signé"),
                                ("renounced", "renonciation écrite du demandeur"),
                                ("no_answer", "absence de réponse à un courrier"),
                                ("inadmissible", "irrecevabilité prononcée par la commission"),
                                ("not_renewed", "absence de renouvellement"),
                                ("merged", "fusion avec une autre demande du foyer"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="motif de radiation",
                        ),
                    ),
                    (
                        "closed_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "kept_at",
                        models.ForeignKey(
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="access.place",
                            verbose_name="suivie par",
                        ),
                    ),
                    (
                        "registered_by",
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
                    "permissions": [
                        ("applicants_reach", "opens applications in applicants"),
                        ("grounds_reach", "opens applications in grounds"),
                    ],
                    "default_permissions": (),
                    "indexes": [
                        models.Index(
                            condition=models.Q(("registered_by__isnull", False)),
                            fields=["kept_at", "renew_by"],
                            name="application_of_ours",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("number",),
                            name="application_number_once",
                            violation_error_message="Une demande porte déjà ce numéro.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("number__isnull", True),
                                ("number__regex", "^[0-9]{3}(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}[0-9A-Z]{5}$"),
                                _connector="OR",
                            ),
                            name="application_number_shape",
                            violation_error_message="Un numéro unique a 18 signes : 3 chiffres, le mois et l’année, 6 chiffres, puis 5 lettres ou chiffres.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("renew_by__gt", models.F("filed_on"))),
                            name="application_renewed_after_it_was_filed",
                            violation_error_message="Une demande est renouvelée après son dépôt.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("rooms_from__isnull", True), ("rooms_to__isnull", True)),
                                models.Q(
                                    ("rooms_from__gte", 1),
                                    ("rooms_to__gte", models.F("rooms_from")),
                                    ("rooms_to__lte", 9),
                                ),
                                _connector="OR",
                            ),
                            name="application_rooms_in_order",
                            violation_error_message="Indiquez un nombre de pièces au moins, puis au plus, de 1 à 9.",
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
                            name="application_equipment_listed",
                            violation_error_message="Cet équipement n’est pas dans la liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("housing", ""),
                                (
                                    "housing__in",
                                    [
                                        "none",
                                        "hosted",
                                        "hotel",
                                        "transitional",
                                        "private_tenant",
                                        "social_tenant",
                                        "owner",
                                        "staff_housing",
                                        "other",
                                    ],
                                ),
                                _connector="OR",
                            ),
                            name="application_housing_listed",
                            violation_error_message="Ce logement actuel n’est pas dans la liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    models.Q(("state", "closed"), _negated=True),
                                    ("closed_on__isnull", True),
                                    ("closing_motive", ""),
                                ),
                                models.Q(
                                    ("closed_on__isnull", False),
                                    ("state", "closed"),
                                    models.Q(("closing_motive", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="application_closed_for_a_motive",
                            violation_error_message="Une demande ne peut être radiée que pour un motif de la liste.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Applicant",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "tie",
                        models.CharField(
                            choices=[
                                ("principal", "demandeur"),
                                ("spouse", "conjoint, partenaire de PACS ou concubin"),
                                ("co_applicant", "codemandeur"),
                            ],
                            max_length=16,
                            verbose_name="lien",
                        ),
                    ),
                    ("last_name", models.CharField(max_length=80, verbose_name="nom")),
                    ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                    ("name_key", models.CharField(editable=False, max_length=162)),
                    ("birth_date", models.DateField(verbose_name="date de naissance")),
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
                    ("street", models.CharField(blank=True, max_length=120, verbose_name="numéro et voie")),
                    ("postcode", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                    ("city", models.CharField(blank=True, max_length=80, verbose_name="commune")),
                    ("cmi", models.BooleanField(default=False, verbose_name="carte mobilité inclusion « invalidité »")),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=models.CASCADE,
                            related_name="applicants",
                            to="allocations.application",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("tie", "principal")),
                            fields=("application",),
                            name="one_principal",
                            violation_error_message="Une demande a un seul demandeur principal.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("tie__in", ["principal", "spouse", "co_applicant"])),
                            name="applicant_tie_listed",
                            violation_error_message="Ce lien n’est pas dans la liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{7,14}$"), _connector="OR"
                            ),
                            name="applicant_phone_is_a_number",
                            violation_error_message="Ce numéro de téléphone n’est pas valide.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("postcode", ""), ("postcode__regex", "^[0-9]{5}$"), _connector="OR"),
                            name="applicant_postcode_is_five_digits",
                            violation_error_message="Un code postal a cinq chiffres.",
                        ),
                    ],
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
                                ("idf", "Île-de-France, autres communes"),
                                ("regions", "autres régions"),
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
            migrations.CreateModel(
                name="ClosingWarning",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "motive",
                        models.CharField(
                            choices=[
                                ("no_answer", "absence de réponse à un courrier"),
                                ("inadmissible", "irrecevabilité prononcée par la commission"),
                            ],
                            max_length=16,
                            verbose_name="motif",
                        ),
                    ),
                    ("sent_on", models.DateField()),
                    (
                        "delivery",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("received", "avis de réception signé"),
                                ("presented", "lettre présentée, non retirée"),
                                ("by_hand", "remise en main propre contre signature"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="preuve",
                        ),
                    ),
                    ("delivered_on", models.DateField(blank=True, null=True, verbose_name="remise ou présentée le")),
                    ("withdrawn_on", models.DateField(blank=True, null=True)),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=models.CASCADE,
                            related_name="warnings",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "sent_by",
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
                            condition=models.Q(("withdrawn_on__isnull", True)),
                            fields=("application",),
                            name="warning_one_at_a_time",
                            violation_error_message="Un avertissement est déjà en cours pour cette demande.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("motive__in", ["no_answer", "inadmissible"])),
                            name="warning_motive_listed",
                            violation_error_message="Ce motif de radiation n’est pas précédé d’un avertissement.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("delivered_on__isnull", True), ("delivery", "")),
                                models.Q(
                                    ("delivered_on__gte", models.F("sent_on")),
                                    ("delivery__in", ["received", "presented", "by_hand"]),
                                ),
                                _connector="OR",
                            ),
                            name="warning_delivered_with_its_proof",
                            violation_error_message="Indiquez le jour et la preuve de la remise, après l’envoi.",
                        ),
                    ],
                },
            ),
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
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="access.place",
                            verbose_name="lieu",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("kind", "holder"),
                            name="contingent_once",
                            violation_error_message="Ce réservataire est déjà enregistré.",
                        ),
                        models.CheckConstraint(
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
                    ],
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
                            on_delete=models.PROTECT,
                            related_name="conventions",
                            to="allocations.contingent",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__gt", models.F("first_day")), ("signed_on__lte", models.F("last_day"))
                            ),
                            name="convention_ends_after_it_starts",
                            violation_error_message="Une convention finit après son début et après sa signature.",
                        ),
                    ],
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
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "lettings__gte",
                                    CombinedExpression(
                                        CombinedExpression(
                                            CombinedExpression(models.F("transfers"), "+", models.F("rehousing")),
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
                    ],
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
                            on_delete=models.CASCADE,
                            related_name="shares",
                            to="allocations.flowbase",
                        ),
                    ),
                    (
                        "contingent",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="shares", to="allocations.contingent"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("contingent", "base"),
                            name="flow_share_once_a_year",
                            violation_error_message="La part de ce réservataire est déjà fixée pour cette année.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("share_permille__lte", 1000)),
                            name="flow_share_within_the_whole",
                            violation_error_message="Une part ne dépasse pas mille pour mille.",
                        ),
                    ],
                },
            ),
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
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "drafted_by",
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
                            fields=("version",),
                            name="grid_version_once",
                            violation_error_message="Cette version de la grille existe déjà.",
                        ),
                        models.UniqueConstraint(
                            models.Value(1),
                            condition=models.Q(("adopted_on__isnull", False), ("ended_on__isnull", True)),
                            name="grid_one_in_force",
                            violation_error_message="Une seule grille est en vigueur.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("band_width__gte", 1)),
                            name="grid_band_has_a_width",
                            violation_error_message="Une tranche a au moins un point.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("source_kind__in", ["code", "decree", "order", "agreement", "procedure", "board"]),
                                ("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$"),
                            ),
                            name="grid_has_its_source",
                            violation_error_message="Donnez le numéro de l’article ou du texte : R441-2-7, ou 2025-1234.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("adopted_by__isnull", True),
                                models.Q(("adopted_by", models.F("drafted_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="grid_adopted_by_another",
                            violation_error_message="Une grille est adoptée par une autre personne que celle qui l’a préparée.",
                        ),
                    ],
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
                        models.ForeignKey(on_delete=models.CASCADE, related_name="rubrics", to="allocations.grid"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("grid", "code"),
                            name="rubric_once_a_grid",
                            violation_error_message="Cette rubrique est déjà dans la grille.",
                        ),
                    ],
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
                        ArrayField(
                            base_field=models.CharField(max_length=16),
                            blank=True,
                            default=list,
                            size=None,
                            verbose_name="valeurs",
                        ),
                    ),
                    (
                        "most_points",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="au plus, en points"),
                    ),
                    (
                        "bonus_beyond_months",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="bonus au-delà de, en mois"),
                    ),
                    ("bonus_points", models.PositiveIntegerField(default=0, verbose_name="bonus, en points")),
                    ("points", models.IntegerField(verbose_name="points")),
                    ("sealed", models.BooleanField(default=False, editable=False)),
                    (
                        "grid",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="allocations.grid"),
                    ),
                    (
                        "rubric",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="allocations.gridrubric"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("grid", "code"),
                            name="grid_line_once",
                            violation_error_message="Ce critère est déjà dans la grille.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{1,31}$")),
                            name="grid_line_has_a_code",
                            violation_error_message="Un code de critère a des lettres minuscules, des chiffres et _.",
                        ),
                        models.CheckConstraint(
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
                        models.CheckConstraint(
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
                    ],
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
                            on_delete=models.CASCADE,
                            related_name="grounds",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "decided_by",
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
                            fields=("application", "code", "decided_on"),
                            name="ground_once",
                            violation_error_message="Ce motif est déjà reconnu aujourd’hui.",
                        ),
                        models.CheckConstraint(
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
                        models.CheckConstraint(
                            condition=models.Q(
                                ("attested_on__lte", models.F("decided_on")), ("ends_on__gt", models.F("decided_on"))
                            ),
                            name="ground_ends",
                            violation_error_message="La preuve est datée d’aujourd’hui au plus tard, et le motif a une fin.",
                        ),
                    ],
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
                            on_delete=models.CASCADE,
                            related_name="ground_cases",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "examiner",
                        models.ForeignKey(
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "referred_by",
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
                            condition=models.Q(("answer__in", ["recognised", "refused"]), _negated=True),
                            fields=("application",),
                            name="ground_case_one_open",
                            violation_error_message="Cette demande est déjà transmise à l’examinateur.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer", ""), ("examiner__isnull", True), ("taken_on__isnull", True)),
                                models.Q(("examiner__isnull", False), ("taken_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="ground_case_answered_by_its_examiner",
                            violation_error_message="Seul l’examinateur qui a pris le dossier y répond.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer", ""), ("answered_on__isnull", True)),
                                models.Q(
                                    ("answer__in", ["recognised", "refused", "proof_asked"]),
                                    ("answered_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="ground_case_answer_is_dated",
                            violation_error_message="La réponse de l’examinateur doit être datée.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="HouseholdMember",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "tie",
                        models.CharField(
                            choices=[
                                ("child", "enfant"),
                                ("dependant", "autre personne à charge"),
                                ("other", "autre personne qui vivra dans le logement"),
                                ("expected_child", "enfant à naître"),
                            ],
                            max_length=16,
                            verbose_name="lien",
                        ),
                    ),
                    ("birth_date", models.DateField(verbose_name="date de naissance, ou date prévue")),
                    (
                        "custody",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("full", "à charge"),
                                ("alternate", "résidence alternée"),
                                ("visit", "droit de visite et d’hébergement"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="garde",
                        ),
                    ),
                    (
                        "on_tax_notice",
                        models.BooleanField(default=False, verbose_name="figure sur un avis d’imposition du foyer"),
                    ),
                    ("cmi", models.BooleanField(default=False, verbose_name="carte mobilité inclusion « invalidité »")),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=models.CASCADE,
                            related_name="members",
                            to="allocations.application",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("tie", "child"), ("custody__in", ["full", "alternate", "visit"])),
                                models.Q(("custody", ""), ("tie__in", ["dependant", "other", "expected_child"])),
                                _connector="OR",
                            ),
                            name="custody_for_children",
                            violation_error_message="Indiquez la garde pour un enfant, et pour un enfant seulement.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Income",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("signing_year", models.PositiveSmallIntegerField(verbose_name="année de signature")),
                    (
                        "basis",
                        models.CharField(
                            choices=[
                                ("n2", "avant-dernière année (N−2)"),
                                ("n1", "dernière année (N−1)"),
                                ("twelve_months", "douze derniers mois"),
                            ],
                            max_length=16,
                            verbose_name="base",
                        ),
                    ),
                    ("year", models.PositiveSmallIntegerField(verbose_name="année des revenus")),
                    ("rfr_cents", models.BigIntegerField(verbose_name="revenu fiscal de référence")),
                    ("share_only", models.BooleanField(default=False, verbose_name="part du demandeur seulement")),
                    (
                        "proof",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("tax_notice", "avis d’imposition"),
                                ("payslips", "bulletins de paie ou attestation de l’employeur"),
                                ("benefits", "attestation d’un organisme de prestations ou de retraite"),
                                ("accounts", "bilan ou déclaration d’activité"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="pièce",
                        ),
                    ),
                    ("assessed_on", models.DateField(blank=True, null=True)),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=models.CASCADE,
                            related_name="incomes",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "assessed_by",
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
                            fields=("application", "signing_year", "basis"),
                            name="income_once_a_basis",
                            violation_error_message="Ce revenu est déjà enregistré : corrigez-le.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("basis", "n2"),
                                    (
                                        "year",
                                        CombinedExpression(models.F("signing_year"), "-", models.Value(2)),
                                    ),
                                ),
                                models.Q(
                                    ("basis", "n1"),
                                    (
                                        "year",
                                        CombinedExpression(models.F("signing_year"), "-", models.Value(1)),
                                    ),
                                ),
                                models.Q(("basis", "twelve_months"), ("year", models.F("signing_year"))),
                                _connector="OR",
                            ),
                            name="income_year_matches_basis",
                            violation_error_message="L’année des revenus ne correspond pas à la base choisie.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("rfr_cents__gte", 0)),
                            name="income_not_negative",
                            violation_error_message="Un revenu ne peut pas être négatif.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("assessed_by__isnull", True),
                                    ("assessed_on__isnull", True),
                                    ("proof", ""),
                                    ("share_only", False),
                                ),
                                models.Q(
                                    ("assessed_by__isnull", False),
                                    ("assessed_on__isnull", False),
                                    ("proof__in", ["tax_notice", "payslips", "benefits", "accounts"]),
                                ),
                                _connector="OR",
                            ),
                            name="income_assessed_with_its_proof",
                            violation_error_message="Indiquez la pièce qui prouve ce revenu.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LegalFigure",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "code",
                        models.CharField(
                            choices=[
                                ("application_validity_months", "durée de validité d’une demande, en mois"),
                                ("document_delay_days", "délai pour fournir une pièce, en jours"),
                                (
                                    "twelve_months_deduction_permille",
                                    "abattement sur les ressources des douze derniers mois, en pour mille",
                                ),
                                (
                                    "ehpad_deduction_limit_cents",
                                    "limite de la déduction pour un conjoint en EHPAD, en centimes",
                                ),
                                ("offer_delay_days", "délai pour répondre à une proposition, en jours"),
                                ("answer_post_days", "délai d’acheminement d’une réponse donnée à temps, en jours"),
                                (
                                    "nomination_delay_days",
                                    "délai d’un réservataire pour désigner ses candidats, en jours",
                                ),
                                ("claim_retention_years", "conservation pour une réclamation, en années"),
                                ("effort_rate_limit_permille", "taux d’effort à ne pas dépasser, en pour mille"),
                                (
                                    "residual_income_limit_cents_per_household",
                                    "reste à vivre minimal par foyer, en centimes par mois",
                                ),
                                (
                                    "residual_income_limit_cents_per_person",
                                    "reste à vivre minimal par personne, en centimes par mois",
                                ),
                                (
                                    "residual_income_limit_cents_per_consumption_unit",
                                    "reste à vivre minimal par unité de consommation, en centimes par mois",
                                ),
                                (
                                    "committee_quorum",
                                    "quorum de la commission, en membres à voix délibérative présents",
                                ),
                                ("persons_least_in_1_rooms", "personnes au moins pour un logement de 1 pièce"),
                                ("persons_most_in_1_rooms", "personnes au plus pour un logement de 1 pièce"),
                                ("persons_least_in_2_rooms", "personnes au moins pour un logement de 2 pièces"),
                                ("persons_most_in_2_rooms", "personnes au plus pour un logement de 2 pièces"),
                                ("persons_least_in_3_rooms", "personnes au moins pour un logement de 3 pièces"),
                                ("persons_most_in_3_rooms", "personnes au plus pour un logement de 3 pièces"),
                                ("persons_least_in_4_rooms", "personnes au moins pour un logement de 4 pièces"),
                                ("persons_most_in_4_rooms", "personnes au plus pour un logement de 4 pièces"),
                                ("persons_least_in_5_rooms", "personnes au moins pour un logement de 5 pièces"),
                                ("persons_most_in_5_rooms", "personnes au plus pour un logement de 5 pièces"),
                                ("persons_least_in_6_rooms", "personnes au moins pour un logement de 6 pièces"),
                                ("persons_most_in_6_rooms", "personnes au plus pour un logement de 6 pièces"),
                                (
                                    "quartile_threshold_idf_cents",
                                    "seuil du premier quartile des demandeurs d’Île-de-France, en centimes par an et par unité de consommation",
                                ),
                                (
                                    "quartile_threshold_idf_inclusive",
                                    "ressources égales au seuil : 1 si elles sont dans le premier quartile, 0 sinon",
                                ),
                                (
                                    "consumption_unit_first_permille",
                                    "unités de consommation de la première personne, en pour mille",
                                ),
                                (
                                    "consumption_unit_other_permille",
                                    "unités de consommation de chaque autre personne, en pour mille",
                                ),
                                (
                                    "consumption_unit_child_permille",
                                    "unités de consommation de chaque enfant, en pour mille",
                                ),
                                (
                                    "consumption_unit_child_below_age",
                                    "âge à partir duquel un enfant compte comme une autre personne dans les unités de consommation",
                                ),
                                (
                                    "consumption_unit_lone_parent_permille",
                                    "unités de consommation qu’ajoute un parent seul, en pour mille",
                                ),
                            ],
                            max_length=48,
                            verbose_name="chiffre",
                        ),
                    ),
                    ("value", models.PositiveIntegerField(verbose_name="valeur")),
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
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                    ("entered_on", models.DateField()),
                    (
                        "entered_by",
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
                            fields=("code", "first_day"),
                            name="legal_figure_once_a_day",
                            violation_error_message="Ce chiffre est déjà enregistré à partir de ce jour.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("source_kind__in", ["code", "decree", "order", "agreement", "procedure", "board"]),
                                ("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$"),
                            ),
                            name="legal_figure_has_its_source",
                            violation_error_message="Donnez le numéro de l’article ou du texte, par exemple R441-2-7 ou 2025-1234.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                            ),
                            name="legal_figure_ends_after_it_starts",
                            violation_error_message="Le dernier jour précède le premier.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "code__in",
                                    [
                                        "application_validity_months",
                                        "document_delay_days",
                                        "twelve_months_deduction_permille",
                                        "ehpad_deduction_limit_cents",
                                        "offer_delay_days",
                                        "answer_post_days",
                                        "nomination_delay_days",
                                        "claim_retention_years",
                                        "effort_rate_limit_permille",
                                        "residual_income_limit_cents_per_household",
                                        "residual_income_limit_cents_per_person",
                                        "residual_income_limit_cents_per_consumption_unit",
                                        "committee_quorum",
                                        "persons_least_in_1_rooms",
                                        "persons_most_in_1_rooms",
                                        "persons_least_in_2_rooms",
                                        "persons_most_in_2_rooms",
                                        "persons_least_in_3_rooms",
                                        "persons_most_in_3_rooms",
                                        "persons_least_in_4_rooms",
                                        "persons_most_in_4_rooms",
                                        "persons_least_in_5_rooms",
                                        "persons_most_in_5_rooms",
                                        "persons_least_in_6_rooms",
                                        "persons_most_in_6_rooms",
                                        "quartile_threshold_idf_cents",
                                        "quartile_threshold_idf_inclusive",
                                        "consumption_unit_first_permille",
                                        "consumption_unit_other_permille",
                                        "consumption_unit_child_permille",
                                        "consumption_unit_child_below_age",
                                        "consumption_unit_lone_parent_permille",
                                    ],
                                )
                            ),
                            name="legal_figure_listed",
                            violation_error_message="Ce chiffre n’est pas dans la liste.",
                        ),
                    ],
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
                            on_delete=models.PROTECT,
                            related_name="nominators",
                            to="allocations.contingent",
                        ),
                    ),
                    (
                        "named_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="personne",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("contingent", "person"),
                            name="nominator_once",
                            violation_error_message="Cette personne est déjà désignée pour ce réservataire.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__gte", models.F("first_day")),
                                (
                                    "last_day__lte",
                                    CombinedExpression(models.F("first_day"), "+", models.Value(1096)),
                                ),
                            ),
                            name="nominator_for_three_years",
                            violation_error_message="Une désignation dure trois ans au plus.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("named_by__isnull", True),
                                models.Q(("named_by", models.F("person")), _negated=True),
                                _connector="OR",
                            ),
                            name="nominator_named_by_another",
                            violation_error_message="Personne ne se désigne soi-même.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Occasion",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("desk", "personne au guichet, au téléphone ou par courrier"),
                                ("taken", "demande enregistrée à l’instant"),
                                ("due", "échéance de la demande"),
                                ("designated", "candidature à un logement"),
                            ],
                            max_length=16,
                            verbose_name="motif",
                        ),
                    ),
                    ("opened_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=models.CASCADE, related_name="occasions", to="allocations.application"
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_at__gte", models.F("opened_at"))),
                            name="occasion_ends_after_it_opens",
                            violation_error_message="Un accès à une demande se termine après son ouverture.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("reason__in", ["desk", "taken", "due", "designated"])),
                            name="occasion_reason_listed",
                            violation_error_message="Ce motif d’ouverture n’est pas dans la liste.",
                        ),
                    ],
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
                            on_delete=models.CASCADE,
                            related_name="priorities",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "recorded_by",
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
                            fields=("application", "code", "recorded_on"),
                            name="priority_once",
                            violation_error_message="Cette priorité est déjà enregistrée aujourd’hui.",
                        ),
                        models.CheckConstraint(
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
                        models.CheckConstraint(
                            condition=models.Q(
                                ("attested_on__lte", models.F("recorded_on")), ("ends_on__gte", models.F("recorded_on"))
                            ),
                            name="priority_ends",
                            violation_error_message="La preuve est datée d’aujourd’hui au plus tard, et la priorité a une fin.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SupportingDocument",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("identity", "identité et, s’il y a lieu, régularité du séjour"),
                                ("tax_notice_n2", "avis d’imposition de l’avant-dernière année"),
                                ("tax_notice_n1", "avis d’imposition de la dernière année"),
                                ("income_twelve_months", "ressources des douze derniers mois"),
                                ("monthly_resources", "ressources mensuelles"),
                                ("household", "composition du foyer"),
                                ("separation", "séparation en cours ou prononcée, ou veuvage"),
                                ("work", "situation professionnelle"),
                                ("current_housing", "logement actuel"),
                                ("housing_cost", "dépense de logement"),
                                ("mobility_card", "carte mobilité inclusion « invalidité »"),
                                ("reason", "motif de la demande"),
                            ],
                            max_length=24,
                            verbose_name="pièce",
                        ),
                    ),
                    ("asked_on", models.DateField(blank=True, null=True)),
                    ("due_on", models.DateField(blank=True, null=True, verbose_name="à fournir avant le")),
                    ("seen_on", models.DateField(blank=True, null=True)),
                    ("valid_until", models.DateField(blank=True, null=True, verbose_name="valable jusqu’au")),
                    ("expired_on", models.DateField(editable=False, null=True, verbose_name="expirée le")),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=models.CASCADE,
                            related_name="documents",
                            to="allocations.application",
                        ),
                    ),
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
                    (
                        "seen_by",
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("seen_on__isnull", True)), fields=["due_on"], name="document_waited_for"
                        ),
                        models.Index(
                            condition=models.Q(("valid_until__isnull", False)),
                            fields=["valid_until"],
                            name="document_valid_until",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("application", "kind"),
                            name="document_once_a_kind",
                            violation_error_message="Cette pièce est déjà demandée ou vue.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "identity",
                                        "tax_notice_n2",
                                        "tax_notice_n1",
                                        "income_twelve_months",
                                        "monthly_resources",
                                        "household",
                                        "separation",
                                        "work",
                                        "current_housing",
                                        "housing_cost",
                                        "mobility_card",
                                        "reason",
                                    ],
                                )
                            ),
                            name="document_is_listed",
                            violation_error_message="Cette pièce n’est pas dans la liste : elle ne peut pas être demandée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("asked_by__isnull", True),
                                    ("asked_on__isnull", True),
                                    ("due_on__isnull", True),
                                    ("seen_on__isnull", False),
                                ),
                                models.Q(
                                    ("asked_by__isnull", False),
                                    ("asked_on__isnull", False),
                                    ("due_on__gt", models.F("asked_on")),
                                ),
                                _connector="OR",
                            ),
                            name="document_asked_with_a_delay",
                            violation_error_message="Indiquez jusqu’à quel jour la pièce peut être fournie.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("seen_by__isnull", True), ("seen_on__isnull", True), ("valid_until__isnull", True)
                                ),
                                models.Q(
                                    ("seen_by__isnull", False),
                                    ("seen_on__isnull", False),
                                    models.Q(
                                        ("valid_until__isnull", True),
                                        ("valid_until__gte", models.F("seen_on")),
                                        _connector="OR",
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="document_seen_while_valid",
                            violation_error_message="La pièce n’est plus valable le jour où elle a été vue.",
                        ),
                    ],
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
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="buildings.building",
                        ),
                    ),
                    (
                        "contingent",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="vacancies",
                            to="allocations.contingent",
                        ),
                    ),
                    (
                        "declared_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "oriented_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "unit",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="vacancies", to="buildings.unit"
                        ),
                    ),
                    ("eligible", models.PositiveSmallIntegerField(editable=False, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["building", "state"], name="vacancy_building")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ["let", "withdrawn"]), _negated=True),
                            fields=("unit",),
                            name="vacancy_one_open_a_unit",
                            violation_error_message="Une vacance est déjà ouverte pour ce logement.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "declared",
                                        "oriented",
                                        "shortlisted",
                                        "convened",
                                        "decided",
                                        "offered",
                                        "let",
                                        "withdrawn",
                                    ],
                                )
                            ),
                            name="vacancy_state_known",
                            violation_error_message="Cet état n’existe pas.",
                        ),
                        models.CheckConstraint(
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
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("contingent__isnull", True), ("orientation_reason", "")),
                                models.Q(
                                    ("contingent__isnull", False),
                                    (
                                        "orientation_reason__in",
                                        ["behind", "suited", "place", "first_letting", "returned"],
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="vacancy_orientation_has_a_reason",
                            violation_error_message="Indiquez la raison de l’orientation.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["let", "withdrawn"]), ("ended_on__isnull", False)),
                                models.Q(
                                    models.Q(("state__in", ["let", "withdrawn"]), _negated=True),
                                    ("ended_on__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="vacancy_ends_on_a_day",
                            violation_error_message="La fin d’une vacance doit être datée.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Score",
                fields=[
                    (
                        "application",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
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
                        ArrayField(base_field=models.CharField(max_length=32), size=None),
                    ),
                    ("points", ArrayField(base_field=models.IntegerField(), size=None)),
                    ("total", models.IntegerField()),
                    (
                        "provisional_lines",
                        ArrayField(base_field=models.CharField(max_length=32), size=None),
                    ),
                    (
                        "provisional_points",
                        ArrayField(base_field=models.IntegerField(), size=None),
                    ),
                    ("provisional_total", models.IntegerField()),
                    (
                        "grid",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="allocations.grid"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("lines__len", models.F("points__len")),
                                ("provisional_lines__len", models.F("provisional_points__len")),
                                ("provisional_total", allocations.models.score.SumOf("provisional_points")),
                                ("total", allocations.models.score.SumOf("points")),
                            ),
                            name="score_is_sum_of_lines",
                            violation_error_message="Le total n’est pas la somme des critères.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ScoreBand",
                fields=[
                    (
                        "application",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="band",
                            serialize=False,
                            to="allocations.application",
                        ),
                    ),
                    ("computed_on", models.DateField()),
                    ("verified", models.IntegerField(verbose_name="tranche, données vérifiées")),
                    ("declared", models.IntegerField(verbose_name="tranche, données déclarées")),
                    ("grid", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="allocations.grid")),
                    ("ranking_points", models.IntegerField(db_default=0)),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Session",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("held_at", models.DateTimeField(verbose_name="jour et heure")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("convened", "convoquée"),
                                ("open", "ouverte"),
                                ("closed", "close"),
                                ("signed", "procès-verbal signé"),
                                ("cancelled", "annulée"),
                            ],
                            default="convened",
                            max_length=16,
                            verbose_name="état",
                        ),
                    ),
                    ("quorum", models.PositiveSmallIntegerField(null=True, verbose_name="quorum")),
                    ("convened_on", models.DateField()),
                    ("opened_at", models.DateTimeField(null=True)),
                    ("closed_at", models.DateTimeField(null=True)),
                    ("signed_at", models.DateTimeField(null=True)),
                    ("minutes_digest", models.CharField(blank=True, default="", max_length=64)),
                    (
                        "convened_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "signed_by",
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
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("opened_at__isnull", True),
                                    ("quorum__isnull", True),
                                    ("signed_at__isnull", True),
                                    ("state__in", ["convened", "cancelled"]),
                                ),
                                models.Q(
                                    ("opened_at__isnull", False),
                                    ("quorum__isnull", False),
                                    ("signed_at__isnull", True),
                                    ("state", "open"),
                                ),
                                models.Q(
                                    ("closed_at__isnull", False),
                                    ("quorum__isnull", False),
                                    ("signed_at__isnull", True),
                                    ("state", "closed"),
                                ),
                                models.Q(
                                    ("signed_at__isnull", False),
                                    ("signed_by__isnull", False),
                                    ("state", "signed"),
                                    models.Q(("minutes_digest", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="session_state_is_dated",
                            violation_error_message="L’état de la séance ne correspond pas à ses dates.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AgendaItem",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("position", models.PositiveSmallIntegerField()),
                    (
                        "few_reason",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("too_few", "moins de trois demandes remplissent les conditions"),
                                ("dalo", "ménage désigné par le préfet au titre du DALO"),
                                ("very_social", "logement financé en PLAI, très social"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="moins de trois candidats",
                        ),
                    ),
                    (
                        "vacancy",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="items", to="allocations.vacancy"),
                    ),
                    (
                        "session",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="items", to="allocations.session"
                        ),
                    ),
                    (
                        "added_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "carried_reason",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("quorum_lost", "quorum perdu en cours de séance"),
                                ("all_recused", "membres présents récusés"),
                                ("no_majority", "aucune proposition adoptée"),
                                ("no_time", "logement non examiné, faute de temps"),
                                ("withdrawn", "logement retiré de l’attribution"),
                            ],
                            db_default="",
                            default="",
                            max_length=16,
                            verbose_name="raison du report",
                        ),
                    ),
                    (
                        "presided_by",
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
                            fields=("session", "vacancy"),
                            name="agenda_item_once",
                            violation_error_message="Ce logement est déjà inscrit à cette séance.",
                        ),
                        models.UniqueConstraint(
                            fields=("session", "position"),
                            name="agenda_position_once",
                            violation_error_message="Cette place de l’ordre du jour est déjà prise.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("few_reason", ""),
                                ("few_reason__in", ["too_few", "dalo", "very_social"]),
                                _connector="OR",
                            ),
                            name="agenda_few_reason_listed",
                            violation_error_message="Cette raison n’est pas dans la liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("carried_reason", ""),
                                (
                                    "carried_reason__in",
                                    ["quorum_lost", "all_recused", "no_majority", "no_time", "withdrawn"],
                                ),
                                _connector="OR",
                            ),
                            name="agenda_carried_reason_listed",
                            violation_error_message="Cette raison de report n’est pas dans la liste.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Candidacy",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("number", models.PositiveSmallIntegerField(verbose_name="numéro de fiche")),
                    ("rank", models.PositiveSmallIntegerField(null=True, verbose_name="rang de la présélection")),
                    ("designated_on", models.DateField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("designated", "désignée"),
                                ("presented", "présentée"),
                                ("withdrawn", "retirée avant la commission"),
                                ("ranked", "classée"),
                                ("conditional", "attribuée sous condition"),
                                ("declined", "non attribuée"),
                                ("inadmissible", "irrecevable"),
                                ("offered", "logement proposé"),
                                ("accepted", "logement accepté"),
                                ("refused", "logement refusé"),
                                ("silent", "sans réponse"),
                                ("renounced", "renonciation après acceptation"),
                            ],
                            default="designated",
                            max_length=16,
                            verbose_name="état",
                        ),
                    ),
                    (
                        "application",
                        models.ForeignKey(
                            null=True,
                            on_delete=models.SET_NULL,
                            related_name="candidacies",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "contingent",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to="allocations.contingent"
                        ),
                    ),
                    (
                        "designated_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "item",
                        models.ForeignKey(
                            null=True,
                            on_delete=models.SET_NULL,
                            related_name="candidacies",
                            to="allocations.agendaitem",
                        ),
                    ),
                    (
                        "vacancy",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="candidacies",
                            to="allocations.vacancy",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("vacancy", "application"),
                            name="candidacy_once",
                            violation_error_message="Cette demande est déjà candidate à ce logement.",
                        ),
                        models.UniqueConstraint(
                            fields=("vacancy", "number"),
                            name="candidacy_number_once",
                            violation_error_message="Ce numéro de fiche existe déjà.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "designated",
                                        "presented",
                                        "withdrawn",
                                        "ranked",
                                        "conditional",
                                        "declined",
                                        "inadmissible",
                                        "offered",
                                        "accepted",
                                        "refused",
                                        "silent",
                                        "renounced",
                                    ],
                                )
                            ),
                            name="candidacy_state_known",
                            violation_error_message="Cet état n’existe pas.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Decision",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("a", "attribution"),
                                ("b", "attribution par classement"),
                                ("c", "attribution sous condition suspensive"),
                                ("d", "non-attribution"),
                                ("e", "irrecevabilité"),
                            ],
                            max_length=1,
                            verbose_name="décision",
                        ),
                    ),
                    ("rank", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rang")),
                    (
                        "motive",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("over_every_ceiling", "Ressources au-dessus de tous les plafonds"),
                                ("no_right_of_residence", "Pas de droit au séjour"),
                                ("over_this_ceiling", "Ressources au-dessus du plafond de ce logement"),
                                ("paper_missing", "Justificatif demandé et non fourni"),
                                ("too_small", "Logement trop petit"),
                                ("too_large", "Logement trop grand"),
                                ("not_accessible", "Logement non adapté au handicap"),
                                ("effort_rate", "Taux d’effort et reste à vivre hors des limites du règlement"),
                                ("owner_suited", "Propriétaire d’un logement adapté"),
                                ("fragile_residence", "Résidence fragile nommée par la CIA"),
                                ("other_ranked_before", "Autres candidats mieux classés"),
                                ("not_applicable_now", "Demande radiée ou retirée"),
                            ],
                            default="",
                            max_length=24,
                            verbose_name="motif",
                        ),
                    ),
                    ("figures", ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                    (
                        "missing_document",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("identity", "identité et, s’il y a lieu, régularité du séjour"),
                                ("tax_notice_n2", "avis d’imposition de l’avant-dernière année"),
                                ("tax_notice_n1", "avis d’imposition de la dernière année"),
                                ("income_twelve_months", "ressources des douze derniers mois"),
                                ("monthly_resources", "ressources mensuelles"),
                                ("household", "composition du foyer"),
                                ("separation", "séparation en cours ou prononcée, ou veuvage"),
                                ("work", "situation professionnelle"),
                                ("current_housing", "logement actuel"),
                                ("housing_cost", "dépense de logement"),
                                ("mobility_card", "carte mobilité inclusion « invalidité »"),
                                ("reason", "motif de la demande"),
                            ],
                            default="",
                            max_length=24,
                            verbose_name="pièce manquante",
                        ),
                    ),
                    ("document_by", models.DateField(blank=True, null=True, verbose_name="à fournir avant le")),
                    ("proposed_at", models.DateTimeField()),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("proposed", "proposée"),
                                ("adopted", "adoptée"),
                                ("rejected", "rejetée"),
                                ("lapsed", "sans suite"),
                            ],
                            default="proposed",
                            max_length=16,
                            verbose_name="issue",
                        ),
                    ),
                    ("votes_for", models.PositiveSmallIntegerField(null=True)),
                    ("votes_against", models.PositiveSmallIntegerField(null=True)),
                    ("by_casting", models.BooleanField(default=False, verbose_name="par la voix prépondérante")),
                    (
                        "candidacy",
                        models.ForeignKey(
                            on_delete=models.CASCADE, related_name="decisions", to="allocations.candidacy"
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("kind", "d"),
                                    (
                                        "motive__in",
                                        [
                                            "over_this_ceiling",
                                            "paper_missing",
                                            "too_small",
                                            "too_large",
                                            "not_accessible",
                                            "effort_rate",
                                            "owner_suited",
                                            "fragile_residence",
                                            "other_ranked_before",
                                            "not_applicable_now",
                                        ],
                                    ),
                                ),
                                models.Q(
                                    ("kind", "e"), ("motive__in", ["over_every_ceiling", "no_right_of_residence"])
                                ),
                                models.Q(("kind__in", ["a", "b", "c"]), ("motive", "")),
                                _connector="OR",
                            ),
                            name="motive_for_d_and_e",
                            violation_error_message="Un refus demande un motif de la liste, et lui seul.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("document_by__isnull", False),
                                    ("kind", "c"),
                                    (
                                        "missing_document__in",
                                        [
                                            "identity",
                                            "tax_notice_n2",
                                            "tax_notice_n1",
                                            "income_twelve_months",
                                            "monthly_resources",
                                            "household",
                                            "separation",
                                            "work",
                                            "current_housing",
                                            "housing_cost",
                                            "mobility_card",
                                            "reason",
                                        ],
                                    ),
                                ),
                                models.Q(
                                    models.Q(("kind", "c"), _negated=True),
                                    ("document_by__isnull", True),
                                    ("missing_document", ""),
                                ),
                                _connector="OR",
                            ),
                            name="condition_names_one_paper",
                            violation_error_message="Une attribution sous condition nomme une pièce de la liste et sa date.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "a"), ("rank", 1), ("rank__isnull", False)),
                                models.Q(("kind__in", ["b", "c"]), ("rank__gte", 1), ("rank__isnull", False)),
                                models.Q(("kind__in", ["d", "e"]), ("rank", None)),
                                _connector="OR",
                            ),
                            name="decision_rank_of_its_kind",
                            violation_error_message="Une attribution a un rang, un refus n’en a pas.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("by_casting", False), ("votes_for", models.F("votes_against")), _connector="OR"
                            ),
                            name="casting_breaks_ties_only",
                            violation_error_message="La voix prépondérante ne compte qu’en cas d’égalité.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("outcome__in", ["proposed", "adopted"])),
                            fields=("candidacy",),
                            name="decision_one_at_a_time",
                            violation_error_message="Une décision est déjà proposée ou adoptée pour cette fiche.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("by_casting", False),
                                    ("outcome__in", ["proposed", "lapsed"]),
                                    ("votes_against__isnull", True),
                                    ("votes_for__isnull", True),
                                ),
                                models.Q(
                                    ("outcome__in", ["adopted", "rejected"]),
                                    ("votes_against__isnull", False),
                                    ("votes_for__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="decision_counted",
                            violation_error_message="Une décision est adoptée ou rejetée après le décompte des voix.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="GridTrial",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("draft", models.UUIDField()),
                    ("version", models.PositiveIntegerField(verbose_name="version du projet")),
                    ("asked_on", models.DateField()),
                    ("computed_on", models.DateField(blank=True, null=True)),
                    (
                        "compared_with",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="version en vigueur"),
                    ),
                    ("digest", models.CharField(blank=True, default="", max_length=64)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("asked_on",),
                            name="grid_trial_once_a_day",
                            violation_error_message="Un essai a déjà été demandé aujourd’hui : demandez le suivant demain.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("compared_with__isnull", True), ("computed_on__isnull", True), ("digest", "")
                                ),
                                models.Q(
                                    ("compared_with__isnull", False),
                                    ("computed_on__isnull", False),
                                    ("digest__regex", "^[0-9a-f]{64}$"),
                                ),
                                _connector="OR",
                            ),
                            name="grid_trial_computed_in_full",
                            violation_error_message="Le résultat de cet essai est incomplet.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="GridTrialCount",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "population",
                        models.CharField(
                            choices=[
                                ("all", "toutes les demandes"),
                                ("quartile_1", "premier quart, aux revenus les plus bas"),
                                ("quartile_2", "deuxième quart"),
                                ("quartile_3", "troisième quart"),
                                ("quartile_4", "dernier quart, aux revenus les plus hauts"),
                                ("without_income", "revenu non déclaré"),
                                ("one_person", "une personne"),
                                ("two_persons", "deux personnes, sans enfant"),
                                ("more_persons", "trois personnes ou plus, sans enfant"),
                                ("lone_parent", "parent seul"),
                                ("family", "autre famille avec enfants"),
                                ("under_1_year", "moins d’un an"),
                                ("from_1_to_3_years", "d’un an à moins de trois ans"),
                                ("from_3_to_6_years", "de trois ans à moins de six ans"),
                                ("over_6_years", "six ans et plus"),
                            ],
                            max_length=20,
                            verbose_name="demandes comptées",
                        ),
                    ),
                    ("moved_up", models.PositiveIntegerField(blank=True, null=True, verbose_name="montent")),
                    ("unchanged", models.PositiveIntegerField(blank=True, null=True, verbose_name="ne bougent pas")),
                    ("moved_down", models.PositiveIntegerField(blank=True, null=True, verbose_name="descendent")),
                    (
                        "trial",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="counts", to="allocations.gridtrial"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("trial", "population"),
                            name="grid_trial_count_once",
                            violation_error_message="Ces demandes sont déjà comptées.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("moved_down__isnull", True),
                                    ("moved_up__isnull", True),
                                    ("unchanged__isnull", True),
                                ),
                                models.Q(
                                    models.Q(
                                        (
                                            "moved_up",
                                            CombinedExpression(
                                                CombinedExpression(models.F("moved_up"), "/", models.Value(5)),
                                                "*",
                                                models.Value(5),
                                            ),
                                        ),
                                        ("moved_up__gte", 5),
                                        ("moved_up__isnull", False),
                                    ),
                                    models.Q(
                                        (
                                            "unchanged",
                                            CombinedExpression(
                                                CombinedExpression(models.F("unchanged"), "/", models.Value(5)),
                                                "*",
                                                models.Value(5),
                                            ),
                                        ),
                                        ("unchanged__gte", 5),
                                        ("unchanged__isnull", False),
                                    ),
                                    models.Q(
                                        (
                                            "moved_down",
                                            CombinedExpression(
                                                CombinedExpression(models.F("moved_down"), "/", models.Value(5)),
                                                "*",
                                                models.Value(5),
                                            ),
                                        ),
                                        ("moved_down__gte", 5),
                                        ("moved_down__isnull", False),
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="grid_trial_count_hides_few",
                            violation_error_message="Un nombre inférieur à cinq, ou qui n’est pas arrondi, ne s’enregistre pas.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Offer",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("sent_on", models.DateField()),
                    ("delay_days", models.PositiveSmallIntegerField(verbose_name="délai de réponse, en jours")),
                    (
                        "delivery",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("handed", "remise en main propre"),
                                ("registered", "lettre recommandée remise"),
                                ("presented", "lettre recommandée présentée, non retirée"),
                                ("electronic", "envoi électronique avec accusé de réception"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="notification",
                        ),
                    ),
                    ("notified_on", models.DateField(blank=True, null=True, verbose_name="notifiée le")),
                    ("answer_by", models.DateField(null=True, verbose_name="réponse avant la fin du")),
                    (
                        "answer",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("accepted", "accepte"),
                                ("refused", "refuse"),
                                ("silent", "n’a pas répondu dans le délai"),
                            ],
                            default="",
                            max_length=16,
                            verbose_name="réponse",
                        ),
                    ),
                    ("answered_on", models.DateField(blank=True, null=True, verbose_name="répondu le")),
                    (
                        "candidacy",
                        models.OneToOneField(
                            on_delete=models.CASCADE, related_name="offer", to="allocations.candidacy"
                        ),
                    ),
                    (
                        "sent_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("notification_recorded_on", models.DateField(editable=False, null=True)),
                    (
                        "post_days",
                        models.PositiveSmallIntegerField(
                            db_default=0, verbose_name="délai d’acheminement d’une réponse, en jours"
                        ),
                    ),
                    ("renounced_on", models.DateField(blank=True, null=True, verbose_name="renoncé le")),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("delay_days__gte", 10),
                                models.Q(
                                    ("answer_by__isnull", True),
                                    (
                                        "answer_by__gte",
                                        CombinedExpression(models.F("notified_on"), "+", models.F("delay_days")),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            name="offer_ten_days",
                            violation_error_message="Une proposition laisse au moins dix jours pour répondre.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer_by__isnull", True), ("delivery", ""), ("notified_on__isnull", True)),
                                models.Q(
                                    ("answer_by__isnull", False),
                                    ("delivery__in", ["handed", "registered", "presented", "electronic"]),
                                    ("notified_on__gte", models.F("sent_on")),
                                    ("notified_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="offer_notified_once",
                            violation_error_message="La notification suit l’envoi, et fixe le dernier jour pour répondre.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer__in", ["accepted", "refused"]), _negated=True),
                                ("answer_by__isnull", True),
                                ("answered_on__lte", models.F("answer_by")),
                                _connector="OR",
                            ),
                            name="answer_not_after_the_delay",
                            violation_error_message="Cette réponse est postérieure au dernier jour pour répondre.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer", ""), ("answered_on__isnull", True)),
                                models.Q(
                                    ("answer__in", ["accepted", "refused"]),
                                    ("answered_on__gte", models.F("sent_on")),
                                    ("answered_on__isnull", False),
                                ),
                                models.Q(
                                    ("answer", "silent"),
                                    ("answer_by__isnull", False),
                                    (
                                        "answered_on__gt",
                                        CombinedExpression(models.F("answer_by"), "+", models.F("post_days")),
                                    ),
                                    ("answered_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="answer_in_time",
                            violation_error_message="Le silence vaut refus après le dernier jour et le délai d’acheminement, pas avant.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("renounced_on__isnull", True),
                                models.Q(
                                    ("answer", "accepted"),
                                    ("answered_on__isnull", False),
                                    ("renounced_on__gte", models.F("answered_on")),
                                ),
                                _connector="OR",
                            ),
                            name="renounced_after_accepting",
                            violation_error_message="Une renonciation suit une acceptation.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PoolEntry",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("pseudonym", models.UUIDField(db_index=True)),
                    ("rooms", models.PositiveSmallIntegerField()),
                    ("ranking_points", models.IntegerField()),
                    ("verified", models.IntegerField()),
                    ("declared", models.IntegerField()),
                    ("filed_on", models.DateField()),
                    ("persons", models.PositiveSmallIntegerField()),
                    ("priority", models.BooleanField()),
                    (
                        "equipment",
                        ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None),
                    ),
                    (
                        "within_ceilings",
                        ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None),
                    ),
                    (
                        "kept_at",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="access.place",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [
                        models.Index(
                            models.F("kept_at"),
                            models.F("rooms"),
                            models.F("equipment"),
                            models.OrderBy(models.F("ranking_points"), descending=True),
                            models.F("filed_on"),
                            name="pool_by_rank",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PoolLink",
                fields=[
                    (
                        "pseudonym",
                        models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                    ),
                    (
                        "application",
                        models.OneToOneField(on_delete=models.CASCADE, related_name="+", to="allocations.application"),
                    ),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="RankingKey",
                fields=[
                    (
                        "vacancy",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="allocations.vacancy",
                        ),
                    ),
                    ("key", models.BinaryField()),
                    ("drawn_on", models.DateField()),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="Seat",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "voice",
                        models.CharField(
                            choices=[
                                ("landlord", "organisme"),
                                ("tenants", "locataires"),
                                ("mayor", "maire de la commune"),
                                ("prefect", "préfet"),
                                ("epci", "intercommunalité"),
                                ("advisory", "voix consultative"),
                            ],
                            max_length=16,
                            verbose_name="siège",
                        ),
                    ),
                    ("chairs", models.BooleanField(default=False, verbose_name="préside")),
                    ("casting", models.BooleanField(default=False, verbose_name="voix prépondérante")),
                    ("present", models.BooleanField(default=False, verbose_name="présent")),
                    (
                        "person",
                        models.ForeignKey(
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="membre",
                        ),
                    ),
                    (
                        "session",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="seats", to="allocations.session"
                        ),
                    ),
                    (
                        "elected",
                        models.BooleanField(
                            db_default=False, default=False, verbose_name="préside en l’absence de la présidence"
                        ),
                    ),
                    (
                        "released",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("prevented", "membre empêché"),
                                ("replaced", "membre remplacé par son suppléant"),
                                ("mistake", "siège donné par erreur"),
                            ],
                            db_default="",
                            default="",
                            max_length=16,
                            verbose_name="siège retiré",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("session", "person"),
                            name="seat_once",
                            violation_error_message="Cette personne siège déjà à cette séance.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("chairs", True)),
                            fields=("session",),
                            name="one_chair",
                            violation_error_message="Une séance a une seule personne qui préside.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("casting", True)),
                            fields=("session",),
                            name="one_casting_vote",
                            violation_error_message="Une seule voix est prépondérante.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("voice__in", ["landlord", "tenants", "mayor", "prefect", "epci", "advisory"]),
                                models.Q(("casting", False), ("voice", "mayor"), _connector="OR"),
                                models.Q(("chairs", False), ("voice__in", ["landlord", "tenants"]), _connector="OR"),
                            ),
                            name="seat_right_known",
                            violation_error_message="La voix prépondérante est celle du maire ; les membres de l’organisme élisent qui préside.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("elected", False), ("released", "")),
                                models.Q(("chairs", True), ("released", "")),
                                models.Q(
                                    ("casting", False),
                                    ("chairs", False),
                                    ("elected", False),
                                    ("present", False),
                                    ("released__in", ["prevented", "replaced", "mistake"]),
                                ),
                                _connector="OR",
                            ),
                            name="seat_released_is_empty",
                            violation_error_message="Un siège retiré ne préside pas et n’est pas occupé.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Recusal",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("declared_at", models.DateTimeField()),
                    (
                        "candidacy",
                        models.ForeignKey(
                            on_delete=models.CASCADE, related_name="recusals", to="allocations.candidacy"
                        ),
                    ),
                    (
                        "seat",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="recusals",
                            to="allocations.seat",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seat", "candidacy"),
                            name="recusal_once",
                            violation_error_message="Vous vous êtes déjà récusé pour cette fiche.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shortlist",
                fields=[
                    (
                        "vacancy",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="shortlist",
                            serialize=False,
                            to="allocations.vacancy",
                        ),
                    ),
                    ("run_on", models.DateField()),
                    ("eligible", models.PositiveIntegerField()),
                    (
                        "grid",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="allocations.grid",
                        ),
                    ),
                    (
                        "run_by",
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
                },
            ),
            migrations.CreateModel(
                name="ShortlistLine",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                    ("pseudonym", models.UUIDField()),
                    ("verified", models.IntegerField(verbose_name="tranche, données vérifiées")),
                    ("declared", models.IntegerField(verbose_name="tranche, données déclarées")),
                    ("filed_on", models.DateField(verbose_name="date de dépôt")),
                    ("persons", models.PositiveSmallIntegerField(verbose_name="personnes")),
                    ("priority", models.BooleanField(verbose_name="motif prioritaire reconnu")),
                    (
                        "equipment",
                        ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None),
                    ),
                    ("tie_break", models.CharField(max_length=64)),
                    (
                        "vacancy",
                        models.ForeignKey(on_delete=models.CASCADE, related_name="lines", to="allocations.vacancy"),
                    ),
                    ("owed", models.BooleanField(db_default=False, default=False)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("vacancy", "rank"),
                            name="shortlist_rank_once",
                            violation_error_message="Ce rang est déjà attribué.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Vote",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "choice",
                        models.CharField(
                            choices=[("for", "pour"), ("against", "contre"), ("abstain", "abstention")],
                            max_length=8,
                            verbose_name="vote",
                        ),
                    ),
                    ("cast_at", models.DateTimeField()),
                    (
                        "decision",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.CASCADE,
                            related_name="votes",
                            to="allocations.decision",
                        ),
                    ),
                    (
                        "seat",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="allocations.seat"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("decision", "seat"),
                            name="vote_once",
                            violation_error_message="Vous avez déjà voté sur cette décision.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("choice__in", ["for", "against", "abstain"])),
                            name="vote_choice_listed",
                            violation_error_message="Ce vote n’est pas dans la liste.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="HandOver",
                fields=[
                    (
                        "candidacy",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="hand_over",
                            serialize=False,
                            to="allocations.candidacy",
                        ),
                    ),
                    ("handed_on", models.DateField()),
                    ("signed_on", models.DateField(null=True)),
                    ("lease", models.UUIDField(null=True)),
                    ("in_qpv", models.BooleanField()),
                    ("quartile", models.PositiveSmallIntegerField(null=True)),
                    ("priority", models.BooleanField()),
                    ("dalo", models.BooleanField()),
                    ("discreet", models.BooleanField(db_default=False, verbose_name="discrétion demandée")),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="+", to="buildings.building"
                        ),
                    ),
                    (
                        "handed_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "unit",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="buildings.unit",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("quartile__isnull", True),
                                models.Q(("quartile__gte", 1), ("quartile__lte", 4)),
                                _connector="OR",
                            ),
                            name="hand_over_quartile_known",
                            violation_error_message="Un quartile est un nombre de 1 à 4.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("lease__isnull", True), ("signed_on__isnull", False), _connector="OR"),
                            name="hand_over_signed_with_its_lease",
                            violation_error_message="Une remise a un bail une fois signée.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Sheet",
                fields=[
                    (
                        "candidacy",
                        models.OneToOneField(
                            on_delete=models.CASCADE,
                            primary_key=True,
                            related_name="sheet",
                            serialize=False,
                            to="allocations.candidacy",
                        ),
                    ),
                    ("prepared_on", models.DateField()),
                    ("persons", models.PositiveSmallIntegerField(verbose_name="personnes")),
                    ("children", models.PositiveSmallIntegerField(verbose_name="enfants")),
                    ("category", models.PositiveSmallIntegerField(null=True, verbose_name="catégorie de ménage")),
                    (
                        "income_bracket",
                        models.PositiveSmallIntegerField(null=True, verbose_name="ressources, en part du plafond"),
                    ),
                    ("ceiling_euros", models.PositiveIntegerField(null=True, verbose_name="plafond de ce logement")),
                    (
                        "highest_ceiling_euros",
                        models.PositiveIntegerField(null=True, verbose_name="plafond le plus haut"),
                    ),
                    ("waited_months", models.PositiveSmallIntegerField(verbose_name="ancienneté, en mois")),
                    ("verified", models.IntegerField(null=True, verbose_name="tranche, données vérifiées")),
                    ("declared", models.IntegerField(null=True, verbose_name="tranche, données déclarées")),
                    ("priority", models.BooleanField(verbose_name="motif prioritaire reconnu")),
                    (
                        "resources_cents",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="ressources mensuelles"),
                    ),
                    (
                        "aid_cents",
                        models.PositiveIntegerField(blank=True, null=True, verbose_name="aide au logement estimée"),
                    ),
                    ("effort_permille", models.PositiveIntegerField(null=True, verbose_name="taux d’effort")),
                    ("residual_cents", models.IntegerField(null=True, verbose_name="reste à vivre du foyer")),
                    ("equipment_lacking", models.BooleanField(verbose_name="équipement nécessaire absent du logement")),
                    (
                        "documents_to_come",
                        ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("identity", "identité et, s’il y a lieu, régularité du séjour"),
                                    ("tax_notice_n2", "avis d’imposition de l’avant-dernière année"),
                                    ("tax_notice_n1", "avis d’imposition de la dernière année"),
                                    ("income_twelve_months", "ressources des douze derniers mois"),
                                    ("monthly_resources", "ressources mensuelles"),
                                    ("household", "composition du foyer"),
                                    ("separation", "séparation en cours ou prononcée, ou veuvage"),
                                    ("work", "situation professionnelle"),
                                    ("current_housing", "logement actuel"),
                                    ("housing_cost", "dépense de logement"),
                                    ("mobility_card", "carte mobilité inclusion « invalidité »"),
                                    ("reason", "motif de la demande"),
                                ],
                                max_length=24,
                            ),
                            blank=True,
                            default=list,
                            size=None,
                        ),
                    ),
                    (
                        "owner_suited",
                        models.BooleanField(default=False, verbose_name="propriétaire d’un logement adapté"),
                    ),
                    (
                        "prepared_by",
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
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("aid_cents__isnull", True),
                                    ("effort_permille__isnull", True),
                                    ("resources_cents__isnull", True),
                                ),
                                models.Q(
                                    ("aid_cents__isnull", False),
                                    ("effort_permille__isnull", False),
                                    ("resources_cents__gt", 0),
                                    ("resources_cents__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="sheet_effort_from_resources",
                            violation_error_message="Le taux d’effort demande des ressources et une aide estimée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "documents_to_come__contained_by",
                                    [
                                        "identity",
                                        "tax_notice_n2",
                                        "tax_notice_n1",
                                        "income_twelve_months",
                                        "monthly_resources",
                                        "household",
                                        "separation",
                                        "work",
                                        "current_housing",
                                        "housing_cost",
                                        "mobility_card",
                                        "reason",
                                    ],
                                )
                            ),
                            name="sheet_lists_known_documents",
                            violation_error_message="Cette pièce n’est pas dans la liste.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClaimReading",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("asked_at", models.DateTimeField()),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("applicant", "courrier du demandeur"),
                                ("authority", "autorité (Défenseur des droits, CNIL)"),
                                ("court", "juridiction"),
                            ],
                            max_length=16,
                            verbose_name="reçue par",
                        ),
                    ),
                    ("agreed_at", models.DateTimeField(null=True)),
                    ("ends_at", models.DateTimeField(null=True)),
                    (
                        "agreed_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "asked_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    (
                        "candidacy",
                        models.ForeignKey(
                            on_delete=models.CASCADE,
                            related_name="claim_readings",
                            to="allocations.candidacy",
                        ),
                    ),
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
                            name="claim_agreed_by_another",
                            violation_error_message="La personne qui demande à lire une fiche ne peut pas l’accorder.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("agreed_at__isnull", True), ("agreed_by__isnull", True), ("ends_at__isnull", True)
                                ),
                                models.Q(
                                    ("agreed_at__isnull", False),
                                    ("agreed_by__isnull", False),
                                    ("ends_at__gt", models.F("agreed_at")),
                                    ("ends_at__isnull", False),
                                    (
                                        "ends_at__lte",
                                        CombinedExpression(
                                            models.F("agreed_at"), "+", models.Value(datetime.timedelta(days=1))
                                        ),
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="claim_read_for_a_day",
                            violation_error_message="Une fiche se lit vingt-quatre heures au plus après l’accord.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("source__in", ["applicant", "authority", "court"])),
                            name="claim_source_listed",
                            violation_error_message="Cette origine n’est pas dans la liste.",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("agreed_at__isnull", True)),
                            fields=("candidacy", "asked_by"),
                            name="claim_one_open_request",
                            violation_error_message="Vous avez déjà demandé cette fiche : la demande attend, ou elle est ouverte.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RegistryRun",
                fields=[
                    ("number", models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="numéro")),
                    ("made_on", models.DateField(verbose_name="établi le")),
                    ("rows", models.PositiveIntegerField(verbose_name="lignes")),
                    ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="FragileResidence",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("source_number", models.CharField(max_length=24, verbose_name="numéro de la convention")),
                    ("source_date", models.DateField(verbose_name="date de la convention")),
                    ("first_day", models.DateField(verbose_name="premier jour")),
                    ("last_day", models.DateField(blank=True, null=True, verbose_name="dernier jour")),
                    ("entered_on", models.DateField()),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="buildings.building",
                            verbose_name="bâtiment",
                        ),
                    ),
                    (
                        "entered_by",
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
                            condition=models.Q(("last_day__isnull", True)),
                            fields=("building",),
                            name="fragile_residence_named_once",
                            violation_error_message="Ce bâtiment est déjà dans la liste : mettez d’abord fin à sa ligne.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$")),
                            name="fragile_residence_has_its_source",
                            violation_error_message="Donnez le numéro de la convention, par exemple 2025-12.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                            ),
                            name="fragile_residence_ends_after_it_starts",
                            violation_error_message="Le dernier jour de cette résidence précède le premier.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OwedExamination",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("owed_since", models.DateField()),
                    ("met_on", models.DateField(null=True)),
                    (
                        "application",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.CASCADE,
                            related_name="owed_examinations",
                            to="allocations.application",
                        ),
                    ),
                    (
                        "met_by",
                        models.ForeignKey(
                            null=True,
                            on_delete=models.SET_NULL,
                            related_name="+",
                            to="allocations.candidacy",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["application"], name="owed_to_application")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("met_on__isnull", True)),
                            fields=("application",),
                            name="owed_once_at_a_time",
                            violation_error_message="Cette demande est déjà à examiner en premier.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("met_by__isnull", True), ("met_on__isnull", False), _connector="OR"),
                            name="owed_met_on_a_day",
                            violation_error_message="Si une candidature remplit l’obligation, sa date est enregistrée.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RegistryRow",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "kind",
                        models.CharField(
                            choices=[("decision", "décision de la commission"), ("closing", "radiation")],
                            max_length=8,
                            verbose_name="nature",
                        ),
                    ),
                    ("number", models.CharField(max_length=18, verbose_name="numéro unique")),
                    ("outcome", models.CharField(max_length=16, verbose_name="décision ou motif de radiation")),
                    ("motive", models.CharField(blank=True, default="", max_length=24, verbose_name="motif")),
                    ("day", models.DateField(verbose_name="date")),
                    ("postcode", models.CharField(blank=True, default="", max_length=5, verbose_name="code postal")),
                    ("city", models.CharField(blank=True, default="", max_length=60, verbose_name="commune")),
                    ("sent_on", models.DateField(null=True)),
                    (
                        "session",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="allocations.session",
                        ),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="allocations.registryrun",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("number__regex", "^[0-9]{3}(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}[0-9A-Z]{5}$")
                            ),
                            name="registry_row_number_shape",
                            violation_error_message="Ce numéro n’est pas un numéro unique.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("kind", "decision"),
                                    (
                                        "motive__in",
                                        [
                                            "",
                                            "over_every_ceiling",
                                            "no_right_of_residence",
                                            "over_this_ceiling",
                                            "paper_missing",
                                            "too_small",
                                            "too_large",
                                            "not_accessible",
                                            "effort_rate",
                                            "owner_suited",
                                            "fragile_residence",
                                            "other_ranked_before",
                                            "not_applicable_now",
                                        ],
                                    ),
                                    ("outcome__in", ["a", "b", "c", "d", "e"]),
                                    ("session__isnull", False),
                                ),
                                models.Q(
                                    ("kind", "closing"),
                                    ("motive", ""),
                                    (
                                        "outcome__in",
                                        ["signed_lease", "renounced", "no_answer", "not_renewed", "merged"],
                                    ),
                                    ("session__isnull", True),
                                ),
                                models.Q(
                                    ("kind", "closing"),
                                    ("motive__in", ["over_every_ceiling", "no_right_of_residence"]),
                                    ("outcome", "inadmissible"),
                                    ("session__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="registry_row_coded",
                            violation_error_message="Seule une radiation pour irrecevabilité a un sous-motif, et elle en a toujours un.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("run__isnull", True), ("sent_on__isnull", True)),
                                models.Q(("run__isnull", False), ("sent_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="registry_row_sent_in_a_run",
                            violation_error_message="Une ligne envoyée porte le numéro de son envoi et sa date.",
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(VACANCY_IN_ITS_UNIT),
        load_sql(
            "allocations",
            "occasions",
            "applications",
            "intake",
            "retention",
            "points_retention",
            "grounds",
            "grids",
            "points",
            "flow",
            "shortlist",
            "motives",
            "committee",
            "ranks",
            "sittings",
            "offers",
            "answers",
            "hand_over",
            "committee_retention",
            "claims",
            "residences",
            "registry",
            "grid_trials",
            "steering",
        ),
    ]

"""The tables of allocations/ and their SQL."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import allocations.models.score
import formats.telephone
from audit.sql_files import load_sql

VACANCY_IN_ITS_UNIT = """ALTER TABLE allocations_vacancy ADD CONSTRAINT vacancy_stands_in_its_unit
    FOREIGN KEY (unit_id, building_id) REFERENCES buildings_unit (id, building_id) ON UPDATE CASCADE"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0004_allocation_roles"),
        ("buildings", "0002_vacancies"),
        ("tenants", "0003_count_application_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        load_sql("allocations", "sums"),
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
                ("rooms_to", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="pièces, au plus")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept_at",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
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
                        on_delete=django.db.models.deletion.PROTECT,
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
                                ("rooms_from__gte", 1), ("rooms_to__gte", models.F("rooms_from")), ("rooms_to__lte", 9)
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
                        on_delete=django.db.models.deletion.CASCADE,
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
                        condition=models.Q(("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{7,14}$"), _connector="OR"),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="warnings",
                        to="allocations.application",
                    ),
                ),
                (
                    "sent_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
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
                        on_delete=django.db.models.deletion.PROTECT,
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
                        on_delete=django.db.models.deletion.PROTECT,
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rubrics", to="allocations.grid"
                    ),
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
                                ("answer__in", ["recognised", "refused", "proof_asked"]), ("answered_on__isnull", False)
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
                        on_delete=django.db.models.deletion.CASCADE,
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incomes",
                        to="allocations.application",
                    ),
                ),
                (
                    "assessed_by",
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
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("signing_year"), "-", models.Value(2)
                                    ),
                                ),
                            ),
                            models.Q(
                                ("basis", "n1"),
                                (
                                    "year",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("signing_year"), "-", models.Value(1)
                                    ),
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
                        fields=("code", "first_day"),
                        name="legal_figure_once_a_day",
                        violation_error_message="Ce chiffre est déjà enregistré à partir de ce jour.",
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
                                    "claim_retention_years",
                                    "effort_rate_limit_permille",
                                    "residual_income_limit_cents_per_household",
                                    "residual_income_limit_cents_per_person",
                                    "residual_income_limit_cents_per_consumption_unit",
                                ],
                            )
                        ),
                        name="legal_figure_listed",
                        violation_error_message="Ce chiffre n’est pas dans la liste.",
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
                                django.db.models.expressions.CombinedExpression(
                                    models.F("first_day"), "+", models.Value(1096)
                                ),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occasions",
                        to="allocations.application",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
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
                        condition=models.Q(("reason__in", ["desk", "taken", "due"])),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="allocations.application",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seen_by",
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
                "indexes": [
                    models.Index(fields=["building", "state"], name="vacancy_building"),
                ],
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
                                ("orientation_reason__in", ["behind", "suited", "place", "first_letting", "returned"]),
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
                                models.Q(("state__in", ["let", "withdrawn"]), _negated=True), ("ended_on__isnull", True)
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
        ),
    ]

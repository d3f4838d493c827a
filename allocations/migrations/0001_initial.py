"""The tables of allocations/ and their SQL."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import formats.telephone
from audit.sql_files import load_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_allocation_roles"),
        ("tenants", "0002_once_at_a_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                "permissions": [("applicants_reach", "opens an application on an occasion")],
                "default_permissions": (),
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
                        ],
                        max_length=32,
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
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("registered_by__isnull", False)),
                fields=["kept_at", "renew_by"],
                name="application_of_ours",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                fields=("number",),
                name="application_number_once",
                violation_error_message="Une demande porte déjà ce numéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__isnull", True),
                    ("number__regex", "^[0-9]{3}(0[1-9]|1[0-2])[0-9]{2}[0-9]{6}[0-9A-Z]{5}$"),
                    _connector="OR",
                ),
                name="application_number_shape",
                violation_error_message="Un numéro unique a 18 signes : 3 chiffres, le mois et l’année, 6 chiffres, puis 5 lettres ou chiffres.",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("renew_by__gt", models.F("filed_on"))),
                name="application_renewed_after_it_was_filed",
                violation_error_message="Une demande est renouvelée après son dépôt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rooms_from__isnull", True), ("rooms_to__isnull", True)),
                    models.Q(("rooms_from__gte", 1), ("rooms_to__gte", models.F("rooms_from")), ("rooms_to__lte", 9)),
                    _connector="OR",
                ),
                name="application_rooms_in_order",
                violation_error_message="Indiquez un nombre de pièces au moins, puis au plus, de 1 à 9.",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "equipment__contained_by",
                        ["lift", "step_free", "wide_doors", "shower", "grab_bars", "adapted_kitchen", "parking"],
                    )
                ),
                name="application_equipment_listed",
                violation_error_message="Cet équipement n’est pas dans la liste.",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="applicant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("tie", "principal")),
                fields=("application",),
                name="one_principal",
                violation_error_message="Une demande a un seul demandeur principal.",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicant",
            constraint=models.CheckConstraint(
                condition=models.Q(("tie__in", ["principal", "spouse", "co_applicant"])),
                name="applicant_tie_listed",
                violation_error_message="Ce lien n’est pas dans la liste.",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicant",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{7,14}$"), _connector="OR"),
                name="applicant_phone_is_a_number",
                violation_error_message="Ce numéro de téléphone n’est pas valide.",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicant",
            constraint=models.CheckConstraint(
                condition=models.Q(("postcode", ""), ("postcode__regex", "^[0-9]{5}$"), _connector="OR"),
                name="applicant_postcode_is_five_digits",
                violation_error_message="Un code postal a cinq chiffres.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwarning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_on__isnull", True)),
                fields=("application",),
                name="warning_one_at_a_time",
                violation_error_message="Un avertissement est déjà en cours pour cette demande.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwarning",
            constraint=models.CheckConstraint(
                condition=models.Q(("motive__in", ["no_answer", "inadmissible"])),
                name="warning_motive_listed",
                violation_error_message="Ce motif de radiation n’est pas précédé d’un avertissement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closingwarning",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tie", "child"), ("custody__in", ["full", "alternate", "visit"])),
                    models.Q(("custody", ""), ("tie__in", ["dependant", "other", "expected_child"])),
                    _connector="OR",
                ),
                name="custody_for_children",
                violation_error_message="Indiquez la garde pour un enfant, et pour un enfant seulement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.UniqueConstraint(
                fields=("application", "signing_year", "basis"),
                name="income_once_a_basis",
                violation_error_message="Ce revenu est déjà enregistré : corrigez-le.",
            ),
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.CheckConstraint(
                condition=models.Q(("rfr_cents__gte", 0)),
                name="income_not_negative",
                violation_error_message="Un revenu ne peut pas être négatif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="legalfigure",
            constraint=models.UniqueConstraint(
                fields=("code", "first_day"),
                name="legal_figure_once_a_day",
                violation_error_message="Ce chiffre est déjà enregistré à partir de ce jour.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__in", ["application_validity_months", "document_delay_days"])),
                name="legal_figure_listed",
                violation_error_message="Ce chiffre n’est pas dans la liste.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source_kind__in", ["code", "decree", "order", "agreement", "procedure", "board"]),
                    ("source_number__regex", "^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$"),
                ),
                name="legal_figure_has_its_source",
                violation_error_message="Donnez le numéro de l’article ou du texte, par exemple R441-2-7 ou 2025-1234.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                ),
                name="legal_figure_ends_after_it_starts",
                violation_error_message="Le dernier jour précède le premier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="occasion",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("opened_at"))),
                name="occasion_ends_after_it_opens",
                violation_error_message="Un accès à une demande se termine après son ouverture.",
            ),
        ),
        migrations.AddConstraint(
            model_name="occasion",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["desk", "taken", "due"])),
                name="occasion_reason_listed",
                violation_error_message="Ce motif d’ouverture n’est pas dans la liste.",
            ),
        ),
        migrations.AddIndex(
            model_name="supportingdocument",
            index=models.Index(
                condition=models.Q(("seen_on__isnull", True)), fields=["due_on"], name="document_waited_for"
            ),
        ),
        migrations.AddIndex(
            model_name="supportingdocument",
            index=models.Index(
                condition=models.Q(("valid_until__isnull", False)), fields=["valid_until"], name="document_valid_until"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportingdocument",
            constraint=models.UniqueConstraint(
                fields=("application", "kind"),
                name="document_once_a_kind",
                violation_error_message="Cette pièce est déjà demandée ou vue.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportingdocument",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="supportingdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_by__isnull", True),
                        ("asked_on__isnull", True),
                        ("due_on__isnull", True),
                        ("seen_on__isnull", False),
                    ),
                    models.Q(
                        ("asked_by__isnull", False), ("asked_on__isnull", False), ("due_on__gt", models.F("asked_on"))
                    ),
                    _connector="OR",
                ),
                name="document_asked_with_a_delay",
                violation_error_message="Indiquez jusqu’à quel jour la pièce peut être fournie.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportingdocument",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_by__isnull", True), ("seen_on__isnull", True), ("valid_until__isnull", True)),
                    models.Q(
                        ("seen_by__isnull", False),
                        ("seen_on__isnull", False),
                        models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("seen_on")), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="document_seen_while_valid",
                violation_error_message="La pièce n’est plus valable le jour où elle a été vue.",
            ),
        ),
        load_sql("allocations", "occasions", "applications", "intake", "retention"),
    ]

"""The tables of rights/ and their SQL."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression

from audit.create_models import CreateModels
from audit.sql_files import load_sql


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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="SubjectRequest",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("tenant", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="tenants.tenant")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("access", "relevé de données et de leurs consultations (RGPD, art. 15)"),
                                ("contest", "contestation d’une consultation"),
                                ("rectify", "correction d’une donnée (RGPD, art. 16)"),
                                ("object", "opposition à la conservation d’une donnée (RGPD, art. 21)"),
                                ("portability", "fichier des données fournies, pour les réutiliser (RGPD, art. 20)"),
                                ("erasure", "effacement de données (RGPD, art. 17)"),
                                ("limitation", "limitation du traitement (RGPD, art. 18)"),
                            ],
                            default="access",
                            max_length=16,
                            verbose_name="droit",
                        ),
                    ),
                    (
                        "proof",
                        models.CharField(
                            choices=[
                                ("photo", "pièce d’identité avec photo"),
                                ("licence", "permis de conduire"),
                                ("mandate", "pièce d’un représentant et son mandat"),
                                ("letter", "courrier signé, de l’adresse du logement"),
                                ("email", "courriel, de l’adresse indiquée sur la fiche"),
                            ],
                            max_length=8,
                            verbose_name="identité",
                        ),
                    ),
                    (
                        "look",
                        models.CharField(
                            blank=True,
                            db_default="",
                            default="",
                            max_length=8,
                            verbose_name="numéro de la consultation",
                        ),
                    ),
                    (
                        "matter",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("card", "la fiche"),
                                ("lease", "le bail ou l’occupation"),
                                ("help", "une aide demandée"),
                                ("identity", "l’identité ou les coordonnées bancaires"),
                                ("account", "une écriture du compte"),
                                ("facts", "un fait noté"),
                                ("precaution", "une consigne pour les visites"),
                                ("notes", "une note"),
                                ("sealed", "une phrase sous scellés"),
                            ],
                            db_default="",
                            default="",
                            max_length=16,
                            verbose_name="donnée",
                        ),
                    ),
                    ("opened_on", models.DateField()),
                    (
                        "opened_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("due_on", models.DateField()),
                    ("extended_on", models.DateField(blank=True, null=True)),
                    (
                        "extension",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("complexity", "demande complexe : plusieurs baux ou plusieurs années"),
                                ("many_requests", "nombreuses demandes à la fois"),
                            ],
                            max_length=24,
                            verbose_name="motif",
                        ),
                    ),
                    (
                        "prepared_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("prepared_until", models.DateTimeField(blank=True, null=True)),
                    ("closed_on", models.DateField(blank=True, null=True)),
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
                        "answer",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("given", "relevé remis"),
                                ("file_given", "fichier remis"),
                                ("erased", "données effacées, sauf celles qui doivent être conservées"),
                                ("not_erased", "aucune donnée effacée"),
                                ("limited", "traitement limité"),
                                ("withdrawn", "demande retirée par la personne"),
                                ("upheld", "demande fondée"),
                                ("partly", "demande fondée en partie"),
                                ("refused", "demande refusée"),
                            ],
                            max_length=16,
                            verbose_name="réponse",
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("look_unexplained", "aucun travail n’explique cette consultation"),
                                ("look_explained", "un travail l’explique : une demande, un paiement, une visite"),
                                ("data_wrong", "la donnée était fausse"),
                                ("data_too_much", "la donnée n’avait pas à être conservée"),
                                ("data_right", "la donnée est exacte, pièce à l’appui"),
                                ("situation_prevails", "votre situation l’emporte"),
                                ("lease_needs", "le bail ne s’exécute pas sans elle (RGPD, art. 6-1 b)"),
                                ("law_needs", "la loi impose de la conserver (RGPD, art. 6-1 c)"),
                                ("data_checked", "la donnée contestée est vérifiée et exacte (RGPD, art. 18-1 a)"),
                                ("processing_lawful", "le traitement est licite (RGPD, art. 18-1 b)"),
                                (
                                    "no_claim",
                                    "ces données ne sont pas nécessaires à une action en justice, ou nous les conservons de toute façon (RGPD, art. 18-1 c)",
                                ),
                                ("no_objection", "aucune opposition n’est en cours d’examen (RGPD, art. 18-1 d)"),
                            ],
                            db_default="",
                            default="",
                            max_length=24,
                            verbose_name="motif",
                        ),
                    ),
                    (
                        "measure",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("corrected", "la donnée est corrigée"),
                                ("erased", "la donnée est effacée"),
                                ("staff_told", "la règle est rappelée à l’agent"),
                                ("access_ended", "l’accès de l’agent a pris fin"),
                                ("breach_told", "la CNIL en est avertie (RGPD, art. 33)"),
                            ],
                            db_default="",
                            default="",
                            max_length=24,
                            verbose_name="ce qui a été fait",
                        ),
                    ),
                    (
                        "recipients",
                        ArrayField(
                            base_field=models.CharField(
                                choices=[
                                    ("contractors", "les entreprises qui interviennent dans le logement"),
                                    ("bank", "la banque du bailleur"),
                                    ("benefits_office", "la caisse d’allocations familiales ou la MSA"),
                                    ("bailiff", "le commissaire de justice"),
                                    ("social_services", "les services sociaux"),
                                ],
                                max_length=24,
                            ),
                            blank=True,
                            db_default=models.Value("{}"),
                            default=list,
                            size=None,
                            verbose_name="destinataires informés",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("prepared_by__isnull", False)),
                            fields=("prepared_by",),
                            name="subject_request_one_at_a_time",
                            violation_error_message="Un relevé est déjà ouvert : terminez-le avant d’en établir un autre.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer", ""), ("closed_by__isnull", True), ("closed_on__isnull", True)),
                                models.Q(
                                    models.Q(("answer", ""), _negated=True),
                                    ("closed_by__isnull", False),
                                    ("closed_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="subject_request_answered_by_somebody",
                            violation_error_message="Une réponse doit être datée et signée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("extended_on__isnull", True), ("extension", "")),
                                models.Q(models.Q(("extension", ""), _negated=True), ("extended_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="subject_request_extended_for_a_reason",
                            violation_error_message="Indiquez le motif de la prolongation, communiqué à la personne.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    (
                                        "due_on__range",
                                        (
                                            CombinedExpression(models.F("opened_on"), "+", models.Value(28)),
                                            CombinedExpression(models.F("opened_on"), "+", models.Value(36)),
                                        ),
                                    ),
                                    ("extended_on__isnull", True),
                                ),
                                models.Q(
                                    (
                                        "due_on__range",
                                        (
                                            CombinedExpression(models.F("opened_on"), "+", models.Value(89)),
                                            CombinedExpression(models.F("opened_on"), "+", models.Value(97)),
                                        ),
                                    ),
                                    ("extended_on__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="subject_request_due_in_a_month",
                            violation_error_message="La réponse est due dans le mois, ou dans les trois mois si le délai est prolongé.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("kind__in", ["access", "portability", "erasure", "limitation"]),
                                    ("look", ""),
                                    ("matter", ""),
                                ),
                                models.Q(("kind", "contest"), ("look__regex", "^[0-9a-f]{8}$"), ("matter", "")),
                                models.Q(
                                    ("kind__in", ["rectify", "object"]),
                                    ("look", ""),
                                    models.Q(("matter", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="subject_request_says_its_matter",
                            violation_error_message="Indiquez la consultation contestée ou la donnée à corriger.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("answer__in", ["", "withdrawn"]), ("measure", ""), ("reason", "")),
                                models.Q(("answer", "given"), ("kind", "access"), ("measure", ""), ("reason", "")),
                                models.Q(
                                    ("answer", "file_given"), ("kind", "portability"), ("measure", ""), ("reason", "")
                                ),
                                models.Q(
                                    ("answer__in", ["erased", "not_erased"]),
                                    ("kind", "erasure"),
                                    ("measure", ""),
                                    ("reason", ""),
                                ),
                                models.Q(
                                    ("answer", "limited"), ("kind", "limitation"), ("measure", ""), ("reason", "")
                                ),
                                models.Q(
                                    ("answer", "refused"),
                                    ("kind", "limitation"),
                                    ("measure", ""),
                                    ("reason__in", ["data_checked", "processing_lawful", "no_claim", "no_objection"]),
                                ),
                                models.Q(
                                    ("answer", "refused"),
                                    ("kind__in", ["contest", "rectify", "object"]),
                                    ("measure", ""),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                models.Q(
                                    ("answer__in", ["upheld", "partly"]),
                                    ("kind__in", ["contest", "rectify", "object"]),
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("measure", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="subject_request_answer_has_its_reasons",
                            violation_error_message="Une réponse doit être motivée ; si la demande est fondée, indiquez aussi ce qui a été fait.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("recipients", []), ("answer__in", ["erased", "limited"]), _connector="OR"
                            ),
                            name="subject_request_recipients_of_erased_data",
                            violation_error_message="Seuls un effacement et une limitation sont communiqués à des destinataires.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="NamedLook",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "request",
                        models.ForeignKey(
                            on_delete=models.DO_NOTHING, related_name="named", to="rights.subjectrequest"
                        ),
                    ),
                    ("event", models.UUIDField()),
                    (
                        "person",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("court_claim", "agir en justice contre la personne qui a consulté les données"),
                                ("complaint", "porter plainte ou saisir la CNIL d’une personne précise"),
                                ("known_person", "vérifier si une personne de son entourage a consulté les données"),
                            ],
                            max_length=24,
                        ),
                    ),
                    (
                        "weighed",
                        models.CharField(
                            choices=[
                                ("heard_agrees", "agent entendu, sans objection"),
                                ("heard_outweighed", "agent entendu, objection qui ne l’emporte pas"),
                            ],
                            max_length=24,
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("decided_on", models.DateField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("request", "event"),
                            name="named_look_once",
                            violation_error_message="Ce nom est déjà indiqué dans ce relevé.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="LookDeferral",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("event", models.UUIDField()),
                    (
                        "ground",
                        models.CharField(
                            choices=[
                                (
                                    "judicial_inquiry",
                                    "enquête judiciaire, secret de l’enquête et de l’instruction (C. proc. pén., art. 11)",
                                ),
                                (
                                    "judicial_request",
                                    "réquisition judiciaire, à ne pas révéler (C. proc. pén., art. 60-1 et 77-1-1)",
                                ),
                            ],
                            max_length=24,
                            verbose_name="fondement",
                        ),
                    ),
                    ("until", models.DateField(verbose_name="jusqu’au")),
                    (
                        "asked_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("asked_on", models.DateField()),
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
                    ("agreed_on", models.DateField(blank=True, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("event",),
                            name="deferral_once",
                            violation_error_message="Cette consultation est déjà reportée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("agreed_by__isnull", True),
                                models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="deferral_takes_two",
                            violation_error_message="La personne qui demande un report ne peut pas l’accorder.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("agreed_by__isnull", True), ("agreed_on__isnull", True)),
                                models.Q(("agreed_by__isnull", False), ("agreed_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="deferral_agreed_on_a_day",
                            violation_error_message="Un report accordé doit indiquer qui l’a accordé, et quand.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("until__gte", models.F("asked_on")),
                                ("until__lte", CombinedExpression(models.F("asked_on"), "+", models.Value(184))),
                            ),
                            name="deferral_of_six_months",
                            violation_error_message="Un report doit avoir une date, dans les six mois.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ErasureLine",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "data",
                        models.CharField(
                            choices=[
                                ("phone", "téléphone"),
                                ("email", "courriel"),
                                ("contact", "personne choisie pour vous joindre"),
                                ("help", "aides demandées"),
                                ("powers", "anciens représentants"),
                                ("facts", "faits notés dont le motif a pris fin"),
                                ("notes", "notes dont le motif a pris fin"),
                                ("comments", "commentaires d’un ancien logiciel"),
                                ("bank", "coordonnées bancaires sans mandat"),
                                ("identity", "nom et date de naissance"),
                                ("leases", "baux et occupations"),
                                ("accounts", "écritures du compte"),
                                ("current_powers", "représentants actuels"),
                                ("current_facts", "faits notés en cours"),
                                ("current_notes", "notes en cours"),
                                ("contacts", "contacts au sujet d’une somme due"),
                                ("sealed", "phrases contestées sous scellés"),
                                ("discretion", "discrétion demandée"),
                                ("current_bank", "coordonnées bancaires du mandat"),
                                ("limitation", "limitation du traitement"),
                                ("requests", "demandes faites au délégué à la protection des données"),
                                ("trace", "trace des consultations"),
                            ],
                            max_length=16,
                            verbose_name="donnée",
                        ),
                    ),
                    ("rows", models.PositiveIntegerField(verbose_name="nombre")),
                    (
                        "decision",
                        models.CharField(
                            choices=[("erased", "effacé"), ("kept", "conservé")], max_length=8, verbose_name="décision"
                        ),
                    ),
                    (
                        "ground",
                        models.CharField(
                            blank=True,
                            choices=[
                                (
                                    "lease_running",
                                    "le bail s’exécute, et ses suites pendant trois ans (RGPD, art. 6-1 b ; loi n° 89-462, art. 7-1)",
                                ),
                                (
                                    "accounts_law",
                                    "la loi impose de conserver les comptes dix ans (RGPD, art. 17-3 b ; C. com., art. L123-22)",
                                ),
                                (
                                    "still_needed",
                                    "le motif de cette donnée dure jusqu’à sa date de fin (RGPD, art. 17-1 a)",
                                ),
                                (
                                    "debit_mandate",
                                    "un mandat de prélèvement est en cours, ou peut être contesté pendant treize mois (C. mon. fin., art. L133-24)",
                                ),
                                (
                                    "two_decide",
                                    "sous scellés jusqu’à la décision de deux personnes, trente jours au plus",
                                ),
                                (
                                    "protects_you",
                                    "cette mesure vous protège à votre demande ; elle prend fin dès que vous le demandez à l’agence",
                                ),
                                (
                                    "proof_of_answer",
                                    "preuve de la réponse à vos demandes, trois ans (RGPD, art. 5-2 et 17-3 b)",
                                ),
                                (
                                    "security_law",
                                    "trace des consultations, exigée par la sécurité des données (RGPD, art. 17-3 b et 32)",
                                ),
                                (
                                    "legal_claim",
                                    "droit à constater, exercer ou défendre en justice (RGPD, art. 17-3 e)",
                                ),
                                ("person_keeps", "vous avez choisi de la conserver"),
                            ],
                            max_length=24,
                            verbose_name="motif",
                        ),
                    ),
                    ("until", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                    (
                        "request",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.DO_NOTHING,
                            related_name="erasure_lines",
                            to="rights.subjectrequest",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("request", "data"),
                            name="erasure_line_once",
                            violation_error_message="Une seule décision par sorte de données.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decision", "erased"), ("ground", ""), ("until__isnull", True)),
                                models.Q(("decision", "kept"), models.Q(("ground", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="erasure_line_kept_for_a_ground",
                            violation_error_message="Une donnée n’est conservée que pour un motif.",
                        ),
                    ],
                },
            ),
        ),
        load_sql(
            "rights",
            "offices",
            "retention",
            "subject_requests",
            "disclosure",
            "applicant_looks",
            "look_decisions",
            "erasures",
            "restrictions",
        ),
    ]

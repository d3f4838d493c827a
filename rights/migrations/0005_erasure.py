"""Requests for erasure (GDPR article 17): the decision about each kind of data, and who is told."""

import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

from audit.sql_files import load_sql

_REASONED = ["contest", "rectify", "object"]


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0004_portability"),
        ("casework", "0003_identifiers_in_comments"),
        ("inspection", "0002_contact_attempts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="subjectrequest",
            name="kind",
            field=models.CharField(
                choices=[
                    ("access", "relevé de données et de leurs consultations (RGPD, art. 15)"),
                    ("contest", "contestation d’une consultation"),
                    ("rectify", "correction d’une donnée (RGPD, art. 16)"),
                    ("object", "opposition à la conservation d’une donnée (RGPD, art. 21)"),
                    ("portability", "fichier des données fournies, pour les réutiliser (RGPD, art. 20)"),
                    ("erasure", "effacement de données (RGPD, art. 17)"),
                ],
                default="access",
                max_length=16,
                verbose_name="droit",
            ),
        ),
        migrations.AlterField(
            model_name="subjectrequest",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("given", "relevé remis"),
                    ("file_given", "fichier remis"),
                    ("erased", "données effacées, sauf celles qui doivent être conservées"),
                    ("not_erased", "aucune donnée effacée"),
                    ("withdrawn", "demande retirée par la personne"),
                    ("upheld", "demande fondée"),
                    ("partly", "demande fondée en partie"),
                    ("refused", "demande refusée"),
                ],
                max_length=16,
                verbose_name="réponse",
            ),
        ),
        migrations.AddField(
            model_name="subjectrequest",
            name="recipients",
            field=django.contrib.postgres.fields.ArrayField(
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
        migrations.RemoveConstraint(model_name="subjectrequest", name="subject_request_says_its_matter"),
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["access", "portability", "erasure"]), ("look", ""), ("matter", "")),
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
        ),
        migrations.RemoveConstraint(model_name="subjectrequest", name="subject_request_answer_has_its_reasons"),
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__in", ["", "withdrawn"]), ("measure", ""), ("reason", "")),
                    models.Q(("answer", "given"), ("kind", "access"), ("measure", ""), ("reason", "")),
                    models.Q(("answer", "file_given"), ("kind", "portability"), ("measure", ""), ("reason", "")),
                    models.Q(
                        ("answer__in", ["erased", "not_erased"]), ("kind", "erasure"), ("measure", ""), ("reason", "")
                    ),
                    models.Q(
                        ("answer", "refused"),
                        ("kind__in", _REASONED),
                        ("measure", ""),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("answer__in", ["upheld", "partly"]),
                        ("kind__in", _REASONED),
                        models.Q(("reason", ""), _negated=True),
                        models.Q(("measure", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="subject_request_answer_has_its_reasons",
                violation_error_message=(
                    "Une réponse doit être motivée ; si la demande est fondée, indiquez aussi ce qui a été fait."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("recipients", []), ("answer", "erased"), _connector="OR"),
                name="subject_request_recipients_of_erased_data",
                violation_error_message="Seul un effacement est communiqué à des destinataires.",
            ),
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
                            ("two_decide", "sous scellés jusqu’à la décision de deux personnes, trente jours au plus"),
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
                            ("legal_claim", "droit à constater, exercer ou défendre en justice (RGPD, art. 17-3 e)"),
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
        load_sql("rights", "subject_requests", "disclosure", "erasures"),
        # A comment may be erased at the request of its person, and the copy of a file includes the lines of a request.
        load_sql("casework", "legacy_comments"),
        load_sql("inspection", "copies"),
    ]

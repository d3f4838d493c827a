"""Requests for restriction of processing (GDPR article 18), and their answers."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0005_erasure"),
        ("tenants", "0009_restriction"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="subjectrequest",
            name="subject_request_says_its_matter",
        ),
        migrations.RemoveConstraint(
            model_name="subjectrequest",
            name="subject_request_answer_has_its_reasons",
        ),
        migrations.RemoveConstraint(
            model_name="subjectrequest",
            name="subject_request_recipients_of_erased_data",
        ),
        migrations.AlterField(
            model_name="erasureline",
            name="data",
            field=models.CharField(
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
                    ("limitation", "limitation du traitement (RGPD, art. 18)"),
                ],
                default="access",
                max_length=16,
                verbose_name="droit",
            ),
        ),
        migrations.AlterField(
            model_name="subjectrequest",
            name="reason",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["access", "portability", "erasure", "limitation"]), ("look", ""), ("matter", "")
                    ),
                    models.Q(("kind", "contest"), ("look__regex", "^[0-9a-f]{8}$"), ("matter", "")),
                    models.Q(
                        ("kind__in", ["rectify", "object"]), ("look", ""), models.Q(("matter", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="subject_request_says_its_matter",
                violation_error_message="Indiquez la consultation contestée ou la donnée à corriger.",
            ),
        ),
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
                    models.Q(("answer", "limited"), ("kind", "limitation"), ("measure", ""), ("reason", "")),
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
        ),
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("recipients", []), ("answer__in", ["erased", "limited"]), _connector="OR"),
                name="subject_request_recipients_of_erased_data",
                violation_error_message="Seuls un effacement et une limitation sont communiqués à des destinataires.",
            ),
        ),
        load_sql("rights", "erasures", "restrictions"),
    ]

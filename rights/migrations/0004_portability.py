"""Requests for a file of the data that a person provided (GDPR article 20)."""

from django.db import migrations, models

from audit.sql_files import load_sql

_REASONED = ["contest", "rectify", "object"]


class Migration(migrations.Migration):
    dependencies = [("rights", "0003_looks_at_sheets")]

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
                    ("withdrawn", "demande retirée par la personne"),
                    ("upheld", "demande fondée"),
                    ("partly", "demande fondée en partie"),
                    ("refused", "demande refusée"),
                ],
                max_length=16,
                verbose_name="réponse",
            ),
        ),
        migrations.RemoveConstraint(model_name="subjectrequest", name="subject_request_says_its_matter"),
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["access", "portability"]), ("look", ""), ("matter", "")),
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
        load_sql("rights", "subject_requests", "disclosure"),
    ]

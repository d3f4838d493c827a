"""Renunciations, the days for an answer to arrive, and the day on which a notification was recorded."""

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("allocations", "0004_residences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="candidacy",
            name="candidacy_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="legalfigure",
            name="legal_figure_listed",
        ),
        migrations.RemoveConstraint(
            model_name="offer",
            name="answer_in_time",
        ),
        migrations.AddField(
            model_name="offer",
            name="notification_recorded_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="post_days",
            field=models.PositiveSmallIntegerField(
                db_default=0, verbose_name="délai d’acheminement d’une réponse, en jours"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="renounced_on",
            field=models.DateField(blank=True, null=True, verbose_name="renoncé le"),
        ),
        migrations.AlterField(
            model_name="candidacy",
            name="state",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="legalfigure",
            name="code",
            field=models.CharField(
                choices=[
                    ("application_validity_months", "durée de validité d’une demande, en mois"),
                    ("document_delay_days", "délai pour fournir une pièce, en jours"),
                    (
                        "twelve_months_deduction_permille",
                        "abattement sur les ressources des douze derniers mois, en pour mille",
                    ),
                    ("ehpad_deduction_limit_cents", "limite de la déduction pour un conjoint en EHPAD, en centimes"),
                    ("offer_delay_days", "délai pour répondre à une proposition, en jours"),
                    ("answer_post_days", "délai d’acheminement d’une réponse donnée à temps, en jours"),
                    ("nomination_delay_days", "délai d’un réservataire pour désigner ses candidats, en jours"),
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
                    ("committee_quorum", "quorum de la commission, en membres à voix délibérative présents"),
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
                    ("consumption_unit_child_permille", "unités de consommation de chaque enfant, en pour mille"),
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
        migrations.AddConstraint(
            model_name="candidacy",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="legalfigure",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
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
                            django.db.models.expressions.CombinedExpression(
                                models.F("answer_by"), "+", models.F("post_days")
                            ),
                        ),
                        ("answered_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="answer_in_time",
                violation_error_message="Le silence vaut refus après le dernier jour et le délai d’acheminement, pas avant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AlterConstraint(
            model_name="offer",
            name="answer_not_after_the_delay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__in", ["accepted", "refused"]), _negated=True),
                    ("answer_by__isnull", True),
                    ("answered_on__lte", models.F("answer_by")),
                    _connector="OR",
                ),
                name="answer_not_after_the_delay",
                violation_error_message="Cette réponse est postérieure au dernier jour pour répondre.",
            ),
        ),
        load_sql("allocations", "answers"),
    ]

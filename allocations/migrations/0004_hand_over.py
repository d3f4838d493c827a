"""Signing a candidate's lease: discretion, birth dates, and the delay of a reserving body to nominate."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("allocations", "0003_grid_trial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="legalfigure",
            name="legal_figure_listed",
        ),
        migrations.AddField(
            model_name="handover",
            name="discreet",
            field=models.BooleanField(db_default=False, verbose_name="discrétion demandée"),
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
                ],
                max_length=48,
                verbose_name="chiffre",
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
                        ],
                    )
                ),
                name="legal_figure_listed",
                violation_error_message="Ce chiffre n’est pas dans la liste.",
            ),
        ),
        load_sql("allocations", "shortlist", "hand_over"),
    ]

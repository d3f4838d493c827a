"""The roles of the commission."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_allocation_roles"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assignment",
            name="assignment_role_known",
        ),
        migrations.AlterField(
            model_name="assignment",
            name="role",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
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
        ),
        load_sql("access", "makers"),
    ]

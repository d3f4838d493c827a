"""A role for who brings the landlord's files in: its code is known to the table of assignments, its reach is all or none."""

from django.db import migrations, models

CREATE = """
-- Does the person asking bring files in for the whole organisation today? The only rule of that compartment.
CREATE FUNCTION access_takes_in() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'intake'
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION access_takes_in() FROM PUBLIC;
"""
ROLES = [
    ("caretaker", "gardien"),
    ("sector_manager", "responsable de secteur"),
    ("officer", "chargé de gestion locative"),
    ("front_desk", "chargé d’accueil"),
    ("accountant", "comptable"),
    ("dpo", "déléguée à la protection des données"),
    ("access_administrator", "administrateur des accès"),
    ("data_steward", "responsable des données"),
]


class Migration(migrations.Migration):
    dependencies = [("access", "0007_front_desk")]
    operations = [
        migrations.AlterField("assignment", "role", models.CharField("rôle", max_length=32, choices=ROLES)),
        migrations.RemoveConstraint("assignment", "assignment_role_known"),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=models.Q(role__in=[code for code, _name in ROLES]),
                name="assignment_role_known",
                violation_error_message="Ce rôle n’existe pas.",
            ),
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION access_takes_in()"),
    ]

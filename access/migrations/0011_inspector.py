"""A role for an inspector of the authority: named, for thirty days at most, for the whole landlord, and only to read."""

from django.db import migrations, models
from django.db.models import DateField, ExpressionWrapper, F, Q

CREATE = """
-- Does the person asking inspect the whole organisation today? The only rule of that compartment.
CREATE FUNCTION access_inspects() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'control'
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION access_inspects() FROM PUBLIC;
"""
ROLES = [
    ("caretaker", "gardien"),
    ("sector_manager", "responsable de secteur"),
    ("officer", "chargé de gestion locative"),
    ("front_desk", "chargé d’accueil"),
    ("accountant", "comptable"),
    ("on_call", "agent d’astreinte"),
    ("dpo", "déléguée à la protection des données"),
    ("access_administrator", "administrateur des accès"),
    ("data_steward", "responsable des données"),
    ("inspector", "agent de contrôle"),
]


class Migration(migrations.Migration):
    dependencies = [("access", "0010_on_call")]
    operations = [
        migrations.AlterField("assignment", "role", models.CharField("rôle", max_length=32, choices=ROLES)),
        migrations.RemoveConstraint("assignment", "assignment_role_known"),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=Q(role__in=[code for code, _name in ROLES]),
                name="assignment_role_known",
                violation_error_message="Ce rôle n’existe pas.",
            ),
        ),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=~Q(role="inspector")
                | Q(last_day__lt=ExpressionWrapper(F("first_day") + 30, output_field=DateField())),
                name="assignment_of_an_inspector_is_short",
                violation_error_message="Un agent de contrôle est admis pour trente jours au plus.",
            ),
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION access_inspects()"),
    ]

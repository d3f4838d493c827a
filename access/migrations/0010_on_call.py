"""On-call duties: an assignment with hours, across midnight, which counts to the minute."""

from django.db import migrations, models
from django.db.models import F, Q

REASONS = [
    ("posting", "prise de poste"),
    ("transfer", "changement de poste ou de lieu"),
    ("stand_in_absence", "remplacement, absence"),
    ("stand_in_vacancy", "remplacement, poste vacant"),
    ("reinforcement", "renfort temporaire"),
    ("on_call", "astreinte"),
    ("handover", "période de tuilage"),
    ("training", "formation avec un titulaire"),
    ("recut", "redécoupage d’un secteur ou d’un bâtiment"),
]
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
]
CREATE = """
-- Is it one of these hours now? In one go from the first day to the last, or night after night: then a night belongs to the
-- day it begins on, and both its days lie between the two. Hours are read as Paris reads them, also where the clock changes.
CREATE FUNCTION access_on_duty(first_day date, last_day date, from_hour time, to_hour time, nightly boolean) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN nightly THEN EXISTS (
        SELECT FROM (SELECT loge_today() - back AS night, CASE WHEN to_hour <= from_hour THEN 1 ELSE 0 END AS over
                     FROM generate_series(0, 1) AS back) n
        WHERE n.night >= first_day AND n.night + n.over <= last_day
          AND loge_now() >= (n.night + from_hour) AT TIME ZONE 'Europe/Paris'
          AND loge_now() < (n.night + n.over + to_hour) AT TIME ZONE 'Europe/Paris')
    ELSE loge_now() >= (first_day + from_hour) AT TIME ZONE 'Europe/Paris'
        AND loge_now() < (last_day + to_hour) AT TIME ZONE 'Europe/Paris' END
$$;
-- Does an assignment count on a day? Today means now, hours included; of another day, that it has an hour of it.
CREATE FUNCTION access_counts(first_day date, last_day date, ended_on date, from_hour time, to_hour time, nightly boolean,
    on_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT public.access_in_force(first_day, last_day, ended_on, on_day)
       AND (from_hour IS NULL OR on_day <> public.loge_today()
            OR public.access_on_duty(first_day, last_day, from_hour, to_hour, nightly))
$$;
-- The hours of a whole duty as a clock shows them, cut where it was ended.
CREATE FUNCTION access_hours(first_day date, last_day date, ended_on date, from_hour time, to_hour time) RETURNS tsrange
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT tsrange(first_day + from_hour,
        greatest(first_day + from_hour, least(last_day + to_hour, ended_on::timestamp)), '[)')
$$;
ALTER TABLE access_assignment DROP CONSTRAINT assignment_once_at_a_time;
ALTER TABLE access_assignment ADD CONSTRAINT assignment_once_at_a_time EXCLUDE USING gist (
    uuidrange(person_id, person_id, '[]') WITH =,
    uuidrange(place_id, place_id, '[]') WITH =,
    coderange(role::text, role::text, '[]') WITH =,
    access_days(first_day, last_day, ended_on) WITH &&
) WHERE (from_hour IS NULL);
ALTER TABLE access_assignment ADD CONSTRAINT assignment_on_call_once EXCLUDE USING gist (
    uuidrange(person_id, person_id, '[]') WITH =,
    uuidrange(place_id, place_id, '[]') WITH =,
    access_hours(first_day, last_day, ended_on, from_hour, to_hour) WITH &&
) WHERE (from_hour IS NOT NULL);

CREATE OR REPLACE VIEW access_right AS
    SELECT a.id AS assignment, a.person_id AS person, a.role::text AS role, b.id AS building, a.place_id AS place,
           a.first_day, a.last_day, a.ended_on, p.is_active, a.from_hour, a.to_hour, a.nightly
    FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id
    JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.level = 'building' AND b.path >= q.path AND b.path < q.path || '~';
CREATE OR REPLACE FUNCTION access_reach(who uuid, what text, on_day date) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT DISTINCT r.building FROM access_right r
    JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = what
    WHERE r.person = who
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;
CREATE OR REPLACE FUNCTION access_rules(who uuid, place uuid, on_day date) RETURNS TABLE (assignment uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT r.assignment, r.role FROM access_right r
    WHERE r.person = who AND r.building = access_rules.place
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;
CREATE OR REPLACE FUNCTION access_people(place uuid, on_day date) RETURNS TABLE (person uuid, assignment uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT r.person, r.assignment, r.role FROM access_right r
    WHERE r.building = access_people.place
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;

-- What a manager gives alone: a stand-in, and hours on call, within the same bounds. A month of one is no month of the other.
CREATE OR REPLACE FUNCTION access_check_stand_in(given access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM access_person p JOIN access_place e ON e.id = p.employed_at_id
        JOIN access_assignment a ON a.person_id = loge_person() AND a.role = 'sector_manager'
             AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
        JOIN access_place s ON s.id = a.place_id
        WHERE p.id = given.person_id
          AND (starts_with(e.path, s.path) OR e.level IN ('agency', 'sector') AND starts_with(s.path, e.path))) THEN
        RAISE EXCEPTION 'not own staff' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_own_staff';
    END IF;
    IF given.last_day - given.first_day > 30 THEN
        RAISE EXCEPTION 'more than a month' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_of_a_month';
    END IF;
    IF given.first_day > loge_today() + 31 THEN
        RAISE EXCEPTION 'too far ahead' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_not_far_ahead';
    END IF;
    IF EXISTS (
        WITH covered AS (
            SELECT DISTINCT d::date AS day
            FROM access_assignment a
            JOIN access_place q ON q.id = a.place_id
            JOIN access_place h ON h.id = given.place_id AND (starts_with(h.path, q.path) OR starts_with(q.path, h.path))
            CROSS JOIN LATERAL generate_series(greatest(a.first_day, given.first_day - 38),
                least(coalesce(a.ended_on - 1, a.last_day), given.last_day + 38), interval '1 day') AS d
            WHERE a.person_id = given.person_id AND a.role = given.role
              AND a.reason IN ('stand_in_absence', 'stand_in_vacancy', 'on_call'))
        SELECT FROM covered here
        WHERE (SELECT count(*) FROM covered c WHERE c.day BETWEEN here.day AND here.day + 37) > 31) THEN
        RAISE EXCEPTION 'one after the other' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_not_on_and_on';
    END IF;
END $$;
CREATE FUNCTION access_managers_own(held access_assignment) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT access_holds(loge_person(), ARRAY['sector_manager'], held.place_id)
       AND (held.role = 'caretaker' AND held.reason IN ('stand_in_absence', 'stand_in_vacancy')
            OR held.role = 'on_call' AND held.reason = 'on_call')
$$;
CREATE OR REPLACE FUNCTION access_check_grant(given access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF given.request_id IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM access_accessrequest r
            WHERE r.id = given.request_id AND r.decision = 'approved' AND r.decided_by_id = loge_person()
              AND r.person_id = given.person_id AND r.role = given.role AND r.place_id = given.place_id
              AND r.reason = given.reason AND given.first_day = greatest(r.first_day, loge_today())
              AND given.last_day = r.last_day) THEN
            RAISE EXCEPTION 'not as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_as_approved';
        END IF;
    ELSIF access_managers_own(given) THEN
        PERFORM access_check_stand_in(given);
    ELSIF access_takes_two(given.role, given.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    ELSIF NOT access_holds(loge_person(), ARRAY['access_administrator'], given.place_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
END $$;
CREATE OR REPLACE FUNCTION access_check_change(old_row access_assignment, new_row access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administers boolean := access_holds(loge_person(), ARRAY['access_administrator'], new_row.place_id);
BEGIN
    IF NOT administers AND NOT (access_managers_own(new_row) AND new_row.last_day <= old_row.last_day) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
    IF new_row.last_day > old_row.last_day AND access_takes_two(new_row.role, new_row.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    END IF;
    IF old_row.ended_on IS NOT NULL AND (new_row.ended_on IS NULL OR new_row.ended_on > old_row.ended_on) THEN
        RAISE EXCEPTION 'an end stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_end_stays';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_managers_own(access_assignment) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0009_machine_tokens")]
    operations = [
        migrations.AlterField("assignment", "role", models.CharField("rôle", max_length=32, choices=ROLES)),
        migrations.AlterField("assignment", "reason", models.CharField("motif", max_length=32, choices=REASONS)),
        migrations.AlterField("accessrequest", "reason", models.CharField("motif", max_length=32, choices=REASONS)),
        migrations.AddField("assignment", "from_hour", models.TimeField("de", null=True, blank=True)),
        migrations.AddField("assignment", "to_hour", models.TimeField("à", null=True, blank=True)),
        migrations.AddField(
            "assignment", "nightly", models.BooleanField("chaque nuit", default=False, db_default=False)
        ),
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
                condition=Q(role__in=["on_call"], from_hour__isnull=False, to_hour__isnull=False)
                | (~Q(role__in=["on_call"]) & Q(from_hour__isnull=True, to_hour__isnull=True, nightly=False)),
                name="assignment_on_call_has_hours",
                violation_error_message="Une astreinte a des heures, et rien d’autre n’en a.",
            ),
        ),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=Q(last_day__gt=F("first_day")) | Q(from_hour__isnull=True) | Q(to_hour__gt=F("from_hour")),
                name="assignment_hours_end_after_they_start",
                violation_error_message="L’astreinte finit avant de commencer.",
            ),
        ),
        migrations.AddConstraint(
            "accessrequest",
            models.CheckConstraint(
                condition=~Q(role__in=["on_call"]),
                name="request_never_for_hours",
                violation_error_message="Une astreinte a des heures, et se confie par le responsable de ses lieux.",
            ),
        ),
        migrations.RunSQL(CREATE, migrations.RunSQL.noop),
    ]

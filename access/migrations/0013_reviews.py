"""Access review: what nobody used is proposed for ending; each year a manager signs one list of the rights of their people."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
-- Roles whose holders have a manager. The others are confirmed by who keeps the accesses.
CREATE FUNCTION access_is_managed(role text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT role IN ('caretaker', 'officer', 'front_desk', 'accountant', 'on_call')
$$;
-- What the person asking confirms: a manager, the own people at or below the own places; an administrator, what no manager
-- does. Nobody confirms their own.
CREATE FUNCTION access_review_list() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 50
    SET search_path = public, pg_temp AS $$
    WITH overseeing AS (
        SELECT a.person_id, a.role, q.path FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        WHERE a.role IN ('sector_manager', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    )
    SELECT a.id FROM access_assignment a JOIN access_place q ON q.id = a.place_id
    WHERE a.person_id <> loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND CASE WHEN access_is_managed(a.role) AND EXISTS (
              SELECT FROM overseeing o
              WHERE o.role = 'sector_manager' AND o.person_id <> a.person_id AND starts_with(q.path, o.path))
          THEN EXISTS (SELECT FROM overseeing o WHERE o.person_id = loge_person() AND o.role = 'sector_manager'
                       AND starts_with(q.path, o.path))
          ELSE EXISTS (SELECT FROM overseeing o WHERE o.person_id = loge_person() AND o.role = 'access_administrator'
                       AND starts_with(q.path, o.path)) END
$$;
-- In force, and nothing was done under it in so many days: whether, and never how often. A stand-in and hours on call end by
-- themselves; what somebody kept is left alone for 90 days.
CREATE FUNCTION access_unused_for(days integer) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT a.id FROM access_assignment a JOIN access_place q ON q.id = a.place_id
    WHERE access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND a.first_day <= loge_today() - days AND a.given_at < (loge_today() - days + 1)::timestamp AT TIME ZONE 'Europe/Paris'
      AND a.reason NOT IN ('stand_in_absence', 'stand_in_vacancy', 'on_call')
      AND NOT EXISTS (SELECT FROM access_keptright k WHERE k.assignment_id = a.id AND k.kept_on > loge_today() - 90)
      AND NOT EXISTS (
          SELECT FROM audit_event e LEFT JOIN access_place p ON p.id = e.place
          WHERE e.actor = a.person_id AND e.role = a.role AND e.outcome IN ('shown', 'changed')
            AND e.at >= (loge_today() - days)::timestamp AT TIME ZONE 'Europe/Paris'
            AND (p.id IS NULL OR starts_with(p.path, q.path)))
$$;
CREATE FUNCTION access_watches_reviews() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a JOIN access_person p ON p.id = a.person_id AND p.is_active
        WHERE a.person_id = loge_person() AND a.role IN ('dpo', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
-- What the person asking signs today: the charge, and each right of the list with its answer, as it stands in the table.
CREATE FUNCTION access_review_statement() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('signed_on', loge_today(), 'by', jsonb_build_object('id', me.id, 'name', me.name),
        'places', (SELECT jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'role', a.role) ORDER BY q.path, a.role)
            FROM access_assignment a JOIN access_place q ON q.id = a.place_id
            WHERE a.person_id = me.id AND a.role IN ('sector_manager', 'access_administrator')
              AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())),
        'rights', (SELECT coalesce(jsonb_agg(jsonb_build_object('assignment', a.id, 'person', x.name, 'role', a.role,
                'place', q.name, 'first_day', a.first_day, 'last_day', a.last_day,
                'answer', CASE WHEN a.ended_on <= loge_today() THEN 'end' ELSE 'keep' END)
                ORDER BY q.path, x.name, a.role, a.id), '[]')
            FROM access_assignment a JOIN access_person x ON x.id = a.person_id JOIN access_place q ON q.id = a.place_id
            WHERE a.id = ANY (ARRAY (SELECT access_review_list()))
               OR a.ended_on = loge_today() AND a.ended_by_id = me.id AND a.end_reason = 'not_confirmed'))
    FROM access_person me WHERE me.id = loge_person()
$$;
-- Each charge of overseeing: when its list was signed last, by whoever held the place then, and when the next one is due.
CREATE FUNCTION access_review_days() RETURNS TABLE (assignment uuid, person uuid, last date, due date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.person_id, s.last, coalesce(s.last, a.first_day) + 365
    FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active
    LEFT JOIN LATERAL (
        SELECT max(r.signed_on) AS last FROM access_rightsreview r
        WHERE r.statement -> 'places' @> jsonb_build_array(jsonb_build_object('id', a.place_id, 'role', a.role))
          AND (a.role = 'sector_manager' OR r.signed_by_id = a.person_id)) s ON true
    WHERE a.role IN ('sector_manager', 'access_administrator')
      AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
$$;
CREATE FUNCTION access_reviews() RETURNS TABLE (assignment uuid, last date, due date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.assignment, d.last, d.due FROM access_review_days() d
    WHERE d.person = loge_person() OR access_watches_reviews()
$$;
CREATE FUNCTION access_reviews_late() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM access_review_days() d WHERE d.due < loge_today() AND access_watches_reviews()
$$;
-- A manager ends what the review ends, of the own people, at once; the rest as before.
CREATE OR REPLACE FUNCTION access_check_change(old_row access_assignment, new_row access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administers boolean := access_holds(loge_person(), ARRAY['access_administrator'], new_row.place_id);
    reviews boolean := access_holds(loge_person(), ARRAY['sector_manager'], new_row.place_id)
        AND access_is_managed(new_row.role) AND new_row.end_reason IN ('unused', 'not_confirmed')
        AND new_row.ended_on = greatest(loge_today(), new_row.first_day);
BEGIN
    IF NOT administers AND NOT ((reviews OR access_managers_own(new_row)) AND new_row.last_day <= old_row.last_day) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
    IF new_row.last_day > old_row.last_day AND access_takes_two(new_row.role, new_row.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    END IF;
    IF old_row.ended_on IS NOT NULL AND (new_row.ended_on IS NULL OR new_row.ended_on > old_row.ended_on) THEN
        RAISE EXCEPTION 'an end stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_end_stays';
    END IF;
END $$;
-- A review is written once, as the database states it to whoever signs. Where row security is not active, the owner writes.
CREATE FUNCTION access_review_checked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NOT row_security_active(TG_RELID) OR NEW.signed_by_id = loge_person()
            AND NEW.signed_on = loge_today() AND NEW.statement = access_review_statement()) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a review is signed once, as listed (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'review_as_listed';
END $$;
CREATE TRIGGER access_review_checked BEFORE INSERT OR UPDATE OR DELETE ON access_rightsreview
    FOR EACH ROW EXECUTE FUNCTION access_review_checked();
ALTER TABLE access_rightsreview ENABLE ALWAYS TRIGGER access_review_checked;
REVOKE ALL ON FUNCTION access_review_list(), access_unused_for(integer), access_watches_reviews(),
    access_review_statement(), access_review_days(), access_reviews(), access_reviews_late(), access_review_checked()
    FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_enter"),
        ("audit", "0005_purpose"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="KeptRight",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kept_on", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("soon", "sert bientôt"),
                            ("rare", "sert rarement, et doit rester"),
                            ("cover", "couvre un lieu à deux"),
                        ],
                        max_length=16,
                        verbose_name="pourquoi la garder",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kept", to="access.assignment"
                    ),
                ),
                (
                    "kept_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["soon", "rare", "cover"])),
                        name="kept_right_for_a_reason",
                        violation_error_message="Une affectation inutilisée se garde pour un motif de la liste.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RightsReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("signed_on", models.DateField()),
                ("statement", models.JSONField()),
                ("key_id", models.CharField(max_length=32)),
                ("signature", models.CharField(max_length=88)),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(CREATE, migrations.RunSQL.noop),
    ]

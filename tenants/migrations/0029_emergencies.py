"""In an emergency: one household's card outside one's places, for 45 minutes, reviewed by another."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A row stands in its lease's building, and follows it when a building is re-cut.
PIN = """ALTER TABLE tenants_emergencyaccess ADD CONSTRAINT emergency_stands_in_its_lease
    FOREIGN KEY (lease_id, building_id) REFERENCES tenants_lease (id, building_id) ON UPDATE CASCADE"""
CREATE = """
-- Does the person asking hold a role that opens a household in an emergency, anywhere, today?
CREATE FUNCTION tenants_on_call() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    )
$$;
-- The household of a reference, or of a dwelling, where nobody has hidden it and the person asking has no card anyway:
-- open to them for 45 minutes, one at a time, five a day. Answers nothing, whichever of these was wrong.
CREATE FUNCTION tenants_open_emergency(wanted text, dwelling uuid, why text, due date)
    RETURNS TABLE (emergency uuid, lease uuid, residence uuid, building uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    home record;
    made uuid := gen_random_uuid();
BEGIN
    -- Two at the same moment would each count the openings before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge emergency ' || loge_person()::text, 0));
    IF NOT tenants_on_call() OR due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.opened_at > loge_now() - interval '1 day') >= 5 THEN
        RETURN;
    END IF;
    SELECT r.id, r.lease_id, r.unit_id, r.building_id INTO home FROM tenants_residence r
    LEFT JOIN tenants_account a ON a.lease_id = r.lease_id AND a.settled_on IS NULL
    WHERE (CASE WHEN wanted <> '' THEN a.reference = wanted ELSE r.unit_id = dwelling END)
      AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND r.building_id <> ALL (ARRAY (SELECT access_reach(loge_person(), 'card', loge_today())))
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now() WHERE person_id = loge_person() AND until > loge_now();
    INSERT INTO tenants_emergencyaccess
        (id, person_id, lease_id, unit_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), home.lease_id, home.unit_id, home.building_id, why, loge_now(),
            loge_now() + interval '45 minutes', due, '');
    RETURN QUERY SELECT made, home.lease_id, home.id, home.building_id;
END $$;
-- Leases open to the person asking: none, or one. Asked again at each look, so that an assignment that ended, or a
-- household that asked for discretion meanwhile, shuts it.
CREATE FUNCTION tenants_emergencies() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
    SET search_path = public, pg_temp AS $$
    SELECT e.lease_id FROM tenants_emergencyaccess e
    WHERE e.person_id = loge_person() AND e.until > loge_now() AND tenants_on_call()
      AND e.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
$$;
-- Addresses of those who are told of an opening of one's own: managers of the place and data-protection officers.
CREATE FUNCTION tenants_emergency_told(opened uuid) RETURNS TABLE (email varchar) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT DISTINCT p.email FROM tenants_emergencyaccess e
    CROSS JOIN LATERAL access_people(e.building_id, loge_today()) r
    JOIN access_person p ON p.id = r.person
    WHERE e.id = opened AND e.person_id = loge_person() AND r.role IN ('sector_manager', 'dpo')
      AND p.id <> loge_person() AND NOT p.is_machine
$$;
-- How many wait for a review, and are late, at a manager's places, but for their own. Numbers alone.
CREATE FUNCTION tenants_emergencies_due() RETURNS TABLE (waiting bigint, late bigint) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), count(*) FILTER (WHERE review_by < loge_today()) FROM tenants_emergencyaccess
    WHERE verdict = '' AND person_id <> loge_person() AND tenants_holds_at('sector_manager', building_id)
$$;
-- Shut early by the next one; reviewed once, by a manager of the place who is not the one who opened; gone after a year.
CREATE FUNCTION tenants_emergency_keeps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,until,verdict,reviewed_by_id,reviewed_on}';
BEGIN
    IF TG_OP = 'DELETE' AND OLD.opened_at < loge_now() - interval '1 year' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - aside = to_jsonb(NEW) - aside AND NEW.until <= OLD.until
        AND ((NEW.verdict, NEW.reviewed_by_id, NEW.reviewed_on) IS NOT DISTINCT FROM
             (OLD.verdict, OLD.reviewed_by_id, OLD.reviewed_on)
             OR (OLD.verdict = '' AND NEW.verdict IN ('justified', 'unjustified') AND NEW.reviewed_by_id = loge_person()
                 AND NEW.reviewed_on = loge_today() AND loge_person() <> OLD.person_id
                 AND tenants_holds_at('sector_manager', OLD.building_id)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an emergency is reviewed by another, once (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'emergency_reviewed_by_another';
END $$;
CREATE TRIGGER tenants_emergency_keeps BEFORE UPDATE OR DELETE ON tenants_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION tenants_emergency_keeps();
REVOKE ALL ON FUNCTION tenants_on_call(), tenants_open_emergency(text, uuid, text, date), tenants_emergencies(),
    tenants_emergency_told(uuid), tenants_emergencies_due(), tenants_emergency_keeps() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER tenants_emergency_keeps ON tenants_emergencyaccess;
DROP FUNCTION tenants_emergency_keeps(); DROP FUNCTION tenants_emergencies_due();
DROP FUNCTION tenants_emergency_told(uuid); DROP FUNCTION tenants_emergencies();
DROP FUNCTION tenants_open_emergency(text, uuid, text, date); DROP FUNCTION tenants_on_call();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_machine_tokens"),
        ("buildings", "0006_triage"),
        ("tenants", "0028_disclosure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("fire", "Feu ou fumée"),
                            ("water", "Fuite ou inondation"),
                            ("gas", "Gaz ou électricité"),
                            ("door", "Porte forcée ou restée ouverte"),
                            ("silence", "Occupant qui ne répond plus"),
                            ("rescuers", "Les secours sur place demandent"),
                        ],
                        max_length=16,
                        verbose_name="ce qui se passe",
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("review_by", models.DateField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("justified", "Justifié"), ("unjustified", "Injustifié")],
                        max_length=16,
                        verbose_name="verdict",
                    ),
                ),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "lease",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.lease",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.unit",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["fire", "water", "gas", "door", "silence", "rescuers"])),
                        name="emergency_reason_known",
                        violation_error_message="Ce motif d’urgence n’est pas de la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", ""),
                            models.Q(("reviewed_by__isnull", False), ("reviewed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="emergency_verdict_signed",
                        violation_error_message="Un verdict est signé et daté.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PIN, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP),
    ]

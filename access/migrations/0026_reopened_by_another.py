"""Nobody lets in again who lately asked for, approved or made the account of who does it."""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION access_check_reopening(reopened access_person) RETURNS void LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF reopened.id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF EXISTS (
        SELECT FROM access_assignment a
        WHERE a.person_id = reopened.id AND coalesce(a.ended_on - 1, a.last_day) >= loge_today()
          AND access_takes_two(a.role, a.place_id)) THEN
        RAISE EXCEPTION 'not bare' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_reopened_bare';
    END IF;
END $$;
-- An account that is written for: one's own, or that of who made one's own.
CREATE FUNCTION access_benefits_me(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT who = loge_person() OR who IN (SELECT access_makers(loge_person()))
$$;
REVOKE ALL ON FUNCTION access_benefits_me(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0025_key_number_once")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]

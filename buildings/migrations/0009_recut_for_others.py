"""Dwellings are not re-cut into a building that one holds, or that who made one's account holds: their residents would
be an access given to oneself."""

from django.db import migrations

CREATE = """
CREATE FUNCTION buildings_recut_for_others() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM access_assignment a
        WHERE a.place_id = NEW.building_id AND coalesce(a.ended_on - 1, a.last_day) >= loge_today()
          AND access_benefits_me(a.person_id)) THEN
        RAISE EXCEPTION 'for oneself' USING ERRCODE = 'check_violation', CONSTRAINT = 'recut_for_others';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION buildings_recut_for_others() FROM PUBLIC;
CREATE TRIGGER buildings_recut_for_others AFTER UPDATE OF building_id ON buildings_unit
    FOR EACH ROW WHEN (NEW.building_id <> OLD.building_id) EXECUTE FUNCTION buildings_recut_for_others();
"""


class Migration(migrations.Migration):
    dependencies = [("buildings", "0008_threshold"), ("access", "0026_reopened_by_another")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]

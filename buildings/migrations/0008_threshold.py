from django.db import migrations

CREATE = """
-- What a door asks about an object at a building, kept by the server with its plan: it takes longer to be understood than to
-- be answered. It runs as whoever calls it. Guardian's question is guardian's own, to the letter: a test compares them.
CREATE FUNCTION buildings_threshold(kind integer, place uuid, who uuid, what text, account uuid,
                                    OUT touches boolean, OUT roles text[], OUT opened bigint)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    touches := EXISTS (SELECT "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "buildings_user_permission" ON ("auth_permission"."id" = "buildings_user_permission"."permission_id") WHERE ("auth_permission"."content_type_id" = kind AND "buildings_user_permission"."content_object_id" = place AND "buildings_user_permission"."user_id" = who AND "auth_permission"."codename" = what));
    roles := ARRAY (SELECT role FROM access_rules(who, place, loge_today()));
    -- Only who opens accounts may ask how many.
    IF account IS NOT NULL THEN
        opened := audit_opened_lately(account);
    ELSE
        opened := 0;
    END IF;
END $$;
REVOKE ALL ON FUNCTION buildings_threshold(integer, uuid, uuid, text, uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("buildings", "0007_evacuation"), ("access", "0012_enter"), ("audit", "0003_opened_lately")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION buildings_threshold(integer, uuid, uuid, text, uuid)")]

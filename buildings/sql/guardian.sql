-- Guardian's permission tables for buildings are views over the definition of reach: nothing is granted beside it.

-- The name of a permission says its compartment, so that a question about one permission asks for one reach.
CREATE OR REPLACE VIEW buildings_user_permission AS
    SELECT md5(p.id::text || perm.id || building)::uuid AS id,
           p.id AS user_id, perm.id AS permission_id, building AS content_object_id
    FROM access_person p
    CROSS JOIN auth_permission perm
    JOIN django_content_type t ON t.id = perm.content_type_id AND t.app_label = 'buildings' AND t.model = 'building'
    CROSS JOIN LATERAL access_reach_on_page(p.id, left(perm.codename, -6)) AS building
    WHERE perm.codename LIKE '%\_reach';
CREATE OR REPLACE VIEW buildings_group_permission AS
    SELECT NULL::uuid AS id, NULL::integer AS group_id, NULL::integer AS permission_id, NULL::uuid AS content_object_id
    WHERE false;

-- What a permission check asks about an object at a building, in one statement whose plan the server keeps: planning
-- takes longer than answering. It runs with the rights of its caller. The first query is guardian's own, to the letter;
-- a test compares the two.
CREATE OR REPLACE FUNCTION buildings_threshold(kind integer, place uuid, who uuid, what text, account uuid,
    OUT touches boolean, OUT roles text[], OUT opened bigint)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    before text := coalesce(current_setting('loge.building', true), '');
BEGIN
    -- The view then computes whether the person reaches this one building, not all buildings that the person reaches.
    PERFORM set_config('loge.building', place::text, true);
    touches := EXISTS (SELECT "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "buildings_user_permission" ON ("auth_permission"."id" = "buildings_user_permission"."permission_id") WHERE ("auth_permission"."content_type_id" = kind AND "buildings_user_permission"."content_object_id" = place AND "buildings_user_permission"."user_id" = who AND "auth_permission"."codename" = what));
    PERFORM set_config('loge.building', before, true);
    roles := ARRAY (SELECT role FROM access_rules(who, place, loge_today()));
    -- Only who opens accounts may ask how many.
    IF account IS NOT NULL THEN
        opened := audit_accounts_opened_last_hour(account);
    ELSE
        opened := 0;
    END IF;
END $$;
REVOKE ALL ON FUNCTION buildings_threshold FROM PUBLIC;

-- Names the building of a page in the settings of the transaction, so that the page computes nothing about others.
CREATE OR REPLACE FUNCTION buildings_narrow_to(wanted text) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT set_config('loge.building', wanted, true)
$$;
REVOKE ALL ON FUNCTION buildings_narrow_to FROM PUBLIC;

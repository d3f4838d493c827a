-- The functions of buildings as they are in force. Written by `./dev functions`; migrations make them.

CREATE OR REPLACE FUNCTION public.buildings_recut_for_others()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF EXISTS (
        SELECT FROM access_assignment a
        WHERE a.place_id = NEW.building_id AND coalesce(a.ended_on - 1, a.last_day) >= loge_today()
          AND access_benefits_me(a.person_id)) THEN
        RAISE EXCEPTION 'for oneself' USING ERRCODE = 'check_violation', CONSTRAINT = 'recut_for_others';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.buildings_threshold(kind integer, place uuid, who uuid, what text, account uuid, OUT touches boolean, OUT roles text[], OUT opened bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    touches := EXISTS (SELECT "auth_permission"."codename" AS "codename" FROM "auth_permission" INNER JOIN "buildings_user_permission" ON ("auth_permission"."id" = "buildings_user_permission"."permission_id") WHERE ("auth_permission"."content_type_id" = kind AND "buildings_user_permission"."content_object_id" = place AND "buildings_user_permission"."user_id" = who AND "auth_permission"."codename" = what));
    roles := ARRAY (SELECT role FROM access_rules(who, place, loge_today()));
    -- Only who opens accounts may ask how many.
    IF account IS NOT NULL THEN
        opened := audit_opened_lately(account);
    ELSE
        opened := 0;
    END IF;
END $function$;

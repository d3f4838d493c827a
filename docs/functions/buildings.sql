-- The functions of buildings as they are in force. Written by `./dev functions`; migrations make them.

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

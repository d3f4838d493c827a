-- Which office a person holds at a place, and that the second of two people is apart from the first.

-- Does this person hold the role at this place today?
CREATE OR REPLACE FUNCTION tenants_has_role_at(who uuid, which text, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_rules(who, place, loge_today()) r WHERE r.role = which)
$$;
REVOKE ALL ON FUNCTION tenants_has_role_at FROM PUBLIC;

-- Does the current person hold the role at this place today?
CREATE OR REPLACE FUNCTION tenants_holds_at(which text, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_rules(loge_person(), place, loge_today()) r WHERE r.role = which)
$$;
REVOKE ALL ON FUNCTION tenants_holds_at FROM PUBLIC;

-- Two people of two offices, the data steward and a manager of the place, in either order.
CREATE OR REPLACE FUNCTION tenants_are_two_offices(one uuid, other uuid, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT one <> other AND (
        tenants_has_role_at(one, 'data_steward', place) AND tenants_has_role_at(other, 'sector_manager', place)
        OR tenants_has_role_at(one, 'sector_manager', place) AND tenants_has_role_at(other, 'data_steward', place))
$$;
REVOKE ALL ON FUNCTION tenants_are_two_offices FROM PUBLIC;

-- The trigger's arguments are the columns of the first and the second person.
CREATE OR REPLACE FUNCTION tenants_check_two_offices() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one uuid := to_jsonb(NEW) ->> TG_ARGV[0];
    other uuid := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
    IF one <> other AND NOT access_apart(one, other) THEN
        RAISE EXCEPTION 'not apart' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_apart';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_check_two_offices FROM PUBLIC;
CREATE OR REPLACE TRIGGER tenants_apart AFTER UPDATE OF reviewed_by_id ON tenants_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION tenants_check_two_offices('person_id', 'reviewed_by_id');

-- What opens a household to somebody, or decides about people, is not written by a program: see access_refuse_programs.
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_conflictwall
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_discreetmark
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_discreetname
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_identitycheck
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();

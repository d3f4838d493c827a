-- Programs and their tokens.

-- The program behind a token's digest, the permissions of the token, and whether it was used before. No row if the
-- token was revoked, its assignment is not in force today, or the program is closed. Tokens made before BY_PEOPLE_ALONE
-- lose those permissions and keep the others.
CREATE OR REPLACE FUNCTION access_token(shown text)
    RETURNS TABLE (token uuid, machine uuid, permissions text[], used boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, p.id, ARRAY (SELECT one FROM unnest(r.permissions::text[]) one WHERE one <> ALL (access_permissions_of_people_only())),
           t.first_used_at IS NOT NULL
    FROM access_machinetoken t
    JOIN access_person p ON p.id = t.machine_id AND p.is_active AND p.is_machine
    JOIN access_assignment a ON a.person_id = p.id AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    JOIN access_accessrequest r ON r.id = a.request_id
    WHERE t.digest = shown AND t.revoked_at IS NULL
$$;
REVOKE ALL ON FUNCTION access_token FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_token_used(token uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE access_machinetoken SET first_used_at = loge_now() WHERE id = token AND first_used_at IS NULL
$$;
REVOKE ALL ON FUNCTION access_token_used FROM PUBLIC;

-- Who may issue the token of an approved request: an administrator of its place who neither asked nor approved and is
-- apart from both; if there is none, the data-protection officer, under the same conditions.
CREATE OR REPLACE FUNCTION access_token_makers(asked uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    WITH third AS (
        SELECT DISTINCT p.id, a.role FROM access_accessrequest r
        JOIN access_place h ON h.id = r.place_id
        JOIN access_assignment a ON a.role IN ('access_administrator', 'dpo')
             AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
        JOIN access_place q ON q.id = a.place_id AND starts_with(h.path, q.path)
        JOIN access_person p ON p.id = a.person_id AND p.is_active AND NOT p.is_machine
        WHERE r.id = access_token_makers.asked AND r.decision = 'approved' AND r.permissions <> '{}'
          AND access_apart(p.id, r.asked_by_id) AND access_apart(p.id, r.decided_by_id)
    )
    SELECT id FROM third WHERE role = 'access_administrator'
    UNION
    SELECT id FROM third WHERE role = 'dpo' AND NOT EXISTS (SELECT FROM third WHERE role = 'access_administrator')
$$;
REVOKE ALL ON FUNCTION access_token_makers FROM PUBLIC;

-- Approved requests whose token the current person may issue and nobody has issued yet.
CREATE OR REPLACE FUNCTION access_tokens_to_make() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT r.id FROM access_accessrequest r
    WHERE r.decision = 'approved' AND r.permissions <> '{}' AND r.last_day >= loge_today()
      AND NOT EXISTS (SELECT FROM access_machinetoken t WHERE t.machine_id = r.person_id)
      AND NOT r.permissions::text[] && access_permissions_of_people_only()
      AND loge_person() IN (SELECT access_token_makers(r.id))
$$;
REVOKE ALL ON FUNCTION access_tokens_to_make FROM PUBLIC;

-- A program gets exactly what was requested, is never granted or extended by one person, and is a program from the
-- first day.
CREATE OR REPLACE FUNCTION access_machine_checked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    kept boolean := true;
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'access_assignment' AND TG_OP = 'INSERT' THEN
        kept := NEW.request_id IS NOT NULL OR NOT EXISTS (SELECT FROM access_person WHERE id = NEW.person_id AND is_machine);
    ELSIF TG_TABLE_NAME = 'access_assignment' THEN
        kept := NEW.last_day <= OLD.last_day OR NOT EXISTS (SELECT FROM access_person WHERE id = NEW.person_id AND is_machine);
    ELSIF TG_TABLE_NAME = 'access_accessrequest' THEN
        kept := NOT EXISTS (SELECT FROM access_person WHERE id = NEW.person_id AND is_machine)
            AND (NEW.permissions = '{}' OR access_holds(loge_person(), ARRAY['access_administrator'], NEW.place_id));
    ELSIF TG_TABLE_NAME = 'access_person' THEN
        kept := EXISTS (SELECT FROM access_accessrequest r WHERE r.person_id = NEW.id AND r.decision = 'approved'
            AND r.employed_at_id IS NOT NULL AND (r.permissions <> '{}') = NEW.is_machine);
    END IF;
    IF NOT kept THEN
        RAISE EXCEPTION 'a machine' USING ERRCODE = 'check_violation', CONSTRAINT = 'machine_holds_what_it_was_asked_for';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION access_token_made() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NULL;
    ELSIF NOT EXISTS (
        SELECT FROM access_accessrequest r WHERE r.person_id = NEW.machine_id AND r.decision = 'approved'
           AND NEW.made_by_id = loge_person() AND loge_person() IN (SELECT access_token_makers(r.id))) THEN
        RAISE EXCEPTION 'not a third' USING ERRCODE = 'check_violation', CONSTRAINT = 'token_made_by_a_third';
    ELSIF EXISTS (
        SELECT FROM access_accessrequest r
        WHERE r.person_id = NEW.machine_id AND r.permissions::text[] && access_permissions_of_people_only()) THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER access_z_machine AFTER INSERT OR UPDATE ON access_assignment
    FOR EACH ROW EXECUTE FUNCTION access_machine_checked();
CREATE OR REPLACE TRIGGER access_z_machine AFTER INSERT ON access_accessrequest
    FOR EACH ROW EXECUTE FUNCTION access_machine_checked();
CREATE OR REPLACE TRIGGER access_z_machine AFTER INSERT ON access_person
    FOR EACH ROW EXECUTE FUNCTION access_machine_checked();
CREATE OR REPLACE TRIGGER access_token_made AFTER INSERT ON access_machinetoken
    FOR EACH ROW EXECUTE FUNCTION access_token_made();

-- Restriction of processing (GDPR article 18): the decision that begins it, and the contact that an answer may show.

-- Grants a request for restriction on one of the four grounds: begins the restriction, records who was told (article 19)
-- and closes the request. Returns the tenant, or NULL and changes nothing if the request does not wait for this answer. A
-- restriction that a restored database repeats has the same id, and gets its ground.
CREATE OR REPLACE FUNCTION rights_begin_restriction(which uuid, why text, informed text[]) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose uuid;
BEGIN
    SELECT q.tenant_id INTO whose FROM rights_subjectrequest q
    WHERE q.id = which AND q.kind = 'limitation' AND q.closed_on IS NULL AND rights_answers_data_subjects() FOR UPDATE;
    IF whose IS NULL OR why NOT IN ('accuracy', 'unlawful', 'claims', 'objection') THEN
        RETURN NULL;
    END IF;
    INSERT INTO tenants_restriction AS r (id, tenant_id, ground, begun_on) VALUES (which, whose, why, loge_today())
    ON CONFLICT (id) DO UPDATE SET ground = EXCLUDED.ground WHERE r.tenant_id = whose;
    UPDATE rights_subjectrequest SET answer = 'limited', closed_on = loge_today(), closed_by_id = loge_person(),
        recipients = informed
    WHERE id = which;
    RETURN whose;
END $$;
REVOKE ALL ON FUNCTION rights_begin_restriction FROM PUBLIC;

-- A request is answered as granted by the restriction itself: nobody may write the answer alone.
CREATE OR REPLACE FUNCTION rights_check_restriction_answer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM tenants_restriction r
                   WHERE r.id = NEW.id AND r.tenant_id = NEW.tenant_id AND r.ground <> '' AND r.lifted_on IS NULL) THEN
        RAISE EXCEPTION 'a request is granted by a restriction'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'restriction_answered_by_its_ground';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION rights_check_restriction_answer FROM PUBLIC;
CREATE OR REPLACE TRIGGER rights_restriction_answer BEFORE UPDATE OF answer ON rights_subjectrequest
    FOR EACH ROW WHEN (NEW.answer = 'limited') EXECUTE FUNCTION rights_check_restriction_answer();
ALTER TABLE rights_subjectrequest ENABLE ALWAYS TRIGGER rights_restriction_answer;

-- The contact that was set aside of the person whose answer is in preparation, if any.
CREATE OR REPLACE FUNCTION rights_contact_set_aside()
    RETURNS TABLE (channel text, phone text, email text, contact_name text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT s.channel, s.phone, s.email, s.contact_name FROM tenants_setasidecontact s
    WHERE s.tenant_id IN (SELECT rights_disclosed())
$$;
REVOKE ALL ON FUNCTION rights_contact_set_aside FROM PUBLIC;

-- The names of those whose data are restricted.
CREATE OR REPLACE FUNCTION rights_restricted_people() RETURNS TABLE (tenant uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, btrim(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE rights_answers_data_subjects() AND t.id IN (SELECT r.tenant_id FROM tenants_restriction r)
$$;
REVOKE ALL ON FUNCTION rights_restricted_people FROM PUBLIC;

-- Requests for erasure (GDPR article 17): what is stored about a person, what of it has no ground left, and its deletion.

-- The rows about a person whose reason has ended, with the kind of data. Help is asked for by consent, which the person
-- withdraws by the request. A fact or a note about an account ends with the account at the latest, and bank details
-- thirteen months after the person's last lease or account, when no debit can be disputed any more.
CREATE OR REPLACE FUNCTION rights_ended_rows(whose uuid) RETURNS TABLE (data text, id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH spans AS (
        SELECT s.account, s.first_day, s.last_day, a.settled_on
        FROM rights_spans_of(whose) s JOIN tenants_account a ON a.id = s.account
    )
    SELECT 'help', h.id FROM tenants_helpcode h WHERE h.tenant_id = whose
    UNION SELECT 'powers', p.id FROM tenants_representative p WHERE p.tenant_id = whose AND p.last_day < loge_today()
    UNION SELECT 'facts', f.id FROM casework_cardfact f JOIN tenants_residence r ON r.id = f.residence_id
        WHERE r.tenant_id = whose
          AND (f.ends_on < loge_today() OR f.withdrawn_on IS NOT NULL OR r.moved_out < loge_today())
    UNION SELECT 'facts', f.id FROM casework_accountfact f JOIN spans s ON s.account = f.account_id
        WHERE f.written_on BETWEEN s.first_day AND s.last_day
          AND (f.ends_on < loge_today() OR f.withdrawn_on IS NOT NULL OR s.settled_on IS NOT NULL)
    UNION SELECT 'notes', n.id FROM casework_accountnote n JOIN spans s ON s.account = n.account_id
        WHERE n.written_on BETWEEN s.first_day AND s.last_day
          AND (n.ends_on < loge_today() OR n.withdrawn_on IS NOT NULL OR s.settled_on IS NOT NULL)
    UNION SELECT 'comments', c.id FROM casework_legacycomment c JOIN spans s ON s.account = c.account_id
        WHERE c.first_written_on BETWEEN s.first_day AND s.last_day
    UNION SELECT 'bank', b.id FROM ledger_bankdetail b WHERE b.tenant_id = whose AND NOT EXISTS (
        SELECT FROM tenants_leaseparty p JOIN tenants_account a ON a.lease_id = p.lease_id
        WHERE p.tenant_id = whose AND coalesce(least(p.last_day, a.settled_on), 'infinity') > loge_today() - 396)
$$;
REVOKE ALL ON FUNCTION rights_ended_rows FROM PUBLIC;

-- Everything that is stored about a person, by kind of data: how many rows, whether they have no ground left, and
-- otherwise the ground and the last day, if it is known. A date that concerns only the holders who stayed is left out.
CREATE OR REPLACE FUNCTION rights_stored_data(whose uuid)
    RETURNS TABLE (data text, number bigint, erasable boolean, ground text, until date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH spans AS (
        SELECT s.*, a.settled_on FROM rights_spans_of(whose) s JOIN tenants_account a ON a.id = s.account
    ), ended AS (
        SELECT e.data, e.id FROM rights_ended_rows(whose) e
    ), tenancy AS (
        SELECT CASE WHEN bool_and(t.day IS NOT NULL) THEN max(t.day) + 1096 END AS until FROM (
            SELECT CASE WHEN s.settled_on BETWEEN s.first_day AND s.last_day THEN s.settled_on
                WHEN s.last_day < loge_today() THEN s.last_day END AS day FROM spans s
            UNION ALL SELECT r.moved_out FROM tenants_residence r WHERE r.tenant_id = whose) t
    ), found AS (
        SELECT 'phone' AS data, true AS erasable, '' AS ground, NULL::date AS until
            FROM tenants_tenant t WHERE t.id = whose AND t.phone <> ''
        UNION ALL SELECT 'email', true, '', NULL FROM tenants_tenant t WHERE t.id = whose AND t.email <> ''
        UNION ALL SELECT 'contact', true, '', NULL FROM tenants_tenant t WHERE t.id = whose AND t.contact_name <> ''
        -- While processing is restricted, the contact is set aside.
        UNION ALL SELECT c.data, true, '', NULL FROM tenants_setasidecontact s CROSS JOIN LATERAL (
            VALUES ('phone', s.phone), ('email', s.email), ('contact', s.contact_name)) c (data, content)
            WHERE s.tenant_id = whose AND c.content <> ''
        UNION ALL SELECT e.data, true, '', NULL FROM ended e
        UNION ALL SELECT 'identity', false, 'lease_running', tenancy.until
            FROM tenancy JOIN tenants_tenant t ON t.id = whose
        UNION ALL SELECT 'identity', false, 'lease_running', tenancy.until
            FROM tenancy JOIN tenants_formername n ON n.tenant_id = whose
        UNION ALL SELECT 'leases', false, 'lease_running', tenancy.until
            FROM tenancy JOIN tenants_leaseparty p ON p.tenant_id = whose
        UNION ALL SELECT 'leases', false, 'lease_running', tenancy.until
            FROM tenancy JOIN tenants_residence r ON r.tenant_id = whose
        UNION ALL SELECT 'accounts', false, 'accounts_law', make_date(extract(year FROM e.booked_on)::int + 10, 12, 31)
            FROM ledger_entry e JOIN spans s ON s.account = e.account_id
            WHERE e.effective_on BETWEEN s.first_day AND s.last_day
        UNION ALL SELECT 'current_powers', false, 'lease_running', p.last_day FROM tenants_representative p
            WHERE p.tenant_id = whose AND p.id NOT IN (SELECT e.id FROM ended e)
        UNION ALL SELECT 'current_facts', false, 'still_needed', f.ends_on
            FROM casework_cardfact f JOIN tenants_residence r ON r.id = f.residence_id
            WHERE r.tenant_id = whose AND f.id NOT IN (SELECT e.id FROM ended e)
        UNION ALL SELECT 'current_facts', false, 'still_needed', f.ends_on
            FROM casework_accountfact f JOIN spans s ON s.account = f.account_id
            WHERE f.written_on BETWEEN s.first_day AND s.last_day AND f.id NOT IN (SELECT e.id FROM ended e)
        UNION ALL SELECT 'current_facts', false, 'still_needed', f.ends_on
            FROM casework_dwellingfact f JOIN spans s ON s.lease = f.lease_id
            WHERE f.written_on BETWEEN s.first_day AND s.last_day
        UNION ALL SELECT 'current_notes', false, 'still_needed', n.ends_on
            FROM casework_accountnote n JOIN spans s ON s.account = n.account_id
            WHERE n.written_on BETWEEN s.first_day AND s.last_day AND n.id NOT IN (SELECT e.id FROM ended e)
        UNION ALL SELECT 'contacts', false, 'still_needed', k.made_on + 365
            FROM casework_contactattempt k JOIN spans s ON s.account = k.account_id
            WHERE k.made_on BETWEEN s.first_day AND s.last_day
        UNION ALL SELECT 'sealed', false, 'two_decide', c.asked_on + 29
            FROM casework_contestedsentence c JOIN spans s ON s.account = c.account_id
            WHERE c.asked_on BETWEEN s.first_day AND s.last_day
        UNION ALL SELECT 'discretion', false, 'protects_you', m.last_day
            FROM tenants_discreetmark m JOIN spans s ON s.lease = m.lease_id
            WHERE s.alone AND m.last_day >= m.first_day
        UNION ALL SELECT 'current_bank', false, 'debit_mandate', NULL FROM ledger_bankdetail b
            WHERE b.tenant_id = whose AND NOT EXISTS (SELECT FROM ended e WHERE e.data = 'bank')
        UNION ALL SELECT 'limitation', false, 'proof_of_answer', r.lifted_on + 1096
            FROM tenants_restriction r WHERE r.tenant_id = whose
        UNION ALL SELECT 'requests', false, 'proof_of_answer', coalesce(q.closed_on, loge_today()) + 1096
            FROM rights_subjectrequest q WHERE q.tenant_id = whose
        UNION ALL SELECT 'trace', false, 'security_law', NULL FROM tenants_tenant t WHERE t.id = whose
    )
    SELECT f.data, count(*), bool_and(f.erasable), max(f.ground),
        CASE WHEN bool_and(f.until IS NOT NULL) THEN max(f.until) END
    FROM found f GROUP BY f.data
$$;
REVOKE ALL ON FUNCTION rights_stored_data FROM PUBLIC;

-- The same for the person whose request for erasure the current person prepares.
CREATE OR REPLACE FUNCTION rights_erasure_lines()
    RETURNS TABLE (data text, number bigint, erasable boolean, ground text, until date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.* FROM rights_subjectrequest q CROSS JOIN LATERAL rights_stored_data(q.tenant_id) s
    WHERE q.prepared_by_id = loge_person() AND q.kind = 'erasure' AND q.tenant_id IN (SELECT rights_disclosed())
$$;
REVOKE ALL ON FUNCTION rights_erasure_lines FROM PUBLIC;

-- Erases the kinds `wanted` of data whose ground has ended. Legacy comments are erased in the name of the current person,
-- facts and notes in nobody's name, like those that the jobs of the night erase, whoever wrote them. A person who loses
-- the chosen channel is contacted by letter.
CREATE OR REPLACE FUNCTION rights_erase_data(whose uuid, wanted text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid := loge_person();
    going uuid[] := ARRAY (SELECT e.id FROM rights_ended_rows(whose) e WHERE e.data = ANY (wanted));
BEGIN
    UPDATE tenants_tenant SET
        channel = CASE WHEN channel IN ('phone', 'text') AND 'phone' = ANY (wanted)
            OR channel = 'email' AND 'email' = ANY (wanted) OR channel = 'contact' AND 'contact' = ANY (wanted)
            THEN 'letter' ELSE channel END,
        phone = CASE WHEN 'phone' = ANY (wanted) THEN '' ELSE phone END,
        email = CASE WHEN 'email' = ANY (wanted) THEN '' ELSE email END,
        contact_name = CASE WHEN 'contact' = ANY (wanted) THEN '' ELSE contact_name END
    WHERE id = whose AND wanted && ARRAY['phone', 'email', 'contact'];
    UPDATE tenants_setasidecontact SET
        channel = CASE WHEN channel IN ('phone', 'text') AND 'phone' = ANY (wanted)
            OR channel = 'email' AND 'email' = ANY (wanted) OR channel = 'contact' AND 'contact' = ANY (wanted)
            THEN 'letter' ELSE channel END,
        phone = CASE WHEN 'phone' = ANY (wanted) THEN '' ELSE phone END,
        email = CASE WHEN 'email' = ANY (wanted) THEN '' ELSE email END,
        contact_name = CASE WHEN 'contact' = ANY (wanted) THEN '' ELSE contact_name END
    WHERE tenant_id = whose AND wanted && ARRAY['phone', 'email', 'contact'];
    DELETE FROM tenants_helpcode WHERE id = ANY (going);
    DELETE FROM tenants_representative WHERE id = ANY (going);
    DELETE FROM ledger_bankdetail WHERE id = ANY (going);
    UPDATE casework_legacycomment SET outcome = 'erased', decided_by_id = person WHERE id = ANY (going);
    PERFORM set_config('loge.person', '', true);
    UPDATE casework_cardfact SET withdrawn_on = loge_today() WHERE id = ANY (going) AND withdrawn_on IS NULL;
    UPDATE casework_accountfact SET withdrawn_on = loge_today() WHERE id = ANY (going) AND withdrawn_on IS NULL;
    UPDATE casework_accountnote SET withdrawn_on = loge_today() WHERE id = ANY (going) AND withdrawn_on IS NULL;
    DELETE FROM casework_cardfact WHERE id = ANY (going);
    DELETE FROM casework_accountfact WHERE id = ANY (going);
    DELETE FROM casework_accountnote WHERE id = ANY (going);
    PERFORM set_config('loge.person', coalesce(person::text, ''), true);
END $$;
REVOKE ALL ON FUNCTION rights_erase_data FROM PUBLIC;

-- Answers a request for erasure: erases the kinds `erased`, keeps the kinds `spared` each for one of `grounds`, records
-- a line for each kind of data, and closes the request. Returns the person, or NULL and changes nothing if the request
-- is not in preparation, or if these are not exactly the kinds of data that may be erased now.
CREATE OR REPLACE FUNCTION rights_decide_erasure(which uuid, erased text[], spared text[], grounds text[], informed text[])
    RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose uuid;
BEGIN
    SELECT q.tenant_id INTO whose FROM rights_subjectrequest q
    WHERE q.id = which AND q.kind = 'erasure' AND q.prepared_by_id = loge_person()
      AND q.tenant_id IN (SELECT rights_disclosed()) FOR UPDATE;
    IF whose IS NULL
       OR (SELECT array_agg(s.data ORDER BY s.data) FROM rights_stored_data(whose) s WHERE s.erasable)
          IS DISTINCT FROM (SELECT array_agg(d ORDER BY d) FROM unnest(erased || spared) d) THEN
        RETURN NULL;
    END IF;
    INSERT INTO rights_erasureline (id, request_id, data, rows, decision, ground, until)
    SELECT gen_random_uuid(), which, s.data, s.number, CASE WHEN s.data = ANY (erased) THEN 'erased' ELSE 'kept' END,
        CASE WHEN s.data = ANY (spared) THEN grounds[array_position(spared, s.data)] ELSE s.ground END, s.until
    FROM rights_stored_data(whose) s;
    PERFORM rights_erase_data(whose, erased);
    UPDATE rights_subjectrequest SET closed_on = loge_today(), closed_by_id = loge_person(), recipients = informed,
        answer = CASE WHEN cardinality(erased) > 0 THEN 'erased' ELSE 'not_erased' END
    WHERE id = which;
    RETURN whose;
END $$;
REVOKE ALL ON FUNCTION rights_decide_erasure FROM PUBLIC;

-- A request for erasure is answered by its lines: nobody may write the answer alone.
CREATE OR REPLACE FUNCTION rights_check_erasure_answer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rights_erasureline l WHERE l.request_id = NEW.id)
       OR (NEW.answer = 'erased') <> EXISTS (
           SELECT FROM rights_erasureline l WHERE l.request_id = NEW.id AND l.decision = 'erased') THEN
        RAISE EXCEPTION 'a request for erasure is answered line by line'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_answered_by_lines';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION rights_check_erasure_answer FROM PUBLIC;
CREATE OR REPLACE TRIGGER rights_erasure_answer BEFORE UPDATE OF answer ON rights_subjectrequest
    FOR EACH ROW WHEN (NEW.answer IN ('erased', 'not_erased')) EXECUTE FUNCTION rights_check_erasure_answer();
ALTER TABLE rights_subjectrequest ENABLE ALWAYS TRIGGER rights_erasure_answer;
SELECT tenants_create_retention_view('rights_erasureline',
    '(SELECT s.closed_on + 1096 FROM rights_subjectrequest s WHERE s.id = request_id)');

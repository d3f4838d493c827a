-- The copy of a household's file for an inspector, released by the data-protection officer.

-- Copies asked for in the last seven days and until when each is readable, for the officer, who sees a reference and no
-- name.
CREATE OR REPLACE FUNCTION inspection_requested_copies()
    RETURNS TABLE (event uuid, at timestamptz, person uuid, account uuid, reference text, until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.at, e.actor, a.id, a.reference, c.until
    FROM audit_event e JOIN tenants_account a ON a.id = e.about LEFT JOIN inspection_copyrelease c ON c.event = e.id
    WHERE e.kind = 'copy_asked' AND e.outcome = 'shown' AND e.at > loge_now() - interval '7 days'
      AND (SELECT tenants_inspects())
    ORDER BY e.at DESC, e.id
$$;
REVOKE ALL ON FUNCTION inspection_requested_copies FROM PUBLIC;

-- Releases a copy for twenty-four hours to who asked. For the officer only, and once.
CREATE OR REPLACE FUNCTION inspection_release_copy(which uuid)
    RETURNS TABLE (release uuid, account uuid, place uuid, person uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked record;
    made uuid := gen_random_uuid();
BEGIN
    SELECT q.event, q.person, a.id AS account, a.lease_id, a.building_id INTO asked
    FROM inspection_requested_copies() q JOIN tenants_account a ON a.id = q.account WHERE q.event = which AND q.until IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO inspection_copyrelease (id, event, lease_id, asked_by_id, released_by_id, released_at, until)
    VALUES (made, which, asked.lease_id, asked.person, loge_person(), loge_now(), loge_now() + interval '24 hours');
    RETURN QUERY SELECT made, asked.account, asked.building_id, asked.person;
END $$;
REVOKE ALL ON FUNCTION inspection_release_copy FROM PUBLIC;

-- Every row about a household, for the inspector to whom its copy was released, as long as the release lasts. Sealed
-- sentences are left out.
CREATE OR REPLACE FUNCTION inspection_exhibit_copy(wanted text) RETURNS TABLE (source text, line text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH theirs AS (
        SELECT a.id AS account, a.lease_id AS lease FROM tenants_account a
        WHERE a.reference = wanted AND (SELECT access_is_inspector()) AND EXISTS (
            SELECT FROM inspection_copyrelease c
            WHERE c.lease_id = a.lease_id AND c.asked_by_id = loge_person() AND c.until > loge_now())
    ), people AS (
        SELECT p.tenant_id AS person FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION SELECT r.tenant_id FROM tenants_residence r JOIN theirs ON theirs.lease = r.lease_id
    ), homes AS (
        SELECT r.* FROM tenants_residence r JOIN people ON people.person = r.tenant_id
    ), facts AS (
        SELECT 'casework_cardfact' AS source, f.code_id, to_jsonb(f) AS line FROM casework_cardfact f JOIN homes ON homes.id = f.residence_id
        UNION ALL SELECT 'casework_dwellingfact', f.code_id, to_jsonb(f) FROM casework_dwellingfact f JOIN theirs ON theirs.lease = f.lease_id
        UNION ALL SELECT 'casework_accountfact', f.code_id, to_jsonb(f) FROM casework_accountfact f JOIN theirs ON theirs.account = f.account_id
        UNION ALL SELECT 'casework_accountnote', n.code_id, to_jsonb(n) FROM casework_accountnote n JOIN theirs ON theirs.account = n.account_id
    ), requests AS (
        SELECT s.* FROM rights_subjectrequest s JOIN people ON people.person = s.tenant_id
    )
    SELECT found.source, found.line::text FROM (
        SELECT 'tenants_tenant' AS source, to_jsonb(t) AS line FROM tenants_tenant t JOIN people ON people.person = t.id
        UNION ALL SELECT 'tenants_formername', to_jsonb(q) FROM tenants_formername q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_representative', to_jsonb(q) FROM tenants_representative q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_identity', to_jsonb(i) FROM tenants_identity i JOIN people ON people.person = i.tenant_id
        UNION ALL SELECT 'ledger_bankdetail', to_jsonb(b) FROM ledger_bankdetail b JOIN people ON people.person = b.tenant_id
        UNION ALL SELECT 'tenants_helpcode', to_jsonb(h) FROM tenants_helpcode h JOIN people ON people.person = h.tenant_id
        UNION ALL SELECT 'tenants_lease', to_jsonb(l) FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
        UNION ALL SELECT 'tenants_leaseunit', to_jsonb(u) FROM tenants_leaseunit u JOIN theirs ON theirs.lease = u.lease_id
        UNION ALL SELECT 'tenants_leaseparty', to_jsonb(p) FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION ALL SELECT 'tenants_residence', to_jsonb(homes) FROM homes
        UNION ALL SELECT 'tenants_account', to_jsonb(a) FROM tenants_account a JOIN theirs ON theirs.account = a.id
        UNION ALL SELECT 'ledger_entry', to_jsonb(e) FROM ledger_entry e JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT 'ledger_writeoff', to_jsonb(w) FROM ledger_writeoff w JOIN theirs ON theirs.account = w.account_id
        UNION ALL SELECT 'ledger_clearing', to_jsonb(c) FROM ledger_clearing c JOIN ledger_entry e ON e.id = c.entry_id
            JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT facts.source, facts.line FROM facts
        UNION ALL SELECT 'casework_factcode', to_jsonb(k) FROM casework_factcode k WHERE k.code IN (SELECT code_id FROM facts)
        UNION ALL SELECT 'casework_contactattempt', to_jsonb(k) FROM casework_contactattempt k JOIN theirs ON theirs.account = k.account_id
        UNION ALL SELECT 'casework_contestedsentence', to_jsonb(c) - 'sentence' - 'wording' FROM casework_contestedsentence c
            JOIN theirs ON theirs.account = c.account_id
        UNION ALL SELECT 'casework_legacycomment', to_jsonb(i) - 'sentence' FROM casework_legacycomment i
            JOIN theirs ON theirs.account = i.account_id
        UNION ALL SELECT 'tenants_discreetmark', to_jsonb(m) FROM tenants_discreetmark m JOIN theirs ON theirs.lease = m.lease_id
        UNION ALL SELECT 'tenants_discreetname', to_jsonb(n) FROM tenants_discreetname n
            JOIN tenants_discreetmark m ON m.id = n.mark_id JOIN theirs ON theirs.lease = m.lease_id
        UNION ALL SELECT 'tenants_conflictwall', to_jsonb(w) FROM tenants_conflictwall w JOIN theirs ON theirs.lease = w.lease_id
        UNION ALL SELECT 'tenants_identitycheck', to_jsonb(c) FROM tenants_identitycheck c JOIN theirs ON theirs.lease = c.lease_id
        UNION ALL SELECT 'tenants_emergencyaccess', to_jsonb(e) FROM tenants_emergencyaccess e JOIN theirs ON theirs.lease = e.lease_id
        UNION ALL SELECT 'tenants_restriction', to_jsonb(r) FROM tenants_restriction r JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'tenants_setasidecontact', to_jsonb(s) FROM tenants_setasidecontact s
            JOIN people ON people.person = s.tenant_id
        UNION ALL SELECT 'rights_subjectrequest', to_jsonb(requests) FROM requests
        UNION ALL SELECT 'rights_erasureline', to_jsonb(d) FROM rights_erasureline d JOIN requests ON requests.id = d.request_id
        UNION ALL SELECT 'rights_namedlook', to_jsonb(n) FROM rights_namedlook n JOIN requests ON requests.id = n.request_id
        UNION ALL SELECT 'tenants_sourcekey', to_jsonb(k) FROM tenants_sourcekey k
            WHERE k.target IN (SELECT person FROM people UNION SELECT lease FROM theirs UNION SELECT account FROM theirs)
        UNION ALL SELECT 'inspection_copyrelease', to_jsonb(c) FROM inspection_copyrelease c JOIN theirs ON theirs.lease = c.lease_id
        UNION ALL SELECT 'buildings_unit', to_jsonb(u) FROM buildings_unit u WHERE u.id IN (
            SELECT unit_id FROM homes
            UNION SELECT l.main_unit_id FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
            UNION SELECT o.unit_id FROM tenants_leaseunit o JOIN theirs ON theirs.lease = o.lease_id
            UNION SELECT f.unit_id FROM casework_dwellingfact f JOIN theirs ON theirs.lease = f.lease_id)
    ) found
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_copy FROM PUBLIC;

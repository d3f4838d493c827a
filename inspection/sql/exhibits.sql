-- What an inspector sees: figures, days and offices.

-- The account, lease and building of a reference, and how many people of the lease lived there on a day.
CREATE OR REPLACE FUNCTION inspection_exhibit_account(wanted text, on_day date)
    RETURNS TABLE (account uuid, lease uuid, building uuid, residents bigint)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT a.id, a.lease_id, a.building_id,
        (SELECT count(*) FROM tenants_residence r
         WHERE r.lease_id = a.lease_id AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day))
    FROM tenants_account a WHERE a.reference = wanted AND (SELECT access_is_inspector())
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_account FROM PUBLIC;

-- Who was kept out of a household on a day, or let in beside the rule of places.
CREATE OR REPLACE FUNCTION inspection_exhibit_exclusions(which uuid, on_day date)
    RETURNS TABLE (way text, person uuid, first_day date, last_day date)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    WITH theirs AS (
        SELECT which AS lease WHERE (SELECT access_is_inspector())
        UNION
        SELECT other.lease_id FROM (SELECT which AS lease_id WHERE (SELECT access_is_inspector())) asked
        JOIN tenants_leaseparty p ON p.lease_id = asked.lease_id AND p.capacity <> 'guarantor'
        JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
    ), marks AS (
        SELECT m.* FROM tenants_discreetmark m JOIN theirs ON theirs.lease = m.lease_id
        WHERE on_day BETWEEN m.first_day AND m.last_day
    )
    SELECT 'wall', w.person_id, w.set_on, w.ended_on FROM tenants_conflictwall w JOIN theirs ON theirs.lease = w.lease_id
    WHERE w.set_on <= on_day AND (w.ended_on IS NULL OR w.ended_on > on_day)
    UNION ALL
    SELECT 'discreet', NULL, m.first_day, m.last_day FROM marks m
    UNION ALL
    SELECT 'named', n.person_id, m.first_day, m.last_day FROM marks m JOIN tenants_discreetname n ON n.mark_id = m.id
    UNION ALL
    SELECT 'emergency', e.person_id, (e.opened_at AT TIME ZONE 'Europe/Paris')::date,
        (e.until AT TIME ZONE 'Europe/Paris')::date
    FROM tenants_emergencyaccess e
    WHERE e.lease_id = which AND (SELECT access_is_inspector())
      AND on_day BETWEEN (e.opened_at AT TIME ZONE 'Europe/Paris')::date AND (e.until AT TIME ZONE 'Europe/Paris')::date
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_exclusions FROM PUBLIC;

-- Contested refusals. The office is the one recorded in the audit log, which is kept longer than any contest.
CREATE OR REPLACE FUNCTION inspection_exhibit_contests()
    RETURNS TABLE (asked_on date, answer_by date, categories text, proposal text, weighed_as text, outcome text,
        decided_as text, decided_on date, suspended_on date, advice text, sealed boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.asked_on, c.answer_by, c.categories, c.proposal,
        CASE WHEN c.proposal <> '' THEN
            (SELECT e.role FROM audit_event e WHERE e.about = c.account_id AND e.kind = 'contest_weighed'
             AND e.facts ->> 'contest' = c.id::text ORDER BY e.at DESC LIMIT 1) END,
        c.outcome,
        CASE WHEN c.outcome <> '' THEN
            (SELECT e.role FROM audit_event e WHERE e.about = c.account_id AND e.kind = 'contest_decided'
             AND e.facts ->> 'contest' = c.id::text ORDER BY e.at DESC LIMIT 1) END,
        c.decided_on, c.suspended_on, c.advice, c.sentence IS NOT NULL
    FROM casework_contestedsentence c WHERE (SELECT access_is_inspector()) ORDER BY c.asked_on DESC, c.id
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_contests FROM PUBLIC;

CREATE OR REPLACE FUNCTION inspection_exhibit_emergencies()
    RETURNS TABLE (opened_at timestamptz, until timestamptz, person uuid, building uuid, reason text, review_by date,
        verdict text, reviewed_by uuid, reviewed_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.opened_at, e.until, e.person_id, e.building_id, e.reason, e.review_by, e.verdict, e.reviewed_by_id, e.reviewed_on
    FROM tenants_emergencyaccess e WHERE (SELECT access_is_inspector()) ORDER BY e.opened_at DESC
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_emergencies FROM PUBLIC;

CREATE OR REPLACE FUNCTION inspection_exhibit_subject_requests()
    RETURNS TABLE (kind text, proof text, opened_on date, due_on date, extended_on date, closed_on date, answer text,
        reason text, measure text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.kind, s.proof, s.opened_on, s.due_on, s.extended_on, s.closed_on, s.answer, s.reason, s.measure
    FROM rights_subjectrequest s WHERE (SELECT access_is_inspector()) ORDER BY s.opened_on DESC, s.id
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_subject_requests FROM PUBLIC;

-- How many rows are kept about a household, table by table.
CREATE OR REPLACE FUNCTION inspection_exhibit_file(wanted text)
    RETURNS TABLE (source text, held bigint, oldest date, newest date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH theirs AS (
        SELECT a.id AS account, a.lease_id AS lease FROM tenants_account a
        WHERE a.reference = wanted AND (SELECT access_is_inspector())
    ), people AS (
        SELECT p.tenant_id AS person FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION SELECT r.tenant_id FROM tenants_residence r JOIN theirs ON theirs.lease = r.lease_id
    )
    SELECT f.source, count(*), min(f.day), max(f.day) FROM (
        SELECT 'tenants_tenant' AS source, NULL::date AS day FROM people
        UNION ALL SELECT 'tenants_lease', l.signed_on FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
        UNION ALL SELECT 'tenants_leaseparty', p.first_day FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION ALL SELECT 'tenants_residence', r.moved_in FROM tenants_residence r JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'tenants_helpcode', h.asked_on FROM tenants_helpcode h JOIN people ON people.person = h.tenant_id
        UNION ALL SELECT 'tenants_formername', q.last_day FROM tenants_formername q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_representative', q.first_day FROM tenants_representative q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_identity', NULL FROM tenants_identity i JOIN people ON people.person = i.tenant_id
        UNION ALL SELECT 'ledger_bankdetail', b.set_on FROM ledger_bankdetail b JOIN people ON people.person = b.tenant_id
        UNION ALL SELECT 'tenants_account', NULL FROM theirs
        UNION ALL SELECT 'ledger_entry', e.effective_on FROM ledger_entry e JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT 'casework_accountfact', t.written_on FROM casework_accountfact t JOIN theirs ON theirs.account = t.account_id
        UNION ALL SELECT 'casework_cardfact', t.written_on FROM casework_cardfact t
            JOIN tenants_residence r ON r.id = t.residence_id JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'casework_dwellingfact', t.written_on FROM casework_dwellingfact t JOIN theirs ON theirs.lease = t.lease_id
        UNION ALL SELECT 'casework_accountnote', n.written_on FROM casework_accountnote n JOIN theirs ON theirs.account = n.account_id
        UNION ALL SELECT 'casework_contactattempt', k.made_on FROM casework_contactattempt k JOIN theirs ON theirs.account = k.account_id
        UNION ALL SELECT 'casework_contestedsentence', c.asked_on FROM casework_contestedsentence c JOIN theirs ON theirs.account = c.account_id
        UNION ALL SELECT 'casework_legacycomment', i.first_written_on FROM casework_legacycomment i JOIN theirs ON theirs.account = i.account_id
        UNION ALL SELECT 'tenants_restriction', r.begun_on FROM tenants_restriction r JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'rights_subjectrequest', s.opened_on FROM rights_subjectrequest s JOIN people ON people.person = s.tenant_id
    ) f GROUP BY f.source ORDER BY f.source
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_file FROM PUBLIC;

-- How many rows end on a day, and how many are past it. A row without an end yet is counted too.
CREATE OR REPLACE FUNCTION inspection_exhibit_retention()
    RETURNS TABLE (source text, held bigint, oldest_end date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.source, count(*), min(e.last_day), count(*) FILTER (WHERE e.last_day < loge_today())
    FROM tenants_ends e WHERE (SELECT access_is_inspector()) GROUP BY e.source ORDER BY e.source
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_retention FROM PUBLIC;

-- Legacy comments that wait, by group: how many, how many somebody proposes to keep, and when the first one ends.
CREATE OR REPLACE FUNCTION inspection_exhibit_waiting_comments()
    RETURNS TABLE (file uuid, agency uuid, category text, waiting bigint, proposed bigint, next_end date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.file_id, l.agency_id, l.category, count(*), count(l.proposed_by_id), min(l.ends_on)
    FROM casework_legacycomment l WHERE (SELECT access_is_inspector()) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_waiting_comments FROM PUBLIC;

-- In which office legacy comments were decided, and how long after their file was begun, as far back as the audit log.
CREATE OR REPLACE FUNCTION inspection_exhibit_sorted_comments()
    RETURNS TABLE (file uuid, office text, answer text, decided bigint, first_on date, last_on date,
        mean_days integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.id, e.role, e.facts ->> 'answer', count(*), min(e.day), max(e.day), avg(e.day - i.begun_on)::integer
    FROM (SELECT role, facts, (at AT TIME ZONE 'Europe/Paris')::date AS day FROM audit_event
          WHERE kind = 'inherited_decided' AND outcome = 'changed' AND (SELECT access_is_inspector())) e
    JOIN casework_legacycommentfile i ON i.id::text = e.facts ->> 'inheritance'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;
REVOKE ALL ON FUNCTION inspection_exhibit_sorted_comments FROM PUBLIC;

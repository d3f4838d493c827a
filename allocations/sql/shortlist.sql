-- The shortlist of a vacancy: ranked entries of the pool, without identity, and the designation of candidates.

-- A key of at most 64 bytes, filled to the block of SHA-256 and combined with a byte: 54 for the inner hash of HMAC, 92
-- for the outer (RFC 2104).
CREATE OR REPLACE FUNCTION allocations_hmac_key(key bytea, byte integer) RETURNS bytea
    LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT decode(string_agg(lpad(to_hex((CASE WHEN i < length(key) THEN get_byte(key, i) ELSE 0 END) # byte), 2, '0'),
                  '' ORDER BY i), 'hex') FROM generate_series(0, 63) i
$$;

-- Rooms of a dwelling, by its type T3 or F3. NULL if the type is unknown.
CREATE OR REPLACE FUNCTION allocations_rooms(unit uuid) RETURNS integer
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT substring(u.type FROM '^[TF]([1-9])')::integer FROM buildings_unit u WHERE u.id = unit
$$;

-- Draws the ranking key of a vacancy when it is oriented for the first time, and returns its digest for the audit log.
-- The key is never drawn again, so nobody can try keys until the order suits. Withdrawing a vacancy and declaring it again
-- does not change the key either: the dwelling has that of its withdrawn vacancy until it is let.
CREATE OR REPLACE FUNCTION allocations_draw_key(wanted uuid) RETURNS text
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO allocations_rankingkey (vacancy_id, key, drawn_on)
    SELECT v.id, coalesce((
        SELECT k.key FROM allocations_vacancy o JOIN allocations_rankingkey k ON k.vacancy_id = o.id
        WHERE o.unit_id = v.unit_id AND o.id <> v.id AND o.state = 'withdrawn' AND NOT EXISTS (
            SELECT FROM allocations_vacancy l
            WHERE l.unit_id = v.unit_id AND l.state = 'let' AND l.declared_on >= o.ended_on)
        ORDER BY k.drawn_on, o.id LIMIT 1), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), loge_today()
    FROM allocations_vacancy v WHERE v.id = wanted AND v.state IN ('declared', 'oriented')
    ON CONFLICT DO NOTHING;
    SELECT encode(sha256(k.key), 'hex') FROM allocations_rankingkey k WHERE k.vacancy_id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_draw_key FROM PUBLIC;

-- The entries of the pool that a vacancy suits, the best first: place, rooms, ceiling and equipment. For each place and
-- each set of equipment that the dwelling covers: `most` rows and those that equal the last of them in points and filing
-- date, which are the first rows of a range of the index pool_by_rank. For a dwelling with equipment for disabled people,
-- those who need equipment come first. Internal: its callers check who asks.
CREATE OR REPLACE FUNCTION allocations_matches(wanted uuid, most integer) RETURNS TABLE (pseudonym uuid,
        ranking_points integer, filed_on date, verified integer, declared integer, persons smallint, priority boolean,
        equipment varchar[], needs boolean)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    terms buildings_unitterms;
    rooms_of integer;
    places uuid[];
    ceiling text;
    adapted boolean;
BEGIN
    SELECT t.* INTO terms FROM buildings_unitterms t JOIN allocations_vacancy v ON v.unit_id = t.unit_id
    WHERE v.id = wanted;
    rooms_of := allocations_rooms(terms.unit_id);
    places := ARRAY (SELECT k.id FROM access_place k JOIN access_place b ON b.id = terms.building_id
                     AND starts_with(b.path, k.path) WHERE k.level IN ('organisation', 'directorate', 'agency'));
    ceiling := terms.financing || ' ' || terms.zone;
    adapted := terms.equipment && ARRAY['shower', 'grab_bars', 'adapted_kitchen', 'wide_doors']::varchar[];
    RETURN QUERY
    SELECT e.*, adapted AND needed.codes <> '{}' FROM unnest(places) place
    CROSS JOIN (
        SELECT DISTINCT ARRAY (SELECT x.code FROM unnest(terms.equipment) WITH ORDINALITY x (code, n)
                               WHERE mask >> (x.n - 1)::integer & 1 = 1 ORDER BY x.code) AS codes
        FROM generate_series(0, (1 << cardinality(terms.equipment)) - 1) mask) needed
    CROSS JOIN LATERAL (
        SELECT p.pseudonym, p.ranking_points, p.filed_on, p.verified, p.declared, p.persons, p.priority, p.equipment
        FROM allocations_poolentry p
        WHERE p.kept_at_id = place AND p.rooms = rooms_of AND p.equipment = needed.codes
          AND ceiling = ANY (p.within_ceilings)
        ORDER BY p.ranking_points DESC, p.filed_on FETCH FIRST most ROWS WITH TIES) e;
END $$;
REVOKE ALL ON FUNCTION allocations_matches FROM PUBLIC;

-- Counts to 200, for every vacancy that waits for candidates, the entries that suit it. The nightly job calls it.
CREATE OR REPLACE FUNCTION allocations_count_matches() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE allocations_vacancy v
    SET eligible = (SELECT least(count(*), 200) FROM allocations_matches(v.id, 200))
    WHERE v.state IN ('declared', 'oriented')
$$;
REVOKE ALL ON FUNCTION allocations_count_matches FROM PUBLIC;

-- Draws the shortlist of a vacancy and stores its 50 best lines, and those to which the first examination is owed, each
-- at its rank. Returns how many entries suit, counted to 200, or NULL
-- if the person may not draw it: another's place, no step for it, or candidates were already designated. The order is
-- that of ranking points, filing date, and HMAC of dwelling and pseudonym. Who was already a candidate for the dwelling is
-- left out, so that a second shortlist counts only who can still be designated.
CREATE OR REPLACE FUNCTION allocations_draw_shortlist(wanted uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    drawn integer;
    dwelling uuid;
    secret bytea;
    in_force uuid;
    inner_key bytea;
    outer_key bytea;
    owed_to uuid[] := ARRAY (SELECT allocations_owed_pseudonyms(wanted));
BEGIN
    SELECT v.unit_id INTO dwelling FROM allocations_vacancy v LEFT JOIN allocations_contingent c ON c.id = v.contingent_id
    WHERE v.id = wanted AND v.state = 'oriented' AND (c.id IS NULL OR c.kind = 'landlord')
      AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today())))
    FOR UPDATE OF v;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT g.id INTO in_force FROM allocations_grid g
    WHERE g.adopted_on IS NOT NULL AND g.ended_on IS NULL ORDER BY g.version DESC LIMIT 1;
    SELECT k.key INTO secret FROM allocations_rankingkey k WHERE k.vacancy_id = wanted;
    IF in_force IS NULL OR secret IS NULL THEN
        RETURN NULL;
    END IF;
    inner_key := allocations_hmac_key(secret, 54);
    outer_key := allocations_hmac_key(secret, 92);
    DELETE FROM allocations_shortlistline WHERE vacancy_id = wanted;
    WITH matched AS MATERIALIZED (
        SELECT m.*, encode(sha256(outer_key || sha256(inner_key
            || convert_to(dwelling || '|' || m.pseudonym, 'UTF8'))), 'hex') AS tie
        -- The rank of a line to which an examination is owed may be far below the 50 best.
        FROM allocations_matches(wanted, CASE WHEN owed_to = '{}' THEN 200 ELSE 1000000 END) m
        WHERE NOT EXISTS (
            SELECT FROM allocations_candidacy c JOIN allocations_poollink k ON k.application_id = c.application_id
            WHERE c.vacancy_id = wanted AND k.pseudonym = m.pseudonym)
    ), ranked AS (
        SELECT *, row_number() OVER (ORDER BY needs DESC, ranking_points DESC, filed_on, tie) AS place FROM matched
    ), stored AS (
        INSERT INTO allocations_shortlistline (id, vacancy_id, rank, pseudonym, verified, declared, filed_on, persons,
            priority, equipment, tie_break, owed)
        SELECT gen_random_uuid(), wanted, least(r.place, 32767), r.pseudonym, r.verified, r.declared, r.filed_on,
            r.persons, r.priority, r.equipment, r.tie, r.pseudonym = ANY (owed_to) FROM ranked r
        WHERE r.place <= 50 OR r.pseudonym = ANY (owed_to)
        ON CONFLICT DO NOTHING
    )
    SELECT least(count(*), 200) INTO drawn FROM matched;
    INSERT INTO allocations_shortlist (vacancy_id, grid_id, run_on, run_by_id, eligible)
    VALUES (wanted, in_force, loge_today(), loge_person(), drawn)
    ON CONFLICT (vacancy_id) DO UPDATE SET grid_id = EXCLUDED.grid_id, run_on = EXCLUDED.run_on,
        run_by_id = EXCLUDED.run_by_id, eligible = EXCLUDED.eligible;
    RETURN drawn;
END $$;
REVOKE ALL ON FUNCTION allocations_draw_shortlist FROM PUBLIC;

-- Refuses an eleventh candidate of a vacancy, so that nobody opens application after application until one suits. Internal.
CREATE OR REPLACE FUNCTION allocations_require_room(wanted uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM allocations_candidacy c WHERE c.vacancy_id = wanted) >= 10 THEN
        PERFORM allocations_refuse('ten_candidates_a_vacancy');
    END IF;
END $$;
REVOKE ALL ON FUNCTION allocations_require_room FROM PUBLIC;

-- Stores a candidacy with the next number of the vacancy, and the step of the vacancy. Internal.
CREATE OR REPLACE FUNCTION allocations_add_candidacy(wanted uuid, application uuid, of_rank integer, for_contingent uuid)
    RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    added uuid := gen_random_uuid();
BEGIN
    PERFORM allocations_require_room(wanted);
    INSERT INTO allocations_candidacy (id, vacancy_id, application_id, number, rank, contingent_id, designated_on,
        designated_by_id, state)
    SELECT added, wanted, application, coalesce(max(c.number), 0) + 1, of_rank, for_contingent, loge_today(),
        loge_person(), 'designated' FROM allocations_candidacy c WHERE c.vacancy_id = wanted;
    UPDATE allocations_vacancy SET state = 'shortlisted' WHERE id = wanted AND state = 'oriented';
    PERFORM allocations_meet_owed(added);
    RETURN added;
END $$;
REVOKE ALL ON FUNCTION allocations_add_candidacy FROM PUBLIC;

-- Designates the candidate of a line of the shortlist. Returns the candidacy, or NULL: not a line of the person's places,
-- the application is closed or has no number, the vacancy has another step, or was oriented to a reserving body since.
CREATE OR REPLACE FUNCTION allocations_designate(line uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chosen record;
BEGIN
    SELECT l.vacancy_id, l.rank, a.id AS application INTO chosen FROM allocations_shortlistline l
    JOIN allocations_vacancy v ON v.id = l.vacancy_id AND v.state IN ('oriented', 'shortlisted')
        AND NOT EXISTS (SELECT FROM allocations_contingent c WHERE c.id = v.contingent_id AND c.kind <> 'landlord')
    JOIN allocations_poollink k ON k.pseudonym = l.pseudonym
    JOIN allocations_application a ON a.id = k.application_id AND a.state <> 'closed' AND a.number IS NOT NULL
    WHERE l.id = line AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today())))
    FOR UPDATE OF v;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF EXISTS (SELECT FROM allocations_owed_examinations() o WHERE o.vacancy = chosen.vacancy_id AND o.rank IS NULL) THEN
        -- Once a candidate is designated, the shortlist cannot be drawn again, and the line would never be on it.
        PERFORM allocations_refuse('owed_examined_first');
    END IF;
    RETURN allocations_add_candidacy(chosen.vacancy_id, chosen.application, chosen.rank, NULL);
END $$;
REVOKE ALL ON FUNCTION allocations_designate FROM PUBLIC;

-- Designates a candidate of a reserving body by whole number and name, as a desk opens an application: the answer is the
-- same for a wrong number, a wrong name, a closed application and one that somebody else designated, and tries are counted.
-- A vacancy that takes no more candidates refuses before it looks for an application. Returns the candidacy, or NULL.
CREATE OR REPLACE FUNCTION allocations_nominate(wanted uuid, written text, called text, tried uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_id uuid := allocations_attempted_application(written);
    contingent uuid;
BEGIN
    SELECT v.contingent_id INTO contingent FROM allocations_vacancy v
    WHERE v.id = wanted AND v.state IN ('oriented', 'shortlisted')
      AND v.contingent_id = ANY (ARRAY (SELECT allocations_own_contingents())) FOR UPDATE;
    IF contingent IS NOT NULL THEN
        PERFORM allocations_require_room(wanted);
    END IF;
    IF NOT tenants_may_attempt_about(tried, found_id) OR contingent IS NULL OR NOT EXISTS (
        SELECT FROM allocations_application a JOIN allocations_applicant p ON p.application_id = a.id
        WHERE a.id = found_id AND a.state <> 'closed' AND length(called) >= 2
          AND starts_with(p.name_key || ' ', called || ' '))
        -- Somebody else designated this application before the vacancy was oriented to the contingent.
        OR EXISTS (SELECT FROM allocations_candidacy c WHERE c.vacancy_id = wanted AND c.application_id = found_id
                   AND c.contingent_id IS DISTINCT FROM contingent) THEN
        RETURN NULL;
    END IF;
    RETURN allocations_add_candidacy(wanted, found_id, NULL, contingent);
END $$;
REVOKE ALL ON FUNCTION allocations_nominate FROM PUBLIC;

-- The nominees of the current person's contingents for a vacancy: what the body entered, the state, and no more. Until the
-- minutes are signed, the state is the one before the commission, so that it does not tell the outcome.
CREATE OR REPLACE FUNCTION allocations_own_nominees(wanted uuid) RETURNS TABLE (candidacy uuid, sheet integer,
        application text, last_name text, first_name text, state text, priority boolean, band integer, decision text,
        motive text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT c.id, c.number, a.number, p.last_name, p.first_name,
        CASE WHEN n.state <> 'signed' THEN 'presented' ELSE c.state END, s.priority, s.verified, coalesce(d.kind, ''),
        coalesce(d.motive, '')
    FROM allocations_candidacy c
    LEFT JOIN allocations_agendaitem i ON i.id = c.item_id
    LEFT JOIN allocations_session n ON n.id = i.session_id
    LEFT JOIN allocations_application a ON a.id = c.application_id
    LEFT JOIN allocations_applicant p ON p.application_id = a.id AND p.tie = 'principal'
    LEFT JOIN allocations_sheet s ON s.candidacy_id = c.id
    LEFT JOIN allocations_decision d ON d.candidacy_id = c.id AND d.outcome = 'adopted' AND n.state = 'signed'
    WHERE c.vacancy_id = wanted AND c.contingent_id = ANY (ARRAY (SELECT allocations_own_contingents()))
    ORDER BY c.number
$$;
REVOKE ALL ON FUNCTION allocations_own_nominees FROM PUBLIC;

-- Opens the application of a candidacy until midnight, for a vacancy of the current person's places that has not ended. A
-- candidacy that was withdrawn opens nothing. Returns the application, or NULL.
CREATE OR REPLACE FUNCTION allocations_open_designated(wanted uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    opened uuid;
BEGIN
    SELECT c.application_id INTO opened FROM allocations_candidacy c
    JOIN allocations_vacancy v ON v.id = c.vacancy_id
    WHERE c.id = wanted AND c.application_id IS NOT NULL
      AND c.state <> 'withdrawn' AND v.state NOT IN ('let', 'withdrawn')
      AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today())));
    IF opened IS NOT NULL THEN
        PERFORM allocations_open(opened, 'designated', tenants_midnight(loge_today() + 1));
    END IF;
    RETURN opened;
END $$;
REVOKE ALL ON FUNCTION allocations_open_designated FROM PUBLIC;

-- A closed application leaves the pool at once, so that no shortlist counts it.
CREATE OR REPLACE FUNCTION allocations_leave_pool() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM allocations_poolentry e USING allocations_poollink k
    WHERE k.application_id = OLD.id AND e.pseudonym = k.pseudonym;
    DELETE FROM allocations_poollink WHERE application_id = OLD.id;
    RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION allocations_leave_pool FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_closed_leaves_pool ON allocations_application;
CREATE TRIGGER allocations_closed_leaves_pool AFTER UPDATE OF state ON allocations_application
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION allocations_leave_pool();
DROP TRIGGER IF EXISTS allocations_deleted_leaves_pool ON allocations_application;
CREATE TRIGGER allocations_deleted_leaves_pool BEFORE DELETE ON allocations_application
    FOR EACH ROW EXECUTE FUNCTION allocations_leave_pool();

-- Vacancies and the flow: who nominates for which contingent, which states follow, and the limits of the State's shares.

-- The contingents for which a person nominates today.
CREATE OR REPLACE FUNCTION allocations_contingents_of(who uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT n.contingent_id FROM allocations_nominator n JOIN allocations_contingent c ON c.id = n.contingent_id
    WHERE n.person_id = who AND loge_today() BETWEEN n.first_day AND n.last_day
      AND coalesce(c.ended_on, loge_today() + 1) > loge_today() AND allocations_works_at(who, 'contingent', c.place_id);
END $$;
REVOKE ALL ON FUNCTION allocations_contingents_of FROM PUBLIC;

-- The same for the current person: what the row policies ask.
CREATE OR REPLACE FUNCTION allocations_own_contingents() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT allocations_contingents_of(loge_person());
END $$;
REVOKE ALL ON FUNCTION allocations_own_contingents FROM PUBLIC;

-- Dwellings of the current person's places that are or will be free and have no open vacancy. Neither the lease nor the
-- tenant is named. A household hidden for its safety is left out until its lease has ended.
CREATE OR REPLACE FUNCTION allocations_notices() RETURNS TABLE (unit uuid, building uuid, free_from date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
DECLARE
    places uuid[] := ARRAY (SELECT access_reach(loge_person(), 'vacancies', loge_today()));
    day date := loge_today();
BEGIN
    RETURN QUERY
    SELECT u.id, u.building_id, coalesce(held.until + 1, day) FROM buildings_unit u
    LEFT JOIN LATERAL (
        SELECT bool_or(l.ends_on IS NULL OR l.id = ANY (ARRAY (SELECT tenants_hidden()))) AS stays,
               max(l.ends_on) AS until
        FROM tenants_leaseunit t JOIN tenants_lease l ON l.id = t.lease_id
        WHERE t.unit_id = u.id AND coalesce(t.last_day, l.ends_on, 'infinity') >= day) held ON true
    WHERE u.kind = 'dwelling' AND u.building_id = ANY (places) AND held.stays IS NOT TRUE
      AND NOT EXISTS (SELECT FROM allocations_vacancy v WHERE v.unit_id = u.id AND v.state NOT IN ('let', 'withdrawn'))
    ORDER BY 3, 1 LIMIT 200;
END $$;
REVOKE ALL ON FUNCTION allocations_notices FROM PUBLIC;

-- A vacancy begins as declared, for a dwelling whose terms are known, and its states follow each other.
CREATE OR REPLACE FUNCTION allocations_check_vacancy() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'declared' THEN
            RAISE EXCEPTION 'a vacancy begins as declared'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vacancy_states_follow';
        ELSIF NOT EXISTS (SELECT FROM buildings_unitterms t WHERE t.unit_id = NEW.unit_id) THEN
            RAISE EXCEPTION 'a dwelling without terms'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'vacancy_has_terms';
        END IF;
    ELSIF NEW.state <> OLD.state AND NOT NEW.state = ANY (CASE OLD.state
            WHEN 'declared' THEN ARRAY['oriented', 'withdrawn']
            WHEN 'oriented' THEN ARRAY['declared', 'shortlisted', 'withdrawn']
            WHEN 'shortlisted' THEN ARRAY['oriented', 'convened', 'withdrawn']
            WHEN 'convened' THEN ARRAY['shortlisted', 'decided', 'withdrawn']
            WHEN 'decided' THEN ARRAY['offered', 'oriented', 'shortlisted', 'withdrawn']
            WHEN 'offered' THEN ARRAY['let', 'oriented', 'shortlisted', 'withdrawn']
            ELSE '{}' END) THEN
        RAISE EXCEPTION '% does not follow %', NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'vacancy_states_follow';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS allocations_vacancy_states ON allocations_vacancy;
CREATE TRIGGER allocations_vacancy_states BEFORE INSERT OR UPDATE OF state ON allocations_vacancy
    FOR EACH ROW EXECUTE FUNCTION allocations_check_vacancy();

-- An officer withdraws a vacancy only while no adopted allocation stands: otherwise the dwelling could be kept from whom the
-- commission chose, and declared again. The manager may, and the server.
CREATE OR REPLACE FUNCTION allocations_check_withdrawal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF loge_person() IS NOT NULL AND NOT access_holds_everywhere('steering') AND EXISTS (
        SELECT FROM allocations_candidacy c
        WHERE c.vacancy_id = NEW.id AND c.state IN ('ranked', 'conditional', 'offered', 'accepted')) THEN
        PERFORM allocations_refuse('allocated_vacancy_withdrawn_by_the_manager');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_withdrawal FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_vacancy_withdrawal ON allocations_vacancy;
CREATE TRIGGER allocations_vacancy_withdrawal BEFORE UPDATE OF state ON allocations_vacancy
    FOR EACH ROW WHEN (NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn')
    EXECUTE FUNCTION allocations_check_withdrawal();

-- The State nominates for at most 30 % of a year's flow, its own agents for at most 5 %, and all for no more than 100 %.
CREATE OR REPLACE FUNCTION allocations_check_shares() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    shares record;
BEGIN
    SELECT coalesce(sum(f.share_permille), 0) AS whole,
           coalesce(sum(f.share_permille) FILTER (WHERE c.kind IN ('state_priority', 'state_agents')), 0) AS state,
           coalesce(sum(f.share_permille) FILTER (WHERE c.kind = 'state_agents'), 0) AS agents INTO shares
    FROM allocations_flowyear f JOIN allocations_contingent c ON c.id = f.contingent_id WHERE f.year = NEW.year;
    IF shares.state > 300 OR shares.agents > 50 THEN
        RAISE EXCEPTION 'the State''s share' USING ERRCODE = 'check_violation', CONSTRAINT = 'state_thirty_percent';
    ELSIF shares.whole > 1000 THEN
        RAISE EXCEPTION 'more than the whole' USING ERRCODE = 'check_violation', CONSTRAINT = 'flow_shares_within_whole';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS allocations_flow_shares ON allocations_flowyear;
CREATE TRIGGER allocations_flow_shares AFTER INSERT OR UPDATE ON allocations_flowyear
    FOR EACH ROW EXECUTE FUNCTION allocations_check_shares();

-- How many vacancies of a year were oriented to each contingent, and how many outside the flow (contingent NULL).
CREATE OR REPLACE FUNCTION allocations_oriented(of_year integer) RETURNS TABLE (contingent uuid, times bigint)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT v.contingent_id, count(*) FROM allocations_vacancy v
    WHERE v.oriented_on IS NOT NULL AND extract(year FROM v.oriented_on) = of_year AND v.state <> 'withdrawn'
    GROUP BY v.contingent_id
$$;

-- Fragile residences, and the first examination that the commission owes to an application refused because of one.

-- Does the agreement name the building today? Internal.
CREATE OR REPLACE FUNCTION allocations_is_fragile(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM allocations_fragileresidence r WHERE r.building_id = wanted
                   AND r.first_day <= loge_today() AND coalesce(r.last_day, loge_today()) >= loge_today())
$$;
REVOKE ALL ON FUNCTION allocations_is_fragile FROM PUBLIC;

-- A row is ended once, on a last day not before today, because it was in force until then. It is never deleted.
SELECT loge_keep('allocations_fragileresidence', 'fragile_residence_stays_as_named', changes => jsonb_build_object(
    'last_day', 'OLD.last_day IS NULL AND NEW.last_day >= loge_today()'));

-- Returns the given pseudonyms whose application a vacancy suits, by the filters of allocations_matches(). Internal.
CREATE OR REPLACE FUNCTION allocations_suited(wanted uuid, among uuid[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT DISTINCT e.pseudonym FROM allocations_vacancy v
    JOIN buildings_unitterms t ON t.unit_id = v.unit_id
    JOIN access_place b ON b.id = t.building_id
    JOIN allocations_poolentry e ON e.pseudonym = ANY (among) AND e.rooms = allocations_rooms(t.unit_id)
        AND e.equipment <@ t.equipment AND t.financing || ' ' || t.zone = ANY (e.within_ceilings)
    JOIN access_place k ON k.id = e.kept_at_id AND starts_with(b.path, k.path)
        AND k.level IN ('organisation', 'directorate', 'agency')
    WHERE v.id = wanted
$$;
REVOKE ALL ON FUNCTION allocations_suited FROM PUBLIC;

-- The pseudonyms to which the first examination for a vacancy is owed: the vacancy suits them, it is outside the fragile
-- residences, and they were not candidates for it. Internal.
CREATE OR REPLACE FUNCTION allocations_owed_pseudonyms(wanted uuid) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
DECLARE
    waiting uuid[] := ARRAY (
        SELECT k.pseudonym FROM allocations_owedexamination o
        JOIN allocations_application a ON a.id = o.application_id AND a.state <> 'closed' AND a.number IS NOT NULL
        JOIN allocations_poollink k ON k.application_id = a.id
        WHERE o.met_on IS NULL AND NOT EXISTS (
            SELECT FROM allocations_candidacy c WHERE c.vacancy_id = wanted AND c.application_id = a.id));
BEGIN
    IF waiting <> '{}' AND NOT (SELECT allocations_is_fragile(v.building_id) FROM allocations_vacancy v
                                WHERE v.id = wanted) THEN
        RETURN QUERY SELECT allocations_suited(wanted, waiting);
    END IF;
END $$;
REVOKE ALL ON FUNCTION allocations_owed_pseudonyms FROM PUBLIC;

-- The vacancies of the current person's places, open to candidates of the landlord, for which an examination is owed, each
-- with the rank of the line in its shortlist. A rank of NULL: the shortlist must be drawn, or drawn again.
-- The result does not tell where or when the application was refused.
CREATE OR REPLACE FUNCTION allocations_owed_examinations() RETURNS TABLE (vacancy uuid, rank integer)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
    SELECT v.id, l.rank::integer FROM allocations_vacancy v
    LEFT JOIN allocations_contingent g ON g.id = v.contingent_id
    CROSS JOIN LATERAL allocations_owed_pseudonyms(v.id) p (pseudonym)
    LEFT JOIN allocations_shortlistline l ON l.vacancy_id = v.id AND l.pseudonym = p.pseudonym
    WHERE (v.state = 'oriented' OR v.state = 'shortlisted' AND l.rank IS NOT NULL)
      AND (g.id IS NULL OR g.kind = 'landlord')
      AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today())))
      AND EXISTS (SELECT FROM allocations_owedexamination o WHERE o.met_on IS NULL)
    ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION allocations_owed_examinations FROM PUBLIC;

-- A designation for a suited vacancy outside the fragile residences meets the obligation. Internal.
CREATE OR REPLACE FUNCTION allocations_meet_owed(candidacy uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE allocations_owedexamination o SET met_by_id = c.id, met_on = loge_today()
    FROM allocations_candidacy c
    JOIN allocations_vacancy v ON v.id = c.vacancy_id
    JOIN allocations_poollink k ON k.application_id = c.application_id
    WHERE c.id = candidacy AND o.application_id = c.application_id AND o.met_on IS NULL
      AND NOT allocations_is_fragile(v.building_id)
      AND EXISTS (SELECT allocations_suited(v.id, ARRAY[k.pseudonym]))
$$;
REVOKE ALL ON FUNCTION allocations_meet_owed FROM PUBLIC;

-- If that candidacy is withdrawn before the commission, the obligation is open again: nothing was examined.
CREATE OR REPLACE FUNCTION allocations_owe_again() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE allocations_owedexamination o SET met_by_id = NULL, met_on = NULL
    WHERE o.met_by_id = NEW.id AND NOT EXISTS (
        SELECT FROM allocations_owedexamination x WHERE x.application_id = o.application_id AND x.met_on IS NULL);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_owe_again FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_withdrawn_owes_again ON allocations_candidacy;
CREATE TRIGGER allocations_withdrawn_owes_again AFTER UPDATE OF state ON allocations_candidacy
    FOR EACH ROW WHEN (NEW.state = 'withdrawn' AND OLD.state IN ('designated', 'presented'))
    EXECUTE FUNCTION allocations_owe_again();

-- So does withdrawing the vacancy before its candidates are presented. (allocations_free_item() withdraws those that were.)
CREATE OR REPLACE FUNCTION allocations_owe_again_elsewhere() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE allocations_owedexamination o SET met_by_id = NULL, met_on = NULL FROM allocations_candidacy c
    WHERE c.vacancy_id = NEW.id AND c.state = 'designated' AND o.met_by_id = c.id AND NOT EXISTS (
        SELECT FROM allocations_owedexamination x WHERE x.application_id = o.application_id AND x.met_on IS NULL);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_owe_again_elsewhere FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_withdrawn_vacancy_owes_again ON allocations_vacancy;
CREATE TRIGGER allocations_withdrawn_vacancy_owes_again AFTER UPDATE OF state ON allocations_vacancy
    FOR EACH ROW WHEN (NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn')
    EXECUTE FUNCTION allocations_owe_again_elsewhere();

SELECT tenants_create_retention_view('allocations_owedexamination',
    '(SELECT least(a.closed_on, a.renew_by + 31) FROM allocations_application a WHERE a.id = application_id)');

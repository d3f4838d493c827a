-- Measures the day: by role, pairs of a person and a resident within reach, and pairs without any view in a year. Sums
-- are of five people or more: smaller roles share one row, or have none.
CREATE OR REPLACE FUNCTION oversight_measure_exposure() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM oversight_exposureday WHERE day = loge_today() OR day < loge_today() - 1096;
    WITH reaching AS (
        SELECT DISTINCT r.person, r.role, r.building FROM access_right r
        JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = 'card'
        WHERE r.is_active AND access_in_force(r.first_day, r.last_day, r.ended_on, loge_today())
    ), seen AS (
        SELECT w.person, t.tenant FROM (SELECT DISTINCT person FROM reaching) w
        CROSS JOIN LATERAL (
            SELECT DISTINCT unnest(e.shown || e.about) AS tenant FROM audit_event e
            WHERE e.actor = w.person AND e.at > loge_now() - interval '1 year' AND e.outcome IN ('shown', 'changed')) t
    ), pairs AS (
        SELECT DISTINCT g.person, g.role, h.tenant_id FROM reaching g
        JOIN tenants_residence h ON h.building_id = g.building AND h.moved_in <= loge_today()
             AND (h.moved_out IS NULL OR h.moved_out >= loge_today())
    ), sizes AS (
        SELECT role, count(DISTINCT person) >= 5 AS large FROM pairs GROUP BY role
    )
    INSERT INTO oversight_exposureday (id, day, role, possible, unused)
    SELECT gen_random_uuid(), loge_today(), CASE WHEN z.large THEN p.role ELSE '' END, count(*),
           count(*) FILTER (WHERE s.tenant IS NULL)
    FROM pairs p JOIN sizes z ON z.role = p.role
    LEFT JOIN seen s ON s.person = p.person AND s.tenant = p.tenant_id
    GROUP BY 3 HAVING count(DISTINCT p.person) >= 5;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION oversight_measure_exposure FROM PUBLIC;

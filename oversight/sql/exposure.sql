-- Measures the day: by role, pairs of a person and a resident within reach, and pairs without any view in a year. Sums
-- are of five people or more: smaller roles share one row, or have none.
-- Residents of the same buildings are counted together, so that the pairs are never listed: there are millions of them. No
-- figure is computed for a single person.
CREATE OR REPLACE FUNCTION oversight_measure_exposure() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM oversight_exposureday WHERE day = loge_today() OR day < loge_today() - 1096;
    WITH reaching AS MATERIALIZED (
        SELECT DISTINCT r.person, r.role, r.building FROM access_right r
        JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = 'card'
        WHERE r.is_active AND access_in_force(r.first_day, r.last_day, r.ended_on, loge_today())
    ), residents AS MATERIALIZED (
        SELECT h.tenant_id AS tenant, array_agg(DISTINCT h.building_id) AS buildings FROM tenants_residence h
        WHERE h.moved_in <= loge_today() AND (h.moved_out IS NULL OR h.moved_out >= loge_today())
        GROUP BY h.tenant_id
    ), households AS (
        SELECT buildings, count(*) AS tenants FROM residents GROUP BY buildings
    ), within_reach AS (
        SELECT DISTINCT r.person, r.role, g.buildings, g.tenants FROM households g
        CROSS JOIN LATERAL unnest(g.buildings) AS b JOIN reaching r ON r.building = b
    ), sizes AS (
        SELECT role, count(DISTINCT person) >= 5 AS large FROM within_reach GROUP BY role
    ), possible AS (
        SELECT CASE WHEN z.large THEN w.role ELSE '' END AS line, sum(w.tenants) AS possible
        FROM within_reach w JOIN sizes z USING (role) GROUP BY 1 HAVING count(DISTINCT w.person) >= 5
    ), viewed AS (
        SELECT w.person, t.tenant FROM (SELECT DISTINCT person FROM reaching) w
        CROSS JOIN LATERAL (
            SELECT DISTINCT unnest(e.shown || e.about) AS tenant FROM audit_event e
            WHERE e.actor = w.person AND e.at > loge_now() - interval '1 year' AND e.outcome IN ('shown', 'changed')) t
    ), used AS (
        SELECT CASE WHEN z.large THEN r.role ELSE '' END AS line, count(DISTINCT (r.role, r.person, s.tenant)) AS used
        FROM viewed s JOIN residents h ON h.tenant = s.tenant CROSS JOIN LATERAL unnest(h.buildings) AS b
        JOIN reaching r ON r.person = s.person AND r.building = b JOIN sizes z USING (role) GROUP BY 1
    )
    INSERT INTO oversight_exposureday (id, day, role, possible, unused)
    SELECT gen_random_uuid(), loge_today(), line, p.possible, p.possible - coalesce(u.used, 0)
    FROM possible p LEFT JOIN used u USING (line);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION oversight_measure_exposure FROM PUBLIC;

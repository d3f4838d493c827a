-- What applicants are told about their points, without telling the employee who prints it about a sealed ground.

-- The points of an application that is open to the current person, if it was never referred to an examiner. An officer
-- knows whether it was referred, so the absence of points tells nothing. Afterwards, only the examiner prints them.
CREATE OR REPLACE FUNCTION allocations_points_to_tell(wanted uuid) RETURNS SETOF allocations_score
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT s.* FROM allocations_score s
    WHERE s.application_id = wanted AND wanted = ANY (ARRAY (SELECT loge_occasions('applicants')))
      AND NOT EXISTS (SELECT FROM allocations_groundcase c WHERE c.application_id = wanted)
      AND NOT EXISTS (SELECT FROM allocations_ground g WHERE g.application_id = wanted)
$$;
REVOKE ALL ON FUNCTION allocations_points_to_tell FROM PUBLIC;

-- Where an application stands among those for as many rooms: percent of them in a higher band, and in the same. Bands do
-- not betray grounds, and a rank by points would: it moves with the points of others. Among fewer than 20, no row.
CREATE OR REPLACE FUNCTION allocations_band_position(wanted uuid) RETURNS TABLE (higher integer, same integer)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT round(100.0 * count(*) FILTER (WHERE b.declared > mine.declared) / count(*))::integer,
        round(100.0 * count(*) FILTER (WHERE b.declared = mine.declared) / count(*))::integer
    FROM allocations_scoreband mine
    JOIN allocations_application a ON a.id = mine.application_id
    JOIN allocations_application other ON other.rooms_from IS NOT DISTINCT FROM a.rooms_from AND other.state <> 'closed'
    JOIN allocations_scoreband b ON b.application_id = other.id
    WHERE mine.application_id = wanted AND (
        wanted = ANY (ARRAY (SELECT loge_occasions('applicants')))
        OR wanted = ANY (ARRAY (SELECT loge_occasions('grounds'))))
    HAVING count(*) >= 20
$$;
REVOKE ALL ON FUNCTION allocations_band_position FROM PUBLIC;

-- The points grid: frozen once adopted, and adopted only if its bands hide the sealed grounds.

CREATE OR REPLACE FUNCTION allocations_grid_is_frozen() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Without its grid, a line is being deleted together with a draft.
    IF EXISTS (SELECT FROM allocations_grid g WHERE g.id IN (OLD.grid_id, NEW.grid_id) AND g.adopted_on IS NOT NULL) THEN
        RAISE EXCEPTION 'an adopted grid does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grid_frozen_once_adopted';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
DROP TRIGGER IF EXISTS allocations_grid_lines ON allocations_gridline;
CREATE TRIGGER allocations_grid_lines BEFORE INSERT OR UPDATE OR DELETE ON allocations_gridline
    FOR EACH ROW EXECUTE FUNCTION allocations_grid_is_frozen();
DROP TRIGGER IF EXISTS allocations_grid_rubrics ON allocations_gridrubric;
CREATE TRIGGER allocations_grid_rubrics BEFORE INSERT OR UPDATE OR DELETE ON allocations_gridrubric
    FOR EACH ROW EXECUTE FUNCTION allocations_grid_is_frozen();

SELECT loge_keep('allocations_grid', 'grid_frozen_once_adopted', changes => jsonb_build_object(
    'band_width, source_kind, source_number, source_date', 'OLD.adopted_on IS NULL',
    'adopted_on, adopted_by_id', 'OLD.adopted_on IS NULL',
    'ended_on', 'OLD.adopted_on IS NOT NULL AND OLD.ended_on IS NULL'), over => 'OLD.adopted_on IS NULL');

-- The most points that sealed lines of a grid give together, less those of the weakest of them. A band must be at least
-- as wide, or it would place an application by more than a band away from its total (allocations/rules/bands.py).
CREATE OR REPLACE FUNCTION allocations_sealed_spread(wanted uuid) RETURNS bigint
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT sum(CASE r.mode WHEN 'once' THEN of_rubric.best ELSE of_rubric.together END) FROM (
            SELECT rubric_id, max(points) AS best, sum(points) AS together
            FROM allocations_gridline WHERE grid_id = wanted AND sealed GROUP BY rubric_id) of_rubric
        JOIN allocations_gridrubric r ON r.id = of_rubric.rubric_id)
        - (SELECT min(points) FROM allocations_gridline WHERE grid_id = wanted AND sealed), 0)
$$;

CREATE OR REPLACE FUNCTION allocations_check_adoption() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM allocations_gridline WHERE grid_id = NEW.id) THEN
        RAISE EXCEPTION 'a grid without lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'grid_has_lines';
    END IF;
    IF allocations_sealed_spread(NEW.id) > NEW.band_width THEN
        RAISE EXCEPTION 'bands betray sealed grounds'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grid_bands_hide_grounds';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS allocations_grid_adoption ON allocations_grid;
CREATE TRIGGER allocations_grid_adoption BEFORE INSERT OR UPDATE OF adopted_on ON allocations_grid
    FOR EACH ROW WHEN (NEW.adopted_on IS NOT NULL) EXECUTE FUNCTION allocations_check_adoption();

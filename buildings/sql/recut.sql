-- Dwellings are not moved into a building that the current person or a maker of their account reaches: that would be
-- granting oneself access to their residents.
CREATE OR REPLACE FUNCTION buildings_check_moved_dwelling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM access_assignment a
        WHERE a.place_id = NEW.building_id AND coalesce(a.ended_on - 1, a.last_day) >= loge_today()
          AND access_benefits_current_person(a.person_id)) THEN
        RAISE EXCEPTION 'for oneself' USING ERRCODE = 'check_violation', CONSTRAINT = 'recut_for_others';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION buildings_check_moved_dwelling FROM PUBLIC;

CREATE OR REPLACE TRIGGER buildings_check_moved_dwelling AFTER UPDATE OF building_id ON buildings_unit
    FOR EACH ROW WHEN (NEW.building_id <> OLD.building_id) EXECUTE FUNCTION buildings_check_moved_dwelling();

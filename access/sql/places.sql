-- The tree of places: a place's path is that of its parent, then its own id. Moving a place moves everything below it.

CREATE OR REPLACE FUNCTION access_place_path() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.path := coalesce((SELECT path FROM access_place WHERE id = NEW.parent_id), '/') || NEW.id || '/';
    IF TG_OP = 'UPDATE' AND NEW.path LIKE OLD.path || '_%' THEN
        RAISE EXCEPTION 'a place cannot hang below itself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION access_place_carry() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_place SET path = '' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER access_place_path BEFORE INSERT OR UPDATE OF parent_id, path ON access_place
    FOR EACH ROW EXECUTE FUNCTION access_place_path();
CREATE OR REPLACE TRIGGER access_place_carry AFTER UPDATE OF parent_id, path ON access_place
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION access_place_carry();

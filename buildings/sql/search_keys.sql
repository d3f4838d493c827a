-- Search keys of buildings: the beginnings of the words of their name, code and addresses, and whole numbers. Triggers
-- write them in the transaction of the row from which they derive.

CREATE OR REPLACE FUNCTION buildings_text_keys(typed text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH words AS (
        SELECT left(w, 12) AS word FROM regexp_split_to_table(regexp_replace(
            lower(normalize(replace(replace(typed, 'œ', 'oe'), 'Œ', 'oe'), NFKD)), '[̀-ͯ]', '', 'g'), '[^a-z0-9]+') w
    )
    SELECT word FROM words WHERE word <> ''
    UNION SELECT left(word, n) FROM words, generate_series(2, length(word) - 1) n WHERE word !~ '^[0-9]+$'
$$;

CREATE OR REPLACE FUNCTION buildings_correct_search_keys(building uuid) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    DELETE FROM buildings_searchkey WHERE building_id = building;
    INSERT INTO buildings_searchkey (key, building_id)
    SELECT DISTINCT k.key, b.place_id FROM buildings_building b
    JOIN access_place p ON p.id = b.place_id
    LEFT JOIN buildings_address a ON a.building_id = b.place_id
    CROSS JOIN buildings_text_keys(concat_ws(' ', p.name, p.code, a.search_key)) k (key)
    WHERE b.place_id = building
$$;
REVOKE ALL ON FUNCTION buildings_correct_search_keys FROM PUBLIC;

-- A new row only adds keys, so that a load of many buildings need not delete and compute the same keys again.
CREATE OR REPLACE FUNCTION buildings_keep_search_keys() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'access_place' THEN
        PERFORM buildings_correct_search_keys(NEW.id);
    ELSIF TG_TABLE_NAME = 'buildings_building' THEN
        INSERT INTO buildings_searchkey (key, building_id)
        SELECT k.key, p.id FROM access_place p, buildings_text_keys(concat_ws(' ', p.name, p.code)) k (key)
        WHERE p.id = NEW.place_id ON CONFLICT DO NOTHING;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO buildings_searchkey (key, building_id)
        SELECT k.key, NEW.building_id FROM buildings_text_keys(NEW.search_key) k (key) ON CONFLICT DO NOTHING;
    ELSE
        PERFORM buildings_correct_search_keys(OLD.building_id);
        IF TG_OP = 'UPDATE' THEN
            PERFORM buildings_correct_search_keys(NEW.building_id);
        END IF;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION buildings_keep_search_keys FROM PUBLIC;

CREATE OR REPLACE TRIGGER buildings_search_keys AFTER UPDATE OF name, code ON access_place
    FOR EACH ROW EXECUTE FUNCTION buildings_keep_search_keys();
CREATE OR REPLACE TRIGGER buildings_search_keys AFTER INSERT ON buildings_building
    FOR EACH ROW EXECUTE FUNCTION buildings_keep_search_keys();
CREATE OR REPLACE TRIGGER buildings_search_keys AFTER INSERT OR UPDATE OR DELETE ON buildings_address
    FOR EACH ROW EXECUTE FUNCTION buildings_keep_search_keys();
-- Other triggers do not fire under session_replication_role = replica.
ALTER TABLE access_place ENABLE ALWAYS TRIGGER buildings_search_keys;
ALTER TABLE buildings_building ENABLE ALWAYS TRIGGER buildings_search_keys;
ALTER TABLE buildings_address ENABLE ALWAYS TRIGGER buildings_search_keys;

SELECT buildings_correct_search_keys(place_id) FROM buildings_building;

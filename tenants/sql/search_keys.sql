-- Search keys of tenants: what a name or telephone number may be typed as, so that a search compares equal texts in an
-- index. Triggers write them in the transaction of the row from which they derive.

-- How a word of a French name sounds. Names that sound alike have the same result: "gauthier" and "gotier".
CREATE OR REPLACE FUNCTION tenants_sound(word text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    rules CONSTANT text[] := ARRAY[
        -- Silent endings.
        ['aul[td]s?$', 'o'], ['er$', ''], ['[tdsxzcgq]+$', ''], ['e$', ''],
        -- Consonants. An upper-case letter is a sound that later rules leave alone.
        ['s?ch(?![rl])|t?sch|sh|sz(?=[aeiouy])|cz', 'X'], ['ph', 'f'], ['h', ''], ['(.)\1+', '\1'], ['ill?(?=[aou])', 'y'],
        ['bv|w', 'v'], ['gn', 'n'], ['gu(?=[eiy])', 'G'], ['dj|ge(?=[ao])|g(?=[eiy])', 'j'], ['ts|tz|sc(?=[eiy])|c(?=[eiy])|[xz]', 's'],
        ['c?qu?|ck?', 'k'], ['^ou(?=[aei])', 'v'],
        -- Vowels.
        ['(ai|ei|i|y)[nm](?![aeiouynm])', 'iN'], ['[ae][nm](?![aeiouynm])', 'aN'], ['o[nm](?![aeiouynm])', 'oN'],
        ['oeu|oe|eu|ei|ai|ay|ey|ae', 'e'], ['eau|au|ou|u', 'o'], ['y', 'i'], ['(.)\1+', '\1']];
    rule text[];
BEGIN
    FOREACH rule SLICE 1 IN ARRAY rules LOOP
        word := regexp_replace(word, rule[1], rule[2], 'g');
    END LOOP;
    RETURN lower(word);
END $$;

-- The words of a name that have keys: each word, and the words of the last name joined from each word to its end. Only
-- their first twelve letters count. `name_key` is the normalised name, which begins with the last name.
CREATE OR REPLACE FUNCTION tenants_name_words(last_name text, name_key text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH name AS (
        SELECT string_to_array(name_key, ' ') AS words,
               cardinality(string_to_array(btrim(tenants_fold_name(last_name)), ' ')) AS last_words
    )
    SELECT left(unnest(words), 12) FROM name
    UNION SELECT left(array_to_string(words[n:last_words], ''), 12) FROM name, generate_series(1, last_words - 1) n
$$;

-- The keys of a word: all its beginnings, all its spellings without one letter, and "#" with its sound. Two words that
-- differ by one letter have one of these spellings in common. Some keys may come twice.
CREATE OR REPLACE FUNCTION tenants_word_keys(word text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    keys text[] := '{}';
    sound text;
BEGIN
    FOR n IN 2 .. length(word) LOOP
        keys := keys || left(word, n);
    END LOOP;
    IF length(word) >= 4 THEN
        FOR n IN 1 .. length(word) LOOP
            keys := keys || (left(word, n - 1) || substr(word, n + 1));
        END LOOP;
        sound := tenants_sound(word);
        IF length(sound) >= 3 THEN
            keys := keys || ('#' || sound);
        END IF;
    END IF;
    RETURN keys;
END $$;

-- The keys of a tenant: those of the name, and the telephone number.
CREATE OR REPLACE FUNCTION tenants_search_keys(last_name text, name_key text, phone text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT unnest(tenants_word_keys(word)) FROM tenants_name_words(last_name, name_key) word
    UNION SELECT phone WHERE phone <> ''
$$;

CREATE OR REPLACE FUNCTION tenants_add_search_keys(tenant uuid, building uuid) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO tenants_searchkey (key, building_id, tenant_id)
    SELECT k.key, building, t.id FROM tenants_tenant t, tenants_search_keys(t.last_name, t.name_key, t.phone) k (key)
    WHERE t.id = tenant ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION tenants_add_search_keys FROM PUBLIC;

-- A tenant has keys in each building where the tenant lives, or holds a lease.
CREATE OR REPLACE FUNCTION tenants_place_search_keys() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT EXISTS (SELECT FROM tenants_residence
            WHERE tenant_id = OLD.tenant_id AND building_id = OLD.building_id)
        AND NOT EXISTS (SELECT FROM tenants_leaseparty
            WHERE tenant_id = OLD.tenant_id AND building_id = OLD.building_id) THEN
        DELETE FROM tenants_searchkey WHERE tenant_id = OLD.tenant_id AND building_id = OLD.building_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM tenants_add_search_keys(NEW.tenant_id, NEW.building_id);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_place_search_keys FROM PUBLIC;

-- Corrects the keys of a tenant whose name or telephone number has changed.
CREATE OR REPLACE FUNCTION tenants_correct_search_keys() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    buildings CONSTANT uuid[] := ARRAY (
        SELECT building_id FROM tenants_residence WHERE tenant_id = NEW.id
        UNION SELECT building_id FROM tenants_leaseparty WHERE tenant_id = NEW.id);
BEGIN
    DELETE FROM tenants_searchkey WHERE tenant_id = NEW.id;
    PERFORM tenants_add_search_keys(NEW.id, building) FROM unnest(buildings) building;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_correct_search_keys FROM PUBLIC;

-- Attaches the triggers. ENABLE ALWAYS, because others do not fire under session_replication_role = replica.
CREATE OR REPLACE FUNCTION tenants_keep_search_keys() RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    CREATE OR REPLACE TRIGGER tenants_search_keys AFTER INSERT OR DELETE OR UPDATE OF tenant_id, building_id
        ON tenants_residence FOR EACH ROW EXECUTE FUNCTION tenants_place_search_keys();
    CREATE OR REPLACE TRIGGER tenants_search_keys AFTER INSERT OR DELETE OR UPDATE OF tenant_id, building_id
        ON tenants_leaseparty FOR EACH ROW EXECUTE FUNCTION tenants_place_search_keys();
    CREATE OR REPLACE TRIGGER tenants_search_keys AFTER UPDATE OF last_name, name_key, phone ON tenants_tenant
        FOR EACH ROW WHEN ((OLD.last_name, OLD.name_key, OLD.phone) IS DISTINCT FROM (NEW.last_name, NEW.name_key, NEW.phone))
        EXECUTE FUNCTION tenants_correct_search_keys();
    ALTER TABLE tenants_residence ENABLE ALWAYS TRIGGER tenants_search_keys;
    ALTER TABLE tenants_leaseparty ENABLE ALWAYS TRIGGER tenants_search_keys;
    ALTER TABLE tenants_tenant ENABLE ALWAYS TRIGGER tenants_search_keys;
END $$;
REVOKE ALL ON FUNCTION tenants_keep_search_keys FROM PUBLIC;

-- Replaces all keys by those of the rows from which they derive. The keys of each word are computed once. PostgreSQL
-- expects a thousand words for each tenant, and would then hash all keys, sort them again by tenant, and cache the
-- words of each name. Without these methods it sorts the keys once, by tenant, which removes duplicates and is the
-- order of the index search_key_of_tenant.
CREATE OR REPLACE FUNCTION tenants_fill_search_keys() RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp
    SET enable_hashagg = off SET enable_mergejoin = off SET enable_memoize = off AS $$
    DELETE FROM tenants_searchkey;
    INSERT INTO tenants_searchkey (tenant_id, building_id, key)
    WITH words AS MATERIALIZED (
        SELECT t.id, word FROM tenants_tenant t, tenants_name_words(t.last_name, t.name_key) word
    ), keys AS MATERIALIZED (
        SELECT word, ARRAY (SELECT DISTINCT unnest(tenants_word_keys(word))) AS keys
        FROM (SELECT DISTINCT word FROM words) w
    ), named AS (
        SELECT id, unnest(keys) AS key FROM words JOIN keys USING (word)
        UNION ALL SELECT id, phone FROM tenants_tenant WHERE phone <> ''
    )
    SELECT DISTINCT p.tenant_id, p.building_id, n.key FROM named n
    JOIN (SELECT tenant_id, building_id FROM tenants_residence
          UNION SELECT tenant_id, building_id FROM tenants_leaseparty) p ON p.tenant_id = n.id
$$;
REVOKE ALL ON FUNCTION tenants_fill_search_keys FROM PUBLIC;

SELECT tenants_keep_search_keys();

-- The keys of the invented names that an inspector is shown (masked.sql).
CREATE OR REPLACE VIEW masked.tenants_searchkey WITH (security_invoker = true) AS
    SELECT DISTINCT k.key, r.building_id, r.tenant_id
    FROM masked.tenants_residence r JOIN masked.tenants_tenant t ON t.id = r.tenant_id
    CROSS JOIN tenants_search_keys(t.last_name, t.name_key, t.phone) k (key);
GRANT SELECT ON masked.tenants_searchkey TO PUBLIC;

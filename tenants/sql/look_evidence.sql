-- What the rules about unexplained views ask: which views there were, and what in the file explains them.

-- When a day begins in Paris.
CREATE OR REPLACE FUNCTION tenants_midnight(on_day date) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT on_day::timestamp AT TIME ZONE 'Europe/Paris' $$;
REVOKE ALL ON FUNCTION tenants_midnight FROM PUBLIC;

-- Lower-case letters and digits without accents, between single spaces: as formats/folding.py folds names.
CREATE OR REPLACE FUNCTION tenants_fold_name(said text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ' ' || btrim(regexp_replace(regexp_replace(
        lower(normalize(replace(replace(replace(translate(said, 'ŒÆıłŁø', 'œæillo'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), NFKD)),
        '[̀-ͯ]', '', 'g'), '[^a-z0-9]+', ' ', 'g')) || ' '
$$;

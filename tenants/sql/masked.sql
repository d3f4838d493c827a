-- The caretaker's tables as an inspector is shown them: the same rows under the same policies, with invented people. The
-- views have the names of the tables, in a schema that comes before `public` for the time of one page
-- (access/guard/shown_as.py). They run with the rights of who reads; everybody may read them, and sees only rows that they
-- could read in the tables.

CREATE SCHEMA IF NOT EXISTS masked;
-- The same choice for the same id at each page, and too few choices to work back from one.
CREATE OR REPLACE FUNCTION masked.pick(one uuid, choice text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT choice[1 + (hashtext(one::text)::bigint + 2147483648) % cardinality(choice)]
$$;
CREATE OR REPLACE FUNCTION masked.number(one uuid, most integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lpad(((hashtext(reverse(one::text))::bigint + 2147483648) % most)::text, length((most - 1)::text), '0')
$$;
CREATE OR REPLACE FUNCTION masked.last_name(one uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT masked.pick(one, ARRAY['Tilleul', 'Platane', 'Saule', 'Orme', 'Noyer', 'Sorbier', 'Aulne', 'Bouleau', 'Charme',
        'Sureau', 'Merisier', 'Cormier', 'Mirabelle', 'Cyprès', 'Mélèze', 'Séquoia'])
$$;
CREATE OR REPLACE FUNCTION masked.first_name(one uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT masked.pick(md5(one::text)::uuid, ARRAY['Camille', 'Dominique', 'Claude', 'Alix', 'Sacha', 'Charlie', 'Maxime', 'Lou'])
$$;
CREATE OR REPLACE FUNCTION masked.name_key(one uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(lower(masked.last_name(one) || ' ' || masked.first_name(one)), 'éè', 'ee')
$$;
CREATE OR REPLACE VIEW masked.tenants_tenant WITH (security_invoker = true) AS
    SELECT id, ''::text AS title, masked.last_name(id) AS last_name, masked.first_name(id) AS first_name,
        masked.name_key(id) AS name_key, channel,
        CASE WHEN phone = '' THEN '' ELSE '+33639980' || masked.number(id, 1000) END AS phone,
        CASE WHEN email = '' THEN '' ELSE 'occupant.' || masked.number(id, 1000) || '@exemple.invalid' END AS email,
        CASE WHEN contact_name = '' THEN '' ELSE masked.first_name(id) || ' ' || masked.last_name(md5(id::text)::uuid) END
            AS contact_name
    FROM public.tenants_tenant;
CREATE OR REPLACE VIEW masked.tenants_residence WITH (security_invoker = true) AS
    SELECT id, tenant_id, masked.name_key(tenant_id) AS name_key, lease_id, unit_id, building_id, moved_in, moved_out,
        transferred
    FROM public.tenants_residence;
CREATE OR REPLACE VIEW masked.buildings_unit WITH (security_invoker = true) AS
    SELECT id, building_id, kind, NULL::text AS rpls_id, NULL::text AS source_key, type, surface_m2, staircase, floor,
        CASE WHEN door = '' THEN '' ELSE masked.number(id, 100) END AS door,
        CASE WHEN door = '' THEN '' ELSE ltrim(masked.number(id, 100), '0') END AS door_key
    FROM public.buildings_unit;
-- Help codes, precautions and keys are not shown at all.
CREATE OR REPLACE VIEW masked.tenants_helpcode WITH (security_invoker = true) AS
    SELECT * FROM public.tenants_helpcode WHERE false;

"""Every text that a person may fill, counted and searched by functions that give back numbers and not a word.

The view is nobody's to read: the functions below are all that a compartment has of it.
"""

from django.db import migrations

CREATE = """
-- Letters and digits in small, without accents, between single spaces: as buildings/names.py folds names.
CREATE FUNCTION tenants_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ' ' || btrim(regexp_replace(regexp_replace(
        lower(normalize(replace(replace(replace(translate(said, 'ŒÆıłŁø', 'œæillo'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), NFKD)),
        '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', ' ', 'g')) || ' '
$$;
-- Tenants' names and addresses are of no place here: a word must not tell where a discreet household lives.
CREATE VIEW tenants_text AS
    SELECT 'tenants.AccountNote.text' AS source, t.id::text AS key, t.text AS said, t.building_id AS place, t.written_on AS since, t.account_id AS about FROM tenants_accountnote t
    UNION ALL SELECT 'tenants.ContestedSentence.wording', t.id::text, nullif(t.wording, ''), t.building_id, t.asked_on, t.account_id FROM tenants_contestedsentence t
    UNION ALL SELECT 'tenants.AllowedWording.text', t.id::text, t.text, NULL::uuid, t.allowed_on, NULL FROM tenants_allowedwording t
    UNION ALL SELECT 'tenants.FactCode.title_fr', t.code, t.title_fr, NULL, t.added_on, NULL FROM tenants_factcode t
    UNION ALL SELECT 'tenants.FactCode.title_en', t.code, t.title_en, NULL, t.added_on, NULL FROM tenants_factcode t
    UNION ALL SELECT 'tenants.FactCode.sentence_fr', t.code, t.sentence_fr, NULL, t.added_on, NULL FROM tenants_factcode t
    UNION ALL SELECT 'tenants.FactCode.sentence_en', t.code, t.sentence_en, NULL, t.added_on, NULL FROM tenants_factcode t
    UNION ALL SELECT 'tenants.Tenant.last_name', t.id::text, t.last_name, NULL, NULL::date, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Tenant.first_name', t.id::text, t.first_name, NULL, NULL, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Tenant.contact_name', t.id::text, t.contact_name, NULL, NULL, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Tenant.email', t.id::text, t.email, NULL, NULL, t.id FROM tenants_tenant t
    UNION ALL SELECT 'tenants.Representative.name', t.id::text, t.name, NULL, t.first_day, t.tenant_id FROM tenants_representative t
    UNION ALL SELECT 'tenants.SourceKey.key', t.id::text, t.key, NULL, NULL, NULL FROM tenants_sourcekey t
    UNION ALL SELECT 'tenants.Receipt.source_key', t.id::text, t.source_key, t.agency_id, t.booked_on, NULL FROM tenants_receipt t
    UNION ALL SELECT 'buildings.Unit.source_key', t.id::text, t.source_key, t.building_id, NULL, NULL FROM buildings_unit t
    UNION ALL SELECT 'buildings.Unit.staircase', t.id::text, t.staircase, t.building_id, NULL, NULL FROM buildings_unit t
    UNION ALL SELECT 'buildings.Unit.door', t.id::text, t.door, t.building_id, NULL, NULL FROM buildings_unit t
    UNION ALL SELECT 'buildings.Address.street', t.id::text, t.street, t.building_id, NULL, NULL FROM buildings_address t
    UNION ALL SELECT 'buildings.Address.number', t.id::text, t.number, t.building_id, NULL, NULL FROM buildings_address t
    UNION ALL SELECT 'buildings.Address.city', t.id::text, t.city, t.building_id, NULL, NULL FROM buildings_address t
    UNION ALL SELECT 'access.Place.name', t.id::text, t.name, t.id, NULL, NULL FROM access_place t
    UNION ALL SELECT 'access.Place.code', t.id::text, t.code, t.id, NULL, NULL FROM access_place t
    UNION ALL SELECT 'access.Place.email', t.id::text, t.email, t.id, NULL, NULL FROM access_place t
    UNION ALL SELECT 'access.Person.name', t.id::text, t.name, t.employed_at_id, t.joined_at::date, NULL FROM access_person t
    UNION ALL SELECT 'access.Person.email', t.id::text, t.email, t.employed_at_id, t.joined_at::date, NULL FROM access_person t
    UNION ALL SELECT 'access.AccessRequest.name', t.id::text, t.name, t.place_id, t.asked_at::date, NULL FROM access_accessrequest t
    UNION ALL SELECT 'access.AccessRequest.email', t.id::text, t.email, t.place_id, t.asked_at::date, NULL FROM access_accessrequest t;
-- Does the person asking look after data protection for the whole organisation today?
CREATE FUNCTION tenants_inspects() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'inspection'
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
-- How many texts each column holds, how long and how old, and how many stand past their day. Sealed ones by number alone.
CREATE FUNCTION tenants_texts_measured() RETURNS TABLE
    (source text, texts bigint, average integer, longest integer, oldest date, newest date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, count(*), avg(length(t.said))::int, max(length(t.said)), min(t.since), max(t.since),
        CASE t.source WHEN 'tenants.AccountNote.text' THEN
            (SELECT count(*) FROM tenants_accountnote WHERE ends_on < loge_today() OR withdrawn_on < loge_today())
        ELSE 0 END
    FROM tenants_text t WHERE (SELECT tenants_inspects()) AND t.said <> '' GROUP BY t.source
    UNION ALL
    SELECT 'tenants.ContestedSentence.sentence', count(sentence), NULL, NULL,
        min(asked_on) FILTER (WHERE sentence IS NOT NULL), max(asked_on) FILTER (WHERE sentence IS NOT NULL),
        count(*) FILTER (WHERE asked_on + 30 < loge_today())
    FROM tenants_contestedsentence WHERE (SELECT tenants_inspects())
    UNION ALL
    SELECT 'tenants.BankDetail.holder', count(*), NULL, NULL, min(set_on), max(set_on), 0
    FROM tenants_bankdetail WHERE (SELECT tenants_inspects())
$$;
-- A word is found where one begins with it.
CREATE FUNCTION tenants_patterns(words text[]) RETURNS text[] LANGUAGE sql IMMUTABLE
    SET search_path = public, pg_temp AS $$
    SELECT ARRAY (SELECT '%' || rtrim(tenants_folded(w)) || '%' FROM unnest(words) w WHERE btrim(tenants_folded(w)) <> '')
$$;
CREATE FUNCTION tenants_words_counted(words text[]) RETURNS TABLE (source text, place uuid, found bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, t.place, count(*) FROM tenants_text t
    WHERE (SELECT tenants_inspects()) AND tenants_folded(t.said) LIKE ANY (ARRAY (SELECT unnest(tenants_patterns(words))))
    GROUP BY 1, 2
$$;
-- Contested sentences are sealed with keys that the database has not: they are opened and counted by the program.
CREATE FUNCTION tenants_sealed_sentences() RETURNS TABLE (id uuid, place uuid, sentence bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.building_id, c.sentence FROM tenants_contestedsentence c
    WHERE (SELECT tenants_inspects()) AND c.sentence IS NOT NULL
$$;
-- What was found is kept by its keys, and of the words how many there were.
CREATE FUNCTION tenants_ask_inspection(asked text[]) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    patterns text[] := tenants_patterns(asked);
    which uuid := gen_random_uuid();
    found jsonb;
BEGIN
    IF NOT tenants_inspects() THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(jsonb_agg(jsonb_build_array(h.source, h.key)), '[]') INTO found FROM (
        SELECT t.source, t.key FROM tenants_text t WHERE tenants_folded(t.said) LIKE ANY (patterns) LIMIT 201) h;
    IF jsonb_array_length(found) = 0 THEN
        RAISE EXCEPTION 'no line' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_finds_lines';
    ELSIF jsonb_array_length(found) > 200 THEN
        RAISE EXCEPTION 'too many lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_of_few_lines';
    END IF;
    INSERT INTO tenants_inspection (id, asked_by_id, asked_on, words, lines, hits, ends_on)
    VALUES (which, loge_person(), loge_today(), cardinality(patterns), jsonb_array_length(found), found, loge_today() + 7);
    RETURN which;
END $$;
-- The lines themselves, to who asked, once somebody else has agreed, for as long as the demand lives.
CREATE FUNCTION tenants_inspection_lines(which uuid) RETURNS TABLE
    (source text, said text, place uuid, since date, about uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, t.said, t.place, t.since, t.about
    FROM tenants_inspection i
    CROSS JOIN LATERAL jsonb_array_elements(i.hits) h
    JOIN tenants_text t ON t.source = h ->> 0 AND t.key = h ->> 1
    WHERE i.id = which AND i.asked_by_id = loge_person() AND i.agreed_by_id <> i.asked_by_id
        AND i.ends_on >= loge_today() AND (SELECT tenants_inspects())
    ORDER BY t.source, t.since, t.key
$$;
REVOKE ALL ON FUNCTION tenants_inspects(), tenants_texts_measured(), tenants_words_counted(text[]),
    tenants_sealed_sentences(), tenants_ask_inspection(text[]), tenants_inspection_lines(uuid) FROM PUBLIC;
REVOKE ALL ON tenants_text FROM PUBLIC;
"""
DROP = """
DROP FUNCTION tenants_inspection_lines(uuid); DROP FUNCTION tenants_ask_inspection(text[]);
DROP FUNCTION tenants_sealed_sentences(); DROP FUNCTION tenants_words_counted(text[]);
DROP FUNCTION tenants_patterns(text[]); DROP FUNCTION tenants_texts_measured(); DROP FUNCTION tenants_inspects();
DROP VIEW tenants_text; DROP FUNCTION tenants_folded(text);
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0015_inspections"), ("buildings", "0005_contests"), ("access", "0009_machine_tokens")]
    operations = [migrations.RunSQL(CREATE, DROP)]

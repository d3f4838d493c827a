CREATE OR REPLACE FUNCTION oversight_counts_texts() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT tenants_inspects() OR access_is_inspector()
$$;
REVOKE ALL ON FUNCTION oversight_counts_texts FROM PUBLIC;

-- Accounts and tenants whose texts are neither counted nor read: hidden households.
CREATE OR REPLACE FUNCTION oversight_texts_excluded() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH apart AS (SELECT tenants_masked_on_evacuation_list() AS lease)
    SELECT a.id FROM tenants_account a JOIN apart ON apart.lease = a.lease_id
    UNION SELECT p.tenant_id FROM tenants_leaseparty p JOIN apart ON apart.lease = p.lease_id
    UNION SELECT r.tenant_id FROM tenants_residence r JOIN apart ON apart.lease = r.lease_id
$$;
REVOKE ALL ON FUNCTION oversight_texts_excluded FROM PUBLIC;

-- The household of a text: five texts of one household count as one.
CREATE OR REPLACE FUNCTION oversight_household_of_text(about uuid, otherwise text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT a.lease_id::text FROM tenants_account a WHERE a.id = about),
        (SELECT r.lease_id::text FROM tenants_residence r WHERE r.tenant_id = about ORDER BY r.moved_in DESC, r.id LIMIT 1),
        (SELECT p.lease_id::text FROM tenants_leaseparty p WHERE p.tenant_id = about ORDER BY p.id LIMIT 1),
        otherwise)
$$;
REVOKE ALL ON FUNCTION oversight_household_of_text FROM PUBLIC;

-- Reserves words for the day, twenty a person at most. Called on the audit log's connection, which commits before
-- anything is counted: no rollback gives a word back. The key of the digests is the web process's, so that the words
-- cannot be worked out from the table.
CREATE OR REPLACE FUNCTION oversight_reserve_words(who uuid, digests bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('oversight_reserve_words ' || who, 0));
    INSERT INTO oversight_countedword (id, person_id, day, digest)
        SELECT gen_random_uuid(), who, loge_today(), d FROM (SELECT DISTINCT unnest(digests)) t(d)
        ON CONFLICT (person_id, day, digest) DO NOTHING;
    IF (SELECT count(*) FROM oversight_countedword c WHERE c.person_id = who AND c.day = loge_today()) > 20 THEN
        RAISE EXCEPTION 'twenty words a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'twenty_words_a_day';
    END IF;
END $$;
REVOKE ALL ON FUNCTION oversight_reserve_words FROM PUBLIC;

-- The words in the form in which they are compared; refuses part of a word, or a word not reserved today.
CREATE OR REPLACE FUNCTION oversight_reserved_words(words text[], key bytea) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text[] := ARRAY (SELECT DISTINCT btrim(tenants_fold_name(w)) FROM unnest(words) w);
BEGIN
    IF EXISTS (SELECT FROM unnest(wanted) w WHERE w !~ '^[a-z]{2,40}$') THEN
        RAISE EXCEPTION 'not a whole word' USING ERRCODE = 'check_violation', CONSTRAINT = 'whole_words';
    END IF;
    IF EXISTS (SELECT FROM unnest(wanted) w WHERE NOT EXISTS (
        SELECT FROM oversight_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today()
          AND c.digest = sha256(key || convert_to(w, 'UTF8')))) THEN
        RAISE EXCEPTION 'word not taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'words_taken_first';
    END IF;
    RETURN wanted;
END $$;
REVOKE ALL ON FUNCTION oversight_reserved_words FROM PUBLIC;

-- Counts each word in each column on its own: two answers never differ by one household. Texts written today count from
-- tomorrow, and numbers are rounded down to a multiple of five, so that asking again reveals no single text.
CREATE OR REPLACE FUNCTION oversight_words_counted(words text[], key bytea)
    RETURNS TABLE (word text, source text, found bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text[];
    apart uuid[];
BEGIN
    IF NOT oversight_counts_texts() THEN
        RETURN;
    END IF;
    wanted := oversight_reserved_words(words, key);
    apart := ARRAY (SELECT oversight_texts_excluded());
    RETURN QUERY
        SELECT h.word, h.source, count(*) - count(*) % 5
        FROM (
            SELECT w AS word, t.source, t.key, t.about
            FROM (SELECT v.*, tenants_fold_name(v.said) AS folded FROM oversight_text v OFFSET 0) t
            CROSS JOIN LATERAL (SELECT w FROM unnest(wanted) w WHERE t.folded LIKE '% ' || w || ' %') m(w)
            WHERE (t.since IS NULL OR t.since < loge_today()) AND (t.about IS NULL OR t.about <> ALL (apart))
        ) h
        GROUP BY h.word, h.source
        HAVING count(DISTINCT oversight_household_of_text(h.about, h.key)) >= 5;
END $$;
REVOKE ALL ON FUNCTION oversight_words_counted FROM PUBLIC;

-- Sentences that only the web process can open, for counting, for who reserved a word today. Households are numbered
-- anew for each answer.
CREATE OR REPLACE FUNCTION oversight_sealed_sentences()
    RETURNS TABLE (source text, id uuid, household bigint, sentence bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sealed AS (
        SELECT 'casework.ContestedSentence.sentence' AS source, c.id, c.account_id, c.sentence
        FROM casework_contestedsentence c WHERE c.sentence IS NOT NULL AND c.asked_on < loge_today()
        UNION ALL
        SELECT 'casework.LegacyComment.sentence', l.id, l.account_id, l.sentence FROM casework_legacycomment l
    )
    SELECT s.source, s.id, dense_rank() OVER (ORDER BY a.lease_id), s.sentence
    FROM sealed s JOIN tenants_account a ON a.id = s.account_id
    WHERE (SELECT oversight_counts_texts()) AND s.account_id <> ALL (ARRAY (SELECT oversight_texts_excluded()))
      AND EXISTS (SELECT FROM oversight_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today())
$$;
REVOKE ALL ON FUNCTION oversight_sealed_sentences FROM PUBLIC;

-- How many texts each column holds, how long and how old, and how many are past their day. No length of fewer than five
-- texts.
CREATE OR REPLACE FUNCTION oversight_texts_measured()
    RETURNS TABLE (source text, texts bigint, average integer, longest integer, oldest date, newest date,
        overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH apart AS MATERIALIZED (SELECT oversight_texts_excluded() AS about)
    SELECT t.source, count(*),
        CASE WHEN count(*) FILTER (WHERE t.measured) >= 5
            THEN (round(avg(length(t.said)) FILTER (WHERE t.measured), -1))::int END,
        CASE WHEN count(*) FILTER (WHERE t.measured) >= 5
            THEN (round(max(length(t.said)) FILTER (WHERE t.measured), -1))::int END,
        min(t.since), max(t.since),
        CASE t.source WHEN 'casework.AccountNote.text' THEN
            (SELECT count(*) FROM casework_accountnote WHERE ends_on < loge_today() OR withdrawn_on < loge_today())
        ELSE 0 END
    FROM (
        SELECT v.*, (v.since IS NULL OR v.since < loge_today())
            AND (v.about IS NULL OR v.about NOT IN (SELECT apart.about FROM apart)) AS measured
        FROM oversight_text v WHERE v.said <> '') t
    WHERE (SELECT oversight_counts_texts()) GROUP BY t.source
    UNION ALL
    SELECT 'casework.ContestedSentence.sentence', count(sentence), NULL, NULL,
        min(asked_on) FILTER (WHERE sentence IS NOT NULL), max(asked_on) FILTER (WHERE sentence IS NOT NULL),
        count(*) FILTER (WHERE asked_on + 30 < loge_today())
    FROM casework_contestedsentence WHERE (SELECT oversight_counts_texts())
    UNION ALL
    SELECT 'casework.LegacyComment.sentence', count(*), NULL, NULL, min(first_written_on), max(first_written_on),
        count(*) FILTER (WHERE ends_on < loge_today())
    FROM casework_legacycomment WHERE (SELECT oversight_counts_texts())
    UNION ALL
    SELECT 'ledger.BankDetail.holder', count(*), NULL, NULL, min(set_on), max(set_on), 0
    FROM ledger_bankdetail WHERE (SELECT oversight_counts_texts())
$$;
REVOKE ALL ON FUNCTION oversight_texts_measured FROM PUBLIC;

-- Asks to read the lines that contain words. Only their keys and the number of words are stored. Who asks is not told
-- how many there are: a second person decides, then both know.
CREATE OR REPLACE FUNCTION oversight_ask_inspection(asked text[], key bytea) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text[];
    apart uuid[];
    which uuid := gen_random_uuid();
    found jsonb;
BEGIN
    IF NOT tenants_inspects() THEN
        RETURN NULL;
    END IF;
    wanted := oversight_reserved_words(asked, key);
    IF (SELECT sum(c.found) FROM oversight_words_counted(asked, key) c) > 200 THEN
        RAISE EXCEPTION 'too many lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_of_few_lines';
    END IF;
    apart := ARRAY (SELECT oversight_texts_excluded());
    SELECT coalesce(jsonb_agg(jsonb_build_array(h.source, h.key)), '[]') INTO found FROM (
        SELECT t.source, t.key FROM oversight_text t
        WHERE string_to_array(tenants_fold_name(t.said), ' ') && wanted AND (t.about IS NULL OR t.about <> ALL (apart))
        ORDER BY t.since DESC NULLS LAST, t.source, t.key LIMIT 1000) h;
    INSERT INTO oversight_inspection (id, asked_by_id, asked_on, words, lines, hits, ends_on)
    VALUES (which, loge_person(), loge_today(), cardinality(wanted), jsonb_array_length(found), found, loge_today() + 7);
    RETURN which;
END $$;
REVOKE ALL ON FUNCTION oversight_ask_inspection FROM PUBLIC;

-- The lines, for who asked, once a second person has agreed and until the request ends.
CREATE OR REPLACE FUNCTION oversight_inspection_lines(which uuid)
    RETURNS TABLE (source text, said text, place uuid, since date, about uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, t.said, t.place, t.since, t.about
    FROM oversight_inspection i
    CROSS JOIN LATERAL jsonb_array_elements(i.hits) h
    JOIN oversight_text t ON t.source = h ->> 0 AND t.key = h ->> 1
    WHERE i.id = which AND i.asked_by_id = loge_person() AND i.agreed_by_id <> i.asked_by_id
        AND i.ends_on >= loge_today() AND (SELECT tenants_inspects())
        AND (t.about IS NULL OR t.about <> ALL (ARRAY (SELECT oversight_texts_excluded())))
    ORDER BY t.source, t.since, t.key
$$;
REVOKE ALL ON FUNCTION oversight_inspection_lines FROM PUBLIC;

"""A demand to read lines is refused for numbers that who asks has been told, and for no other; sealed sentences are
counted by household without saying which.

A refusal past 200 lines told whether one more word is anywhere, to who had words for exactly 200.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION tenants_ask_inspection(asked text[], key bytea) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    wanted text[];
    apart uuid[];
    which uuid := gen_random_uuid();
    found jsonb;
BEGIN
    IF NOT tenants_inspects() THEN
        RETURN NULL;
    END IF;
    wanted := tenants_taken_words(asked, key);
    IF (SELECT sum(c.found) FROM tenants_words_counted(asked, key) c) > 200 THEN
        RAISE EXCEPTION 'too many lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_of_few_lines';
    END IF;
    apart := ARRAY (SELECT tenants_not_counted());
    SELECT coalesce(jsonb_agg(jsonb_build_array(h.source, h.key)), '[]') INTO found FROM (
        SELECT t.source, t.key FROM tenants_text t
        WHERE string_to_array(tenants_folded(t.said), ' ') && wanted AND (t.about IS NULL OR t.about <> ALL (apart))
        ORDER BY t.since DESC NULLS LAST, t.source, t.key LIMIT 1000) h;
    INSERT INTO tenants_inspection (id, asked_by_id, asked_on, words, lines, hits, ends_on)
    VALUES (which, loge_person(), loge_today(), cardinality(wanted), jsonb_array_length(found), found, loge_today() + 7);
    RETURN which;
END $$;
DROP FUNCTION tenants_sealed_sentences();
-- Households are numbered anew for each answer.
CREATE FUNCTION tenants_sealed_sentences() RETURNS TABLE (source text, id uuid, household bigint, sentence bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sealed AS (
        SELECT 'tenants.ContestedSentence.sentence' AS source, c.id, c.account_id, c.sentence
        FROM tenants_contestedsentence c WHERE c.sentence IS NOT NULL AND c.asked_on < loge_today()
        UNION ALL
        SELECT 'tenants.InheritedLine.sentence', l.id, l.account_id, l.sentence FROM tenants_inheritedline l
    )
    SELECT s.source, s.id, dense_rank() OVER (ORDER BY a.lease_id), s.sentence
    FROM sealed s JOIN tenants_account a ON a.id = s.account_id
    WHERE (SELECT tenants_counts_texts()) AND s.account_id <> ALL (ARRAY (SELECT tenants_not_counted()))
      AND EXISTS (SELECT FROM tenants_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today())
$$;
REVOKE ALL ON FUNCTION tenants_sealed_sentences() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0071_decided_apart")]
    operations = [migrations.RunSQL(CREATE)]

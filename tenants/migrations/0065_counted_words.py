"""Words are counted whole, one by one, twenty a day for each person, and never for fewer than five households."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = r"""
-- Every lease with a discreet mark in force, and the other leases of its people, whoever is asking.
CREATE FUNCTION tenants_discreet_leases() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m WHERE loge_today() BETWEEN m.first_day AND m.last_day
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
$$;
-- Accounts and tenants whose texts are neither counted nor read: discreet households, and those closed to the person.
CREATE FUNCTION tenants_not_counted() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH apart AS (SELECT tenants_discreet_leases() AS lease UNION SELECT tenants_hidden())
    SELECT a.id FROM tenants_account a JOIN apart ON apart.lease = a.lease_id
    UNION SELECT p.tenant_id FROM tenants_leaseparty p JOIN apart ON apart.lease = p.lease_id
    UNION SELECT r.tenant_id FROM tenants_residence r JOIN apart ON apart.lease = r.lease_id
$$;
-- The household that a text is about: five texts of one household are one household's.
CREATE FUNCTION tenants_household_of_text(about uuid, otherwise text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT a.lease_id::text FROM tenants_account a WHERE a.id = about),
        (SELECT r.lease_id::text FROM tenants_residence r WHERE r.tenant_id = about ORDER BY r.moved_in DESC, r.id LIMIT 1),
        (SELECT p.lease_id::text FROM tenants_leaseparty p WHERE p.tenant_id = about ORDER BY p.id LIMIT 1),
        otherwise)
$$;
-- Called on the audit log's connection, which commits before anything is counted: no rollback gives a word back.
-- A digest is made with a key that only the web process has, so that no word can be worked out from this table.
CREATE FUNCTION tenants_take_words(who uuid, digests bytea[]) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('tenants_take_words ' || who, 0));
    INSERT INTO tenants_countedword (id, person_id, day, digest)
        SELECT gen_random_uuid(), who, loge_today(), d FROM (SELECT DISTINCT unnest(digests)) t(d)
        ON CONFLICT (person_id, day, digest) DO NOTHING;
    IF (SELECT count(*) FROM tenants_countedword c WHERE c.person_id = who AND c.day = loge_today()) > 20 THEN
        RAISE EXCEPTION 'twenty words a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'twenty_words_a_day';
    END IF;
END $$;
-- The words as they are compared, once each; refuses what is not a whole word, or was not taken today.
CREATE FUNCTION tenants_taken_words(words text[], key bytea) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    wanted text[] := ARRAY (SELECT DISTINCT btrim(tenants_folded(w)) FROM unnest(words) w);
BEGIN
    IF EXISTS (SELECT FROM unnest(wanted) w WHERE w !~ '^[a-z]{2,40}$') THEN
        RAISE EXCEPTION 'not a whole word' USING ERRCODE = 'check_violation', CONSTRAINT = 'whole_words';
    END IF;
    IF EXISTS (SELECT FROM unnest(wanted) w WHERE NOT EXISTS (
        SELECT FROM tenants_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today()
          AND c.digest = sha256(key || convert_to(w, 'UTF8')))) THEN
        RAISE EXCEPTION 'word not taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'words_taken_first';
    END IF;
    RETURN wanted;
END $$;
DROP FUNCTION tenants_words_counted(text[]);
-- Each word by itself and each column by itself: no two answers differ by one household. Texts written today are counted
-- tomorrow, and numbers go down to a multiple of five, so that asking again tells nothing of a single text.
CREATE FUNCTION tenants_words_counted(words text[], key bytea) RETURNS TABLE (word text, source text, found bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted text[];
    apart uuid[];
BEGIN
    IF NOT tenants_counts_texts() THEN
        RETURN;
    END IF;
    wanted := tenants_taken_words(words, key);
    apart := ARRAY (SELECT tenants_not_counted());
    RETURN QUERY
        SELECT h.word, h.source, count(*) - count(*) % 5
        FROM (
            SELECT w AS word, t.source, t.key, t.about
            FROM (SELECT v.*, tenants_folded(v.said) AS folded FROM tenants_text v OFFSET 0) t
            CROSS JOIN LATERAL (SELECT w FROM unnest(wanted) w WHERE t.folded LIKE '% ' || w || ' %') m(w)
            WHERE (t.since IS NULL OR t.since < loge_today()) AND (t.about IS NULL OR t.about <> ALL (apart))
        ) h
        GROUP BY h.word, h.source
        HAVING count(DISTINCT tenants_household_of_text(h.about, h.key)) >= 5;
END $$;
-- Opened and counted by the program, under the same rules, and only for who took a word today.
DROP FUNCTION tenants_sealed_sentences();
CREATE FUNCTION tenants_sealed_sentences() RETURNS TABLE (source text, id uuid, household uuid, sentence bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sealed AS (
        SELECT 'tenants.ContestedSentence.sentence' AS source, c.id, c.account_id, c.sentence
        FROM tenants_contestedsentence c WHERE c.sentence IS NOT NULL AND c.asked_on < loge_today()
        UNION ALL
        SELECT 'tenants.InheritedLine.sentence', l.id, l.account_id, l.sentence FROM tenants_inheritedline l
    )
    SELECT s.source, s.id, a.lease_id, s.sentence FROM sealed s JOIN tenants_account a ON a.id = s.account_id
    WHERE (SELECT tenants_counts_texts()) AND s.account_id <> ALL (ARRAY (SELECT tenants_not_counted()))
      AND EXISTS (SELECT FROM tenants_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today())
$$;
-- Made whether lines were found or not, and how many is not told to who asks: the second person decides, then both know.
DROP FUNCTION tenants_ask_inspection(text[]);
CREATE FUNCTION tenants_ask_inspection(asked text[], key bytea) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
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
    apart := ARRAY (SELECT tenants_not_counted());
    SELECT coalesce(jsonb_agg(jsonb_build_array(h.source, h.key)), '[]') INTO found FROM (
        SELECT t.source, t.key FROM tenants_text t
        WHERE string_to_array(tenants_folded(t.said), ' ') && wanted AND (t.about IS NULL OR t.about <> ALL (apart))
        LIMIT 201) h;
    IF jsonb_array_length(found) > 200 THEN
        RAISE EXCEPTION 'too many lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_of_few_lines';
    END IF;
    INSERT INTO tenants_inspection (id, asked_by_id, asked_on, words, lines, hits, ends_on)
    VALUES (which, loge_person(), loge_today(), cardinality(wanted), jsonb_array_length(found), found, loge_today() + 7);
    RETURN which;
END $$;
DROP FUNCTION tenants_patterns(text[]);
CREATE OR REPLACE FUNCTION tenants_inspection_lines(which uuid) RETURNS TABLE
    (source text, said text, place uuid, since date, about uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, t.said, t.place, t.since, t.about
    FROM tenants_inspection i
    CROSS JOIN LATERAL jsonb_array_elements(i.hits) h
    JOIN tenants_text t ON t.source = h ->> 0 AND t.key = h ->> 1
    WHERE i.id = which AND i.asked_by_id = loge_person() AND i.agreed_by_id <> i.asked_by_id
        AND i.ends_on >= loge_today() AND (SELECT tenants_inspects())
        AND (t.about IS NULL OR t.about <> ALL (ARRAY (SELECT tenants_not_counted())))
    ORDER BY t.source, t.since, t.key
$$;
-- A length is not told of fewer than five texts.
CREATE OR REPLACE FUNCTION tenants_texts_measured() RETURNS TABLE
    (source text, texts bigint, average integer, longest integer, oldest date, newest date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, count(*), CASE WHEN count(*) >= 5 THEN avg(length(t.said))::int END,
        CASE WHEN count(*) >= 5 THEN max(length(t.said)) END, min(t.since), max(t.since),
        CASE t.source WHEN 'tenants.AccountNote.text' THEN
            (SELECT count(*) FROM tenants_accountnote WHERE ends_on < loge_today() OR withdrawn_on < loge_today())
        ELSE 0 END
    FROM tenants_text t WHERE (SELECT tenants_counts_texts()) AND t.said <> '' GROUP BY t.source
    UNION ALL
    SELECT 'tenants.ContestedSentence.sentence', count(sentence), NULL, NULL,
        min(asked_on) FILTER (WHERE sentence IS NOT NULL), max(asked_on) FILTER (WHERE sentence IS NOT NULL),
        count(*) FILTER (WHERE asked_on + 30 < loge_today())
    FROM tenants_contestedsentence WHERE (SELECT tenants_counts_texts())
    UNION ALL
    SELECT 'tenants.InheritedLine.sentence', count(*), NULL, NULL, min(first_written_on), max(first_written_on),
        count(*) FILTER (WHERE ends_on < loge_today())
    FROM tenants_inheritedline WHERE (SELECT tenants_counts_texts())
    UNION ALL
    SELECT 'tenants.BankDetail.holder', count(*), NULL, NULL, min(set_on), max(set_on), 0
    FROM tenants_bankdetail WHERE (SELECT tenants_counts_texts())
$$;
REVOKE ALL ON FUNCTION tenants_discreet_leases(), tenants_not_counted(), tenants_household_of_text(uuid, text),
    tenants_take_words(uuid, bytea[]), tenants_taken_words(text[], bytea), tenants_words_counted(text[], bytea),
    tenants_sealed_sentences(), tenants_ask_inspection(text[], bytea) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0064_write_offs"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="CountedWord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "day", "digest"),
                        name="word_counted_once_a_day",
                        violation_error_message="Ce mot est déjà compté aujourd’hui.",
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE),
    ]

"""A wall is not lifted for who made the account of who lifts it; lengths of texts are told in tens, without the texts of
today and without discreet households, so that two inventories do not tell the length of one text."""

from django.db import migrations

CREATE = """
CREATE FUNCTION tenants_wall_lifted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF access_benefits_me(NEW.person_id) THEN
        RAISE EXCEPTION 'for a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_wall_lifted() FROM PUBLIC;
CREATE TRIGGER tenants_wall_lifted AFTER UPDATE OF ended_on ON tenants_conflictwall
    FOR EACH ROW WHEN (NEW.ended_on IS NOT NULL) EXECUTE FUNCTION tenants_wall_lifted();

CREATE OR REPLACE FUNCTION tenants_texts_measured() RETURNS TABLE
    (source text, texts bigint, average integer, longest integer, oldest date, newest date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH apart AS MATERIALIZED (SELECT tenants_not_counted() AS about)
    SELECT t.source, count(*),
        CASE WHEN count(*) FILTER (WHERE t.measured) >= 5
            THEN (round(avg(length(t.said)) FILTER (WHERE t.measured), -1))::int END,
        CASE WHEN count(*) FILTER (WHERE t.measured) >= 5
            THEN (round(max(length(t.said)) FILTER (WHERE t.measured), -1))::int END,
        min(t.since), max(t.since),
        CASE t.source WHEN 'tenants.AccountNote.text' THEN
            (SELECT count(*) FROM tenants_accountnote WHERE ends_on < loge_today() OR withdrawn_on < loge_today())
        ELSE 0 END
    FROM (
        SELECT v.*, (v.since IS NULL OR v.since < loge_today())
            AND (v.about IS NULL OR v.about NOT IN (SELECT apart.about FROM apart)) AS measured
        FROM tenants_text v WHERE v.said <> '') t
    WHERE (SELECT tenants_counts_texts()) GROUP BY t.source
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
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0074_lease_changes"), ("access", "0026_reopened_by_another")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]

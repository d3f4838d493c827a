"""Who guesses a name under a reference is counted before the answer: five misses a reference, twenty a person, in a day."""

from django.db import migrations

DEFINER = "SECURITY DEFINER SET search_path = public, pg_temp"
DONE = "('identity_checked', 'subject_request_taken')"
CREATE = f"""
-- The account that a try is about, for the audit log: of any agency, and of a settled one too.
CREATE FUNCTION tenants_tried_account(wanted text) RETURNS uuid LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT a.id FROM tenants_account a WHERE a.reference = wanted
$$;
-- Tries of the day in Paris that opened nothing, before `mine`: of a person, or about an account, by whomever.
CREATE FUNCTION tenants_missed_tries(mine audit_event, account uuid) RETURNS bigint LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT count(*) FROM audit_event e
    WHERE CASE WHEN account IS NULL THEN e.actor = mine.actor ELSE e.about = account END
      AND e.kind = 'identity_tried' AND e.outcome = 'attempted'
      AND e.at >= tenants_midnight(loge_today()) AND (e.at, e.id) < (mine.at, mine.id)
      AND NOT EXISTS (
          SELECT FROM audit_event d
          WHERE d.actor = e.actor AND d.request = e.request AND d.at >= e.at AND d.outcome = 'changed' AND d.kind IN {DONE})
$$;
-- May this try have an answer? `tried` is its line, written on the audit log's own connection before.
CREATE FUNCTION tenants_may_try(tried uuid, wanted text) RETURNS boolean LANGUAGE plpgsql VOLATILE {DEFINER} AS $$
DECLARE
    mine audit_event;
    account uuid := tenants_tried_account(wanted);
BEGIN
    -- Two at the same moment would each count the misses before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge identity ' || loge_person()::text, 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('loge identity ' || account::text, 0)) WHERE account IS NOT NULL;
    SELECT * INTO mine FROM audit_event e
    WHERE e.actor = loge_person() AND e.id = tried AND e.kind = 'identity_tried' AND e.outcome = 'attempted'
      AND e.about IS NOT DISTINCT FROM account AND e.at >= tenants_midnight(loge_today());
    RETURN FOUND AND tenants_missed_tries(mine, NULL) < 20
        AND (account IS NULL OR tenants_missed_tries(mine, account) < 5);
END $$;

DROP FUNCTION tenants_check_identity(text, text, text);
CREATE FUNCTION tenants_check_identity(wanted text, called text, paper text, tried uuid) RETURNS uuid
    LANGUAGE plpgsql VOLATILE {DEFINER} AS $$
DECLARE
    home record;
BEGIN
    IF NOT tenants_may_try(tried, wanted) THEN
        RETURN NULL;
    END IF;
    SELECT r.id, r.lease_id INTO home FROM tenants_account a JOIN tenants_residence r ON r.lease_id = a.lease_id
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND length(called) >= 2 AND starts_with(r.name_key || ' ', called || ' ')
      AND r.moved_in <= loge_today() + 14 AND (r.moved_out IS NULL OR r.moved_out >= loge_today()
           OR (NOT r.transferred AND r.moved_out >= loge_today() - 7))
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND tenants_at_counter(r.building_id)
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM tenants_identitycheck WHERE until < loge_now();
    INSERT INTO tenants_identitycheck (person_id, lease_id, document, until)
    VALUES (loge_person(), home.lease_id, paper, loge_now() + interval '10 minutes')
    ON CONFLICT (person_id) DO UPDATE SET lease_id = excluded.lease_id, document = excluded.document, until = excluded.until;
    RETURN home.id;
END $$;
DROP FUNCTION tenants_take_request(text, text, text, text, date, boolean, text, text, text[]);
CREATE FUNCTION tenants_take_request(wanted text, called text, asks text, proof text, due date, at_counter boolean, look text,
    matter text, shared text[], tried uuid) RETURNS TABLE (request uuid, tenant uuid, place uuid)
    LANGUAGE plpgsql VOLATILE {DEFINER} AS $$
DECLARE
    home record;
    made uuid := gen_random_uuid();
BEGIN
    IF at_counter AND proof NOT IN ('photo', 'licence', 'mandate') OR NOT at_counter AND NOT tenants_discloses()
       OR NOT tenants_may_try(tried, wanted) THEN
        RETURN;
    END IF;
    SELECT l.id AS lease, l.building_id AS place, t.id AS tenant, count(*) OVER () AS several INTO home
    FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id
    JOIN tenants_tenant t ON t.id IN (
        SELECT r.tenant_id FROM tenants_residence r WHERE r.lease_id = l.id
        UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = l.id)
    WHERE a.reference = wanted AND length(called) >= 2 AND t.name_key = called
      AND (NOT at_counter OR (a.settled_on IS NULL AND tenants_at_counter(l.building_id)
           AND l.id <> ALL (ARRAY (SELECT tenants_hidden()))))
    LIMIT 1;
    IF home.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    IF asks = 'contest' AND NOT EXISTS (
        SELECT FROM tenants_looks_at(home.tenant, shared) s
        WHERE length(tenants_take_request.look) = 8 AND starts_with(s.id::text, tenants_take_request.look)) THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;
    INSERT INTO tenants_subjectrequest
        (id, tenant_id, kind, proof, look, matter, opened_on, opened_by_id, due_on, extension, answer)
    VALUES (made, home.tenant, asks, tenants_take_request.proof, tenants_take_request.look, tenants_take_request.matter,
            loge_today(), loge_person(), due, '', '');
    RETURN QUERY SELECT made, home.tenant, home.place;
END $$;

-- Names tried under references, and missed: five in an hour, ten in a day, or the same reference on three days of fourteen.
CREATE FUNCTION tenants_rule_guessed(on_day date) RETURNS TABLE
    (event uuid, at timestamptz, kind text, person uuid, role text, place uuid) LANGUAGE sql STABLE {DEFINER} AS $$
    WITH missed AS (
        SELECT e.*, count(*) OVER (PARTITION BY e.actor ORDER BY e.at
                                   RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS of_hour,
               count(*) OVER (PARTITION BY e.actor ORDER BY e.at) AS of_day
        FROM tenants_lines_of(on_day, '{{identity_missed}}') e
    )
    SELECT DISTINCT ON (m.actor) m.id, m.at, m.kind, m.actor, m.role, m.place FROM missed m
    WHERE m.of_hour >= 5 OR m.of_day >= 10 OR m.about IS NOT NULL AND 3 <= (
        SELECT count(DISTINCT (o.at AT TIME ZONE 'Europe/Paris')::date) FROM audit_event o
        WHERE o.about = m.about AND o.actor = m.actor AND o.kind = 'identity_missed'
          AND o.at >= tenants_midnight(on_day - 13) AND o.at < tenants_midnight(on_day + 1))
    ORDER BY m.actor, m.at
$$;
REVOKE ALL ON FUNCTION tenants_tried_account(text), tenants_missed_tries(audit_event, uuid), tenants_may_try(uuid, text),
    tenants_check_identity(text, text, text, uuid), tenants_rule_guessed(date),
    tenants_take_request(text, text, text, text, date, boolean, text, text, text[], uuid) FROM PUBLIC;
"""  # noqa: S608 - of the words above alone


class Migration(migrations.Migration):
    dependencies = [("tenants", "0067_machine_looks")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]

-- Monthly partitions of the audit log.

-- Creates the partitions from this month on, if missing, and returns how many. Months are UTC, like the rows.
CREATE OR REPLACE FUNCTION audit_make_months(ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month date := date_trunc('month', now())::date;
    made integer := 0;
    name text;
BEGIN
    FOR i IN 0..ahead LOOP
        name := 'audit_event_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                           name, month, month + interval '1 month');
            PERFORM audit_seal_table(name::regclass);
            made := made + 1;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION audit_make_months FROM PUBLIC;

-- Drops the whole months that ended before a day, and the key of their salts, without which the leaves of that month
-- reveal nothing. Months younger than a year are refused here, so that the pruning login cannot hide recent events.
CREATE OR REPLACE FUNCTION audit_drop_months(before date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    part record;
    unsealed boolean;
    dropped integer := 0;
BEGIN
    IF before > (now() - interval '12 months')::date THEN
        RAISE EXCEPTION 'the audit log is kept for at least 12 months';
    END IF;
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_event'::regclass AND c.relname ~ '^audit_event_[0-9]{6}$'
          AND (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month') <= before
        ORDER BY 1
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I e WHERE NOT EXISTS
            (SELECT FROM audit_leaf l WHERE l.event = e.id AND l.at = e.at))', part.relname) INTO unsealed;
        IF unsealed AND EXISTS (SELECT FROM audit_leaf) THEN
            RAISE EXCEPTION 'a month whose lines have no leaf yet is kept: %', part.relname;
        END IF;
        EXECUTE format('DROP TABLE %I', part.relname);
        DELETE FROM audit_salt WHERE month = to_date(right(part.relname, 6), 'YYYYMM');
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION audit_drop_months FROM PUBLIC;

-- Events that fell into no month. Any at all means that months are no longer created ahead.
CREATE OR REPLACE FUNCTION audit_events_without_month() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM audit_event_other
$$;
REVOKE ALL ON FUNCTION audit_events_without_month FROM PUBLIC;

-- Has the author of a contested refusal not yet opened the page with the answer? False for everybody else.
CREATE OR REPLACE FUNCTION casework_answer_unread(contest uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM casework_contestedsentence c
        JOIN audit_event d ON d.about = c.account_id AND d.kind = 'contest_decided'
            AND d.facts ->> 'contest' = c.id::text AND d.at >= tenants_midnight(c.decided_on)
        WHERE c.id = contest AND c.asked_by_id = loge_person() AND c.outcome <> ''
          AND NOT EXISTS (
            SELECT FROM audit_event e
            WHERE e.about = c.account_id AND e.actor = c.asked_by_id AND e.route = 'account_notes'
              AND e.outcome = 'shown' AND e.at > d.at))
$$;
REVOKE ALL ON FUNCTION casework_answer_unread FROM PUBLIC;

-- Events of a day, of these kinds.
CREATE OR REPLACE FUNCTION oversight_events_of_day(on_day date, kinds text[]) RETURNS SETOF audit_event
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.* FROM audit_event e JOIN access_person p ON p.id = e.actor
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.kind = ANY (kinds)
$$;
REVOKE ALL ON FUNCTION oversight_events_of_day FROM PUBLIC;

-- The lease that an event is about, if any.
CREATE OR REPLACE FUNCTION oversight_household(what text, which uuid, place uuid, on_day date) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE what
        WHEN 'account' THEN (SELECT a.lease_id FROM tenants_account a WHERE a.id = which)
        WHEN 'lease' THEN (SELECT l.id FROM tenants_lease l WHERE l.id = which)
        WHEN 'residence' THEN (SELECT r.lease_id FROM tenants_residence r WHERE r.id = which)
        WHEN 'tenant' THEN (
            SELECT r.lease_id FROM tenants_residence r WHERE r.tenant_id = which
            ORDER BY r.building_id IS NOT DISTINCT FROM place DESC, coalesce(r.moved_out >= on_day, true) DESC,
                     r.moved_in DESC LIMIT 1)
    END
$$;
REVOKE ALL ON FUNCTION oversight_household FROM PUBLIC;

-- Every id by which events may refer to a household.
CREATE OR REPLACE FUNCTION oversight_ids_of_household(lease uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 8 SET search_path = public, pg_temp AS $$
    SELECT lease
    UNION SELECT a.id FROM tenants_account a WHERE a.lease_id = lease
    UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = lease
    UNION SELECT unnest(ARRAY[r.id, r.tenant_id]) FROM tenants_residence r WHERE r.lease_id = lease
    UNION SELECT u.unit_id FROM tenants_leaseunit u WHERE u.lease_id = lease
$$;
REVOKE ALL ON FUNCTION oversight_ids_of_household FROM PUBLIC;

-- Last names and whole names of the residents and parties of a lease on a day, folded, between spaces.
CREATE OR REPLACE FUNCTION oversight_names_at(lease uuid, on_day date) RETURNS TABLE (last text, whole text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
    SELECT tenants_fold_name(t.last_name), tenants_fold_name(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE t.id IN (
        SELECT r.tenant_id FROM tenants_residence r
        WHERE r.lease_id = lease AND (r.moved_out IS NULL OR r.moved_out >= on_day)
        UNION SELECT p.tenant_id FROM tenants_leaseparty p
        WHERE p.lease_id = lease AND (p.last_day IS NULL OR p.last_day >= on_day))
$$;
REVOKE ALL ON FUNCTION oversight_names_at FROM PUBLIC;

-- Whose views these are: a person's own; for a program, those of the people who asked for, approved or issued it.
CREATE OR REPLACE FUNCTION oversight_people_behind(who uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
    SELECT who
    UNION
    SELECT maker FROM access_person p CROSS JOIN LATERAL access_makers(p.id) AS maker WHERE p.id = who AND p.is_machine
$$;
REVOKE ALL ON FUNCTION oversight_people_behind FROM PUBLIC;

-- Programs that opened 25 files or more on a day.
CREATE OR REPLACE FUNCTION oversight_busy_programs(on_day date) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT p.id FROM access_person p WHERE p.is_machine AND 25 <= (
        SELECT count(DISTINCT e.about) FROM audit_event e
        WHERE e.actor = p.id AND e.outcome = 'shown'
          AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1))
$$;
REVOKE ALL ON FUNCTION oversight_busy_programs FROM PUBLIC;

-- Views of one household each, on a day: by people, and by programs that opened few. A program that opens many works
-- through a list; the rule `program` is about those.
CREATE OR REPLACE FUNCTION oversight_household_views(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid, purpose text, lease uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH looks AS (
        SELECT e.*, p.is_machine FROM audit_event e JOIN access_person p ON p.id = e.actor
        WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
          AND e.outcome = 'shown' AND e.about IS NOT NULL
          AND e.permission NOT IN ('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')
          AND CASE WHEN e.kind = 'form_shown' AND e.about_kind IN ('account', 'lease') AND e.purpose <> ''
              THEN 'account_opened' ELSE e.kind END IN ('account_opened', 'statement_printed', 'identity_opened',
              'bank_details_shown', 'lease_opened', 'card_opened', 'export_taken')
    )
    SELECT l.id, l.at, l.kind, l.actor, l.role, l.place, l.purpose, oversight_household(l.about_kind, l.about, l.place, on_day)
    FROM looks l WHERE NOT l.is_machine OR l.actor NOT IN (SELECT oversight_busy_programs(on_day))
$$;
REVOKE ALL ON FUNCTION oversight_household_views FROM PUBLIC;

-- Is anything owed on a day? A debt paid within the month before is for oversight_has_arrears to find.
CREATE OR REPLACE FUNCTION oversight_has_debt(lease uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN ledger_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = oversight_has_debt.lease
$$;
REVOKE ALL ON FUNCTION oversight_has_debt FROM PUBLIC;

-- Is anything owed for over a month, as in ledger/arrears.py? Payments, less those returned, count against the oldest
-- charge; an entry reversed by that day does not count, nor does its reversal.
CREATE OR REPLACE FUNCTION oversight_has_arrears(lease uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN ledger_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = oversight_has_arrears.lease
      AND (n.kind = 'payment' OR n.amount_cents < 0 OR n.effective_on <= on_day - 31)
      AND n.reverses_id IS NULL
      AND NOT EXISTS (SELECT FROM ledger_entry u WHERE u.reverses_id = n.id AND u.effective_on <= on_day)
$$;
REVOKE ALL ON FUNCTION oversight_has_arrears FROM PUBLIC;

-- After notice, the account is prepared for settlement; after the lease ends, it waits for it a year at most.
CREATE OR REPLACE FUNCTION oversight_being_settled(lease uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM tenants_lease l JOIN tenants_account a ON a.lease_id = l.id
        WHERE l.id = lease AND l.ends_on BETWEEN on_day - 366 AND on_day + 120
          AND (l.notice_on IS NULL OR l.notice_on <= on_day + 3) AND (a.settled_on IS NULL OR a.settled_on >= on_day - 14))
$$;
REVOKE ALL ON FUNCTION oversight_being_settled FROM PUBLIC;

-- Does the file confirm the reason that was given? NULL for reasons that leave no trace in a file: a tenant's question,
-- a letter, a repair, accounting. A debt of two weeks before counts: a list of arrears is worked through for days.
CREATE OR REPLACE FUNCTION oversight_purpose_confirmed(purpose text, lease uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE purpose
        WHEN 'arrears' THEN oversight_has_debt(lease, on_day) OR oversight_has_arrears(lease, on_day - 14)
        WHEN 'payment' THEN oversight_has_debt(lease, on_day) OR EXISTS (
            SELECT FROM tenants_account a JOIN ledger_entry n ON n.account_id = a.id AND n.kind = 'payment'
            WHERE a.lease_id = oversight_purpose_confirmed.lease
              AND (n.effective_on BETWEEN on_day - 10 AND on_day + 3 OR n.booked_on BETWEEN on_day - 10 AND on_day + 3))
        WHEN 'moving' THEN oversight_being_settled(lease, on_day) OR EXISTS (
            SELECT FROM tenants_lease l WHERE l.id = lease AND (l.starts_on BETWEEN on_day - 60 AND on_day + 60
                OR l.ends_on BETWEEN on_day - 60 AND on_day + 120 OR l.notice_on BETWEEN on_day - 60 AND on_day + 3))
        WHEN 'closing' THEN oversight_being_settled(lease, on_day)
        WHEN 'lease' THEN EXISTS (
            SELECT FROM tenants_lease l WHERE l.id = lease AND (l.starts_on BETWEEN on_day - 60 AND on_day + 60
                OR l.ends_on BETWEEN on_day - 60 AND on_day + 120))
            OR EXISTS (SELECT FROM audit_event e WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(lease)))
                AND e.outcome = 'changed' AND e.kind IN ('lease_signed', 'notice_given', 'resident_moved',
                    'representative_set', 'name_corrected', 'discreet_set', 'discreet_ended')
                AND e.at >= tenants_midnight(on_day - 14) AND e.at < tenants_midnight(on_day + 4))
    END
$$;
REVOKE ALL ON FUNCTION oversight_purpose_confirmed FROM PUBLIC;

-- Did this person change anything about the household between two days?
CREATE OR REPLACE FUNCTION oversight_changed_household(who uuid, lease uuid, since date, until date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(lease))) AND e.actor = who AND e.outcome = 'changed'
          AND e.at >= tenants_midnight(since) AND e.at < tenants_midnight(until + 1))
$$;
REVOKE ALL ON FUNCTION oversight_changed_household FROM PUBLIC;

-- Is something going on there that anybody may see: a visit at the counter, an emergency, a message on the door, a
-- recent fact or note, a request of a data subject, somebody arriving or leaving?
CREATE OR REPLACE FUNCTION oversight_has_open_matter(lease uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(lease))) AND e.outcome = 'changed'
          AND e.at < tenants_midnight(on_day + 4)
          AND (e.kind IN ('identity_checked', 'emergency_opened', 'emergency_reviewed', 'subject_request_taken',
                          'fact_contested', 'challenge_decided', 'refusal_contested', 'contest_decided',
                          'inherited_proposed', 'inherited_decided', 'adjustment_posted', 'entry_reversed',
                          'notice_given', 'resident_moved')
               AND e.at >= tenants_midnight(on_day - 2)
               OR e.kind IN ('fact_recorded', 'fact_replaced', 'note_written', 'note_replaced')
               AND e.at >= tenants_midnight(on_day - 14)))
    OR EXISTS (
        SELECT FROM tenants_leaseunit u JOIN tenants_reminderdoor d ON d.unit_id = u.unit_id
        JOIN tenants_reminder m ON m.id = d.reminder_id
        WHERE u.lease_id = lease AND on_day BETWEEN m.first_day AND m.last_day + 1)
    OR EXISTS (
        SELECT FROM tenants_residence r WHERE r.lease_id = lease
          AND (r.moved_in BETWEEN on_day - 30 AND on_day + 45 OR r.moved_out BETWEEN on_day - 45 AND on_day + 95))
$$;
REVOKE ALL ON FUNCTION oversight_has_open_matter FROM PUBLIC;

-- The wrong line of a list, left within a minute for the intended file, whose reason is confirmed or which is worked
-- on. A household that the same person opens at another time within five weeks was not the wrong line.
CREATE OR REPLACE FUNCTION oversight_is_wrong_row_of_list(who uuid, lease uuid, purpose text, moment timestamptz, on_day date)
    RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM audit_event e
        CROSS JOIN LATERAL (SELECT oversight_household(e.about_kind, e.about, e.place, on_day) AS lease) h
        WHERE e.actor = who AND e.outcome = 'shown' AND e.purpose = oversight_is_wrong_row_of_list.purpose
          AND e.at > moment AND e.at <= moment + interval '1 minute' AND h.lease <> oversight_is_wrong_row_of_list.lease
          AND (oversight_purpose_confirmed(e.purpose, h.lease, on_day) OR oversight_changed_household(who, h.lease, on_day - 2, on_day + 3)))
    AND NOT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(lease))) AND e.actor = who AND e.outcome = 'shown'
          AND e.at >= tenants_midnight(on_day - 31) AND e.at < tenants_midnight(on_day + 4)
          AND e.at NOT BETWEEN moment - interval '1 minute' AND moment + interval '1 minute')
$$;
REVOKE ALL ON FUNCTION oversight_is_wrong_row_of_list FROM PUBLIC;

-- Did this rule ask about the same person and household within a month?
CREATE OR REPLACE FUNCTION oversight_asked_recently(which text, who uuid, lease uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM oversight_lookquestion q JOIN audit_event e ON e.id = q.event AND e.at = q.at
        WHERE q.rule = which AND q.person_id = who AND e.about = ANY (ARRAY (SELECT oversight_ids_of_household(lease)))
          AND q.at >= tenants_midnight(on_day - 31) AND q.at < tenants_midnight(on_day + 1))
$$;
REVOKE ALL ON FUNCTION oversight_asked_recently FROM PUBLIC;

-- The first view in a month of a household that has the name of a colleague or of the person themselves. Names are
-- compared first, because few match, and only those are examined. Cards are left out: a caretaker's own building
-- explains them.
CREATE OR REPLACE FUNCTION oversight_views_by_name(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid, lease uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH staff AS MATERIALIZED (
        SELECT p.id, p.is_active, tenants_fold_name(p.name) AS whole FROM access_person p WHERE NOT p.is_machine
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place, l.lease FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM oversight_household_views(on_day) f
        WHERE f.lease IS NOT NULL AND f.kind <> 'card_opened' ORDER BY f.person, f.lease, f.at) l
    WHERE CASE WHEN EXISTS (
        SELECT FROM oversight_names_at(l.lease, on_day) n
        WHERE n.whole IN (SELECT s.whole FROM staff s WHERE s.is_active)
           OR EXISTS (
               SELECT FROM staff s WHERE s.id IN (SELECT oversight_people_behind(l.person)) AND trim(n.last) <> ''
                 AND s.whole LIKE '%' || n.last))
      THEN NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
            AND e.kind <> 'card_opened' AND e.at >= tenants_midnight(on_day - 31) AND e.at < tenants_midnight(on_day))
        AND oversight_purpose_confirmed(l.purpose, l.lease, on_day) IS NOT TRUE
        AND NOT oversight_has_open_matter(l.lease, on_day)
        AND NOT oversight_changed_household(l.person, l.lease, on_day - 2, on_day + 3)
      ELSE false END
$$;
REVOKE ALL ON FUNCTION oversight_views_by_name FROM PUBLIC;

-- On how many days the other people of a building had their card opened under a role in four weeks, on average. What is
-- ordinary in a small building is much in a large one.
CREATE OR REPLACE FUNCTION oversight_ordinary_days(building uuid, under text, besides uuid, on_day date) RETURNS numeric
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(avg(o.days), 0) FROM (
        SELECT count(DISTINCT (e.at AT TIME ZONE 'Europe/Paris')::date) AS days FROM audit_event e
        WHERE e.place = building AND e.role = under AND e.kind = 'card_opened' AND e.outcome = 'shown'
          AND e.permission NOT IN ('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')
          AND e.at >= tenants_midnight(on_day - 27) AND e.at < tenants_midnight(on_day + 1)
          AND e.about <> ALL (ARRAY (SELECT oversight_ids_of_household(besides)))
        GROUP BY e.about) o
$$;
REVOKE ALL ON FUNCTION oversight_ordinary_days FROM PUBLIC;

-- How many rows of residents a program was shown on a day, lists included.
CREATE OR REPLACE FUNCTION oversight_rows_shown_to(who uuid, on_day date) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(greatest(cardinality(e.shown), (e.about IS NOT NULL)::integer)), 0)
    FROM audit_event e
    WHERE e.actor = who AND e.outcome = 'shown' AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
$$;
REVOKE ALL ON FUNCTION oversight_rows_shown_to FROM PUBLIC;

-- Files asked for and not opened. A mistyped reference that is corrected within three minutes is left out.
CREATE OR REPLACE FUNCTION oversight_refusals_of(since date, until date)
    RETURNS TABLE (event uuid, at timestamptz, day date, kind text, person uuid, role text, place uuid, asked text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.at, (e.at AT TIME ZONE 'Europe/Paris')::date, e.kind, e.actor, e.role, e.place,
           coalesce(e.about::text, e.facts ->> 'reference')
    FROM audit_event e JOIN access_person p ON p.id = e.actor
    WHERE e.at >= tenants_midnight(since) AND e.at < tenants_midnight(until + 1)
      AND e.outcome IN ('refused', 'missing') AND e.kind IN ('refused', 'wall_met')
      AND coalesce(e.about::text, e.facts ->> 'reference') IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM audit_event n
          WHERE n.actor = e.actor AND n.outcome = 'shown' AND e.kind = 'refused' AND EXISTS (
                SELECT FROM tenants_account a WHERE a.id = n.about AND 2 >= (
                    SELECT count(*) FROM generate_series(1, 14) i
                    WHERE substr(a.reference, i, 1) <> substr(e.facts ->> 'reference', i, 1)))
            AND n.permission = e.permission AND n.at > e.at AND n.at < e.at + interval '3 minutes')
$$;
REVOKE ALL ON FUNCTION oversight_refusals_of FROM PUBLIC;

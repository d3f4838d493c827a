-- Counts the figures of the managers' board, each night. A figure is stored as pages display it: rounded, or null if too
-- few are counted. Pages only add up stored figures, so a subtraction never gives an exact or hidden one (decision 67).

-- The sector of each building: the lowest place above it that is neither an estate nor a building. Each building is in
-- one sector, so no two figures overlap.
CREATE OR REPLACE FUNCTION oversight_sectors() RETURNS TABLE (building uuid, sector uuid)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (b.id) b.id, q.id FROM access_place b
    JOIN access_place q ON q.id = ANY (string_to_array(trim(b.path, '/'), '/')::uuid[])
        AND q.level NOT IN ('estate', 'building')
    WHERE b.level = 'building' ORDER BY b.id, q.path DESC
$$;
REVOKE ALL ON FUNCTION oversight_sectors FROM PUBLIC;

-- The leases that are hidden from somebody today or on a later day, with the other leases of their parties. Nothing is
-- counted about them for anybody: a figure is the same for all who read it, and some of them may not know the household.
CREATE OR REPLACE FUNCTION oversight_leases_hidden_from_some() RETURNS SETOF uuid
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT lease_id FROM tenants_discreetmark WHERE last_day >= loge_today()
        UNION ALL
        SELECT lease_id FROM tenants_conflictwall WHERE ended_on IS NULL
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
$$;
REVOKE ALL ON FUNCTION oversight_leases_hidden_from_some FROM PUBLIC;

-- Debts by the age of the oldest unpaid charge: a row for each sector and class. A class of fewer than ten accounts has no
-- number. A sector whose accounts are all in one building has no rows, because no debts of one building are displayed.
CREATE OR REPLACE FUNCTION oversight_debts() RETURNS TABLE (sector uuid, kind text, number bigint, cents bigint)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH accounts AS MATERIALIZED (
        SELECT a.id, a.building_id, s.sector FROM tenants_account a JOIN oversight_sectors() s ON s.building = a.building_id
        WHERE a.settled_on IS NULL AND a.lease_id NOT IN (SELECT oversight_leases_hidden_from_some())
    ), counted AS (
        SELECT a.sector, CASE WHEN b.owed_since > loge_today() - interval '1 month' THEN 'debt_recent'
                              WHEN b.owed_since > loge_today() - interval '3 months' THEN 'debt_1_month'
                              WHEN b.owed_since > loge_today() - interval '6 months' THEN 'debt_3_months'
                              ELSE 'debt_6_months' END AS kind, count(*) AS number, sum(b.balance_cents) AS cents
        FROM accounts a JOIN ledger_balance b ON b.account_id = a.id WHERE b.balance_cents > 0 GROUP BY 1, 2
    )
    SELECT s.sector, k.kind, c.number - c.number % 5, round(c.cents, -5)::bigint
    FROM (SELECT sector FROM accounts GROUP BY sector HAVING count(DISTINCT building_id) > 1) s
    CROSS JOIN unnest(ARRAY['debt_recent', 'debt_1_month', 'debt_3_months', 'debt_6_months']) AS k (kind)
    LEFT JOIN counted c ON (c.sector, c.kind) = (s.sector, k.kind) AND c.number >= 10
$$;
REVOKE ALL ON FUNCTION oversight_debts FROM PUBLIC;

-- Households that arrive and leave, by calendar month: of the last three months, of this one, and of the next two together.
-- Calendar months do not overlap. A window of thirty days that moves each night would disclose the moves of one day.
CREATE OR REPLACE FUNCTION oversight_moves(this_month date)
    RETURNS TABLE (sector uuid, kind text, month date, number bigint)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT s.sector, CASE WHEN m.day < this_month THEN m.past WHEN m.day < this_month + interval '1 month' THEN m.planned
                          ELSE m.planned || '_later' END,
           least(date_trunc('month', m.day), this_month)::date,
           count(DISTINCT r.lease_id) - count(DISTINCT r.lease_id) % 5
    FROM tenants_residence r JOIN oversight_sectors() s ON s.building = r.building_id
    CROSS JOIN LATERAL (VALUES (r.moved_in, 'arrived', 'arriving'), (r.moved_out, 'left', 'leaving')) m (day, past, planned)
    WHERE m.day >= this_month - interval '3 months' AND m.day < this_month + interval '3 months'
      AND r.lease_id NOT IN (SELECT oversight_leases_hidden_from_some())
    GROUP BY 1, 2, 3 HAVING count(DISTINCT r.lease_id) >= 5
$$;
REVOKE ALL ON FUNCTION oversight_moves FROM PUBLIC;

-- Dwellings, and those that no lease holds today or later by how long they have been vacant. A dwelling that was never let
-- is vacant since the day on which its vacancy says that it was available. These are numbers of dwellings, so they are
-- exact. A hidden household's lease counts until it has ended, as in the list of vacant dwellings (`allocations_notices`).
-- Candidates are not counted: whoever has no part in a dwelling cannot tell whether it has any.
CREATE OR REPLACE FUNCTION oversight_vacant_dwellings() RETURNS TABLE (sector uuid, kind text, number bigint)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH dwellings AS MATERIALIZED (
        SELECT u.id, s.sector, held.until FROM buildings_unit u JOIN oversight_sectors() s ON s.building = u.building_id
        LEFT JOIN (
            SELECT t.unit_id, max(coalesce(t.last_day, l.ends_on, 'infinity')) AS until
            FROM tenants_leaseunit t JOIN tenants_lease l ON l.id = t.lease_id GROUP BY t.unit_id) held ON held.unit_id = u.id
        WHERE u.kind = 'dwelling'
    ), vacant AS (
        SELECT d.sector, coalesce(d.until, CASE WHEN v.available_on <= loge_today() THEN v.available_on - 1 END) AS until
        FROM dwellings d
        LEFT JOIN allocations_vacancy v ON v.unit_id = d.id AND v.state NOT IN ('let', 'withdrawn')
        WHERE d.until IS NULL OR d.until < loge_today()
    )
    SELECT sector, 'dwellings', count(*) FROM dwellings GROUP BY sector
    UNION ALL
    SELECT sector, CASE WHEN until IS NULL THEN 'vacant_unknown'
                        WHEN until >= loge_today() - interval '1 month' THEN 'vacant_recent'
                        WHEN until >= loge_today() - interval '3 months' THEN 'vacant_1_month'
                        ELSE 'vacant_3_months' END, count(*) FROM vacant GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION oversight_vacant_dwellings FROM PUBLIC;

-- Stores the figures. Debts and moves of a month are counted once, in its first night, and never again: counted each
-- night, two successive numbers would disclose what one household paid. Dwellings are counted each night. Returns the number
-- of new rows.
CREATE OR REPLACE FUNCTION oversight_measure_board() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := loge_today();
    this_month date := date_trunc('month', loge_today());
    written bigint;
BEGIN
    DELETE FROM oversight_boardfigure WHERE month < this_month - interval '3 months'
        OR kind IN ('dwellings', 'vacant_recent', 'vacant_1_month', 'vacant_3_months', 'vacant_unknown');
    WITH sectors AS (
        SELECT DISTINCT sector FROM oversight_sectors()
    ), cells AS (
        SELECT kind, this_month AS month
        FROM unnest(ARRAY['arriving', 'leaving', 'arriving_later', 'leaving_later']) AS kind
        UNION ALL
        SELECT kind, (this_month - ago * interval '1 month')::date
        FROM unnest(ARRAY['arrived', 'left']) AS kind CROSS JOIN generate_series(1, 3) AS ago
    ), figures AS (
        SELECT sector, kind, this_month AS month, number, cents FROM oversight_debts()
        UNION ALL
        SELECT s.sector, c.kind, c.month, m.number, NULL FROM sectors s CROSS JOIN cells c
        LEFT JOIN oversight_moves(this_month) m ON (m.sector, m.kind, m.month) = (s.sector, c.kind, c.month)
        UNION ALL
        SELECT sector, kind, this_month, number, NULL FROM oversight_vacant_dwellings()
    )
    INSERT INTO oversight_boardfigure (id, place_id, kind, month, counted_on, number, cents)
    SELECT gen_random_uuid(), sector, kind, month, today, number, cents FROM figures
    ON CONFLICT ON CONSTRAINT board_figure_once DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
REVOKE ALL ON FUNCTION oversight_measure_board FROM PUBLIC;

-- The places at or below which the current person reads the board: what the row policy asks.
CREATE OR REPLACE FUNCTION oversight_board_places() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT q.id FROM access_place q
    WHERE q.level NOT IN ('estate', 'building') AND EXISTS (
        SELECT FROM access_assignment a JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place h ON h.id = a.place_id
        WHERE a.person_id = loge_person() AND a.role = 'sector_manager'
          AND q.path >= h.path AND q.path < h.path || '~'
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today()));
END $$;
REVOKE ALL ON FUNCTION oversight_board_places FROM PUBLIC;

SELECT tenants_create_retention_view('oversight_boardfigure', 'month + 122');

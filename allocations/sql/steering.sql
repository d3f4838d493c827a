-- Counts for steering: legal quotas, the fairness audit, the yearly report. No row of a candidacy leaves the database, and
-- every threshold is here: a number is told only if at least five households are on either side of it.

-- Is every candidacy of a year still stored? They are deleted one by one once the retention for a claim has passed, and a
-- number that shrinks day by day would tell about each. The shortest retention that was ever in force counts.
CREATE OR REPLACE FUNCTION allocations_year_is_stored(of_year integer) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(loge_today() < make_date(of_year + min(f.value)::integer, 1, 1), true)
    FROM allocations_legalfigure f WHERE f.code = 'claim_retention_years' AND f.first_day <= loge_today()
$$;
REVOKE ALL ON FUNCTION allocations_year_is_stored FROM PUBLIC;

-- May numbers of a whole year be told? Only once it is over, so that they do not move with each household.
CREATE OR REPLACE FUNCTION allocations_year_is_told(of_year integer) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT of_year < extract(year FROM loge_today()) AND allocations_year_is_stored(of_year)
$$;
REVOKE ALL ON FUNCTION allocations_year_is_told FROM PUBLIC;

-- The years before this one that a manager or the data protection officer may read, the latest first.
CREATE OR REPLACE FUNCTION allocations_told_years() RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
    SELECT y FROM generate_series(extract(year FROM loge_today())::integer - 1, (
        SELECT extract(year FROM min(v.ended_on))::integer FROM allocations_vacancy v WHERE v.ended_on IS NOT NULL), -1) y
    WHERE allocations_year_is_told(y) AND (access_holds_everywhere('steering') OR access_holds_everywhere('inspection'))
$$;
REVOKE ALL ON FUNCTION allocations_told_years FROM PUBLIC;

-- The small groups that are told together, so that no number can be computed by subtraction: all those with fewer than
-- five persons on either side, and the smallest others until the merged group has five on both. NULL if all groups
-- together have fewer.
CREATE OR REPLACE FUNCTION allocations_merged(hits bigint[], misses bigint[]) RETURNS boolean[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    merged boolean[] := ARRAY (SELECT least(h, m) < 5 FROM unnest(hits, misses) WITH ORDINALITY u (h, m, i) ORDER BY i);
    smallest bigint;
BEGIN
    WHILE true = ANY (merged) AND (
        SELECT least(sum(h), sum(m)) < 5 FROM unnest(hits, misses, merged) u (h, m, is_merged) WHERE is_merged) LOOP
        SELECT i INTO smallest FROM unnest(hits, misses, merged) WITH ORDINALITY u (h, m, is_merged, i)
        WHERE NOT is_merged ORDER BY least(h, m), i LIMIT 1;
        IF smallest IS NULL THEN
            RETURN NULL;
        END IF;
        merged[smallest] := true;
    END LOOP;
    RETURN merged;
END $$;
REVOKE ALL ON FUNCTION allocations_merged FROM PUBLIC;

-- --- Legal quotas ---

-- Each signed lease of a year with the quota for which it counts, and whether it qualifies: NULL if its quartile is
-- unknown. A dwelling outside the flow belongs to no contingent. Internal.
CREATE OR REPLACE FUNCTION allocations_signed_leases(of_year integer)
    RETURNS TABLE (quota text, contingent uuid, signed_on date, qualifies boolean)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH signed AS (
        SELECT h.*, v.contingent_id, v.outside_flow = 'rehousing' AS rehoused FROM allocations_handover h
        JOIN allocations_candidacy c ON c.id = h.candidacy_id JOIN allocations_vacancy v ON v.id = c.vacancy_id
        WHERE h.signed_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
    )
    SELECT 'first_quartile_outside_qpv', NULL::uuid, signed_on, rehoused OR quartile = 1 FROM signed WHERE NOT in_qpv
    UNION ALL
    SELECT 'other_quartiles_in_qpv', NULL, signed_on, quartile <> 1 FROM signed WHERE in_qpv
    UNION ALL
    SELECT 'priority_in_contingent', contingent_id, signed_on, priority OR dalo FROM signed
    WHERE contingent_id IS NOT NULL
$$;
REVOKE ALL ON FUNCTION allocations_signed_leases FROM PUBLIC;

-- Bounds of the number of leases of a year that qualify. Complete months are joined into blocks of at least twenty leases,
-- whatever the leases are. A block is told exactly if five of its leases qualify and five do not. Else a side is told to be
-- below five, if the block has ten. So the numbers of two days differ by whole blocks, and the day on which one appears
-- tells nothing. Internal.
CREATE OR REPLACE FUNCTION allocations_bounds(of_year integer, days date[], flags boolean[])
    RETURNS TABLE (told_until date, at_least bigint, at_most bigint)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    month_end date;
    hits bigint;
    misses bigint;
    leases bigint;
BEGIN
    at_least := 0;
    at_most := cardinality(days);
    FOR month IN 1..12 LOOP
        month_end := make_date(of_year + month / 12, month % 12 + 1, 1) - 1;
        EXIT WHEN month_end >= loge_today();
        SELECT count(*) FILTER (WHERE flag), count(*) FILTER (WHERE NOT flag), count(*) INTO hits, misses, leases
        FROM unnest(days, flags) u (day, flag) WHERE day <= month_end AND (day > told_until) IS NOT FALSE;
        CONTINUE WHEN leases < 20 AND month < 12;
        told_until := month_end;
        IF hits + misses >= 10 THEN
            at_least := at_least + CASE WHEN hits < 5 THEN 0 WHEN misses < 5 THEN hits + misses - 4 ELSE hits END;
            at_most := at_most - CASE WHEN misses < 5 THEN 0 WHEN hits < 5 THEN hits + misses - 4 ELSE misses END;
        END IF;
    END LOOP;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION allocations_bounds FROM PUBLIC;

-- The quotas of a year over its complete months, each with the least and the greatest number of leases that may qualify.
-- Fewer than five leases: no number. `quartile_unknown`: for some lease. Internal.
CREATE OR REPLACE FUNCTION allocations_measured_quotas(of_year integer)
    RETURNS TABLE (quota text, contingent uuid, told_until date, signed bigint, at_least bigint, at_most bigint,
        quartile_unknown boolean)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT m.quota, m.contingent, s.told_until, m.signed, s.at_least, s.at_most, m.quartile_unknown
    FROM (
        SELECT l.quota, l.contingent, count(*) AS signed, bool_or(l.qualifies IS NULL) AS quartile_unknown,
            array_agg(l.signed_on ORDER BY l.signed_on, l.qualifies) AS days,
            array_agg(l.qualifies ORDER BY l.signed_on, l.qualifies) AS flags
        FROM allocations_signed_leases(of_year) l
        WHERE l.signed_on < date_trunc('month', loge_today()) AND allocations_year_is_stored(of_year)
        GROUP BY l.quota, l.contingent HAVING count(*) >= 5) m
    CROSS JOIN LATERAL allocations_bounds(of_year, m.days, m.flags) s
$$;
REVOKE ALL ON FUNCTION allocations_measured_quotas FROM PUBLIC;

-- The quotas of a year for a manager.
CREATE OR REPLACE FUNCTION allocations_quotas(of_year integer)
    RETURNS TABLE (quota text, contingent uuid, told_until date, signed bigint, at_least bigint, at_most bigint,
        quartile_unknown boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
    SELECT * FROM allocations_measured_quotas(of_year) WHERE access_holds_everywhere('steering')
$$;
REVOKE ALL ON FUNCTION allocations_quotas FROM PUBLIC;

-- The quota of the contingents for which the current person nominates, with the numbers that the manager reads.
CREATE OR REPLACE FUNCTION allocations_own_quotas(of_year integer)
    RETURNS TABLE (quota text, contingent uuid, told_until date, signed bigint, at_least bigint, at_most bigint,
        quartile_unknown boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT m.* FROM allocations_measured_quotas(of_year) m
    WHERE m.contingent = ANY (ARRAY (SELECT allocations_own_contingents()))
$$;
REVOKE ALL ON FUNCTION allocations_own_quotas FROM PUBLIC;

-- --- Fairness ---

-- One row for each line or candidacy of the vacancies that ended in a year, each rate and each group: whether it was
-- designated, passed over, presented, offered the dwelling. Groups are those of the shortlist or the sheet, which outlive
-- the application. `person`: the same for all rows of a person, as far as it is stored. Internal.
CREATE OR REPLACE FUNCTION allocations_fairness_facts(of_year integer)
    RETURNS TABLE (rate text, dimension text, grp text, person uuid, reached boolean)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH ended AS (
        SELECT v.id, coalesce(g.kind || ' ' || g.holder, 'outside') AS holder
        FROM allocations_vacancy v LEFT JOIN allocations_contingent g ON g.id = v.contingent_id
        WHERE v.ended_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
    ), lines AS (
        -- A candidacy of an earlier shortlist of the same vacancy is not that of a line.
        SELECT l.vacancy_id, l.rank, l.pseudonym, c.id AS candidacy, c.item_id IS NOT NULL AS presented,
            -- Designating the candidate who must be examined first does not pass over better ranks.
            max(l.rank) FILTER (WHERE c.id IS NOT NULL AND NOT l.owed) OVER (PARTITION BY l.vacancy_id) AS last_rank,
            CASE WHEN l.priority THEN 'yes' ELSE 'no' END AS priority, least(l.persons, 5)::text AS persons,
            extract(year FROM age(s.run_on, l.filed_on))::integer AS years
        FROM ended v JOIN allocations_shortlist s ON s.vacancy_id = v.id
        JOIN allocations_shortlistline l ON l.vacancy_id = v.id
        LEFT JOIN LATERAL (
            SELECT x.* FROM allocations_candidacy x
            WHERE x.vacancy_id = l.vacancy_id AND x.rank = l.rank AND x.designated_on >= s.run_on
            ORDER BY x.number DESC LIMIT 1) c ON true
    ), of_line AS (
        SELECT l.*, d.dimension, d.grp FROM lines l
        CROSS JOIN LATERAL (VALUES ('all', 'all'), ('priority', l.priority), ('persons', l.persons),
            ('waited', CASE WHEN l.years < 1 THEN '0' WHEN l.years < 3 THEN '1' WHEN l.years < 5 THEN '3' ELSE '5' END)
            ) d (dimension, grp)
        WHERE l.last_rank IS NOT NULL
    ), sheets AS (
        SELECT coalesce(l.pseudonym, k.pseudonym, c.application_id, c.id) AS person, o.id IS NOT NULL AS offered, f.*,
            f.persons - f.children AS adults, f.waited_months / 12 AS years, v.holder
        FROM ended v JOIN allocations_candidacy c ON c.vacancy_id = v.id AND c.item_id IS NOT NULL
        JOIN allocations_sheet f ON f.candidacy_id = c.id
        LEFT JOIN lines l ON l.candidacy = c.id
        LEFT JOIN allocations_poollink k ON k.application_id = c.application_id
        LEFT JOIN allocations_offer o ON o.candidacy_id = c.id
    )
    SELECT 'designated', dimension, grp, pseudonym, candidacy IS NOT NULL FROM of_line
    UNION ALL
    SELECT 'passed_over', dimension, grp, pseudonym, candidacy IS NULL FROM of_line WHERE rank < last_rank
    UNION ALL
    SELECT 'lists', 'all', 'all', vacancy_id, bool_or(candidacy IS NULL) FILTER (WHERE rank < last_rank) IS TRUE
    FROM lines WHERE last_rank IS NOT NULL GROUP BY vacancy_id
    UNION ALL
    SELECT 'presented', dimension, grp, pseudonym, presented FROM of_line WHERE candidacy IS NOT NULL
    UNION ALL
    SELECT 'offered', d.dimension, d.grp, s.person, s.offered FROM sheets s
    CROSS JOIN LATERAL (VALUES ('all', 'all'), ('priority', CASE WHEN s.priority THEN 'yes' ELSE 'no' END),
        ('household', CASE WHEN s.adults < 2 AND s.children = 0 THEN 'alone' WHEN s.adults < 2 THEN 'lone_parent'
            WHEN s.children = 0 THEN 'adults' ELSE 'family' END),
        ('income', CASE WHEN s.income_bracket < 6 THEN 'below' WHEN s.income_bracket >= 6 THEN 'above'
            ELSE 'unknown' END),
        ('waited', CASE WHEN s.years < 1 THEN '0' WHEN s.years < 3 THEN '1' WHEN s.years < 5 THEN '3' ELSE '5' END),
        ('holder', s.holder)) d (dimension, grp)
$$;
REVOKE ALL ON FUNCTION allocations_fairness_facts FROM PUBLIC;

-- The rates of a year that is over. Small groups are told together, and numbers are rounded to five, so that those of
-- two pages cannot be subtracted either. A group of nobody is a small group: its absence would tell what all others are.
CREATE OR REPLACE FUNCTION allocations_fairness(of_year integer)
    RETURNS TABLE (rate text, dimension text, groups text[], total bigint, reached bigint)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 60 SET search_path = public, pg_temp AS $$
    WITH facts AS MATERIALIZED (
        SELECT f.* FROM allocations_fairness_facts(of_year) f
        WHERE allocations_year_is_told(of_year)
          AND (access_holds_everywhere('steering') OR access_holds_everywhere('inspection'))
    ), known (dimension, grp) AS (
        VALUES ('priority', 'yes'), ('priority', 'no'), ('waited', '0'), ('waited', '1'), ('waited', '3'),
            ('waited', '5'), ('persons', '1'), ('persons', '2'), ('persons', '3'), ('persons', '4'), ('persons', '5'),
            ('household', 'alone'), ('household', 'lone_parent'), ('household', 'adults'), ('household', 'family'),
            ('income', 'below'), ('income', 'above')
    ), cells AS (
        SELECT rate, dimension, grp, count(*) AS total, count(*) FILTER (WHERE reached) AS reached
        FROM facts GROUP BY rate, dimension, grp
        UNION
        SELECT DISTINCT f.rate, k.dimension, k.grp, 0, 0 FROM facts f JOIN known k USING (dimension)
        WHERE NOT EXISTS (SELECT FROM facts o WHERE (o.rate, o.dimension, o.grp) = (f.rate, k.dimension, k.grp))
    ), persons AS (
        -- Each person is counted in one group, so that the persons of merged groups add up.
        SELECT p.rate, p.dimension, p.grp, count(*) FILTER (WHERE p.reached) AS hits,
            count(*) FILTER (WHERE NOT p.reached) AS misses
        FROM (SELECT f.rate, f.dimension, f.person, f.reached, min(f.grp) AS grp FROM facts f GROUP BY 1, 2, 3, 4) p
        GROUP BY p.rate, p.dimension, p.grp
    ), merged AS (
        SELECT c.rate, c.dimension, array_agg(c.grp ORDER BY c.grp) AS groups, allocations_merged(
            array_agg(coalesce(p.hits, 0) ORDER BY c.grp), array_agg(coalesce(p.misses, 0) ORDER BY c.grp)) AS small
        FROM cells c LEFT JOIN persons p USING (rate, dimension, grp) GROUP BY c.rate, c.dimension
    )
    SELECT c.rate, c.dimension, array_agg(c.grp ORDER BY c.grp), round(sum(c.total) / 5)::bigint * 5,
        round(sum(c.reached) / 5)::bigint * 5
    FROM merged m CROSS JOIN LATERAL unnest(m.groups, m.small) u (grp, is_small)
    JOIN cells c ON (c.rate, c.dimension, c.grp) = (m.rate, m.dimension, u.grp)
    WHERE m.small IS NOT NULL
    GROUP BY c.rate, c.dimension, u.is_small, CASE WHEN NOT u.is_small THEN c.grp END
$$;
REVOKE ALL ON FUNCTION allocations_fairness FROM PUBLIC;

-- --- Yearly report ---

-- One row for each lease signed, decision adopted and offer answered in a year. Internal.
CREATE OR REPLACE FUNCTION allocations_report_facts(of_year integer) RETURNS TABLE (part text, grp text, person uuid)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH candidacies AS (
        SELECT c.*, coalesce(k.pseudonym, c.application_id, c.id) AS person FROM allocations_candidacy c
        LEFT JOIN allocations_poollink k ON k.application_id = c.application_id
    ), signed AS (
        SELECT h.candidacy_id, coalesce(g.kind || ' ' || g.holder, 'outside') AS holder, t.financing
        FROM allocations_handover h JOIN allocations_candidacy c ON c.id = h.candidacy_id
        JOIN allocations_vacancy v ON v.id = c.vacancy_id LEFT JOIN allocations_contingent g ON g.id = v.contingent_id
        JOIN buildings_unitterms t ON t.unit_id = v.unit_id
        WHERE h.signed_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
    )
    SELECT 'holder', holder, candidacy_id FROM signed
    UNION ALL
    SELECT 'financing', financing, candidacy_id FROM signed
    UNION ALL
    SELECT 'decision', rtrim(d.kind || ' ' || d.motive), c.person FROM allocations_decision d
    JOIN candidacies c ON c.id = d.candidacy_id JOIN allocations_agendaitem i ON i.id = c.item_id
    JOIN allocations_session n ON n.id = i.session_id
    WHERE d.outcome = 'adopted' AND extract(year FROM n.closed_at AT TIME ZONE 'Europe/Paris') = of_year
    UNION ALL
    SELECT 'answer', o.answer, c.person FROM allocations_offer o JOIN candidacies c ON c.id = o.candidacy_id
    WHERE o.answered_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
$$;
REVOKE ALL ON FUNCTION allocations_report_facts FROM PUBLIC;

-- The numbers of a year that is over, by one list of groups each. Decisions and motives are one list: two would tell what
-- the first merges.
CREATE OR REPLACE FUNCTION allocations_report(of_year integer) RETURNS TABLE (part text, groups text[], times bigint)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 30 SET search_path = public, pg_temp AS $$
    WITH facts AS MATERIALIZED (
        SELECT f.* FROM allocations_report_facts(of_year) f
        WHERE allocations_year_is_told(of_year) AND access_holds_everywhere('steering')
    ), cells AS (
        SELECT f.part, f.grp, count(*) AS times FROM facts f GROUP BY f.part, f.grp
    ), persons AS (
        SELECT p.part, p.grp, count(*) AS people
        FROM (SELECT f.part, f.person, min(f.grp) AS grp FROM facts f GROUP BY 1, 2) p GROUP BY p.part, p.grp
    ), merged AS (
        SELECT c.part, array_agg(c.grp ORDER BY c.grp) AS groups, allocations_merged(
            array_agg(coalesce(p.people, 0) ORDER BY c.grp), array_agg(coalesce(p.people, 0) ORDER BY c.grp)) AS small
        FROM cells c LEFT JOIN persons p USING (part, grp) GROUP BY c.part
    )
    SELECT c.part, array_agg(c.grp ORDER BY c.grp), sum(c.times)::bigint
    FROM merged m CROSS JOIN LATERAL unnest(m.groups, m.small) u (grp, is_small)
    JOIN cells c ON (c.part, c.grp) = (m.part, u.grp)
    WHERE m.small IS NOT NULL
    GROUP BY c.part, u.is_small, CASE WHEN NOT u.is_small THEN c.grp END
$$;
REVOKE ALL ON FUNCTION allocations_report FROM PUBLIC;

-- The median waiting time, in months, of the households whose lease was signed in a year that is over: five of them wait
-- longer and five less, or there is none.
CREATE OR REPLACE FUNCTION allocations_median_wait(of_year integer) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN count(*) >= 10 THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY f.waited_months) END::integer
    FROM allocations_handover h JOIN allocations_sheet f ON f.candidacy_id = h.candidacy_id
    WHERE h.signed_on BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31)
      AND allocations_year_is_told(of_year) AND access_holds_everywhere('steering')
$$;
REVOKE ALL ON FUNCTION allocations_median_wait FROM PUBLIC;

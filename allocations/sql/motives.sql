-- Motives of a refusal: the condition of each, computed when a decision is proposed and when its votes are counted.

-- The income that counts for a signature this year, in cents: a proved later income, which a trigger keeps at least 10 %
-- lower, else that of the year before last. NULL without a proved one: a declared income refuses nobody.
CREATE OR REPLACE FUNCTION allocations_counted_income(wanted uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(min(i.rfr_cents) FILTER (WHERE i.basis <> 'n2'), min(i.rfr_cents) FILTER (WHERE i.basis = 'n2'))
    FROM allocations_income i
    WHERE i.application_id = wanted AND i.proof <> '' AND i.signing_year = extract(year FROM loge_today())
$$;
REVOKE ALL ON FUNCTION allocations_counted_income FROM PUBLIC;

-- Is a priority recognised today, sealed or not? Internal.
CREATE OR REPLACE FUNCTION allocations_has_priority(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM allocations_priority p WHERE p.application_id = wanted AND p.ends_on >= loge_today()
        UNION ALL
        SELECT FROM allocations_ground g WHERE g.application_id = wanted AND g.ends_on >= loge_today())
$$;
REVOKE ALL ON FUNCTION allocations_has_priority FROM PUBLIC;

-- The figures of a motive's condition if it holds today for a candidacy: the value compared, then the limit. NULL if it
-- does not hold. A motive whose rule the landlord has not entered never holds. Internal.
CREATE OR REPLACE FUNCTION allocations_motive_figures(wanted uuid, motive text) RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c allocations_candidacy;
    a allocations_application;
    s allocations_sheet;
    t buildings_unitterms;
    value bigint;
    lim bigint;
    least_left bigint;
    rooms text;
BEGIN
    SELECT * INTO c FROM allocations_candidacy x WHERE x.id = wanted;
    SELECT * INTO a FROM allocations_application x WHERE x.id = c.application_id;
    SELECT * INTO s FROM allocations_sheet x WHERE x.candidacy_id = wanted;
    SELECT x.* INTO t FROM buildings_unitterms x JOIN allocations_vacancy v ON v.unit_id = x.unit_id
    WHERE v.id = c.vacancy_id;
    rooms := allocations_rooms(t.unit_id);
    CASE motive
    WHEN 'over_every_ceiling', 'over_this_ceiling' THEN
        lim := CASE motive WHEN 'over_this_ceiling' THEN s.ceiling_euros ELSE s.highest_ceiling_euros END * 100::bigint;
        value := allocations_counted_income(a.id);
        -- N is the year of the signature: the ceilings of a sheet that was prepared last year do not apply any more.
        IF extract(year FROM s.prepared_on) <> extract(year FROM loge_today()) THEN
            RETURN NULL;
        END IF;
        -- Members of the commission read these figures, so the income is told as its bracket, in tens of percent.
        RETURN CASE WHEN value > lim THEN ARRAY[10 * value / lim, lim] END;
    WHEN 'no_right_of_residence' THEN
        -- The right was checked and has ended, and the delay to show a new document has passed. A document that was never
        -- seen is missing: it tells nothing about a right.
        RETURN CASE WHEN EXISTS (
            SELECT FROM allocations_supportingdocument d WHERE d.application_id = a.id AND d.kind = 'identity'
              AND d.expired_on IS NOT NULL AND d.seen_on IS NULL AND d.due_on < loge_today()) THEN '{}'::bigint[] END;
    WHEN 'paper_missing' THEN
        SELECT count(*) INTO value FROM allocations_supportingdocument d
        WHERE d.application_id = a.id AND d.due_on < loge_today() AND d.seen_on IS NULL;
        RETURN CASE WHEN value > 0 THEN ARRAY[value, 0] END;
    WHEN 'too_small' THEN
        lim := allocations_figure('persons_most_in_' || rooms || '_rooms');
        RETURN CASE WHEN s.persons > lim THEN ARRAY[s.persons, lim] END;
    WHEN 'too_large' THEN
        lim := allocations_figure('persons_least_in_' || rooms || '_rooms');
        RETURN CASE WHEN s.persons < lim THEN ARRAY[s.persons, lim] END;
    WHEN 'not_accessible' THEN
        RETURN CASE WHEN NOT a.equipment <@ t.equipment THEN '{}'::bigint[] END;
    WHEN 'effort_rate' THEN
        -- Both limits must be passed. The law closes the motive under DALO; it is closed by any recognised priority, so
        -- that it does not tell one of them from a sealed ground. The sheet rounds the rate to whole permille. A
        -- rate that is rounded to its limit is not above it, because the letter would show both as equal.
        lim := allocations_figure('effort_rate_limit_permille');
        least_left := coalesce(allocations_figure('residual_income_limit_cents_per_household'),
                               s.persons * allocations_figure('residual_income_limit_cents_per_person'));
        RETURN CASE WHEN s.effort_permille > lim AND s.residual_cents < least_left
            AND NOT s.priority AND NOT allocations_has_priority(a.id) THEN ARRAY[s.effort_permille, lim, s.residual_cents, least_left] END;
    WHEN 'owner_suited' THEN
        -- The law closes it to whoever has a protection order. It is closed by any recognised priority, so that it tells
        -- nothing about an order.
        RETURN CASE WHEN s.owner_suited AND NOT s.priority AND NOT allocations_has_priority(a.id) THEN '{}'::bigint[] END;
    WHEN 'fragile_residence' THEN
        -- The law asks for the first examination for a suited vacancy elsewhere, which only an active application can be
        -- promised. The motive depends on the building alone, and not on the household.
        RETURN CASE WHEN a.id IS NOT NULL AND a.state <> 'closed' AND allocations_is_fragile(
            (SELECT v.building_id FROM allocations_vacancy v WHERE v.id = c.vacancy_id)) THEN '{}'::bigint[] END;
    WHEN 'other_ranked_before' THEN
        -- Another candidate has a rank, which may be only proposed. Adopting the refusal needs an adopted one. Candidates
        -- without a decision do not matter: several may be refused because the same others rank before them.
        SELECT count(*) INTO value FROM allocations_candidacy o
        JOIN allocations_decision d ON d.candidacy_id = o.id AND d.outcome IN ('proposed', 'adopted') AND d.rank IS NOT NULL
        WHERE o.item_id = c.item_id AND o.id <> c.id;
        RETURN CASE WHEN value > 0 THEN ARRAY[value, 0] END;
    WHEN 'not_applicable_now' THEN
        RETURN CASE WHEN a.id IS NULL OR a.state = 'closed' THEN '{}'::bigint[] END;
    ELSE
        RETURN NULL;
    END CASE;
END $$;
REVOKE ALL ON FUNCTION allocations_motive_figures FROM PUBLIC;

-- The motives that hold today for a candidacy whose item the current person presides, or of an application open to them.
-- Their figures are facts of the sheet, so that a recused member gets none. Other members get none either: that others are
-- ranked before would tell a member the outcome of a candidate from whom this member is recused.
CREATE OR REPLACE FUNCTION allocations_motives_that_hold(wanted uuid) RETURNS TABLE (motive text, figures bigint[])
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public, pg_temp AS $$
    SELECT m.motive, f.figures FROM unnest(ARRAY['over_every_ceiling', 'no_right_of_residence', 'over_this_ceiling',
        'paper_missing', 'too_small', 'too_large', 'not_accessible', 'effort_rate', 'owner_suited',
        'fragile_residence', 'other_ranked_before', 'not_applicable_now']) m (motive)
    CROSS JOIN LATERAL (SELECT allocations_motive_figures(wanted, m.motive) AS figures) f
    WHERE f.figures IS NOT NULL AND EXISTS (
        SELECT FROM allocations_candidacy c
        WHERE c.id = wanted AND (allocations_presides_item(c.item_id)
                                 AND c.id <> ALL (ARRAY (SELECT allocations_recused()))
                                 OR c.application_id = ANY (ARRAY (SELECT loge_occasions('applicants')))))
$$;
REVOKE ALL ON FUNCTION allocations_motives_that_hold FROM PUBLIC;

-- Lowering a debt without money takes two officers, above what one may write off alone in thirty days.

-- The limit in cents for one person, account and thirty days. `provision` replaces it by the landlord's setting.
CREATE OR REPLACE FUNCTION ledger_single_officer_limit() RETURNS bigint
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT 15000::bigint $$;

-- Is the current person, who is no program, an officer of the building today and apart from who asked?
CREATE OR REPLACE FUNCTION ledger_second_officer(asker uuid, building uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT tenants_holds_at('officer', building) AND access_apart(asker, loge_person())
       AND NOT (SELECT p.is_machine FROM access_person p WHERE p.id = loge_person())
$$;
REVOKE ALL ON FUNCTION ledger_second_officer FROM PUBLIC;

-- Does an entry reverse one that the same person booked within thirty days? The debt is then back to what it was.
CREATE OR REPLACE FUNCTION ledger_reverses_own_entry(undoing ledger_entry) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM ledger_entry e
        WHERE e.id = undoing.reverses_id AND e.posted_by_id = undoing.posted_by_id AND e.reverses_id IS NULL
          AND e.booked_on > undoing.booked_on - 30)
$$;
REVOKE ALL ON FUNCTION ledger_reverses_own_entry FROM PUBLIC;

-- May this entry be booked? Asked by the policy of an officer's entries. Entries that lower the debt without money add
-- up over thirty days, whoever booked them, with the requests that wait; above the limit, the entry needs the id of a
-- request that another officer asked for, the booker approved, and that says the same. One account at a time, so that
-- two simultaneous entries see each other. Entries of the landlord's own books are booked in nobody's name and do not
-- count.
CREATE OR REPLACE FUNCTION ledger_may_lower_debt(booked ledger_entry) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF booked.kind = 'payment' OR booked.amount_cents > 0 THEN
        RETURN true;
    ELSIF booked.posted_by_id IS DISTINCT FROM loge_person() OR booked.booked_on <> loge_today() THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger_may_lower_debt ' || booked.account_id, 0));
    IF ledger_reverses_own_entry(booked) OR EXISTS (
        SELECT FROM ledger_writeoff w
        WHERE w.id = booked.id AND w.decision = 'approved' AND w.decided_by_id = loge_person()
          AND (w.account_id, w.kind, w.amount_cents, w.reason, w.effective_on, w.label)
            = (booked.account_id, booked.kind, booked.amount_cents, booked.reason, booked.effective_on, booked.label)
          AND w.reverses_id IS NOT DISTINCT FROM booked.reverses_id) THEN
        RETURN true;
    END IF;
    IF (SELECT coalesce(sum(-e.amount_cents), 0) - booked.amount_cents FROM ledger_entry e
        WHERE e.account_id = booked.account_id AND e.kind <> 'payment' AND e.amount_cents < 0
          AND e.posted_by_id IS NOT NULL AND e.booked_on > loge_today() - 30 AND NOT ledger_reverses_own_entry(e)
          AND NOT EXISTS (SELECT FROM ledger_entry u WHERE u.reverses_id = e.id))
     + (SELECT coalesce(sum(-w.amount_cents), 0) FROM ledger_writeoff w
        WHERE w.account_id = booked.account_id AND w.decision = ''
          AND w.asked_at > loge_now() - interval '14 days') > ledger_single_officer_limit() THEN
        RAISE EXCEPTION 'account % would be lowered by more than one person may', booked.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_takes_two';
    END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION ledger_may_lower_debt FROM PUBLIC;

SELECT loge_keep('ledger_writeoff', 'write_off_decided_by_another', '{building_id}', jsonb_build_object(
    'decision, decided_by_id, decided_at, refusal', $$OLD.decision = '' AND NEW.decided_by_id = loge_person()
        AND OLD.asked_at > loge_now() - interval '14 days'
        AND CASE NEW.decision WHEN 'withdrawn' THEN OLD.asked_by_id = loge_person()
            ELSE ledger_second_officer(OLD.asked_by_id, OLD.building_id) END$$));

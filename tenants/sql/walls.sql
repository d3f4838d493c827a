-- Households that are hidden from the current person: those with a discreet mark in which the person is not named, and
-- those with whom the person has a conflict of interest (a wall). The other leases of their parties are hidden too: a
-- parking space would give the name away. Guarantors do not count.

-- What discreet marks and walls hide. plpgsql, so that its plan is kept for the session: see reach.sql of access.
CREATE OR REPLACE FUNCTION tenants_hidden() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
DECLARE
    me uuid := loge_person();
    today date := loge_today();
BEGIN
    RETURN QUERY
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE today BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = me)
        UNION ALL
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = me AND w.ended_on IS NULL
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor';
END $$;
REVOKE ALL ON FUNCTION tenants_hidden FROM PUBLIC;

-- Is this lease one of tenants_hidden()? It looks up the household's few leases, however many households are hidden.
CREATE OR REPLACE FUNCTION tenants_is_hidden(lease uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    me uuid := loge_person();
BEGIN
    RETURN (
        WITH household AS MATERIALIZED (
            SELECT lease || ARRAY (
                SELECT other.lease_id FROM tenants_leaseparty p
                JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
                WHERE p.lease_id = lease AND p.capacity <> 'guarantor') AS leases
        )
        SELECT EXISTS (
            SELECT FROM tenants_discreetmark m
            WHERE m.lease_id = ANY (leases) AND loge_today() BETWEEN m.first_day AND m.last_day
              AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = me))
        OR EXISTS (
            SELECT FROM tenants_conflictwall w
            WHERE w.lease_id = ANY (leases) AND w.person_id = me AND w.ended_on IS NULL)
        FROM household);
END $$;
REVOKE ALL ON FUNCTION tenants_is_hidden FROM PUBLIC;

-- The lease of the page, if the transaction names one in `loge.lease` and it is not hidden from the current person. Any
-- SQL may write this setting; whatever it writes, the result is not a hidden lease. Policies compare a row with this
-- lease first, and compute all hidden leases only for other rows.
CREATE OR REPLACE FUNCTION tenants_lease_on_page() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lease uuid := nullif(current_setting('loge.lease', true), '')::uuid;
BEGIN
    RETURN CASE WHEN lease IS NOT NULL AND NOT tenants_is_hidden(lease) THEN lease END;
END $$;
REVOKE ALL ON FUNCTION tenants_lease_on_page FROM PUBLIC;

-- The account of that lease.
CREATE OR REPLACE FUNCTION tenants_account_on_page() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lease uuid := tenants_lease_on_page();
BEGIN
    RETURN CASE WHEN lease IS NOT NULL THEN (SELECT a.id FROM tenants_account a WHERE a.lease_id = lease) END;
END $$;
REVOKE ALL ON FUNCTION tenants_account_on_page FROM PUBLIC;

-- Names the building and the lease of an account in the settings of the transaction, so that its page computes nothing
-- about other buildings and households. Does nothing about accounts that are hidden or out of the person's reach.
CREATE OR REPLACE FUNCTION tenants_narrow_to_account(wanted text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    home record;
BEGIN
    SELECT a.lease_id, a.building_id INTO home FROM tenants_account a WHERE a.reference = wanted;
    IF FOUND AND EXISTS (SELECT FROM access_rules(loge_person(), home.building_id, loge_today()))
        AND NOT tenants_is_hidden(home.lease_id) THEN
        PERFORM set_config('loge.building', home.building_id::text, true),
                set_config('loge.lease', home.lease_id::text, true);
    END IF;
END $$;
REVOKE ALL ON FUNCTION tenants_narrow_to_account FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenants_hidden_account_ids() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT a.id FROM tenants_account a WHERE a.lease_id IN (SELECT tenants_hidden());
END $$;
REVOKE ALL ON FUNCTION tenants_hidden_account_ids FROM PUBLIC;

-- What discreet marks hide.
CREATE OR REPLACE FUNCTION tenants_hidden_by_marks() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person())
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
$$;
REVOKE ALL ON FUNCTION tenants_hidden_by_marks FROM PUBLIC;

-- What walls hide.
CREATE OR REPLACE FUNCTION tenants_hidden_by_walls() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
$$;
REVOKE ALL ON FUNCTION tenants_hidden_by_walls FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenants_walled_accounts() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT a.id FROM tenants_account a WHERE a.lease_id = ANY (ARRAY (SELECT tenants_hidden_by_walls()))
$$;
REVOKE ALL ON FUNCTION tenants_walled_accounts FROM PUBLIC;

-- Would the current person reach this account or residence, but for a wall? Asked when nothing was found, to send the
-- person to a colleague. Out of reach, discreet and missing get the same answer. Planned for each `what`: of other kinds
-- of objects nothing is read then, not even the person's reach.
CREATE OR REPLACE FUNCTION tenants_walled_here(compartment text, what text, key text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT a.lease_id, a.building_id FROM tenants_account a
            WHERE a.reference = CASE WHEN what = 'reference' THEN key END AND a.settled_on IS NULL
            UNION ALL
            SELECT r.lease_id, r.building_id FROM tenants_residence r
            WHERE r.id = CASE WHEN what = 'residence' THEN key::uuid END
        ) found
        WHERE found.lease_id = ANY (ARRAY (SELECT tenants_hidden_by_walls()))
          AND found.lease_id <> ALL (ARRAY (SELECT tenants_hidden_by_marks()))
          AND found.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), compartment, loge_today())))
    )
$$;
REVOKE ALL ON FUNCTION tenants_walled_here FROM PUBLIC;

-- Puts a wall before the household of an account at one's own places, given by its whole reference.
CREATE OR REPLACE FUNCTION tenants_set_wall(wanted text, who uuid) RETURNS TABLE (lease uuid, building uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT a.lease_id, a.building_id INTO lease, building FROM tenants_account a
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND access_holds(loge_person(), ARRAY['access_administrator', 'sector_manager'], a.building_id);
    IF lease IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO tenants_conflictwall (id, person_id, lease_id, building_id, set_by_id, set_on)
    VALUES (gen_random_uuid(), who, lease, building, loge_person(), loge_today());
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION tenants_set_wall FROM PUBLIC;

-- Nobody lifts a wall of their own or of a maker of their account.
CREATE OR REPLACE FUNCTION tenants_wall_lifted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF access_benefits_current_person(NEW.person_id) THEN
        RAISE EXCEPTION 'for a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_wall_lifted FROM PUBLIC;

CREATE OR REPLACE TRIGGER tenants_wall_lifted AFTER UPDATE OF ended_on ON tenants_conflictwall
    FOR EACH ROW WHEN (NEW.ended_on IS NOT NULL) EXECUTE FUNCTION tenants_wall_lifted();

-- May the current person name somebody to a discreet mark? The first name is free; then those named decide.
CREATE OR REPLACE FUNCTION tenants_may_name(mark uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = mark)
        OR EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = mark AND n.person_id = loge_person())
$$;
REVOKE ALL ON FUNCTION tenants_may_name FROM PUBLIC;

-- Leases of which an evacuation list says the door and nothing else: every discreet one, whoever is named in it,
-- because a list is printed and passed on, and those behind a wall.
CREATE OR REPLACE FUNCTION tenants_masked_on_evacuation_list() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
    UNION
    SELECT tenants_hidden()
$$;
REVOKE ALL ON FUNCTION tenants_masked_on_evacuation_list FROM PUBLIC;
